"""Where reminders are written down: whatever returns from here is on the disk.

Each time that comes is delivered once. `claim` writes that it is being delivered before
anybody hears of it, `begin` that it reaches somebody now, `told` that it did. After a
crash `recover` reads how far it came: what had not begun is delivered anew, and what
had begun counts as told, since nobody can know how much of it was heard. Such a one is
returned, until `told`: a notification that takes the place of itself tells it again.
"""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta
import unicodedata

from sqlalchemy import ColumnElement, delete, false, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ..store.database import Database
from ..store.schema import reminder as table
from . import course
from .records import EVERYONE, Reminder, State
from .rows import reminder_of, values_of

OPEN = (State.WAITING, State.RINGING)
KEPT = timedelta(days=30)
"""How long one is kept that is done or cancelled."""
UNCONFIRMED = timedelta(days=1)
"""When one that was told and not confirmed counts as done."""
_AT_ONCE = 20
_MOST = 1000
_A_STEP = 50
"""How many are read before others have their turn."""
_CHANGED = ("what", "whom", "owner", "language", "kind")
_TIMES = ("due", "grain", "rule", "first", "zone", "trigger")


class Book:
    """All reminders of the house."""

    def __init__(self, database: Database) -> None:
        """Take the database, which is open."""
        self._database = database

    async def add(self, reminder: Reminder) -> Reminder:
        """Write a reminder down."""
        new = course.anchored(reminder)
        async with self._database.write() as connection:
            await connection.execute(table.insert().values(values_of(new)))
        return new

    async def get(self, reminder_id: str) -> Reminder | None:
        """Return a reminder; None where it is not there any more."""
        async with self._database.read() as connection:
            return await _get(connection, reminder_id)

    async def listed(
        self,
        owners: Collection[str | None] | None = None,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        states: Collection[State] = OPEN,
        text: str | None = None,
        is_to_come: bool = False,
        limit: int = _MOST,
    ) -> list[Reminder]:
        """Return reminders of some owners, and those for them, in order of time.

        No owners stand for all. Of times the next one counts; what is to come has one.
        The text need only have the same words, whatever their accents.
        """
        at = func.coalesce(table.c.next_at, table.c.due)
        query = (
            select(table)
            .where(table.c.state.in_([one.value for one in states]))
            .order_by(at.is_(None), at, table.c.id)
        )
        if owners is not None:
            query = query.where(_concerns(owners))
        if since is not None:
            query = query.where(at >= since)
        if until is not None:
            query = query.where(at < until)
        if is_to_come:
            query = query.where(table.c.next_at.is_not(None))
        if text is None:
            query = query.limit(limit)
        wanted = set(_plain(text or "").split())
        found: list[Reminder] = []
        async with self._database.read() as connection:
            result = await connection.execute(query)
            while rows := result.fetchmany(_A_STEP):
                found += [
                    reminder_of(row)
                    for row in rows
                    if wanted <= set(_plain(row.what).split())
                ]
                if len(rows) == _A_STEP:
                    # A thousand take as long as a word: let others go first.
                    await asyncio.sleep(0)
        return found[:limit]

    async def awaiting(self) -> list[Reminder]:
        """Return those that wait for something else than a time."""
        query = select(table).where(
            table.c.awaited.is_not(None),
            table.c.state == State.WAITING.value,
            table.c.next_at.is_(None),
        )
        async with self._database.read() as connection:
            return [reminder_of(row) for row in await connection.execute(query)]

    async def next_due(self) -> datetime | None:
        """Return when something is next to be done; None where nothing is."""
        query = select(func.min(table.c.next_at, type_=table.c.next_at.type)).where(
            table.c.next_at.is_not(None), table.c.claimed_at.is_(None)
        )
        async with self._database.read() as connection:
            found: datetime | None = (await connection.execute(query)).scalar_one()
        return found

    async def change(self, changed: Reminder) -> Reminder | None:
        """Take over what people change; None where it is gone or ended.

        With another time or trigger it waits for that, whatever it did before.
        """

        def change(old: Reminder) -> Reminder:
            new = course.taking(old, changed, _CHANGED)
            if all(getattr(old, name) == getattr(changed, name) for name in _TIMES):
                return new
            return course.anchored(course.waiting(course.taking(new, changed, _TIMES)))

        return await self._update(changed.id, change)

    async def cancel(self, ids: Collection[str], now: datetime) -> list[Reminder]:
        """Call reminders off, with all times to come; return those that were open."""
        gone = []
        async with self._database.write() as connection:
            for reminder_id in dict.fromkeys(ids):
                old = await _get(connection, reminder_id)
                if old is not None and old.is_open:
                    new = replace(
                        course.waiting(old), state=State.CANCELLED, ended_at=now
                    )
                    gone.append(await _put(connection, new))
        return gone

    async def delete(self, ids: Collection[str]) -> None:
        """Keep nothing of some reminders."""
        async with self._database.write() as connection:
            await connection.execute(delete(table).where(table.c.id.in_(list(ids))))

    async def complete(self, reminder_id: str, now: datetime) -> Reminder | None:
        """Take a reminder as done; one that comes again waits for its next time."""
        return await self._update(reminder_id, lambda old: course.completed(old, now))

    async def reopen(self, reminder_id: str, now: datetime) -> Reminder | None:
        """Take a reminder as not done after all; its time may be past, silently."""
        async with self._database.write() as connection:
            old = await _get(connection, reminder_id)
            if old is None or old.state is not State.DONE:
                return old
            new = course.waiting(old)
            if old.due is None or old.due <= now:
                new = replace(new, state=State.RINGING, rung=old.due or now)
            return await _put(connection, new)

    async def snooze(self, reminder_id: str, until: datetime) -> Reminder | None:
        """Put a reminder off; one whose time has not come gets another time."""

        def snooze(old: Reminder) -> Reminder:
            if old.rung is None and old.rule is None:
                return course.waiting(replace(old, due=until, trigger=None))
            rung = old.rung or old.due
            due = old.due
            if old.rung is None and rung is not None:
                due = old.after(max(rung, until)) or rung
            return replace(course.waiting(old), due=due, rung=rung, again_at=until)

        return await self._update(reminder_id, snooze)

    async def claim(self, now: datetime) -> list[Reminder]:
        """Write that what is due is being delivered, and return it.

        Of several times that were missed there is one delivery, for the first of them.
        """
        query = (
            select(table)
            .where(table.c.next_at <= now, table.c.claimed_at.is_(None))
            .order_by(table.c.next_at, table.c.id)
            .limit(_AT_ONCE)
        )
        async with self._database.write() as connection:
            rows = (await connection.execute(query)).all()
            return [
                await _put(connection, course.claimed(reminder_of(row), now))
                for row in rows
            ]

    async def arm(self, reminder_id: str) -> Reminder | None:
        """Write that what is waited for was seen not to be so yet."""

        def arm(old: Reminder) -> Reminder:
            armed = old.trigger and replace(old.trigger, is_armed=True)
            return replace(old, trigger=armed)

        return await self._update(reminder_id, arm)

    async def claim_awaited(self, reminder_id: str, now: datetime) -> Reminder | None:
        """Write that what was waited for is there; None where nothing waits for it."""
        async with self._database.write() as connection:
            old = await _get(connection, reminder_id)
            if old is None or old.state is not State.WAITING or old.claimed_at:
                return None
            new = replace(old, state=State.RINGING, rung=now, claimed_at=now)
            return await _put(connection, new)

    async def begin(self, claimed: Reminder, now: datetime) -> bool:
        """Write that somebody hears of it now; false where it is wanted no more."""
        async with self._database.write() as connection:
            done = await connection.execute(
                update(table)
                .where(
                    table.c.id == claimed.id, table.c.claimed_at == claimed.claimed_at
                )
                .values(begun_at=now)
            )
            return bool(done.rowcount)

    async def told(
        self,
        claimed: Reminder,
        now: datetime,
        *,
        is_spoken: bool = True,
        again_at: datetime | None = None,
        is_held: bool = False,
        is_done: bool = False,
    ) -> Reminder | None:
        """Write that it was delivered; None where it was changed meanwhile."""

        def told(old: Reminder) -> Reminder:
            new = course.delivered(old, now, is_spoken=is_spoken)
            new = replace(new, again_at=again_at, is_held=is_held)
            return course.completed(new, now) if is_done else new

        return await self._update(
            claimed.id, told, lambda old: old.claimed_at == claimed.claimed_at
        )

    async def release(self, at: datetime) -> None:
        """Have everything said aloud at a time that was held back."""
        held = select(table).where(
            table.c.is_held,
            table.c.state == State.RINGING.value,
            table.c.claimed_at.is_(None),
        )
        async with self._database.read() as connection:
            if (await connection.execute(held)).first() is None:
                return
        async with self._database.write() as connection:
            for row in (await connection.execute(held)).all():
                await _put(connection, replace(reminder_of(row), again_at=at))

    async def recover(
        self, now: datetime, ids: Collection[str] | None = None
    ) -> list[Reminder]:
        """Take up what was cut off; return what may have been heard or not.

        That stays as it is, for the next crash, until it is `told`; a command that had
        begun is never run twice. No ids stand for all, as after a crash.
        """
        cut = []
        query = select(table).where(table.c.claimed_at.is_not(None))
        if ids is not None:
            query = query.where(table.c.id.in_(list(ids)))
        async with self._database.write() as connection:
            rows = await connection.execute(query)
            for old in [reminder_of(row) for row in rows]:
                if old.begun_at is not None:
                    cut.append(old)
                    continue
                await _put(connection, replace(old, claimed_at=None, again_at=now))
        return cut

    async def tidy(self, now: datetime) -> None:
        """End what nobody will confirm any more, and delete what ended long ago."""
        async with self._database.write() as connection:
            rows = await connection.execute(
                select(table).where(
                    table.c.state == State.RINGING.value,
                    table.c.claimed_at.is_(None),
                    table.c.again_at.is_(None),
                    table.c.is_held == false(),
                    table.c.told_at < now - UNCONFIRMED,
                )
            )
            for old in [reminder_of(row) for row in rows]:
                await _put(connection, course.completed(old, now))
            await connection.execute(delete(table).where(table.c.ended_at < now - KEPT))

    async def _update(
        self,
        reminder_id: str,
        change: Callable[[Reminder], Reminder],
        is_wanted: Callable[[Reminder], bool] = lambda _old: True,
    ) -> Reminder | None:
        """Change an open reminder within one transaction."""
        async with self._database.write() as connection:
            old = await _get(connection, reminder_id)
            if old is None or not old.is_open or not is_wanted(old):
                return None
            return await _put(connection, change(old))


async def _get(connection: AsyncConnection, reminder_id: str) -> Reminder | None:
    found = await connection.execute(select(table).where(table.c.id == reminder_id))
    row = found.one_or_none()
    return None if row is None else reminder_of(row)


async def _put(connection: AsyncConnection, reminder: Reminder) -> Reminder:
    await connection.execute(
        update(table).where(table.c.id == reminder.id).values(values_of(reminder))
    )
    return reminder


def _concerns(owners: Collection[str | None]) -> ColumnElement[bool]:
    """Return the condition that a reminder is of somebody or for them."""
    named = [owner for owner in owners if owner is not None]
    whom = func.json_each(table.c.whom).table_valued("value")
    is_for_them = (
        select(whom.c.value).where(whom.c.value.in_([*named, EVERYONE])).exists()
    )
    conditions = [table.c.owner.in_(named), is_for_them]
    if None in owners:
        conditions.append(table.c.owner.is_(None))
    return or_(*conditions)


def _plain(text: str) -> str:
    """Return a text in small letters without accents."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(
        one if one.isalnum() else " "
        for one in letters
        if not unicodedata.combining(one)
    )
