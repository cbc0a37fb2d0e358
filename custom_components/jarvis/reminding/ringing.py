"""How a timer rings: where it was set, else on a phone, else on the screen."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from enum import Enum, auto
import logging

from homeassistant.components import persistent_notification
from homeassistant.components.assist_satellite import (
    DOMAIN as SATELLITE_DOMAIN,
    AssistSatelliteEntityFeature,
    SatelliteBusyError,
)
from homeassistant.components.assist_satellite.entity import AssistSatelliteState
from homeassistant.components.intent import async_device_supports_timers
from homeassistant.const import (
    ATTR_SUPPORTED_FEATURES,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ..const import DOMAIN
from ..reminders.records import Kind, Reminder
from ..reminders.timer import Timer
from ..reminders.when.told import length
from .audience import audience, room_of, room_of_device
from .notifying import async_notify, async_withdraw
from .phrases import phrases
from .speaking import async_announce, places_of

_LOGGER = logging.getLogger(__name__)

_ANNOUNCED_WITHIN_S = 60
"""A satellite answers when it has said all of it."""
_LATE = timedelta(minutes=1)
"""From here on people are told for how long it has been over."""


class Rang(Enum):
    """What came of making a timer ring."""

    HEARD = auto()
    BUSY = auto()
    """Its satellite is talking with somebody."""
    AWAY = auto()
    """Its satellite is not there for the moment, as after a restart."""
    SHOWN = auto()


class Ringing:
    """Makes timers ring.

    Quiet hours do not silence them, nor does who sleeps or is busy: whoever sets a
    timer wants it to ring in that room at that time, and only there.
    """

    def __init__(
        self, hass: HomeAssistant, on_spoken: Callable[[str, str], None]
    ) -> None:
        """Take what to call with a room and with what is spoken there."""
        self._hass = hass
        self._on_spoken = on_spoken
        self._shown = set[str]()

    async def async_ring(self, timer: Timer, now: datetime, *, waits: bool) -> Rang:
        """Make a timer ring once; who waits is told that its satellite cannot now."""
        message = sentence(timer, now)
        is_away = False
        for satellite in self._satellites(timer.device):
            rang = await self._async_say(satellite, message)
            if rang is Rang.HEARD or (waits and rang is Rang.BUSY):
                return rang
            is_away |= rang is Rang.AWAY
        if waits and is_away:
            return Rang.AWAY
        await self._async_show(timer, message)
        return Rang.SHOWN

    async def async_withdraw(self, timer: Timer) -> None:
        """Take back what is shown of a timer."""
        if timer.id not in self._shown:
            return
        self._shown.discard(timer.id)
        persistent_notification.async_dismiss(self._hass, _shown_as(timer))
        notice = _notice(timer)
        if timer.owner is not None:
            await async_withdraw(self._hass, notice, audience(self._hass, notice))

    def _satellites(self, device: str | None) -> Iterator[str]:
        """Yield the satellites of a device, then those of its room."""
        if device is None:
            return
        registry = er.async_get(self._hass)
        room = room_of_device(self._hass, device)
        found = [
            one
            for one in registry.entities.values()
            if one.domain == SATELLITE_DOMAIN and one.disabled_by is None
        ]
        yield from (one.entity_id for one in found if one.device_id == device)
        yield from (
            one.entity_id
            for one in found
            if one.device_id != device
            and room is not None
            and room_of(self._hass, one.entity_id) == room
        )

    async def _async_say(self, satellite: str, message: str) -> Rang:
        state = self._hass.states.get(satellite)
        if state is None or state.state in (STATE_UNAVAILABLE, STATE_UNKNOWN):
            return Rang.AWAY
        features = state.attributes.get(ATTR_SUPPORTED_FEATURES, 0)
        if not features & AssistSatelliteEntityFeature.ANNOUNCE:
            return Rang.SHOWN
        # An announcement would cut off whoever speaks with it now.
        if state.state != AssistSatelliteState.IDLE:
            return Rang.BUSY
        self._spoken(satellite, message)
        try:
            await async_announce(self._hass, satellite, message, _ANNOUNCED_WITHIN_S)
        except SatelliteBusyError:
            return Rang.BUSY
        except (HomeAssistantError, TimeoutError) as err:
            _LOGGER.warning("A timer could not ring on %s: %r", satellite, err)
            return Rang.SHOWN
        except Exception:
            # Whatever is wrong with a device, a timer is not lost with it.
            _LOGGER.exception("A timer could not ring on %s", satellite)
            return Rang.SHOWN
        self._spoken(satellite, message)
        return Rang.HEARD

    def _spoken(self, satellite: str, message: str) -> None:
        """Tell that a satellite may hear itself, before and after it spoke."""
        for place in places_of(self._hass, satellite):
            self._on_spoken(place, message)

    async def _async_show(self, timer: Timer, message: str) -> None:
        """Show a timer to its person, else where all of the house can see it."""
        self._shown.add(timer.id)
        notice = _notice(timer)
        people = audience(self._hass, notice) if timer.owner is not None else ()
        if not await async_notify(self._hass, notice, message, people):
            self._show(timer, message)

    @callback
    def _show(self, timer: Timer, message: str) -> None:
        title = phrases(timer.language)["timer"]["title"]
        persistent_notification.async_create(
            self._hass, message, title, _shown_as(timer)
        )


def device_in(hass: HomeAssistant, area: str) -> str | None:
    """Return the device of a room where a timer can ring; None where there is none."""
    devices = dr.async_entries_for_area(dr.async_get(hass), area)
    own = [one.id for one in devices if async_device_supports_timers(hass, one.id)]
    spoken_to = [
        one.device_id
        for one in er.async_get(hass).entities.values()
        if one.domain == SATELLITE_DOMAIN
        and one.device_id is not None
        and one.disabled_by is None
        and room_of(hass, one.entity_id) == area
    ]
    return next(iter((*own, *spoken_to)), None)


def sentence(timer: Timer, now: datetime) -> str:
    """Return what is said when a timer rings."""
    behind = now - (timer.rung or now)
    is_late = not timer.tellings and behind >= _LATE
    key = ("late" if is_late else "done") + ("_named" if timer.name else "")
    said: str = phrases(timer.language)["timer"][key]
    return said.format(
        name=timer.name,
        length=length(timedelta(seconds=timer.seconds), timer.language),
        late=length(behind, timer.language),
    )


def _notice(timer: Timer) -> Reminder:
    """Return a timer as what phones show; like a command it is not put off."""
    return Reminder(
        id=timer.id,
        what=timer.name,
        kind=Kind.COMMAND,
        owner=timer.owner,
        language=timer.language,
    )


def _shown_as(timer: Timer) -> str:
    return f"{DOMAIN}_timer_{timer.id}"
