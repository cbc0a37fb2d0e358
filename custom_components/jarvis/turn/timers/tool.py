"""What the model's tool for timers does, where somebody speaks."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from homeassistant.core import HomeAssistant
from homeassistant.helpers.llm import LLMContext
from homeassistant.util.json import JsonObjectType

from ...const import DOMAIN
from ...local.text.normal import normal
from ...local.text.words import LANGUAGES
from ...local.timers.durations import Duration, rounded, told
from ...local.timers.running import Meant, Running, candidates, found
from ...local.timers.times import with_durations
from ...tools.own_tool import RefusedError
from ...tools.timers import Action
from .hand import TimerHand

if TYPE_CHECKING:
    from ...runtime import JarvisConfigEntry

_LONGEST_NAME = 100
_ALL = frozenset({"all", "all timers", "every timer", "tous", "tous les minuteurs"})


class TimerToolHand:
    """Reaches into the timers; what is refused is told to the model."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Look for the timers at each call: they come and go with the entry."""
        self._hass = hass

    async def async_timer(
        self, context: LLMContext, action: str, name: str = "", duration: str = ""
    ) -> JsonObjectType:
        """Do something with one timer, or tell which there are."""
        hand, language = self._hand(context), self._language(context)
        length = _length(duration, language)
        if duration and length is None:
            raise RefusedError("This is no duration. Ask the person how long.")
        wants = Action(action)
        if wants is Action.START:
            if length is None:
                raise RefusedError("Ask the person how long.")
            await hand.async_start(name[:_LONGEST_NAME], length.total, language)
            return {"started": name or "timer", "rings_in": told(length, language)}
        timers = await hand.async_running()
        if wants is Action.TELL:
            return {"timers": [_told(one, language) for one in timers]}
        if wants is Action.CANCEL and name.casefold().strip() in _ALL:
            await hand.async_cancel([one.id for one in timers])
            return {"cancelled": len(timers)}
        timer = _one(timers, wants, name, hand, language)
        await _async_do(hand, wants, timer.id, length)
        return {"done": action, "timer": _called(timer, language)}

    def _hand(self, context: LLMContext) -> TimerHand:
        """Return what reaches the timers for the speaker."""
        entries: list[JarvisConfigEntry] = (
            self._hass.config_entries.async_loaded_entries(DOMAIN)
        )
        if not entries:
            raise RefusedError("The timers are not available.")
        user_id = context.context.user_id if context.context else None
        return TimerHand(
            self._hass, entries[0].runtime_data, context.device_id, user_id
        )

    def _language(self, context: LLMContext) -> str:
        """Return the language of the turn."""
        language = (context.language or self._hass.config.language).partition("-")[0]
        return language if language in LANGUAGES else LANGUAGES[0]


async def _async_do(
    hand: TimerHand, wants: Action, timer: str, length: Duration | None
) -> None:
    """Change one timer."""
    match wants:
        case Action.CANCEL:
            await hand.async_cancel([timer])
        case Action.PAUSE:
            await hand.async_pause(timer)
        case Action.RESUME:
            await hand.async_resume(timer)
        case _ if length is None:
            raise RefusedError("Ask the person how long.")
        case _:
            sign = 1 if wants is Action.ADD else -1
            await hand.async_lengthen(timer, sign * length.total)


def _one(
    timers: Sequence[Running],
    wants: Action,
    name: str,
    hand: TimerHand,
    language: str,
) -> Running:
    """Return the one timer that is meant, by its name or by its length."""
    length = _length(name, language)
    meant = Meant(seconds=length.total) if length else Meant(name=name)
    there = found(candidates(timers, wants, meant), meant, hand.here)
    if not there:
        raise RefusedError("There is no such timer.")
    if len(there) > 1:
        names = ", ".join(_called(one, language) for one in there)
        raise RefusedError(f"Ask the person which one: {names}")
    return there[0]


def _length(said: str, language: str) -> Duration | None:
    """Return how long words say, if they say nothing else."""
    for code in dict.fromkeys((language, *LANGUAGES)):
        marked = with_durations(normal(said, code), code)
        if known := marked.durations.get(marked.text):
            return known
    return None


def _called(timer: Running, language: str) -> str:
    return timer.name or told(Duration.of(timer.seconds), language)


def _told(timer: Running, language: str) -> JsonObjectType:
    """Tell the model of a timer."""
    state = "paused" if timer.is_paused else "running"
    return {
        "timer": _called(timer, language),
        "state": "ringing" if timer.is_ringing else state,
        "left": told(rounded(timer.left), language),
    }
