"""What people do not want to be remembered."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ...store.schema import off_limits as table
from ..repository import OffLimits, Owners, Sent
from .outbox import Box
from .rows import insert_into, of_owners


async def add(connection: AsyncConnection, declared: OffLimits, box: Box) -> None:
    """Note something; what is noted already stays."""
    same = select(table.c.id).where(table.c.id == declared.id)
    known = await connection.execute(same)
    if known.scalar_one_or_none() is not None:
        return
    await connection.execute(
        insert_into(connection, table)
        .on_conflict_do_nothing()
        .values(
            id=declared.id,
            owner=declared.owner,
            text=declared.text,
            created_at=declared.created_at,
        )
    )
    await box.put(connection, Sent.OFF_LIMITS, [declared.id])


async def remove(connection: AsyncConnection, declared_id: str, box: Box) -> None:
    """Allow it again."""
    await connection.execute(delete(table).where(table.c.id == declared_id))
    await box.forget(connection, Sent.OFF_LIMITS, {declared_id: None})


async def listed(connection: AsyncConnection, owners: Owners | None) -> list[OffLimits]:
    """Return what was noted, the oldest first."""
    found = await connection.execute(
        select(table)
        .where(*of_owners(table.c.owner, owners))
        .order_by(table.c.created_at, table.c.id)
    )
    return [OffLimits(row.id, row.text, row.owner, row.created_at) for row in found]
