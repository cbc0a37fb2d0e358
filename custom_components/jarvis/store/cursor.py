"""Statements that visit the thread of their connection once, and bring all their rows.

aiosqlite makes a visit of each step: the transaction, the cursor, the statement, the
rows, the end. Each costs a change of threads, and most of the time of a small statement
are these.
"""

from collections.abc import Callable, Iterable, Sequence
import sqlite3
from typing import Any, override

import aiosqlite

_FETCH_ROWS = 512


class Cursor:
    """What SQLAlchemy asks of a cursor of aiosqlite's."""

    def __init__(self, connection: Connection) -> None:
        """Begin with nothing; `execute` brings everything."""
        self._connection = connection
        self._rows: Sequence[Any] = ()
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def execute(self, sql: str, parameters: Any = ()) -> None:
        """Run a statement and read all its rows."""
        await self._connection.visit(
            self._run, lambda cursor: cursor.execute(sql, parameters)
        )

    async def executemany(self, sql: str, parameters: Iterable[Any]) -> None:
        """Run a statement that has no rows for each of some parameters."""
        await self._connection.visit(
            self._run, lambda cursor: cursor.executemany(sql, parameters)
        )

    async def fetchall(self) -> Sequence[Any]:
        """Return the rows."""
        return self._rows

    async def close(self) -> None:
        """End: nothing is left open."""

    def _run(
        self,
        connection: sqlite3.Connection,
        statement: Callable[[sqlite3.Cursor], object],
    ) -> None:
        """Do it all, in the thread of the connection."""
        cursor = connection.cursor()
        try:
            if not connection.in_transaction:
                cursor.execute(self._connection.begin)
            statement(cursor)
            self.description = cursor.description
            self.rowcount = cursor.rowcount
            self.lastrowid = cursor.lastrowid
            if cursor.description:
                self._rows = cursor.fetchall()
        finally:
            # A query that was called off half-way would hold a lock.
            cursor.close()


class Connection(aiosqlite.Connection):
    """A connection whose transactions begin with their first statement.

    What runs on it by itself (`execute_fetchall`) is in no transaction.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection], begin: str) -> None:
        """Take what opens it in its thread, and how its transactions begin."""
        super().__init__(connect, _FETCH_ROWS)
        self.begin = begin

    @override
    async def cursor(self) -> Cursor:  # type: ignore[override]
        """Return a cursor; nobody's thread is needed for it."""
        return Cursor(self)

    async def visit(self, work: Callable[..., None], *arguments: object) -> None:
        """Do some work in the thread of the connection."""
        await self._execute(work, self._conn, *arguments)  # type: ignore[no-untyped-call]
