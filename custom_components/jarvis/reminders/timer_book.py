"""Where timers are written down: whatever returns from here is on the disk."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ..store.database import Database
from ..store.schema import timer as table
from .timer import Timer, TimerState

_KEPT = timedelta(days=1)
"""How long one is kept that has ended."""
_FIELDS = tuple(one.name for one in fields(Timer))


class TimerBook:
    """All timers of the house."""

    def __init__(self, database: Database) -> None:
        """Take the database, which is open."""
        self._database = database

    async def add(self, timer: Timer) -> Timer:
        """Write a timer down."""
        async with self._database.write() as connection:
            await connection.execute(table.insert().values(_values_of(timer)))
        return timer

    async def open(self) -> list[Timer]:
        """Return the timers of which something is to come, the oldest first."""
        return await self._where(table.c.ended_at.is_(None))

    async def rung_since(self, since: datetime) -> list[Timer]:
        """Return those that ring, and those that rang and ended since a moment."""
        return await self._where(
            table.c.state.in_([TimerState.RINGING.value, TimerState.DONE.value]),
            table.c.ended_at.is_(None) | (table.c.ended_at >= since),
        )

    async def change(
        self,
        timer_id: str,
        change: Callable[[Timer], Timer],
        is_wanted: Callable[[Timer], bool],
    ) -> Timer | None:
        """Change a timer within one transaction; None where that is not wanted."""
        async with self._database.write() as connection:
            old = await _get(connection, timer_id)
            if old is None or not is_wanted(old):
                return None
            new = change(old)
            await connection.execute(
                update(table).where(table.c.id == timer_id).values(_values_of(new))
            )
        return new

    async def tidy(self, now: datetime) -> None:
        """Delete what ended long ago."""
        async with self._database.write() as connection:
            await connection.execute(
                delete(table).where(table.c.ended_at < now - _KEPT)
            )

    async def _where(self, *conditions: ColumnElement[bool]) -> list[Timer]:
        query = select(table).where(*conditions).order_by(table.c.created_at)
        async with self._database.read() as connection:
            return [_timer_of(row) for row in await connection.execute(query)]


async def _get(connection: AsyncConnection, timer_id: str) -> Timer | None:
    found = await connection.execute(select(table).where(table.c.id == timer_id))
    row = found.one_or_none()
    return None if row is None else _timer_of(row)


def _values_of(timer: Timer) -> Mapping[str, Any]:
    """Return what is written for a timer."""
    values = {name: getattr(timer, name) for name in _FIELDS}
    return values | {"state": timer.state.value}


def _timer_of(row: Row[Any]) -> Timer:
    """Return the timer of a row."""
    values = row._asdict()
    return Timer(**{**values, "state": TimerState(values["state"])})
