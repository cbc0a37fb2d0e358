"""How one reminder reaches its people: on phones at once, aloud when that is welcome.

Nobody is left out silently: where no phone and no voice can be reached, Home Assistant
itself shows it, and a voice that is busy is asked again.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..const import (
    CONF_REPEAT_MINUTES,
    CONF_REPEATS,
    DEFAULT_REPEAT_MINUTES,
    DEFAULT_REPEATS,
)
from ..reminders.book import Book
from ..reminders.records import EVERYONE, Kind, Reminder
from .audience import audience
from .commands import async_run
from .notifying import (
    ACTION_EVENT,
    DONE,
    SNOOZE,
    action_of,
    async_notify,
    async_show,
    async_withdraw,
)
from .phrases import phrases, sentence
from .quiet import Quiet
from .speaking import Said, Speaking, Spoken

_SNOOZED_FOR = timedelta(minutes=10)
_BUSY_FOR = timedelta(seconds=20)
_BUSY_TRIES = 3
"""How often a voice that is busy is asked before the next one."""
_MOST_TRIES = 15
"""After so many one that is busy still hangs: the phone has to do."""
_FEW = 10
"""Of so many that a device just told anybody may still know."""
_COMMAND_LATEST = timedelta(hours=1)
"""After this nobody counts on a command any more that was missed."""


class Happened(StrEnum):
    """What is told of a reminder, for automations."""

    TOLD = "told"
    HELD = "held"
    """Shown, and to be said aloud later."""
    DONE = "done"
    SNOOZED = "snoozed"
    CANCELLED = "cancelled"
    RUN = "run"
    FAILED = "failed"
    """A command could not be done."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to a reminder: without its words."""

    what: Happened
    reminder: Reminder
    more: Mapping[str, Any] = field(default_factory=dict)


class Hub(Protocol):
    """Where reminders are changed."""

    @property
    def book(self) -> Book:
        """Where they are written."""

    async def async_complete(self, reminder_id: str) -> Reminder | None:
        """Take one as done."""

    async def async_snooze(self, reminder_id: str, until: datetime) -> Reminder | None:
        """Put one off."""

    def async_happened(self, happening: Happening) -> None:
        """Tell what happened."""

    def async_welcome(self) -> None:
        """See whether what was held back can be said now."""


@dataclass(frozen=True, slots=True)
class _Trial:
    """How often it was tried to say one aloud, and by which voices it was."""

    count: int = 0
    voices: Sequence[str] = ()


