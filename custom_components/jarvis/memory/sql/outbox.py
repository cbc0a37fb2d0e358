"""What the second home has yet to hear of, noted in the transaction of the change."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, not_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ...store.schema import outbox
from ..records import now
from ..repository import Op, OutboxEntry, Sent
from .rows import some_at_a_time

TRIES = 3
"""Deliveries that may fail for a reason of their own before one is set aside."""


class Box:
    """Takes notes where there is a second home.

    A note names what changed and quotes nothing: whoever delivers it reads what is
    there by then, so the same may be delivered twice and nobody's words are copied.
    """

    def __init__(self, *, enabled: bool) -> None:
        """Note whether anybody empties the box."""
        self.enabled = enabled
        self.notes_forgetting = enabled
        """Whether what is forgotten is noted even while nobody empties the box."""

    async def add(
        self,
        connection: AsyncConnection,
        op: Op,
        sent: Sent,
        items: Mapping[str, Mapping[str, Any] | None],
    ) -> None:
        """Note changes: items by id, with what cannot be read later."""
        if not items or not (
            self.notes_forgetting if op is Op.FORGET else self.enabled
        ):
            return
        await connection.execute(
            insert(outbox),
            [
                {
                    "op": op,
                    "item_kind": sent,
                    "item": item,
                    "payload": payload,
                    "created_at": now(),
                    "tries": 0,
                }
                for item, payload in items.items()
            ],
        )

    async def put(
        self,
        connection: AsyncConnection,
        sent: Sent,
        items: Collection[str],
        payload: Mapping[str, Any] | None = None,
    ) -> None:
        """Note that items are new or changed."""
        await self.add(connection, Op.PUT, sent, dict.fromkeys(items, payload))

    async def forget(
        self,
        connection: AsyncConnection,
        sent: Sent,
        items: Mapping[str, Mapping[str, Any] | None],
    ) -> None:
        """Note that items are gone, in place of what was noted of them before."""
        if not self.notes_forgetting:
            return
        await self.drop(connection, items.keys())
        await self.add(connection, Op.FORGET, sent, items)

    async def drop(self, connection: AsyncConnection, items: Collection[str]) -> None:
        """Delete the notes about items."""
        for ids in some_at_a_time(items):
            await connection.execute(delete(outbox).where(outbox.c.item.in_(ids)))


async def oldest(connection: AsyncConnection, limit: int) -> list[OutboxEntry]:
    """Return what is to be delivered next."""
    return await _entries(connection, _waits(), limit)


async def set_aside(connection: AsyncConnection) -> list[OutboxEntry]:
    """Return what could not be delivered."""
    return await _entries(connection, not_(_waits()), None)


async def done(connection: AsyncConnection, seq: int) -> None:
    """Delete what was delivered."""
    await connection.execute(delete(outbox).where(outbox.c.seq <= seq, _waits()))


async def failed(connection: AsyncConnection, seq: int, *, for_good: bool) -> None:
    """Count a delivery that failed, or set aside what will always fail."""
    tries = TRIES if for_good else outbox.c.tries + 1
    await connection.execute(
        update(outbox).where(outbox.c.seq == seq).values(tries=tries)
    )


async def backlog(connection: AsyncConnection) -> int:
    """Count what waits."""
    found = await connection.execute(
        select(func.count()).select_from(outbox).where(_waits())
    )
    return int(found.scalar_one())


async def drop_puts(connection: AsyncConnection) -> None:
    """Delete what says that something is new: a first fill will find it."""
    await connection.execute(delete(outbox).where(outbox.c.op == Op.PUT))


async def _entries(
    connection: AsyncConnection, wanted: ColumnElement[bool], limit: int | None
) -> list[OutboxEntry]:
    found = await connection.execute(
        select(outbox).where(wanted).order_by(outbox.c.seq).limit(limit)
    )
    return [
        OutboxEntry(
            seq=row.seq,
            op=Op(row.op),
            sent=Sent(row.item_kind),
            item=row.item,
            payload=row.payload,
            created_at=row.created_at,
            tries=row.tries,
        )
        for row in found
    ]


def _waits() -> ColumnElement[bool]:
    """Return what tells entries that are not set aside."""
    return outbox.c.tries < TRIES
