"""Saying the sentences of the tables in the described house, and looking what came."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
import re
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.jarvis.reminding.reminding import Reminding
from custom_components.jarvis.reminding.timers import Timers
from custom_components.jarvis.turn.echo import Echoes
from homeassistant.components.intent.const import TIMER_DATA
from homeassistant.components.intent.timers import TimerManager
from homeassistant.components.todo import TodoItemStatus
from homeassistant.components.todo.const import DATA_COMPONENT
from homeassistant.core import HomeAssistant
from homeassistant.helpers.intent import IntentResponseType
from homeassistant.util import dt as dt_util
from tests.devices import DeviceHome, Snapshot
from tests.house import Jarvis, Reply
from tests.reminding.house import async_settle

from . import NEGATIVES, NOW, Sentence
from .wanted import ITEMS, Wanted, shown

_A_MOMENT = timedelta(seconds=1)
_LOOKING = ("get_",)
"""How services begin that only look."""
_CONFIRMED = re.compile(
    r"(c'est fait|voilà|fait|done|all set|okay|ok|(j'ai |i've |i have )?(éteint|allumé"
    r"|ouvert|fermé|verrouillé|déverrouillé|réglé|lancé|arrêté|ajouté|coupé|monté|baissé"
    r"|turned|switched|set|opened|closed|locked|unlocked|started|stopped|added|paused"
    r"|playing|lecture)e?s?)\b.*",
    re.IGNORECASE | re.DOTALL,
)
"""How a reply says that something was done."""


@dataclass(slots=True)
class Listener:
    """A house and the Jarvis in it, to whom sentences are said."""

    jarvis: Jarvis
    home: DeviceHome
    clock: FrozenDateTimeFactory
    counts: bool = True
    """Whether what hears also shows and rings Home Assistant's timers."""
    failures: list[str] = field(default_factory=list)
    """What went wrong, told readably."""
    said: int = 0

    @property
    def hass(self) -> HomeAssistant:
        """The Home Assistant of the house."""
        return self.jarvis.hass

    async def hear(self, conversation: tuple[Sentence, ...]) -> None:
        """Say the turns of a conversation until one goes wrong."""
        self.clock.move_to(NOW)
        # The clock stands still: what was said before would be heard for ever.
        self.jarvis.entry.runtime_data.echoes = Echoes()
        self.forget_timers()
        await self._forget_own()
        await self.home.async_reset(conversation[0].before)
        await self.hass.async_block_till_done()
        conversation_id: str | None = None
        for number, turn in enumerate(conversation):
            before, timers = self._snapshot(), await self._waiting()
            calls = len(self.home.calls)
            reply = await self._say(turn, conversation_id)
            conversation_id = reply.result.conversation_id
            wrong = [
                *_wrong_changes(turn.changes, before, self._snapshot()),
                *_wrong_reply(turn, reply),
                *await self._wrong_timers(turn, timers),
            ]
            if turn.topic == NEGATIVES:
                wrong += self._confirmed(reply, calls)
            if not wrong and turn.later is not None:
                wrong += await self._wrong_later(turn, turn.later)
            if wrong:
                self._report(conversation[: number + 1], wrong, reply)
                return

    def forget_timers(self) -> None:
        """Stop all timers."""
        for timer_id in list(self._manager.timers):
            self._manager.cancel_timer(timer_id)

    async def _say(self, turn: Sentence, conversation_id: str | None) -> Reply:
        """Say a turn where it is heard."""
        self.said += 1
        device_id = None
        if turn.room:
            device_id = self.home.satellite(turn.room, timers=self.counts)
        return await self.jarvis.say(
            turn.say[0],
            turn.language,
            conversation_id=conversation_id,
            device_id=device_id,
        )

    def _snapshot(self) -> Snapshot:
        """Return all states; of a list what is open on it as well."""
        states = self.home.states()
        for entity_id in states:
            if not entity_id.startswith("todo."):
                continue
            entity = self.hass.data[DATA_COMPONENT].get_entity(entity_id)
            assert entity
            states[entity_id][1][ITEMS] = [
                item.summary
                for item in entity.todo_items or ()
                if item.status is TodoItemStatus.NEEDS_ACTION
            ]
        return states

    @property
    def _manager(self) -> TimerManager:
        """What keeps Home Assistant's timers."""
        manager: TimerManager = self.hass.data[TIMER_DATA]
        return manager

    @property
    def _reminding(self) -> Reminding:
        """What keeps commands for later."""
        reminding: Reminding = self.jarvis.entry.runtime_data.reminding
        return reminding

    @property
    def _timers(self) -> Timers:
        """What keeps Jarvis' own timers."""
        timers: Timers = self.jarvis.entry.runtime_data.timers
        return timers

    async def _forget_own(self) -> None:
        """Keep no timer and no command for later."""
        timers = await self._timers.async_list()
        await self._timers.async_cancel([one.id for one in timers])
        await self._reminding.async_delete(
            [one.id for one in await self._reminding.async_list()]
        )

    async def _waiting(self) -> dict[str, int]:
        """Return how many seconds each timer and each command for later has left."""
        now = dt_util.utcnow()
        timers = {one.id: one.seconds_left for one in self._manager.timers.values()}
        if not self.counts:
            assert not timers
            own = await self._timers.async_list()
            timers = {one.id: round(one.left(now)) for one in own}
        return timers | {
            one.id: round((one.next_at - now).total_seconds())
            for one in await self._reminding.async_list()
            if one.next_at
        }

    async def _wrong_timers(self, turn: Sentence, before: dict[str, int]) -> list[str]:
        """Tell how the timers are not as wanted."""
        now = await self._waiting()
        if turn.timer is None:
            return [] if now == before else [f"timers {now} instead of {before}"]
        if not turn.timer:
            return [f"timers are left: {now}"] if now else []
        wanted = round(turn.timer.total_seconds())
        if any(abs(left - wanted) <= 1 for left in now.values()):
            return []
        return [f"no timer of {turn.timer}, but {list(now.values())} s"]

    async def _wrong_later(
        self, turn: Sentence, later: Mapping[str, Wanted]
    ) -> list[str]:
        """Let the time pass, and tell what did not happen then."""
        before = self._snapshot()
        at = NOW + (turn.timer or timedelta()) + _A_MOMENT
        self.clock.move_to(at)
        # They wait for seconds that a frozen clock does not pass.
        for timer_id in list(self._manager.timers):
            self._manager.timers[timer_id].cancel()
            self._manager._timer_finished(timer_id)
        async_fire_time_changed(self.hass, at)
        await async_settle(self.jarvis)
        wrong = _wrong_changes(later, before, self._snapshot())
        return [f"later: {one}" for one in wrong]

    def _confirmed(self, reply: Reply, calls: int) -> list[str]:
        """Tell how a sentence that is no command was taken for one."""
        called = [
            f"{call.domain}.{call.service} was called"
            for call in self.home.calls[calls:]
            if not call.service.startswith(_LOOKING)
        ]
        if _CONFIRMED.fullmatch(reply.speech.strip()):
            called.append("an action was confirmed")
        return called

    def _report(
        self, turns: tuple[Sentence, ...], wrong: list[str], reply: Reply
    ) -> None:
        """Keep what went wrong."""
        said = " → ".join(f"«{turn.say[0]}»" for turn in turns)
        room = f" [{turns[-1].room}]" if turns[-1].room else ""
        lines = (f"    {one}" for one in (*wrong, f"reply: {reply.speech!r}"))
        self.failures.append("\n".join((f"{said}{room}", *lines)))


