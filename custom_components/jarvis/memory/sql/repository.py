"""What the homes of the memory do alike: statements in transactions."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from ..records import Fact, Item, Kind, Turn
from ..repository import (
    Context,
    Counts,
    ForgottenError,
    Hit,
    Neighbours,
    OffLimits,
    Owners,
    Space,
    Tombstone,
    Vector,
    VectorChunk,
)
from . import facts, forget, full_text, marks, off_limits, reading, spaces, turns
from .outbox import Box

_EXPIRED_AT_ONCE = 200


class Transactions(Protocol):
    """What gives connections: a local file or a server."""

    def write(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Give a connection whose transaction is kept at the end."""

    def read(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Give a connection to read."""


class SqlRepository[D: Transactions]:
    """Keeps, finds and forgets; each change is kept when its method returns."""

    def __init__(
        self, database: D, terms: Callable[[str], Sequence[str]], box: Box
    ) -> None:
        """Use an open database, and a box for what another home is to hear of."""
        self._database = database
        self._terms = terms
        self._box = box

    # Turns and facts

    async def add_turn(self, turn: Turn) -> None:
        """Keep a turn; one that is known stays as it is."""
        await self.add_turns([turn])

    async def add_turns(self, turns_added: Sequence[Turn]) -> int:
        """Keep many turns in one transaction; return how many were new."""
        async with self._database.write() as connection:
            return await turns.add(connection, turns_added, self._terms, self._box)

    async def answer_turn(
        self,
        turn_id: str,
        answered: str,
        done: Mapping[str, Any] | None = None,
        model: str | None = None,
    ) -> None:
        """Add the reply to a turn; `UnknownError` where it was forgotten meanwhile."""
        reply = {"answered": answered, "done": dict(done or {}), "model": model}
        async with self._database.write() as connection:
            await turns.answer(connection, turn_id, reply, self._terms, self._box)

    async def exclude(self, conversation: str) -> int:
        """Take all turns of a conversation out of what is remembered."""
        async with self._database.write() as connection:
            return await turns.exclude(connection, conversation, self._box)

    async def add_fact(self, fact: Fact, *, force: bool = False) -> Fact:
        """Keep a fact and return it, or the one that says the same already."""
        async with self._database.write() as connection:
            (kept,) = await facts.add(
                connection, [fact], self._terms, self._box, force=force
            )
        if kept is None:
            raise ForgottenError(fact.content_hash)
        return kept

    async def add_facts(
        self, facts_added: Sequence[Fact], *, force: bool = False
    ) -> int:
        """Keep many facts in one transaction; return how many were new."""
        async with self._database.write() as connection:
            kept = await facts.add(
                connection, facts_added, self._terms, self._box, force=force
            )
        return sum(one is fact for one, fact in zip(kept, facts_added, strict=True))

    async def supersede(
        self, old_id: str, new_fact: Fact, *, force: bool = False
    ) -> Fact:
        """Let a fact stand in the place of another, which becomes the past."""
        async with self._database.write() as connection:
            return await facts.supersede(
                connection, old_id, new_fact, self._terms, self._box, force=force
            )

    async def end_fact(self, fact_id: str, at: datetime) -> None:
        """Note that a fact holds no longer, with nothing in its place."""
        async with self._database.write() as connection:
            await facts.end(connection, fact_id, at, self._box)

    # Reading

    async def fact(self, fact_id: str) -> Fact | None:
        """Return a fact."""
        async with self._database.read() as connection:
            return await facts.by_id(connection, fact_id)

    async def facts(
        self,
        owners: Owners,
        *,
        kinds: Collection[Kind] | None = None,
        include_past: bool = False,
        limit: int = 100,
        offset: int = 0,
        text: str | None = None,
    ) -> list[Fact]:
        """List facts, the newest first."""
        listed = reading.facts_listed(owners, kinds, include_past=include_past)
        async with self._database.read() as connection:
            if text is not None:
                words = self._terms(text)
                listed = full_text.having(connection, listed, text, words)
            return await reading.facts_of(
                connection, listed.limit(limit).offset(offset)
            )

    async def turns(
        self,
        owners: Owners,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> list[Turn]:
        """List turns, the newest first."""
        async with self._database.read() as connection:
            return await reading.turns_listed(
                connection, owners, since, until, limit=limit, offset=offset
            )

    async def get_many(self, ids: Collection[str]) -> dict[str, Turn | Fact]:
        """Return turns and facts by their ids; what is gone is left out."""
        async with self._database.read() as connection:
            return await reading.many(connection, ids)

    async def every(
        self,
        items: Item,
        *,
        owners: Owners | None = None,
        after: str | None = None,
        limit: int = 500,
    ) -> Sequence[Turn | Fact]:
        """Page through all turns or facts by id, what is past or excluded too."""
        async with self._database.read() as connection:
            return await reading.page(connection, items, owners, after, limit)

    async def in_context(self, ids: Collection[str]) -> Context:
        """Return turns and facts by their ids, with what else tells about them."""
        async with self._database.read() as connection:
            return await reading.in_context(connection, ids)

    async def neighbours(self, turn_ids: Collection[str]) -> dict[str, Neighbours]:
        """Return what was said just before and after each turn."""
        async with self._database.read() as connection:
            return await reading.neighbours(connection, turn_ids)

    async def search_terms(
        self,
        owners: Owners,
        terms: Sequence[str],
        *,
        items: Item,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 50,
    ) -> list[Hit]:
        """Find turns or current facts that have some of these terms, the best first."""
        async with self._database.read() as connection:
            return await full_text.search(
                connection,
                owners,
                terms,
                items=items,
                since=since,
                until=until,
                limit=limit,
            )

    async def search_each(
        self,
        owners: Owners,
        terms: Sequence[str],
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 50,
    ) -> dict[Item, list[Hit]]:
        """Find turns and facts by their terms; those of a time before the others."""
        async with self._database.read() as connection:
            return await full_text.search_each(
                connection, owners, terms, since=since, until=until, limit=limit
            )

    async def counts(self, owners: Owners | None = None) -> Counts:
        """Count what is remembered, of some or of all."""
        async with self._database.read() as connection:
            return await reading.counts(connection, owners)

    # Forgetting

    async def forget(self, ids: Collection[str]) -> int:
        """Leave no trace of these turns and facts and of what the facts superseded."""
        async with self._database.write() as connection:
            count = await forget.forget(connection, ids, self._box)
        await self._clean()
        return count

    async def forget_range(
        self, owners: Owners, since: datetime, until: datetime
    ) -> int:
        """Forget the turns of a time and what was learned from them or then."""
        async with self._database.write() as connection:
            ids = await forget.within(connection, owners, since, until)
            count = await forget.forget(connection, ids, self._box)
        await self._clean()
        return count

    async def forgotten_with(self, ids: Collection[str]) -> list[Turn | Fact]:
        """List what `forget` would take, so that a person can be asked."""
        async with self._database.read() as connection:
            whole = await forget.whole(connection, ids)
            return list((await reading.many(connection, whole)).values())

    async def expire(
        self, at: datetime, *, turns_before: datetime | None = None
    ) -> int:
        """Delete the facts whose time has come, and turns that are too old."""
        count = 0
        while True:
            # Some at a time: whoever speaks meanwhile is not to wait for all.
            async with self._database.write() as connection:
                ids = await forget.expired(
                    connection, at, turns_before, _EXPIRED_AT_ONCE
                )
                count += await forget.remove(connection, ids, self._box)
            if not ids:
                break
        if count:
            await self._clean()
        return count

    async def tombstones(self, owners: Owners | None = None) -> list[Tombstone]:
        """Return what is left of what was forgotten."""
        async with self._database.read() as connection:
            return await forget.buried(connection, owners)

    async def add_tombstones(self, tombstones: Sequence[Tombstone]) -> int:
        """Keep facts of these hashes from being learned; return how many were new."""
        async with self._database.write() as connection:
            return await forget.bury(connection, tombstones)

    async def add_off_limits(self, off_limits_added: OffLimits) -> None:
        """Note what somebody does not want to be remembered."""
        async with self._database.write() as connection:
            await off_limits.add(connection, off_limits_added, self._box)

    async def remove_off_limits(self, off_limits_id: str) -> None:
        """Allow it again."""
        async with self._database.write() as connection:
            await off_limits.remove(connection, off_limits_id, self._box)

    async def off_limits(self, owners: Owners | None = None) -> list[OffLimits]:
        """Return what is not to be remembered."""
        async with self._database.read() as connection:
            return await off_limits.listed(connection, owners)

    # Vectors

    async def spaces(self) -> list[Space]:
        """Return the space that serves and the one that is being built."""
        async with self._database.read() as connection:
            return await spaces.listed(connection)

    async def begin_space(
        self, model: str, dimensions: int, prefixes: Mapping[str, str]
    ) -> Space:
        """Return the space of a model: the one that is there, or a new one to build."""
        async with self._database.write() as connection:
            space = await spaces.begin(
                connection, model, dimensions, prefixes, self._box
            )
        await self.tidy()
        return space

    async def serve_space(self, space_id: str) -> None:
        """Let a space take the place of the one that served, whose vectors go."""
        async with self._database.write() as connection:
            await spaces.serve(connection, space_id, self._box)
        await self.tidy()

    async def put_vectors(
        self, space_id: str, rows: Sequence[tuple[str, Vector]]
    ) -> int:
        """Keep vectors of items that are still there; return how many these were."""
        async with self._database.write() as connection:
            return await spaces.put(connection, space_id, rows, self._box)

    async def vectors(
        self, space_id: str, owners: Owners | None = None
    ) -> AsyncIterator[VectorChunk]:
        """Give all vectors of a space, some at a time."""
        after = 0
        while True:
            # Each chunk is read by itself: a long read would keep the log from ending.
            async with self._database.read() as connection:
                space = await spaces.named(connection, space_id)
                chunk, after = await spaces.chunk(connection, space, owners, after)
            if not chunk.ids:
                return
            yield chunk

    async def vectors_of(self, space_id: str, ids: Collection[str]) -> VectorChunk:
        """Return the vectors of some items."""
        async with self._database.read() as connection:
            space = await spaces.named(connection, space_id)
            return await spaces.of_items(connection, space, ids)

    async def vector_count(self, space_id: str) -> int:
        """Count the vectors of a space."""
        async with self._database.read() as connection:
            return await spaces.count(connection, space_id)

    async def vector_ids(self, space_id: str, after: str, limit: int) -> list[str]:
        """Page through what has a vector in a space, by id."""
        async with self._database.read() as connection:
            return await spaces.ids(connection, space_id, after, limit)

    async def without_vector(
        self, space_id: str, limit: int, *, after: str | None = None
    ) -> list[Turn | Fact]:
        """Return what has no vector yet, by id, from behind `after` on."""
        async with self._database.read() as connection:
            return await spaces.without(connection, space_id, limit, after)

    async def tidy(self) -> None:
        """Finish what a stop interrupted: vectors of retired spaces, traces in logs."""
        await self._remove_retired()

    async def accounted(self, known: Sequence[Fact]) -> set[str]:
        """Return the ids of facts that are said by others here, or were forgotten."""
        async with self._database.read() as connection:
            return await facts.accounted(connection, known)

    async def mark(self, name: str) -> str | None:
        """Return how far something has come that is done by and by."""
        async with self._database.read() as connection:
            return await marks.read(connection, name)

    async def set_mark(self, name: str, value: str) -> None:
        """Note how far something has come."""
        async with self._database.write() as connection:
            await marks.write(connection, name, value)

    async def _clean(self) -> None:
        """Remove what the database still has of what was deleted."""

    async def _remove_retired(self) -> bool:
        """Delete the vectors that nobody uses; tell whether there were any."""
        deleted = False
        while True:
            async with self._database.write() as connection:
                if not await spaces.remove_some_retired(connection):
                    return deleted
            deleted = True
