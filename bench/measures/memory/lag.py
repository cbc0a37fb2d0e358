"""How late the event loop is while memories are kept and embedded beside it."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from itertools import batched
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from custom_components.jarvis.memory.embed_texts import Matrix, Model
from custom_components.jarvis.memory.embedding import Embedding, Wanted
from custom_components.jarvis.memory.local import LocalRepository
from custom_components.jarvis.memory.records import Fact, Turn
from custom_components.jarvis.memory.terms import terms
from custom_components.jarvis.store.database import Database

from .corpus import Memories

_STEP = 0.005
"""Seconds between two looks at the clock."""
_AT_ONCE = 200
"""As many as an import keeps in one transaction."""


async def lag_p99_ms(count: int) -> float:
    """Keep memories, half of them as said and half as imported; embed all meanwhile."""
    memories = Memories.of(count)
    with TemporaryDirectory() as folder:
        database = Database(Path(folder) / "memory.db")
        await database.open()
        try:
            # The stemmers are read from files.
            await asyncio.to_thread(terms, "ready")
            repository = LocalRepository(database, terms, outbox_enabled=False)
            late: list[float] = []
            looking = asyncio.ensure_future(_look(late))
            await _keep(repository, memories)
            await _stopped(looking)
            return 1000 * float(np.quantile(late, 0.99))
        finally:
            await database.close()


async def _keep(repository: LocalRepository, memories: Memories) -> None:
    """Keep memories and embed them; return when there is a vector of each."""
    done = asyncio.Event()

    async def embed(model: Model, texts: Sequence[str], *, is_awaited: bool) -> Matrix:
        return memories.vectors[: len(texts)]

    def changed() -> None:
        if embedding.progress == 1.0:
            done.set()

    embedding = Embedding(repository, embed, lambda _vectors: None, changed)
    embedding.want(Wanted("bench", "", "", ["digest"]))
    working = asyncio.ensure_future(embedding.run())
    half = len(memories.records) // 2
    for one in memories.records[:half]:
        if isinstance(one, Turn):
            await repository.add_turn(one)
        else:
            await repository.add_fact(one)
        embedding.look()
    for some in batched(memories.records[half:], _AT_ONCE, strict=False):
        await repository.add_turns([it for it in some if isinstance(it, Turn)])
        await repository.add_facts([it for it in some if isinstance(it, Fact)])
        embedding.look()
    (space,) = await repository.spaces()
    while await repository.vector_count(space.id) < len(memories.records):
        done.clear()
        embedding.look()
        with suppress(TimeoutError):
            await asyncio.wait_for(done.wait(), 1)
    await _stopped(working)
    await embedding.close()


async def _look(late: list[float]) -> None:
    """Note how late each step is; those that were missed altogether too."""
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        due += _STEP
        await asyncio.sleep(max(due - loop.time(), 0))
        late.append(loop.time() - due)


async def _stopped(task: asyncio.Task[None]) -> None:
    """End what runs until it is cancelled."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
