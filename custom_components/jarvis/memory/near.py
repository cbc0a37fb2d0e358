"""The nearest memories to a question: what each home of the memory can find."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol, override

import numpy as np
from numpy.typing import NDArray

from .records import Item
from .repository import Owners, Repository
from .vectors import Chosen, Near, VectorIndex, cosines_of, nearest

type Question = NDArray[np.floating[Any]]
"""A unit vector (dimensions,)."""


class Nearest(Protocol):
    """Finds memories by their vectors, all of one space."""

    async def near(
        self, question: Question, owners: Owners, items: Collection[Item], limit: int
    ) -> Mapping[Item, Sequence[Near]]:
        """Return for each kind of item the nearest, nearest first."""


class LocalNearest(Nearest):
    """Finds them by the index in memory, and ranks them by the vectors on disk."""

    def __init__(self, repository: Repository, space: str, index: VectorIndex) -> None:
        """Take a space and the index of its vectors, whose kinds are `Item`s."""
        self._repository = repository
        self._space = space
        self._index = index

    @override
    async def near(
        self, question: Question, owners: Owners, items: Collection[Item], limit: int
    ) -> Mapping[Item, Sequence[Near]]:
        """Return for each kind of item the nearest, nearest first."""
        loop = asyncio.get_running_loop()

        def choose() -> dict[Item, Chosen]:
            return {
                item: self._index.choose(question, owners, item, limit)
                for item in items
            }

        chosen = await loop.run_in_executor(None, choose)
        ids = {one for each in chosen.values() for one in each.ids}
        chunk = await self._repository.vectors_of(self._space, ids)

        def ordered() -> dict[Item, Sequence[Near]]:
            cosines = cosines_of(question, chunk.ids, chunk.matrix)
            return {
                item: nearest(each, cosines, limit) for item, each in chosen.items()
            }

        return await loop.run_in_executor(None, ordered)
