"""The memory's second home: PostgreSQL, which several houses may share."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import override

from ..store.postgres import PostgresDatabase
from .postgres_index import make_indexes, remove_indexes
from .records import Fact, Turn, new_id
from .repository import News, Space, Tombstone, VectorChunk
from .sql import facts, marks, receive, shared, spaces
from .sql.outbox import Box
from .sql.repository import SqlRepository

_IDENTITY = "identity"


class PostgresRepository(SqlRepository[PostgresDatabase]):
    """Finds like every home; what is written comes from the homes of the houses."""

    def __init__(
        self,
        database: PostgresDatabase,
        terms: Callable[[str], Sequence[str]],
        house: str,
    ) -> None:
        """Use a database for a house, whose id no other house has."""
        super().__init__(database, terms, Box(enabled=False))
        self._house = house
        self._identity: str | None = None

    async def receive(
        self, records: Sequence[Turn | Fact], *, asked: Collection[str] = ()
    ) -> None:
        """Take records as the house has them, but nothing that another has forgotten.

        `asked` are the ids of what somebody there wished to be kept all the same.
        """
        async with self._database.write() as connection:
            ids = [one.id for one in records]
            gone = await shared.gone_elsewhere(connection, ids, self._house)
            kept = [one for one in records if one.id not in gone]
            said = [one for one in kept if isinstance(one, Turn) and not one.excluded]
            known = [one for one in kept if isinstance(one, Fact)]
            known = await facts.not_buried(connection, known, asked)
            if said:
                await receive.receive_turns(connection, said, self._terms)
            if known:
                await receive.receive_facts(connection, known, self._terms)

    async def remove(self, ids: Collection[str], *, buried: bool) -> None:
        """Let items be gone for all houses; buried ones with what they superseded."""
        async with self._database.write() as connection:
            await shared.remove(connection, ids, self._house, buried=buried)

    async def bury(self, tombstones: Sequence[Tombstone]) -> None:
        """Let facts be gone for all houses, and not be learned again."""
        async with self._database.write() as connection:
            await shared.bury(connection, tombstones, self._house)

    async def allow(self, off_limits_ids: Collection[str]) -> None:
        """Allow for all houses what was off-limits."""
        async with self._database.write() as connection:
            await shared.allow(connection, off_limits_ids, self._house)

    async def identity(self) -> str:
        """Return what tells this database from any other that there is or will be."""
        if self._identity is None:
            async with self._database.read() as connection:
                self._identity = await marks.read(connection, _IDENTITY)
        if self._identity is None:
            async with self._database.write() as connection:
                self._identity = await marks.once(connection, _IDENTITY, new_id())
        return self._identity

    async def join(self, space: Space) -> None:
        """Take part in the space of a house's model, which may be others' too."""
        async with self._database.write() as connection:
            await shared.join_space(connection, space, self._house)

    async def leave(self, space_id: str) -> None:
        """Give up a space, by the id that it has in the house."""
        async with self._database.write() as connection:
            await shared.leave_space(connection, space_id, self._house)

    async def receive_vectors(self, space_id: str, chunk: VectorChunk) -> int:
        """Take vectors of a space, by the id that it has in the house."""
        async with self._database.write() as connection:
            here = await shared.joined_space(connection, space_id, self._house)
            rows = list(zip(chunk.ids, chunk.matrix, strict=True))
            return await spaces.put(connection, here, rows, self._box)

    async def news(self, since: datetime) -> News:
        """Return what other houses have forgotten and declared since a moment."""
        async with self._database.read() as connection:
            return await shared.news(connection, self._house, since)

    async def space_like(self, space: Space) -> Space | None:
        """Return the space here whose vectors can be compared with a house's."""
        return next((it for it in await self.spaces() if it.is_like(space)), None)

    @override
    async def tidy(self) -> None:
        """Finish what a stop interrupted: vectors of retired spaces, their indexes."""
        known = await self.spaces()
        await remove_indexes(self._database, [space.id for space in known])
        await self._remove_retired()
        await make_indexes(self._database, known)
