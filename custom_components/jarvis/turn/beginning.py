"""What a message begins with before a word of it was said: the house, the room."""

from dataclasses import dataclass
from datetime import datetime
import time

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .context import MOST_STATES, Situation, Told, gone, situation_told, states_told
from .history import Conversation
from .prefix import Prefix

_WHILE_SPEAKING = 20.0
"""Seconds for which somebody may speak to Assist, and a little more."""


@dataclass(frozen=True, slots=True)
class _Look:
    """The house at a moment."""

    now: datetime
    states: Told


class Beginnings:
    """Tells every message of the house as it was when its speaker began.

    So a model may read that while they speak: what changes meanwhile would make it
    read anew, and what of it the words are about is told behind it.
    """

    def __init__(self) -> None:
        """Begin with nobody who speaks."""
        self.situations: dict[str, Situation] = {}
        """From where each agent was last spoken to."""
        self._began = float("-inf")
        self._looks: dict[tuple[str, ...], _Look] = {}

    @callback
    def async_listen(self) -> None:
        """Note that somebody begins to speak."""
        self._began = time.monotonic()
        self._looks.clear()

    def told(
        self,
        hass: HomeAssistant,
        prefix: Prefix,
        conversation: Conversation,
        situation: Situation,
        *,
        is_recurrent: bool,
    ) -> Told:
        """Return what a message of a conversation begins with.

        The first one tells of a house that is small enough all states. A recurrent
        model returns only to a few places in what it has read: to it the first changed
        state would cost everything in front of it, too.
        """
        look = self._look(hass, prefix)
        lines = situation_told(hass, situation, look.now)
        known = conversation.known()
        if not known and not is_recurrent:
            lines = {**look.states, **lines}
        return {**gone(known, lines), **lines}

    def _look(self, hass: HomeAssistant, prefix: Prefix) -> _Look:
        """Look at the house, while somebody speaks only once."""
        speaks = time.monotonic() - self._began < _WHILE_SPEAKING
        # Two people may see other things by the same names.
        key = (prefix.identity, *prefix.items)
        if speaks and (look := self._looks.get(key)):
            return look
        few = len(prefix.items) <= MOST_STATES
        states = states_told(hass, prefix.items.values() if few else ())
        look = _Look(dt_util.now(), states)
        if speaks:
            self._looks[key] = look
        return look