class Delivery:
    """Tells reminders and runs commands whose time has come."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any], hub: Hub) -> None:
        """Take the entry, whose options say when to be silent."""
        self._hass = hass
        self._entry = entry
        self._hub = hub
        self._speaking = Speaking(hass, self._on_spoken)
        self._quiet = Quiet(hass, lambda: entry.options, hub.async_welcome)
        self._trials: dict[str, _Trial] = {}
        """Of those for which a voice was busy."""
        self._stop_listening: CALLBACK_TYPE | None = None
        self.told_on: dict[str, deque[str]] = {}
        """The reminders that each device told last."""

    @callback
    def start(self) -> None:
        """Begin to hear what people answer to notifications."""
        self._stop_listening = self._hass.bus.async_listen(
            ACTION_EVENT, self._async_on_action
        )
        self._speaking.lately.start()
        self.follow()

    @callback
    def follow(self) -> None:
        """Follow what says whether people may be spoken to."""
        self._quiet.follow()

    @callback
    def stop(self) -> None:
        """Hear nothing more."""
        self._quiet.stop()
        self._speaking.lately.stop()
        if self._stop_listening is not None:
            self._stop_listening()
            self._stop_listening = None

    @property
    def repeat_after(self) -> timedelta:
        """After how long one is told again that nobody confirmed."""
        minutes = self._entry.options.get(CONF_REPEAT_MINUTES, DEFAULT_REPEAT_MINUTES)
        return timedelta(minutes=minutes)

    @property
    def repeats(self) -> int:
        """How often one is told again that nobody confirmed."""
        return int(self._entry.options.get(CONF_REPEATS, DEFAULT_REPEATS))

    @property
    def welcome_at(self) -> datetime | None:
        """When anybody may be spoken to; None where that waits for a change."""
        silence = self._quiet.silence(())
        return dt_util.utcnow() if silence is None else silence.until

    async def async_deliver(self, claimed: Reminder) -> None:
        """Deliver what was claimed; nothing where it was changed since."""
        now = dt_util.utcnow()
        if not await self._hub.book.begin(claimed, now):
            return
        if claimed.kind is Kind.COMMAND:
            await self._async_command(claimed, now)
        else:
            await self._async_reminder(claimed, now)

    async def async_tell_cut(self, cut: Reminder) -> None:
        """Show again what a crash may have cut off; it takes the place of itself."""
        now = dt_util.utcnow()
        message = sentence(replace(cut, tellings=0), now)
        is_command = cut.kind is Kind.COMMAND
        if is_command:
            message = phrases(cut.language)["command"]["cut"].format(what=cut.what)
        await self._async_notify(cut, message)
        comes_again = not is_command and cut.tellings < self.repeats
        await self._hub.book.told(
            cut,
            cut.begun_at or now,
            again_at=now + self.repeat_after if comes_again else None,
            is_done=is_command,
        )

    async def async_tell_failed(self, claimed: Reminder) -> None:
        """Show what could not be told for a reason that nobody thought of."""
        async_show(self._hass, claimed, sentence(claimed, dt_util.utcnow()))
        is_done = claimed.kind is Kind.COMMAND
        await self._hub.book.told(claimed, dt_util.utcnow(), is_done=is_done)

    async def async_withdraw(self, reminder: Reminder) -> None:
        """Take back what is shown of a reminder."""
        self._trials.pop(reminder.id, None)
        people = audience(self._hass, reminder)
        await async_withdraw(self._hass, reminder, people)

    async def _async_reminder(self, claimed: Reminder, now: datetime) -> None:
        message = sentence(claimed, now)
        is_first = claimed.told_at is None
        notified = is_first and await self._async_phones(claimed, message)
        people = audience(self._hass, claimed)
        silence = self._quiet.silence(people)
        spoken = Spoken(Said.NOWHERE)
        if silence is None:
            spoken = await self._async_say(claimed, message)
        is_held = silence is not None or spoken.said is Said.BUSY
        if is_first and not notified and spoken.said is not Said.SPOKEN:
            async_show(self._hass, claimed, message)
        if not is_first and spoken.said is Said.NOWHERE and not is_held:
            await self._async_notify(claimed, message)
        again_at = None
        if silence is not None:
            again_at = silence.until
        elif is_held:
            again_at = dt_util.utcnow() + _BUSY_FOR
        elif claimed.tellings < self.repeats:
            again_at = dt_util.utcnow() + self.repeat_after
        told = await self._hub.book.told(
            claimed,
            dt_util.utcnow(),
            is_spoken=not is_held,
            again_at=again_at,
            is_held=is_held,
        )
        if told is not None and (is_first or not is_held):
            what = Happened.HELD if is_held else Happened.TOLD
            self._happened(what, told, now, spoken.devices)

    async def _async_say(self, claimed: Reminder, message: str) -> Spoken:
        """Say a reminder aloud, and count how often somebody's voice was busy."""
        trial = self._trials.pop(claimed.id, _Trial())
        count = trial.count + 1
        spoken = await self._speaking.async_say(
            message,
            audience(self._hass, claimed),
            device=claimed.device,
            waits=count < _BUSY_TRIES,
            language=claimed.language,
            everywhere=EVERYONE in claimed.whom,
            heard=trial.voices,
        )
        if spoken.said is Said.BUSY and count >= _MOST_TRIES:
            spoken = Spoken(Said.NOWHERE)
        if spoken.said is Said.BUSY:
            self._trials[claimed.id] = _Trial(count, spoken.voices)
        for device in spoken.devices:
            told = self.told_on.setdefault(device, deque(maxlen=_FEW))
            if claimed.id not in told:
                told.append(claimed.id)
        return spoken

    @callback
    def _on_spoken(self, room: str, message: str) -> None:
        """Let satellites that hear it not take it for somebody's words."""
        self._entry.runtime_data.echoes.spoken(room, message)

    async def _async_command(self, claimed: Reminder, now: datetime) -> None:
        said = phrases(claimed.language)["command"]
        message = None
        if claimed.rung is not None and now - claimed.rung > _COMMAND_LATEST:
            message = said["missed"].format(what=claimed.what)
        elif (why := await async_run(self._hass, self._entry, claimed)) is not None:
            message = said["failed"].format(what=claimed.what, why=why)
        if message is not None:
            # Before it counts as told: a crash would leave nobody knowing.
            await self._async_notify(claimed, message)
        told = await self._hub.book.told(claimed, dt_util.utcnow(), is_done=True)
        silence = self._quiet.silence(audience(self._hass, claimed))
        if message is not None and silence is None:
            await self._async_say(claimed, message)
        what = Happened.RUN if message is None else Happened.FAILED
        self._happened(what, told or claimed, now)

    async def _async_notify(self, reminder: Reminder, message: str) -> None:
        if not await self._async_phones(reminder, message):
            async_show(self._hass, reminder, message)

    async def _async_phones(self, reminder: Reminder, message: str) -> bool:
        people = audience(self._hass, reminder)
        return await async_notify(self._hass, reminder, message, people)

    @callback
    def _happened(
        self,
        what: Happened,
        reminder: Reminder,
        now: datetime,
        devices: Sequence[str] = (),
    ) -> None:
        late = (now - reminder.rung).total_seconds() if reminder.rung else 0.0
        more = {"late_seconds": round(late), "devices": list(devices)}
        self._hub.async_happened(Happening(what, reminder, more))

    async def _async_on_action(self, event: Event) -> None:
        """Do what a button of a notification wants."""
        pressed = action_of(str(event.data.get("action", "")))
        if pressed is None:
            return
        wish, reminder_id = pressed
        if wish == DONE:
            await self._hub.async_complete(reminder_id)
            return
        reminder = await self._hub.book.get(reminder_id)
        if reminder is None:
            return
        until = dt_util.utcnow() + _SNOOZED_FOR
        if wish != SNOOZE:
            until = tomorrow(reminder, dt_util.now())
        await self._hub.async_snooze(reminder_id, until)


def tomorrow(reminder: Reminder, now: datetime) -> datetime:
    """Return the time of a reminder on the day after, as the clocks will show it."""
    at = (reminder.rung or reminder.due or now).astimezone(now.tzinfo)
    day = now.date() + timedelta(days=1)
    return dt_util.as_utc(datetime.combine(day, at.time(), now.tzinfo))
