"""The two homes of the memory: filled in bulk, opened as Home Assistant opens them."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import batched
from pathlib import Path
from time import perf_counter

from custom_components.jarvis.memory.embed_space import LiveSpace
from custom_components.jarvis.memory.local import LocalRepository
from custom_components.jarvis.memory.near import LocalNearest, Nearest
from custom_components.jarvis.memory.postgres import PostgresRepository
from custom_components.jarvis.memory.postgres_near import PostgresNearest
from custom_components.jarvis.memory.records import Fact, Turn
from custom_components.jarvis.memory.terms import terms
from custom_components.jarvis.store.database import Database
from custom_components.jarvis.store.postgres import PostgresDatabase

from .corpus import DIMENSIONS, Memories

EMBEDDED, POSTGRES = BACKENDS = ("embedded", "postgres")

_AT_ONCE = 500
_HOUSE = "house"
_MODEL = "bench"

type Home = LocalRepository | PostgresRepository


@dataclass(frozen=True, slots=True)
class Opened:
    """A home in which memories can be found."""

    repository: Home
    nearest: Nearest


async def fill(backend: str, place: str, memories: Memories) -> float:
    """Keep all memories with their vectors; return how many that is a second."""
    async with _repository(backend, place) as (repository, _database):
        began = perf_counter()
        space = await repository.begin_space(_MODEL, DIMENSIONS, {})
        for rows in batched(range(len(memories.records)), _AT_ONCE, strict=False):
            some = [memories.records[row] for row in rows]
            await repository.add_turns([it for it in some if isinstance(it, Turn)])
            await repository.add_facts([it for it in some if isinstance(it, Fact)])
            vectors = memories.vectors[rows[0] : rows[-1] + 1]
            ids = [one.id for one in some]
            await repository.put_vectors(space.id, list(zip(ids, vectors, strict=True)))
        seconds = perf_counter() - began
        await repository.serve_space(space.id)
        return len(memories.records) / seconds


@asynccontextmanager
async def opened(backend: str, place: str) -> AsyncGenerator[Opened]:
    """Open a home that is filled, and load what it keeps in memory."""
    async with _repository(backend, place) as (repository, database):
        (space,) = await repository.spaces()
        if isinstance(repository, LocalRepository):
            live = await LiveSpace.load(repository, space)
            nearest: Nearest = LocalNearest(repository, space.id, live.index)
        else:
            assert isinstance(database, PostgresDatabase)
            nearest = PostgresNearest(database, space)
        yield Opened(repository, nearest)


@asynccontextmanager
async def _repository(
    backend: str, place: str
) -> AsyncGenerator[tuple[Home, Database | PostgresDatabase]]:
    """Open the database of a home, a file or what an address leads to."""
    async with AsyncExitStack() as stack:
        if backend == EMBEDDED:
            file = Database(Path(place))
            await file.open()
            stack.push_async_callback(file.close)
            yield LocalRepository(file, terms, outbox_enabled=False), file
        else:
            database = PostgresDatabase(place)
            stack.push_async_callback(database.close)
            yield PostgresRepository(database, terms, _HOUSE), database
