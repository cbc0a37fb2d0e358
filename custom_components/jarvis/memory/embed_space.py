"""A space with the index of its vectors in memory, in step with the disk."""

import asyncio
from collections.abc import Sequence
from itertools import batched
from typing import Self

from .local import LocalRepository
from .repository import Space, Vector, VectorChunk
from .vectors import VectorIndex

_IDS = 5000
"""Ids read at once."""
_ROWS = 256
"""Vectors read at once: about half a megabyte."""


class LiveSpace:
    """A space that can be searched."""

    def __init__(self, repository: LocalRepository, space: Space) -> None:
        """Begin with nothing in memory; `load` begins with what is on the disk."""
        self._repository = repository
        self.space = space
        self.index = VectorIndex(space.dimensions)

    @classmethod
    async def load(cls, repository: LocalRepository, space: Space) -> Self:
        """Read all vectors, some at a time."""
        live = cls(repository, space)
        async for chunk in repository.vectors(space.id):
            await live._add(chunk)
        return live

    async def put(self, vectors: Sequence[tuple[str, Vector]]) -> set[str]:
        """Keep vectors of what is still there; return of what."""
        await self._repository.put_vectors(self.space.id, vectors)
        return await self._add_from_disk([one for one, _ in vectors])

    async def reconcile(self) -> None:
        """Let go of what was forgotten, superseded, or expired meanwhile."""
        if await self._repository.vector_count(self.space.id) == len(self.index):
            return
        there = set[str]()
        after = ""
        while ids := await self._repository.vector_ids(self.space.id, after, _IDS):
            there.update(ids)
            after = ids[-1]

        def compare() -> list[str]:
            """Let go of what is gone; return what is new."""
            known = self.index.ids()
            self.index.remove(known - there)
            return list(there - known)

        loop = asyncio.get_running_loop()
        await self._add_from_disk(await loop.run_in_executor(None, compare))

    async def _add_from_disk(self, ids: Sequence[str]) -> set[str]:
        """Take up vectors; return which are on the disk."""
        found = set[str]()
        for some in batched(ids, _ROWS, strict=False):
            chunk = await self._repository.vectors_of(self.space.id, some)
            await self._add(chunk)
            found.update(chunk.ids)
        return found

    async def _add(self, chunk: VectorChunk) -> None:
        """Take up vectors; it computes."""
        if chunk.ids:
            await asyncio.get_running_loop().run_in_executor(
                None, self.index.add, chunk.ids, chunk.owners, chunk.kinds, chunk.matrix
            )
