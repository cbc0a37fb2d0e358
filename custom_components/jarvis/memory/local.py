"""The memory's first home: the local SQLite database."""

from collections.abc import Callable, Sequence
from typing import override

from ..store.database import Database
from .records import Fact, Turn
from .repository import News, OffLimits, OutboxEntry, Owners
from .sql import facts, marks, outbox, receive, shared
from .sql.repository import SqlRepository

MOVED_IN = "moved_in"
"""The mark that says how far the second home is filled."""
_HAD_SECOND_HOME = "had_second_home"


class LocalRepository(SqlRepository[Database]):
    """What is kept here is on the disk; what is forgotten leaves no byte there."""

    def __init__(
        self,
        database: Database,
        terms: Callable[[str], Sequence[str]],
        *,
        outbox_enabled: bool = True,
    ) -> None:
        """Use an open database; without a second home nothing is put by for it."""
        super().__init__(database, terms, outbox.Box(enabled=outbox_enabled))
        self._declared: Sequence[OffLimits] | None = None
        self._declarations = 0

    @override
    async def tidy(self) -> None:
        """Finish what a stop interrupted: vectors of retired spaces, traces in logs."""
        deleted = await self._remove_retired()
        if deleted:
            await self._database.give_back()
        if deleted or self._database.is_truncation_due:
            await self._database.truncate_log()

    @override
    async def _clean(self) -> None:
        await self._database.truncate_log()

    # What is off-limits: asked at every turn, and so kept at hand

    @override
    async def add_off_limits(self, off_limits_added: OffLimits) -> None:
        await super().add_off_limits(off_limits_added)
        self._declare_anew()

    @override
    async def remove_off_limits(self, off_limits_id: str) -> None:
        await super().remove_off_limits(off_limits_id)
        self._declare_anew()

    @override
    async def off_limits(self, owners: Owners | None = None) -> list[OffLimits]:
        declared, before = self._declared, self._declarations
        if declared is None:
            declared = await super().off_limits()
            # What was read while it changed may be what it was before.
            if before == self._declarations:
                self._declared = declared
        return [one for one in declared if owners is None or one.owner in owners]

    def _declare_anew(self) -> None:
        self._declarations += 1
        self._declared = None

    # The second home

    async def switch_outbox(self, *, enabled: bool) -> None:
        """Begin or cease to put changes by for a second home.

        Once there was one, what is forgotten is noted even while there is none: it
        must be gone there too when it comes back.
        """
        async with self._database.write() as connection:
            if enabled:
                await marks.write(connection, _HAD_SECOND_HOME, "1")
            else:
                await outbox.drop_puts(connection)
                await marks.write(connection, MOVED_IN, "")
            had = await marks.read(connection, _HAD_SECOND_HOME) is not None
        self._box.enabled = enabled
        self._box.notes_forgetting = had

    async def outbox(self, limit: int) -> list[OutboxEntry]:
        """Return the oldest changes that the second home has yet to hear of."""
        async with self._database.read() as connection:
            return await outbox.oldest(connection, limit)

    async def outbox_done(self, seq: int) -> None:
        """Note that the second home has everything up to this entry."""
        async with self._database.write() as connection:
            await outbox.done(connection, seq)

    async def outbox_failed(self, seq: int, *, for_good: bool = False) -> None:
        """Note that this entry could not be sent; after some times it is set aside."""
        async with self._database.write() as connection:
            await outbox.failed(connection, seq, for_good=for_good)

    async def outbox_backlog(self) -> int:
        """Count what waits."""
        async with self._database.read() as connection:
            return await outbox.backlog(connection)

    async def outbox_set_aside(self) -> list[OutboxEntry]:
        """Return what the second home cannot hold."""
        async with self._database.read() as connection:
            return await outbox.set_aside(connection)

    async def receive(self, records: Sequence[Turn | Fact]) -> None:
        """Take records of the second home; those that were forgotten here stay so."""
        said = [one for one in records if isinstance(one, Turn)]
        known = [one for one in records if isinstance(one, Fact)]
        async with self._database.write() as connection:
            known = await facts.not_buried(connection, known, ())
            await receive.receive_turns(connection, said, self._terms)
            await receive.receive_facts(connection, known, self._terms)

    async def apply_news(self, news: News) -> int:
        """Forget what other houses have forgotten; return how much that was here."""
        async with self._database.write() as connection:
            count = await shared.apply_news(connection, news)
        self._declare_anew()
        if count:
            await self._clean()
        return count
