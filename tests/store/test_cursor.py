"""Statements visit the thread of their connection once: what begins, comes and ends."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
import sqlite3
from typing import Any, override

import pytest

from custom_components.jarvis.store.cursor import Connection


class Counted(Connection):
    """A connection that counts the visits of its thread."""

    visits = 0

    @override
    async def visit(self, work: Callable[..., None], *arguments: object) -> None:
        self.visits += 1
        await super().visit(work, *arguments)


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncGenerator[Counted]:
    """Return a connection to a file with three rows, which nobody has written yet."""
    file = tmp_path / "file.db"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(file, isolation_level=None, timeout=0)

    opened = Counted(connect, "BEGIN IMMEDIATE")
    await opened
    await opened.execute_fetchall("CREATE TABLE kept (key INTEGER PRIMARY KEY)")
    await opened.execute_fetchall("INSERT INTO kept VALUES (1), (2), (3)")
    yield opened
    await opened.close()


async def run(connection: Connection, sql: str, parameters: Any = ()) -> Any:
    """Run a statement on a cursor of its own, which is returned."""
    cursor = await connection.cursor()
    await cursor.execute(sql, parameters)
    await cursor.close()
    return cursor


async def test_one_visit_brings_everything(connection: Counted) -> None:
    """Given a statement with rows, then they and what describes them are there."""
    cursor = await run(connection, "SELECT key FROM kept WHERE key > ?", (1,))
    assert connection.visits == 1
    assert await cursor.fetchall() == [(2,), (3,)]
    assert [column[0] for column in cursor.description] == ["key"]


async def test_what_has_no_rows(connection: Counted) -> None:
    """Given a change, then it is told how many rows it was and which the last."""
    cursor = await run(connection, "INSERT INTO kept VALUES (7)")
    assert (cursor.rowcount, cursor.lastrowid) == (1, 7)
    assert cursor.description is None
    assert await cursor.fetchall() == ()


async def test_many_at_once(connection: Counted) -> None:
    """Given many parameters, then one visit is enough for them too."""
    cursor = await connection.cursor()
    await cursor.executemany("INSERT INTO kept VALUES (?)", [(8,), (9,)])
    assert connection.visits == 1
    assert cursor.rowcount == 2
    (count,) = await (await run(connection, "SELECT count(*) FROM kept")).fetchall()
    assert count == (5,)


async def test_a_transaction_begins_with_its_first_statement(
    connection: Counted, tmp_path: Path
) -> None:
    """Given statements one after the other, then they are kept or undone together."""
    before = connection.in_transaction
    await run(connection, "SELECT key FROM kept")
    assert (before, connection.in_transaction) == (False, True)
    with sqlite3.connect(tmp_path / "file.db", timeout=0) as other:
        # As it was to begin: immediately, so that nobody else writes meanwhile.
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("INSERT INTO kept VALUES (4)")
        await run(connection, "DELETE FROM kept")
        await run(connection, "INSERT INTO kept VALUES (5)")
        await connection.rollback()
        assert len(other.execute("SELECT key FROM kept").fetchall()) == 3
    await run(connection, "DELETE FROM kept WHERE key = 1")
    await connection.commit()
    (count,) = await connection.execute_fetchall("SELECT count(*) FROM kept")
    assert tuple(count) == (2,)


async def test_an_error_leaves_the_connection_usable(connection: Counted) -> None:
    """Given a statement that fails, then its error comes and the next one runs."""
    with pytest.raises(sqlite3.IntegrityError):
        await run(connection, "INSERT INTO kept VALUES (1)")
    cursor = await connection.cursor()
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await cursor.execute("SELECT * FROM gone")
    assert await cursor.fetchall() == ()
    await connection.rollback()
    assert await (await run(connection, "SELECT 1")).fetchall() == [(1,)]


async def test_called_off_half_way(connection: Counted) -> None:
    """Given a query that is interrupted, then it holds nothing that stops others."""
    endless = (
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        " SELECT count(*) FROM n"
    )
    task = asyncio.ensure_future(run(connection, endless))
    while not task.done():
        await connection.interrupt()
        await asyncio.sleep(0)
    with pytest.raises(sqlite3.OperationalError, match="interrupted"):
        await task
    await connection.rollback()
    await run(connection, "INSERT INTO kept VALUES (4)")
    await connection.commit()
