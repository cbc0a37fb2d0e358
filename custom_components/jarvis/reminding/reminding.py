"""The reminders of an entry: one timer for all of them, and who delivers them."""

import asyncio
from collections.abc import Callable, Collection, Coroutine
from datetime import datetime, timedelta
import logging
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from ..remembering.memory import Memory
from ..reminders.book import OPEN, Book
from ..reminders.records import Reminder, State
from ..store.errors import Reason, StoreError
from .delivery import Delivery, Happened, Happening
from .phrases import load
from .triggers import Triggers

_LOGGER = logging.getLogger(__name__)

_LOOK_AT_CLOCK = timedelta(minutes=1)
"""A timer counts seconds; a clock that is set meanwhile is noticed after this."""
_AFTER_FAILURE = timedelta(minutes=1)
_MOST_AT_ONCE = 20
_JUST = timedelta(minutes=10)
"""For how long «dans dix minutes» may mean what was told last."""
_RINGING = (State.RINGING,)
_TIDIED_EVERY = timedelta(hours=6)


class Reminding:
    """All reminders: written, changed and told through here alone."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry[Any], memory: Memory
    ) -> None:
        """Take the memory, in whose file reminders are written."""
        self._hass = hass
        self._entry = entry
        self._memory = memory
        self._book: Book | None = None
        self._next: datetime | None = None
        self._stop_timer: CALLBACK_TYPE | None = None
        self._stop_waiting: CALLBACK_TYPE | None = None
        self._looking = asyncio.Lock()
        self._tidied_at: datetime | None = None
        self._told_at: datetime | None = None
        self._is_begun = False
        self._cut_off: set[str] | None = None
        """What could not be written down while it was told; None for a crash's."""
        self._working: set[asyncio.Task[None]] = set()
        self._delivering: set[asyncio.Task[None]] = set()
        self._listeners: list[Callable[[], None]] = []
        self._followers: list[Callable[[Happening], None]] = []
        self.delivery = Delivery(hass, entry, self)
        self._triggers = Triggers(hass, self._on_armed, self._on_trigger)

    @property
    def book(self) -> Book:
        """Where reminders are written; raises `StoreError` while that fails."""
        if self._book is None:
            raise StoreError(Reason.CLOSED)
        return self._book

    @property
    def has_just_told(self) -> bool:
        """Whether words may be about something that was told just now."""
        told_at = self._told_at
        return told_at is not None and abs(dt_util.utcnow() - told_at) < _JUST

    async def async_open(self) -> None:
        """Open the book, in which reminders can be written from now on."""
        await self._hass.async_add_executor_job(load)
        if self._memory.database is not None:
            self._book = Book(self._memory.database)

    @callback
    def async_start(self) -> None:
        """Begin to remind when Home Assistant is up, and those who speak with it."""
        if self._book is None:
            return
        self._stop_waiting = async_at_started(self._hass, self._on_started)

    async def async_stop(self) -> None:
        """End what is under way; what is cut off is taken up by the next start."""
        self._is_begun = False
        for stop in (self._stop_waiting, self._stop_timer):
            if stop is not None:
                stop()
        self._stop_waiting = self._stop_timer = None
        self._triggers.stop()
        self.delivery.stop()
        working = tuple(self._working)
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)
        self._book = None

    @callback
    def listen(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call a listener after any reminder changed; return how to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def follow(self, follower: Callable[[Happening], None]) -> CALLBACK_TYPE:
        """Tell a follower what happens to reminders; return how to stop."""
        self._followers.append(follower)
        return lambda: self._followers.remove(follower)

    async def async_add(self, reminder: Reminder) -> Reminder:
        """Write a reminder down; it is on the disk when this returns."""
        return await self._async_done(self.book.add(reminder))

    async def async_get(self, reminder_id: str) -> Reminder | None:
        """Return a reminder; None where it is not there any more."""
        return await self.book.get(reminder_id)

    async def async_list(
        self,
        owners: Collection[str | None] | None = None,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        states: Collection[State] = OPEN,
        text: str | None = None,
    ) -> list[Reminder]:
        """Return reminders of some owners, and those for them, in order of time."""
        return await self.book.listed(
            owners, since=since, until=until, states=states, text=text
        )

    async def async_next(
        self, owners: Collection[str | None], since: datetime
    ) -> Reminder | None:
        """Return what comes next for some owners, from a time on."""
        found = await self.book.listed(owners, since=since, is_to_come=True, limit=1)
        return found[0] if found else None

    async def async_change(self, changed: Reminder) -> Reminder | None:
        """Take over what people change; None where it is gone or ended."""
        return await self._async_done(self.book.change(changed))

    async def async_cancel(self, ids: Collection[str]) -> list[Reminder]:
        """Call reminders off; return those that were open."""
        gone = await self._async_done(self.book.cancel(ids, dt_util.utcnow()))
        for reminder in gone:
            self._ended(Happened.CANCELLED, reminder)
        return gone

    async def async_delete(self, ids: Collection[str]) -> None:
        """Keep nothing of some reminders."""
        await self.async_cancel(ids)
        await self._async_done(self.book.delete(ids))

    async def async_complete(self, reminder_id: str) -> Reminder | None:
        """Take a reminder as done; one that comes again waits for its next time."""
        done = await self._async_done(self.book.complete(reminder_id, dt_util.utcnow()))
        if done is not None:
            self._ended(Happened.DONE, done)
        return done

    async def async_reopen(self, reminder_id: str) -> Reminder | None:
        """Take a reminder as not done after all."""
        return await self._async_done(self.book.reopen(reminder_id, dt_util.utcnow()))

    async def async_snooze(self, reminder_id: str, until: datetime) -> Reminder | None:
        """Put a reminder off; None where it is gone or ended."""
        snoozed = await self._async_done(self.book.snooze(reminder_id, until))
        if snoozed is not None:
            self._ended(Happened.SNOOZED, snoozed)
        return snoozed

    async def async_just_told(
        self, device: str | None, owners: Collection[str | None]
    ) -> list[Reminder]:
        """Return what was told on a device just now, else what was to somebody."""
        ids = self.delivery.told_on.get(device, ()) if device else ()
        there = [one for known in ids if (one := await self.book.get(known))]
        if told := _just_told(there):
            return told
        return _just_told(await self.async_list(owners, states=_RINGING))

    @callback
    def async_happened(self, happening: Happening) -> None:
        """Tell followers what happened."""
        if happening.what in (Happened.TOLD, Happened.HELD):
            self._told_at = dt_util.utcnow()
        for follower in tuple(self._followers):
            follower(happening)

    @callback
    def async_welcome(self) -> None:
        """See when what was held back can be said aloud, if nothing else holds it."""
        if self._is_begun and (at := self.delivery.welcome_at) is not None:
            self._do(self._async_release(at))

    @callback
    def async_changed(self) -> None:
        """Tell that a reminder is not what it was."""
        for listener in tuple(self._listeners):
            listener()

    async def async_look(self) -> None:
        """Begin to deliver what is due, and wait for what is next."""
        async with self._looking:
            # Before all is up there is nobody who could tell anything.
            if self._book is None or not self._is_begun:
                return
            self.delivery.follow()
            try:
                await self._async_take_up(self._book)
                await self._async_claim(self._book)
            except StoreError as err:
                self._fail(err)
                self._next = dt_util.utcnow() + _AFTER_FAILURE
            self._arm()

    async def _async_done[T](self, work: Coroutine[Any, Any, T]) -> T:
        """Do something with the book, then look at what is next."""
        done = await work
        await self.async_look()
        self.async_changed()
        return done

    @callback
    def _on_started(self, _hass: HomeAssistant) -> None:
        """Begin, with all that speaks there by now."""
        self._stop_waiting = None
        self._do(self._async_begin())

    async def _async_begin(self) -> None:
        """Take up what a crash cut off, then what was missed."""
        self.delivery.start()
        self._is_begun = True
        await self.async_look()
        ringing = await self.book.listed(states=_RINGING)
        self._told_at = max(
            (one.told_at for one in ringing if one.told_at), default=None
        )
        # What held speech back may have passed meanwhile.
        await self._async_release(dt_util.utcnow())

    async def _async_take_up(self, book: Book) -> None:
        """Take up what was cut off, before anything else is claimed."""
        if self._cut_off is not None and not self._cut_off:
            return
        ids = None if self._cut_off is None else frozenset(self._cut_off)
        cut_off = await book.recover(dt_util.utcnow(), ids)
        self._cut_off = (self._cut_off or set()) - (ids or set())
        for cut in cut_off:
            self._do(self._async_tell_cut(cut))

    async def _async_tell_cut(self, cut: Reminder) -> None:
        try:
            await self._async_done(self.delivery.async_tell_cut(cut))
        except StoreError:
            await self._async_take_up_later(cut)
            raise

    async def _async_take_up_later(self, reminder: Reminder) -> None:
        """Let the next look take up what could not be written down."""
        # A look under way would forget it: it finds nothing due, and waits for nothing.
        async with self._looking:
            if self._cut_off is not None:
                self._cut_off.add(reminder.id)
            now = dt_util.utcnow()
            soon = now + _AFTER_FAILURE
            if self._next is None or not now < self._next < soon:
                self._next = soon
            self._arm()

    async def _async_release(self, at: datetime) -> None:
        await self._async_done(self.book.release(at))

    @callback
    def _ended(self, what: Happened, reminder: Reminder) -> None:
        """Take back what is shown of a reminder, and tell what happened to it."""
        self._do(self.delivery.async_withdraw(reminder))
        self.async_happened(Happening(what, reminder))

    async def _async_claim(self, book: Book) -> None:
        """Claim what is due, as much as is delivered at once."""
        now = dt_util.utcnow()
        if self._tidied_at is None or abs(now - self._tidied_at) > _TIDIED_EVERY:
            await book.tidy(now)
            self._tidied_at = now
        self._next = await book.next_due()
        self._triggers.follow(await book.awaiting())
        if self._next is None or self._next > now:
            return
        while not self._is_full and (claimed := await book.claim(now)):
            for reminder in claimed:
                task = self._do(self._async_deliver(reminder))
                self._delivering.add(task)
                task.add_done_callback(self._delivering.discard)
        self._next = await book.next_due()

    @property
    def _is_full(self) -> bool:
        """Whether enough is being told; whoever has told looks again."""
        return len(self._delivering) >= _MOST_AT_ONCE

    @callback
    def _arm(self) -> None:
        """Wait for the next one, with one look at the clock a minute."""
        if self._stop_timer is not None:
            self._stop_timer()
            self._stop_timer = None
        if self._next is None or self._is_full or not self._is_begun:
            return
        soon = dt_util.utcnow() + _LOOK_AT_CLOCK
        self._stop_timer = async_track_point_in_utc_time(
            self._hass, self._on_time, min(self._next, soon)
        )

    @callback
    def _on_time(self, _now: datetime) -> None:
        """See whether the next one's time has come."""
        self._stop_timer = None
        if self._next is None or self._next > dt_util.utcnow():
            self._arm()
            return
        self._do(self.async_look())

    @callback
    def _on_armed(self, reminder_id: str) -> None:
        """Write down that somebody left who is to come home."""
        self._do(self._async_arm(reminder_id))

    async def _async_arm(self, reminder_id: str) -> None:
        await self.book.arm(reminder_id)

    @callback
    def _on_trigger(self, reminder_id: str) -> None:
        """Deliver what was waited for."""
        self._do(self._async_deliver_awaited(reminder_id))

    async def _async_deliver_awaited(self, reminder_id: str) -> None:
        claimed = await self.book.claim_awaited(reminder_id, dt_util.utcnow())
        if claimed is not None:
            await self._async_deliver(claimed)

    async def _async_deliver(self, claimed: Reminder) -> None:
        try:
            try:
                await self.delivery.async_deliver(claimed)
            finally:
                # From here on another one may be told.
                task = asyncio.current_task()
                if task is not None:
                    self._delivering.discard(task)
        except StoreError:
            await self._async_take_up_later(claimed)
            raise
        except Exception:
            _LOGGER.exception("A reminder could not be told")
            await self.delivery.async_tell_failed(claimed)
        await self.async_look()
        self.async_changed()

    @callback
    def _do(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do something that ends with the entry."""

        async def guarded() -> None:
            try:
                await work
            except StoreError as err:
                self._fail(err)

        task = self._entry.async_create_background_task(
            self._hass, guarded(), "jarvis reminder", eager_start=False
        )
        self._working.add(task)
        task.add_done_callback(self._working.discard)
        # One that is called off before it begins would be missed.
        task.add_done_callback(lambda _task: work.close())
        return task

    @callback
    def _fail(self, err: StoreError) -> None:
        """Tell that the file cannot be used, unless it is being closed."""
        if err.reason is not Reason.CLOSED:
            self._memory.async_fail(err)


def _just_told(reminders: Collection[Reminder]) -> list[Reminder]:
    """Return those of which words may be that are said now."""
    since = dt_util.utcnow() - _JUST
    return [
        one
        for one in reminders
        if one.state is State.RINGING and one.told_at and one.told_at > since
    ]
