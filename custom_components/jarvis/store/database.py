"""The local database: one writer, two readers, and everything closed in the end."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
import json
from pathlib import Path
from typing import Any, cast

import aiosqlite
from sqlalchemy import ExceptionContext, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlalchemy.util import await_only

from .connections import Connections, Role, check
from .errors import Reason, StoreError, translated
from .files import prepare, set_aside
from .migrations import MIGRATIONS, Step, migrate

READERS = 2

_BUSY_TIMEOUT_S = 5.0
_LAST_WRITE_S = 10.0
_LAST_READ_S = 2.0
_VACUUM_PAGES = 256
_LOG_PAGES = 1000
"""SQLite's own: from here on the log is taken back into the file by and by."""


@dataclass(frozen=True, slots=True)
class Opened:
    """How the database was found."""

    version_before: int
    """The version of the file before it was migrated; 0 for a new file."""
    set_aside: Path | None = None
    """Where the corrupt file is now, in whose place a new one was begun."""
    damage: str = ""
    """What was wrong with it."""


class Database:
    """One SQLite file: written by one connection, read by two others."""

    def __init__(
        self,
        path: Path,
        *,
        migrations: Sequence[Step] = MIGRATIONS,
        busy_timeout_s: float = _BUSY_TIMEOUT_S,
    ) -> None:
        """Note where the file is; nothing happens before `open`."""
        self.path = path
        self._migrations = migrations
        self._connections = Connections(path, len(migrations), busy_timeout_s)
        self._busy_timeout_s = busy_timeout_s
        self._writer: AsyncEngine | None = None
        self._readers: AsyncEngine | None = None
        self._writing = asyncio.Lock()
        self._opening = asyncio.Lock()
        self._is_suspect = False
        self._reads = 0
        self._unread = asyncio.Event()
        self._unread.set()
        self._is_held = False
        self.is_truncation_due = False
        """Whether the log still holds what was deleted."""

    async def open(self) -> Opened:
        """Open the file, a new one where it is missing or corrupt."""
        async with self._opening:
            if self._writer is not None:
                raise RuntimeError("the database is open")
            try:
                try:
                    return await self._open()
                except StoreError as err:
                    if err.reason is not Reason.CORRUPT:
                        raise
                    await self._close()
                    with translated():
                        aside = await asyncio.to_thread(set_aside, self.path)
                    self._is_suspect = False
                    opened = await self._open()
                    return replace(opened, set_aside=aside, damage=err.detail)
            except BaseException:
                await _uncancelled(self._close())
                raise

    async def close(self) -> None:
        """Let the last write end, then close every connection and its thread."""
        async with self._opening:
            self._is_held = False
            await _uncancelled(self._close())

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncConnection]:
        """Give the one writer, in a transaction that is on the disk at the end."""
        async with self._writing:
            if self._writer is None:
                raise StoreError(Reason.CLOSED)
            with self._watched():
                async with self._writer.begin() as connection:
                    found = await connection.exec_driver_sql("SELECT file_is_there()")
                    if not found.scalar_one():
                        raise StoreError(Reason.GONE, str(self.path))
                    yield connection

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncConnection]:
        """Give a reader, which sees the database as it is now until the end."""
        if self._readers is None:
            raise StoreError(Reason.CLOSED)
        self._reads += 1
        self._unread.clear()
        try:
            with self._watched():
                # Not `begin`: what changes nothing needs no commit.
                async with self._readers.connect() as connection:
                    yield connection
        finally:
            self._reads -= 1
            if not self._reads:
                self._unread.set()

    async def hold(self) -> None:
        """Leave the file as it is and only let its log grow, until `release`.

        So both can be copied, one after the other, while people write: what the log
        has by then belongs to the file, and a last part that is cut off is left out.
        """
        if self._is_held:
            return
        await self.truncate_log()
        await self._bare("PRAGMA wal_autocheckpoint = 0")
        self._is_held = True

    async def release(self) -> None:
        """Take the log back into the file again."""
        if not self._is_held:
            return
        self._is_held = False
        await self._bare(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
        await self.truncate_log()

    async def truncate_log(self) -> bool:
        """Empty the log, so that nothing is left there of what was deleted.

        While the file is held this has to wait.
        """
        self.is_truncation_due = True
        if self._is_held:
            return False
        (busy, *_) = await self._bare("PRAGMA wal_checkpoint(TRUNCATE)")
        self.is_truncation_due = bool(busy)
        return not busy

    async def give_back(self) -> None:
        """Return pages that are no longer used to the disk, a few at a time."""
        while (await self._bare("PRAGMA freelist_count"))[0] > _VACUUM_PAGES:
            await self._bare(f"PRAGMA incremental_vacuum({_VACUUM_PAGES})")

    async def _open(self) -> Opened:
        with self._watched():
            was_left_open = await asyncio.to_thread(prepare, self.path)
            writer = self._writer = self._engine(Role.WRITER, 1)
            if was_left_open or self._is_suspect:
                await self._check(writer)
            before = await migrate(writer, self._migrations)
            self._readers = self._engine(Role.READER, READERS)
        self._is_suspect = False
        return Opened(before)

    async def _close(self) -> None:
        """Close what is open; those who are in the middle are told so."""
        try:
            async with asyncio.timeout(_LAST_WRITE_S), self._writing:
                await self._dispose()
        except TimeoutError:
            await self._dispose()

    async def _dispose(self) -> None:
        engines, self._readers, self._writer = (self._readers, self._writer), None, None
        await self._connections.interrupt_readers()
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_READ_S):
                await self._unread.wait()
        # The writer goes last: whoever is last takes the log back into the file.
        for engine in engines:
            if engine is not None:
                await engine.dispose()
        await self._connections.close()

    def _engine(self, role: Role, connections: int) -> AsyncEngine:
        engine = create_async_engine(
            "sqlite+aiosqlite://",
            async_creator=lambda: self._connections.open(role),
            poolclass=AsyncAdaptedQueuePool,
            pool_size=connections,
            max_overflow=0,
            pool_timeout=self._busy_timeout_s,
            hide_parameters=True,  # errors are logged, people's words are not
            json_serializer=_json,
        )

        @event.listens_for(engine.sync_engine, "handle_error")
        def _called_off(context: ExceptionContext) -> None:
            cancelled = isinstance(context.original_exception, asyncio.CancelledError)
            if not cancelled or context.connection is None:
                return
            # Its statements queue up, so the rollback follows what was called
            # off; SQLAlchemy would throw it away, with the lock that it holds.
            context.is_disconnect = False  # type: ignore[misc]  # documented as such
            if role is Role.READER:
                # Whoever has a deadline does not wait for a query's end.
                raw = context.connection.connection.driver_connection
                await_only(cast("aiosqlite.Connection", raw).interrupt())

        return engine

    async def _check(self, writer: AsyncEngine) -> None:
        async with writer.connect() as connection:
            await check(await _raw(connection))

    async def _bare(self, statement: str) -> Sequence[Any]:
        """Run a statement of the writer's outside of any transaction."""
        async with self._writing:
            if self._writer is None:
                raise StoreError(Reason.CLOSED)
            with self._watched():
                async with self._writer.connect() as connection:
                    rows = await (await _raw(connection)).execute_fetchall(statement)
                    return next(iter(rows), (0,))

    @contextmanager
    def _watched(self) -> Generator[None]:
        """Translate errors; remember to check the file when it is next opened."""
        try:
            with translated():
                yield
        except StoreError as err:
            self._is_suspect |= err.reason is Reason.CORRUPT
            raise


async def _uncancelled(work: Coroutine[Any, Any, None]) -> None:
    """Do what must be done to its end, and only then let a cancellation through."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as err:
            cancelled = err
    task.result()
    if cancelled is not None:
        raise cancelled


async def _raw(connection: AsyncConnection) -> aiosqlite.Connection:
    """Return the connection below, for what runs outside of transactions."""
    raw = (await connection.get_raw_connection()).driver_connection
    return cast("aiosqlite.Connection", raw)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
