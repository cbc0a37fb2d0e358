"""How far something has come that is done by and by: a value to each name."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from ...store.schema import meta
from .rows import insert_into


async def read(connection: AsyncConnection, name: str) -> str | None:
    """Return what was noted."""
    found = await connection.execute(select(meta.c.value).where(meta.c.key == name))
    return found.scalar_one_or_none()


async def write(connection: AsyncConnection, name: str, value: str) -> None:
    """Note a value in place of the one before."""
    statement = insert_into(connection, meta).values(key=name, value=value)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[meta.c.key], set_={"value": statement.excluded.value}
        )
    )


async def once(connection: AsyncConnection, name: str, value: str) -> str:
    """Note a value unless there is one; return the one that is there."""
    statement = insert_into(connection, meta).values(key=name, value=value)
    await connection.execute(statement.on_conflict_do_nothing())
    found = await connection.execute(select(meta.c.value).where(meta.c.key == name))
    return str(found.scalar_one())
