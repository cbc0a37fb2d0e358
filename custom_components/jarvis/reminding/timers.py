"""The timers of an entry: written, counted and made to ring through here alone."""

import asyncio
from collections.abc import Callable, Collection, Coroutine
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
import logging
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from ..remembering.memory import Memory
from ..reminders.timer import (
    Timer,
    TimerState,
    ended,
    longer,
    paused,
    ringing,
    running,
    told,
    was_heard,
)
from ..reminders.timer_book import TimerBook
from ..store.errors import Reason, StoreError
from .displays import Displays, Seen
from .phrases import load
from .ringing import Rang, Ringing
from .steady import Steady, steady

_LOGGER = logging.getLogger(__name__)

_LOOK_EVERY_S = 60
"""A clock that is set meanwhile, and a device that comes back, are seen after this."""
_BUSY_FOR = timedelta(seconds=5)
_WAITS_FOR = timedelta(minutes=1)
"""How long a timer waits for its satellite before it is shown elsewhere."""
_LATELY = timedelta(minutes=5)
"""For how long «encore cinq minutes» may mean what rang."""


class TimerHappened(StrEnum):
    """What is told of a timer, for automations."""

    STARTED = "timer_started"
    FINISHED = "timer_finished"
    CANCELLED = "timer_cancelled"


type Follower = Callable[[TimerHappened, Timer], None]