def _wrong_changes(
    wanted: Mapping[str, Wanted], before: Snapshot, after: Snapshot
) -> list[str]:
    """Tell which states did not change as wanted, and which did unasked."""
    wrong = []
    for entity_id, one in wanted.items():
        state, attributes = after[entity_id]
        if after[entity_id] == before[entity_id]:
            wrong.append(f"{entity_id}: still {state}, not {one}")
        elif not one.fits(state, attributes):
            found = {name: attributes.get(name) for name in one.attributes}
            wrong.append(f"{entity_id}: {shown(state, found)}, not {one}")
    for entity_id, (state, attributes) in after.items():
        if entity_id not in wanted and after[entity_id] != before[entity_id]:
            old = before[entity_id][1]
            new = {
                name: value
                for name, value in attributes.items()
                if value != old.get(name)
            }
            wrong.append(f"{entity_id}: unasked {shown(state, new)}")
    return wrong


def _wrong_reply(turn: Sentence, reply: Reply) -> list[str]:
    """Tell how the reply is not as wanted."""
    speech = _plain(reply.speech)
    wrong = [f"reply without «{one}»" for one in turn.reply if not says(one, speech)]
    if turn.asks and "?" not in speech:
        wrong.append("no question back")
    is_error = reply.result.response.response_type is IntentResponseType.ERROR
    if turn.declines and not is_error and not reply.error:
        wrong.append("understood")
    return wrong


def says(wanted: str, speech: str) -> bool:
    """Tell whether a reply holds one of some words, whole or by their beginning."""
    return any(
        re.search(_pattern(one), _plain(speech), re.IGNORECASE)
        for one in wanted.split("|")
    )


def _pattern(word: str) -> str:
    """Return a word as it may stand in a text, not within a longer number."""
    begun = word.endswith("*")
    pattern = r"(?<![\w])(?<!\d[.,])" + re.escape(_plain(word.rstrip("*")))
    return pattern if begun else pattern + r"(?!\w|[.,]\d)"


def _plain(text: Any) -> str:
    """Return a text with plain spaces and apostrophes."""
    return str(text).replace("\xa0", " ").replace("\u202f", " ").replace("’", "'")
