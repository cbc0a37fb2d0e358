"""What the second home has yet to hear of, noted in the transaction of the change."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ...store.schema import outbox
from ..records import now
from ..repository import Op, OutboxEntry, Sent
from .rows import some_at_a_time


class Box:
    """Takes notes where there is a second home.

    A note names what changed and quotes nothing: whoever delivers it reads what is
    there by then, so the same may be delivered twice and nobody's words are copied.
    """

    def __init__(self, *, enabled: bool) -> None:
        """Note whether anybody empties the box."""
        self.enabled = enabled

    async def add(
        self,
        connection: AsyncConnection,
        op: Op,
        sent: Sent,
        items: Mapping[str, Mapping[str, Any] | None],
    ) -> None:
        """Note changes: items by id, with what cannot be read later."""
        if not self.enabled or not items:
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
        self, connection: AsyncConnection, sent: Sent, items: Collection[str]
    ) -> None:
        """Note that items are new or changed."""
        await self.add(connection, Op.PUT, sent, dict.fromkeys(items))

    async def forget(
        self,
        connection: AsyncConnection,
        sent: Sent,
        items: Mapping[str, Mapping[str, Any] | None],
    ) -> None:
        """Note that items are gone, in place of what was noted of them before."""
        await self.drop(connection, items.keys())
        await self.add(connection, Op.FORGET, sent, items)

    async def drop(self, connection: AsyncConnection, items: Collection[str]) -> None:
        """Delete the notes about items."""
        for ids in some_at_a_time(items):
            await connection.execute(delete(outbox).where(outbox.c.item.in_(ids)))


async def oldest(connection: AsyncConnection, limit: int) -> list[OutboxEntry]:
    """Return what is to be delivered next."""
    found = await connection.execute(select(outbox).order_by(outbox.c.seq).limit(limit))
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


async def done(connection: AsyncConnection, seq: int) -> None:
    """Delete what was delivered."""
    await connection.execute(delete(outbox).where(outbox.c.seq <= seq))


async def failed(connection: AsyncConnection, seq: int) -> None:
    """Count a delivery that failed."""
    await connection.execute(
        update(outbox).where(outbox.c.seq == seq).values(tries=outbox.c.tries + 1)
    )


async def backlog(connection: AsyncConnection) -> int:
    """Count what waits."""
    found = await connection.execute(select(func.count()).select_from(outbox))
    return int(found.scalar_one())
