"""Indexes of vectors, one for each space: made beside the writing, when worthwhile."""

from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import asynccontextmanager
from typing import Any

from ..store.postgres import PostgresDatabase
from .repository import Space

MANY = 20_000
"""Vectors of an owner from which on an index pays; comparing so many codes takes 8 ms.

An index that has to pass over most of what it finds, since it is others', misses more
and takes longer: with one owner of ten it took 24 ms to find 96 of 100.
"""

_MOST_DIMENSIONS = 4000
"""An index of `halfvec` takes no more."""
_PREFIX = "vector_near_"
_LOCK = 0x4A61727669730003
"""Held by the one house that works on indexes."""


async def make_indexes(database: PostgresDatabase, spaces: Sequence[Space]) -> None:
    """Make the index of each space in which some owner has many vectors."""
    wanted = [space for space in spaces if space.dimensions <= _MOST_DIMENSIONS]
    missing = [space for space in wanted if await _needs_index(database, space)]
    if not missing:
        return
    async with _alone(database) as connection:
        for space in missing if connection is not None else ():
            name = index_name(space.id)
            # One whose making was interrupted is there, and of no use.
            await connection.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            await connection.execute("SET maintenance_work_mem = '256MB'")
            cast = f"data::halfvec({space.dimensions})"
            await connection.execute(
                f"CREATE INDEX CONCURRENTLY {name} ON vector"
                f" USING hnsw (({cast}) halfvec_ip_ops) WHERE space = '{space.id}'"
            )


async def remove_indexes(database: PostgresDatabase, kept: Collection[str]) -> None:
    """Drop the indexes of all spaces but some."""
    names = {index_name(space_id) for space_id in kept}
    async with database.read() as connection:
        found = await connection.exec_driver_sql(
            "SELECT indexname FROM pg_indexes"
            " WHERE schemaname = current_schema() AND indexname LIKE $1",
            (f"{_PREFIX}%",),
        )
        useless = [name for name in found.scalars() if name not in names]
    if not useless:
        return
    async with _alone(database) as connection:
        for name in useless if connection is not None else ():
            await connection.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")


def index_name(space_id: str) -> str:
    """Return the name of a space's index."""
    return f"{_PREFIX}{space_id.replace('-', '')}"


async def _needs_index(database: PostgresDatabase, space: Space) -> bool:
    """Tell whether an owner has many vectors, and no index finds them."""
    async with database.read() as connection:
        there = await connection.exec_driver_sql(
            "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass($1)::oid",
            (index_name(space.id),),
        )
        if there.scalar_one_or_none():
            return False
        many = await connection.exec_driver_sql(
            "SELECT 1 FROM vector WHERE space = $1"
            " GROUP BY owner, item_kind HAVING count(*) > $2 LIMIT 1",
            (space.id, MANY),
        )
        return many.scalar_one_or_none() is not None


@asynccontextmanager
async def _alone(database: PostgresDatabase) -> AsyncGenerator[Any]:
    """Give a connection for what takes long, or None while another house has it."""
    async with database.maintain() as connection:
        if await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK):
            yield connection
        else:
            yield None