class Timers:
    """All timers: Jarvis' own, and those that Home Assistant keeps besides.

    A length of time is counted by a clock that nobody sets; by that of the wall only
    after a restart, when there is no other.
    """

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry[Any], memory: Memory
    ) -> None:
        """Take the memory, in whose file timers are written."""
        self._hass = hass
        self._entry = entry
        self._memory = memory
        self._book: TimerBook | None = None
        self._displays = Displays(hass)
        self._ringing = Ringing(hass, self._on_spoken)
        self._steady = Steady()
        self._tried: dict[str, datetime] = {}
        """Since when each timer tries to ring."""
        self._rung_at: float | None = None
        """When anything rang last, by the steady clock."""
        self._looking = asyncio.Lock()
        self._is_begun = False
        self._stop_timer: CALLBACK_TYPE | None = None
        self._stop_waiting: CALLBACK_TYPE | None = None
        self._working: set[asyncio.Task[None]] = set()
        self._followers: list[Follower] = []

    @property
    def book(self) -> TimerBook:
        """Where timers are written; raises `StoreError` while that fails."""
        if self._book is None:
            raise StoreError(Reason.CLOSED)
        return self._book

    async def async_open(self) -> None:
        """Open the book, in which timers can be written from now on."""
        await self._hass.async_add_executor_job(load)
        if self._memory.database is not None:
            self._book = TimerBook(self._memory.database)

    @callback
    def async_start(self) -> None:
        """Begin to ring when Home Assistant is up, and those who speak with it."""
        if self._book is not None:
            self._stop_waiting = async_at_started(self._hass, self._on_started)

    async def async_stop(self) -> None:
        """End what is under way; the timers run on in the file."""
        if self._stop_waiting is not None:
            self._stop_waiting()
            self._stop_waiting = None
        # Before what is under way ends: it would look again after some time.
        self._is_begun = False
        self._book = None
        self._arm(None)
        working = tuple(self._working)
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)

    @callback
    def follow(self, follower: Follower) -> CALLBACK_TYPE:
        """Tell a follower what happens to timers; return how to stop."""
        self._followers.append(follower)
        return lambda: self._followers.remove(follower)

    async def async_add(self, timer: Timer) -> Timer:
        """Start a timer; it is on the disk when this returns."""
        now = dt_util.utcnow()
        started = await self.book.add(running(timer, timer.seconds, now))
        self._steady.count(started, now)
        self._happened(TimerHappened.STARTED, started)
        await self.async_look()
        return started

    async def async_list(self) -> list[Timer]:
        """Return what runs, waits or rings, also what only Home Assistant keeps."""
        now = dt_util.utcnow()
        async with self._looking:
            own = await self._async_open(now)
        return [*own, *self._displays.others(now)]

    @property
    def has_rung_lately(self) -> bool:
        """Whether anything rings, or rang just now."""
        if self._rung_at is None:
            return False
        return steady() - self._rung_at < _LATELY.total_seconds()

    async def async_rung_lately(self) -> list[Timer]:
        """Return what rings, and what rang just now."""
        return await self.book.rung_since(dt_util.utcnow() - _LATELY)

    async def async_cancel(self, timer_ids: Collection[str]) -> None:
        """Cancel timers, and silence what rings."""
        now = dt_util.utcnow()
        async with self._looking:
            for timer_id in timer_ids:
                if not self._displays.cancel(timer_id):
                    await self._async_end(timer_id, now)
        await self.async_look()

    async def async_pause(self, timer: Timer) -> None:
        """Let a timer wait with what is left of it."""
        now = dt_util.utcnow()
        await self._async_change(
            timer,
            lambda old: paused(old, old.left(now)),
            lambda old: old.state is TimerState.RUNNING,
        )

    async def async_resume(self, timer: Timer) -> None:
        """Let a timer run on."""
        now = dt_util.utcnow()
        await self._async_change(
            timer,
            lambda old: running(old, old.left(now), now),
            lambda old: old.state is TimerState.PAUSED,
        )

    async def async_lengthen(self, timer: Timer, by: int) -> None:
        """Give a timer more time or less; what has rung is set anew."""
        now = dt_util.utcnow()
        await self._async_change(
            timer,
            lambda old: longer(old, by, now),
            lambda old: old.state is not TimerState.CANCELLED,
        )

    async def async_look(self) -> None:
        """Make ring what is over, and wait for what is next."""
        async with self._looking:
            if self._book is None or not self._is_begun:
                return
            now = dt_util.utcnow()
            # Whatever fails now is tried again.
            wait_s: float | None = _LOOK_EVERY_S
            try:
                there = [
                    await self._async_looked_at(one, now)
                    for one in await self._async_open(now)
                ]
                self._displays.keep({one.id for one in there})
                wait_s = _until_next(there, now)
            except StoreError as err:
                self._fail(err)
            finally:
                self._arm(wait_s)

    async def _async_open(self, now: datetime) -> list[Timer]:
        """Return the timers in the book as clocks and devices have them by now."""
        found = []
        for written in await self.book.open():
            seen = self._displays.follow(self._steady.true(written, now), now)
            if seen is Seen.CANCELLED:
                await self._async_end(written.id, now)
            elif seen is Seen.RANG:
                await self._async_rang_there(written, now)
            elif isinstance(seen, Timer):
                if seen != written:
                    # What was changed on the device counts from now on.
                    self._steady.count(seen, now)
                    await self._async_write(seen, written)
                found.append(seen)
        return found

    async def _async_looked_at(self, timer: Timer, now: datetime) -> Timer:
        """Make a timer ring if its time is over; return it as it is then."""
        if timer.next_at is None or timer.next_at > now:
            self._displays.show(timer, now)
            return timer
        if timer.state is TimerState.RUNNING and self._displays.rings(timer):
            await self._async_rang_there(timer, now)
            return ended(timer, TimerState.DONE, now)
        rings = ringing(timer, now)
        if not await self._async_write(rings, timer):
            return rings
        self._rung_at = steady()
        self._do(partial(self._async_ring, rings))
        return rings

    async def _async_rang_there(self, timer: Timer, now: datetime) -> None:
        """Take a timer as done that its device makes ring by itself."""
        self._rung_at = steady()
        done = ended(ringing(timer, now), TimerState.DONE, now)
        if await self._async_write(done, timer):
            self._steady.forget(timer.id)
            self._happened(TimerHappened.FINISHED, done)

    async def _async_ring(self, timer: Timer) -> None:
        """Make a timer ring once, and see whether it has to again."""
        now = dt_util.utcnow()
        if was_heard(timer, now):
            await self._async_rang(timer, ended(timer, TimerState.DONE, now))
            return
        since = self._tried.setdefault(timer.id, now)
        waits = bool(timer.tellings) or now - since < _WAITS_FOR
        rang = await self._ringing.async_ring(timer, now, waits=waits)
        now = dt_util.utcnow()
        if rang in (Rang.BUSY, Rang.AWAY):
            await self._async_rang(timer, replace(timer, again_at=now + _BUSY_FOR))
            return
        self._rung_at = steady()
        done = told(timer, now)
        if rang is Rang.SHOWN and done.is_open:
            done = ended(done, TimerState.DONE, now)
        await self._async_rang(timer, done)

    async def _async_rang(self, timer: Timer, new: Timer) -> None:
        """Write that a timer rang, unless somebody stopped it meanwhile."""
        is_first = bool(new.tellings) and not timer.tellings
        if await self._async_write(new, timer) and is_first:
            self._happened(TimerHappened.FINISHED, new)
        if new.tellings:
            self._tried.pop(timer.id, None)
        await self.async_look()

    async def _async_end(self, timer_id: str, now: datetime) -> None:
        """End a timer: cancelled, or done where it rang."""

        def end(old: Timer) -> Timer:
            rings = old.state is TimerState.RINGING
            state = TimerState.DONE if rings else TimerState.CANCELLED
            return ended(old, state, now)

        gone = await self.book.change(timer_id, end, lambda old: old.is_open)
        self._displays.hide(timer_id)
        self._steady.forget(timer_id)
        self._tried.pop(timer_id, None)
        if gone is None:
            return
        self._do(partial(self._ringing.async_withdraw, gone))
        if gone.state is TimerState.CANCELLED:
            self._happened(TimerHappened.CANCELLED, gone)

    async def _async_change(
        self,
        timer: Timer,
        change: Callable[[Timer], Timer],
        is_wanted: Callable[[Timer], bool],
    ) -> None:
        """Change a timer, here and on its device."""
        now = dt_util.utcnow()
        if self._displays.adjust_other(change(timer), now):
            return
        async with self._looking:
            changed = await self.book.change(timer.id, change, is_wanted)
            if changed is not None:
                self._steady.count(changed, now)
                self._displays.show(changed, now)
                self._do(partial(self._ringing.async_withdraw, changed))
        await self.async_look()

    async def _async_write(self, new: Timer, old: Timer) -> bool:
        """Write a timer, unless it was changed meanwhile."""
        written = await self.book.change(new.id, lambda _old: new, old.__eq__)
        return written is not None

    @callback
    def _arm(self, wait_s: float | None) -> None:
        """Look again after some time, if at all."""
        if self._stop_timer is not None:
            self._stop_timer()
            self._stop_timer = None
        if wait_s is not None and self._book is not None:
            self._stop_timer = async_call_later(self._hass, wait_s, self._on_time)

    @callback
    def _on_spoken(self, room: str, message: str) -> None:
        """Let satellites that hear it not take it for somebody's words."""
        self._entry.runtime_data.echoes.spoken(room, message)

    @callback
    def _on_time(self, _now: datetime) -> None:
        self._stop_timer = None
        self._do(self.async_look)

    @callback
    def _on_started(self, _hass: HomeAssistant) -> None:
        """Begin, with all that rings there by now."""
        self._stop_waiting = None
        self._do(self._async_begin)

    async def _async_begin(self) -> None:
        """Take up what rang when all ended, then what was missed."""
        now = dt_util.utcnow()
        await self.book.tidy(now)
        if await self.async_rung_lately():
            self._rung_at = steady()
        for timer in await self.book.open():
            if timer.state is TimerState.RINGING and timer.again_at is None:
                # Nobody knows whether it was heard: rather twice than never.
                await self._async_write(replace(timer, again_at=now), timer)
        self._is_begun = True
        await self.async_look()

    @callback
    def _happened(self, what: TimerHappened, timer: Timer) -> None:
        for follower in tuple(self._followers):
            follower(what, timer)

    @callback
    def _do(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do something that ends with the entry."""

        async def guarded() -> None:
            try:
                await work()
            except StoreError as err:
                self._fail(err)
            except Exception:
                _LOGGER.exception("A timer failed")

        task = self._entry.async_create_background_task(
            self._hass, guarded(), "jarvis timer", eager_start=False
        )
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    @callback
    def _fail(self, err: StoreError) -> None:
        """Tell that the file cannot be used, unless it is being closed."""
        if err.reason is not Reason.CLOSED:
            self._memory.async_fail(err)


def _until_next(timers: Collection[Timer], now: datetime) -> float | None:
    """Return the seconds until something is next to be looked at; None if never."""
    if not timers:
        return None
    coming = min((one.next_at for one in timers if one.next_at), default=None)
    left = (coming - now).total_seconds() if coming else _LOOK_EVERY_S
    return max(0.0, min(left, _LOOK_EVERY_S))
