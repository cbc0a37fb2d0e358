"""Connections to the file, and the threads that they run in: all end with `close`."""

import asyncio
from contextlib import suppress
from enum import Enum, auto
import os
from pathlib import Path
import sqlite3
import threading
import time
from urllib.parse import quote
import weakref

import aiosqlite

from .cursor import Connection
from .errors import Reason, StoreError, translated

OLDEST_SQLITE = (3, 42, 0)
"""The first whose full text index forgets at once (`secure-delete`)."""

_ALL_END_MS = 5000

_SETTINGS = (
    "foreign_keys = ON",
    "temp_store = MEMORY",  # no words in temporary files
    "cache_size = -8192",
)
_WRITER_SETTINGS = (
    # These two count only before the first table; a row with a vector fills a quarter.
    "page_size = 8192",
    "auto_vacuum = INCREMENTAL",
    "journal_mode = WAL",
    "synchronous = FULL",
    "secure_delete = ON",
    "journal_size_limit = 16777216",
)


class Role(Enum):
    """What a connection is for."""

    WRITER = auto()
    READER = auto()


class Connections:
    """Opens connections and knows their threads until these have ended.

    The threads are no daemons: one that is left would keep the program from ending.
    """

    def __init__(self, path: Path, newest: int, busy_timeout_s: float) -> None:
        """Note the file and the newest version of it that is understood."""
        self._path = path
        self._newest = newest
        self._busy_timeout_s = busy_timeout_s
        self._open: dict[threading.Thread, Connection] = {}
        self._starting = set[Connection]()
        self._readers = weakref.WeakSet[Connection]()

    async def open(self, role: Role) -> Connection:
        """Open a connection; its thread ends by itself where that fails."""

        def connect() -> sqlite3.Connection:
            self._open[threading.current_thread()] = connection
            self._starting.discard(connection)
            try:
                with translated():
                    return self._connect(role)
            except StoreError as err:
                # SQLite only says that it cannot open the file, or its log beside it.
                if err.reason is Reason.DISK and not os.access(
                    self._path.parent, os.W_OK
                ):
                    raise StoreError(Reason.READ_ONLY, err.detail) from err
                raise

        for thread in [it for it in list(self._open) if not it.is_alive()]:
            del self._open[thread]
        # Python's own transactions begin too late: only with the first change.
        begin = "BEGIN" if role is Role.READER else "BEGIN IMMEDIATE"
        connection = Connection(connect, begin)
        if role is Role.READER:
            self._readers.add(connection)
        # Called off right now, the thread still begins and then ends by itself.
        self._starting.add(connection)
        await connection
        return connection

    async def interrupt_readers(self) -> None:
        """End what the readers do; a writer so treated leaves its log at the end."""
        for connection in self._readers:
            with suppress(ValueError):  # closed already
                await connection.interrupt()

    async def close(self) -> None:
        """Close whatever is still open and wait until every thread has ended."""
        for connection in list(self._open.values()):
            # Broken, or being closed by its pool: the thread is what counts.
            with suppress(ValueError, sqlite3.Error):
                await connection.interrupt()
                await connection.close()
        self._readers.clear()
        # Threads set no event; waited for in another one, so that no clock is needed.
        await asyncio.to_thread(self._wait_for_all)
        self._open.clear()

    def _wait_for_all(self) -> None:
        """Wait until every thread has ended; blocks."""
        for _millisecond in range(_ALL_END_MS):
            if not self._is_any_alive():
                return
            time.sleep(0.001)
        raise TimeoutError("a connection does not end")

    def _is_any_alive(self) -> bool:
        return bool(self._starting) or any(it.is_alive() for it in list(self._open))

    def _connect(self, role: Role) -> sqlite3.Connection:
        """Open and set up a connection, in its own thread."""
        if sqlite3.sqlite_version_info < OLDEST_SQLITE:
            raise StoreError(Reason.SQLITE_TOO_OLD, sqlite3.sqlite_version)
        if role is Role.READER and not self._path.exists():
            raise StoreError(Reason.GONE, str(self._path))
        mode = "rwc" if role is Role.WRITER else "rw"
        connection = sqlite3.connect(
            f"file:{quote(str(self._path))}?mode={mode}",
            uri=True,
            timeout=self._busy_timeout_s,
            isolation_level=None,  # transactions begin where we say so
        )
        try:
            self._set_up(connection, role)
        except BaseException:
            connection.close()
            raise
        return connection

    def _set_up(self, connection: sqlite3.Connection, role: Role) -> None:
        """Make a connection what its role needs, unless the file is not for us."""
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > self._newest:
            detail = f"version {version}, newest known {self._newest}"
            raise StoreError(Reason.NEWER, detail)
        for setting in _WRITER_SETTINGS if role is Role.WRITER else ():
            connection.execute(f"PRAGMA {setting}")
        for setting in _SETTINGS:
            connection.execute(f"PRAGMA {setting}")
        if role is Role.READER:
            connection.execute("PRAGMA query_only = ON")
        opened = self._path.stat()

        def is_there() -> int:
            try:
                return os.path.samestat(self._path.stat(), opened)
            except OSError:
                return False

        connection.create_function("file_is_there", 0, is_there)


async def check(connection: aiosqlite.Connection) -> None:
    """Read the whole file for damage; mend a full text index, which is made of rows."""
    if (damage := await _damage(connection)) and "fts5" in damage.lower():
        for index in ("turn_terms", "fact_terms"):
            await connection.execute_fetchall(
                f"INSERT INTO {index} ({index}) VALUES ('rebuild')"  # noqa: S608
            )
        damage = await _damage(connection)
    if damage:
        raise StoreError(Reason.CORRUPT, damage)


async def _damage(connection: aiosqlite.Connection) -> str:
    """Return the first thing that is wrong with the file."""
    rows = await connection.execute_fetchall("PRAGMA quick_check(1)")
    found = str(next(iter(rows))[0])
    return "" if found == "ok" else found
