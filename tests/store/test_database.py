"""One writer, two readers, a file that can be copied, and an end of everything."""

import asyncio
from pathlib import Path
import sqlite3

import pytest

from custom_components.jarvis.store.database import READERS, Database
from custom_components.jarvis.store.errors import Reason, StoreError

from .conftest import At
from .rows import database_threads, note, noted

ENDLESS = (
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    " SELECT count(*) FROM n"
)


async def _pragma(database: Database, name: str, *, of_writer: bool) -> object:
    use = database.write if of_writer else database.read
    async with use() as connection:
        return (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one()


async def test_settings(database: Database) -> None:
    """Given an open database, then nothing is lost and nothing is left behind."""
    for name, value in (
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("busy_timeout", 5000),
        ("temp_store", 2),
    ):
        assert await _pragma(database, name, of_writer=True) == value, name
    assert await _pragma(database, "query_only", of_writer=False) == 1


async def test_readers_read_while_the_writer_writes(database: Database) -> None:
    """Given a change that is not committed, then both readers see what was before."""
    await note(database, "before")
    async with database.write() as connection:
        await connection.exec_driver_sql("INSERT INTO meta VALUES ('after', '')")
        seen = await asyncio.gather(*(noted(database) for _ in range(READERS)))
    assert seen == [["before"]] * READERS
    assert await noted(database) == ["after", "before"]


async def test_writers_take_turns(database: Database) -> None:
    """Given many who write at once, then all of it is there."""
    await asyncio.gather(*(note(database, f"{number:03}") for number in range(50)))
    assert len(await noted(database)) == 50


async def test_an_error_leaves_nothing_half_written(database: Database) -> None:
    """Given a second statement that fails, then the first one did not happen."""
    await note(database, "taken")

    async def write() -> None:
        async with database.write() as connection:
            for key in ("new", "taken"):
                await connection.exec_driver_sql(
                    "INSERT INTO meta VALUES (?, '')", (key,)
                )

    with pytest.raises(StoreError) as caught:
        await write()
    assert caught.value.reason is Reason.CONFLICT
    assert await noted(database) == ["taken"]


async def test_a_cancelled_writer_leaves_the_next_one_free(database: Database) -> None:
    """Given a turn that is called off while it writes, then others can write."""
    began = asyncio.Event()

    async def write() -> None:
        async with database.write() as connection:
            await connection.exec_driver_sql("INSERT INTO meta VALUES ('half', '')")
            began.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(write())
    await began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await note(database, "next")
    assert await noted(database) == ["next"]


@pytest.mark.parametrize("pause_s", [0, 0.0001])
async def test_cancelled_at_any_moment(database: Database, pause_s: float) -> None:
    """Given writers and readers cancelled at many moments, then others never wait."""
    await note(database, "first")
    await noted(database)
    threads = database_threads()
    for step in range(60):
        tasks = {
            asyncio.create_task(note(database, f"maybe {step}")),
            asyncio.create_task(noted(database)),
        }
        for _ in range(step):
            await asyncio.sleep(pause_s)
        for task in tasks:
            task.cancel()
        done, _ = await asyncio.wait(tasks, timeout=1)
        assert not [task for task in done if not task.cancelled() and task.exception()]
    async with asyncio.timeout(1):
        await note(database, "sure")
        assert "sure" in await noted(database)
        assert await database.truncate_log()
    assert len(database_threads()) <= len(threads) + READERS - 1


async def test_a_deadline_ends_a_query(database: Database) -> None:
    """Given a query without end, when its deadline passes, then the reader is free."""

    async def read() -> None:
        async with database.read() as connection:
            await connection.exec_driver_sql(ENDLESS)

    for _ in range(2 * READERS):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(read(), 0.02)
    assert await noted(database) == []


async def test_readers_cannot_write(database: Database) -> None:
    """Given a reader, when it writes, then it is told that it may not."""
    with pytest.raises(StoreError) as caught:
        async with database.read() as connection:
            await connection.exec_driver_sql("INSERT INTO meta VALUES ('x', '')")
    assert caught.value.reason is Reason.READ_ONLY


async def test_errors_quote_nothing_that_was_said(database: Database) -> None:
    """Given an error with words of a person in its statement, then it hides them."""
    await note(database, "une phrase secrète")
    with pytest.raises(StoreError) as caught:
        await note(database, "une phrase secrète")
    assert "secrète" not in f"{caught.value} {caught.value.__cause__}"


async def test_closing_ends_all_threads(at: At, path: Path) -> None:
    """Given all connections in use, when it is closed, then no thread is left."""
    before = database_threads()
    database = at(path)
    await database.open()
    await asyncio.gather(note(database, "a"), *(noted(database) for _ in range(9)))
    assert len(database_threads() - before) == 1 + READERS
    await database.close()
    assert not database_threads() - before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


async def test_closing_waits_for_the_last_write(database: Database) -> None:
    """Given somebody who writes, when it is closed, then that is written first."""
    began = asyncio.Event()

    async def write() -> None:
        async with database.write() as connection:
            began.set()
            await asyncio.sleep(0.05)
            await connection.exec_driver_sql("INSERT INTO meta VALUES ('last', '')")

    task = asyncio.create_task(write())
    await began.wait()
    await database.close()
    await task
    with pytest.raises(StoreError) as caught:
        await noted(database)
    assert caught.value.reason is Reason.CLOSED
    await database.open()
    assert await noted(database) == ["last"]


async def test_closing_interrupts_a_long_reading(database: Database) -> None:
    """Given a query without end, when it is closed, then it ends and says why."""

    async def read() -> None:
        async with database.read() as connection:
            await connection.exec_driver_sql(ENDLESS)

    task = asyncio.create_task(read())
    await asyncio.sleep(0.05)
    async with asyncio.timeout(2):
        await database.close()
    with pytest.raises(StoreError) as caught:
        await task
    assert caught.value.reason is Reason.CLOSED


async def test_closing_twice_or_unopened_is_no_error(at: At, path: Path) -> None:
    """Given a database that is not open, when it is closed, then nothing happens."""
    database = at(path)
    await database.close()
    await database.open()
    await database.close()
    await database.close()


@pytest.mark.parametrize("first", ["", "-wal"])
async def test_a_held_file_can_be_copied_while_turns_go_on(
    at: At, database: Database, path: Path, tmp_path: Path, first: str
) -> None:
    """Given somebody who writes all the time, then a copy has all from before it.

    Whichever of the two files is read first, and however far the log is read.
    """
    for number in range(200):
        await note(database, f"before {number:03}", "x" * 2000)
    await database.hold()
    there = path.stat().st_size
    copies = {ending: path.with_name(path.name + ending) for ending in ("", "-wal")}
    folder = tmp_path / "backup"
    folder.mkdir()

    async def go_on(some: str) -> None:
        for number in range(60):
            await note(database, f"{some} {number:03}", "y" * 100_000)

    await go_on("during")
    for ending in sorted(copies, key=lambda ending: ending != first):
        copied = copies[ending].read_bytes()
        if ending:
            copied = copied[: len(copied) - 5000]  # it grows while it is copied
        (folder / f"memory.db{ending}").write_bytes(copied)
        await go_on(f"then {ending}")

    assert path.stat().st_size == there
    restored = at(folder / "memory.db")
    await restored.open()
    keys = await noted(restored)
    assert len([key for key in keys if key.startswith("before")]) == 200
    assert len([key for key in keys if key.startswith("during")]) >= 59
    await restored.close()


async def test_the_log_is_taken_back_after_a_copy(
    database: Database, path: Path
) -> None:
    """Given a log to be emptied while the file is held, then that happens after it."""
    await database.hold()
    await note(database, "said", "x" * 5000)
    assert not await database.truncate_log()
    assert _log(path) > 5000
    await database.release()
    assert not database.is_truncation_due
    assert _log(path) == 0
    for number in range(30):
        await note(database, f"{number:03}", "x" * 500_000)
    assert _log(path) < 30 * 500_000


async def test_closed_while_held(at: At, database: Database, path: Path) -> None:
    """Given a file that nobody releases, then it closes and opens as any other."""
    await database.hold()
    await note(database, "said")
    await database.close()
    await database.release()
    await database.open()
    assert await noted(database) == ["said"]


def _log(path: Path) -> int:
    return path.with_name(f"{path.name}-wal").stat().st_size


async def test_a_busy_file_is_said(at: At, path: Path) -> None:
    """Given another program that holds the file, then writing says so in time."""
    database = at(path, busy_timeout_s=0.05)
    await database.open()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError) as caught:
        await note(database, "a")
    assert caught.value.reason is Reason.BUSY
    other.execute("ROLLBACK")
    other.close()
    await note(database, "b")
    assert await noted(database) == ["b"]
    await database.close()
