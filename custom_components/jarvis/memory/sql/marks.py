"""How far something has come that is done by and by: a value to each name."""

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ...store.schema import meta


async def read(connection: AsyncConnection, name: str) -> str | None:
    """Return what was noted."""
    found = await connection.execute(select(meta.c.value).where(meta.c.key == name))
    return found.scalar_one_or_none()


async def write(connection: AsyncConnection, name: str, value: str) -> None:
    """Note a value in place of the one before."""
    await connection.execute(delete(meta).where(meta.c.key == name))
    await connection.execute(insert(meta).values(key=name, value=value))
