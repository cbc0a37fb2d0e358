"""From any older version to the newest, and never back."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
import sqlite3

import pytest

from custom_components.jarvis.store.database import Database
from custom_components.jarvis.store.errors import Reason, StoreError
from custom_components.jarvis.store.migrations import MIGRATIONS
from custom_components.jarvis.store.schema import metadata

from .conftest import At
from .rows import database_threads, note, noted


def _version(path: Path) -> int:
    connection = sqlite3.connect(path)
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.close()
    return version


async def test_a_new_file_has_the_newest_version(at: At, path: Path) -> None:
    """Given no file, when it is opened, then it is made in the newest version."""
    database = at(path)
    opened = await database.open()
    await database.close()
    assert opened.version_before == 0
    assert opened.set_aside is None
    assert _version(path) == len(MIGRATIONS)


async def test_the_schema_is_what_the_migrations_make(database: Database) -> None:
    """Given a new database, then it has the columns that the code knows."""
    for table in metadata.sorted_tables:
        async with database.read() as connection:
            found = await connection.exec_driver_sql(f"PRAGMA table_info({table.name})")
            columns = {row.name: bool(row.notnull) for row in found}
        assert columns == {
            column.name: not column.nullable and column.name != "seq"
            for column in table.columns
        }, table.name


@pytest.mark.parametrize("before", range(len(MIGRATIONS) + 1))
async def test_each_version_is_migrated(at: At, path: Path, before: int) -> None:
    """Given a file of an older version with a row, then it is newest and has it."""
    old = at(path, migrations=MIGRATIONS[:before])
    await old.open()
    if before:
        await note(old, "kept")
    await old.close()
    database = at(path, migrations=[*MIGRATIONS, ["CREATE TABLE more (a)"]])
    opened = await database.open()
    assert opened.version_before == before
    assert await noted(database) == (["kept"] if before else [])
    await database.close()
    assert _version(path) == len(MIGRATIONS) + 1


async def test_a_newer_file_is_refused(at: At, path: Path) -> None:
    """Given a file of a newer Jarvis, then it is refused and stays as it is."""
    database = at(path, migrations=[*MIGRATIONS, ["CREATE TABLE more (a)"]])
    await database.open()
    await note(database, "kept")
    await database.close()
    before = path.read_bytes()
    threads = database_threads()
    older = at(path)
    with pytest.raises(StoreError) as caught:
        await older.open()
    assert caught.value.reason is Reason.NEWER
    assert path.read_bytes() == before
    assert not database_threads() - threads


@pytest.mark.parametrize(
    "step",
    [["CREATE TABLE more (a)", "SELECT nonsense"], ["CREATE TABLE turn (a)"]],
)
async def test_a_failed_migration_changes_nothing(
    at: At, path: Path, step: Sequence[str]
) -> None:
    """Given a step that fails half-way, then the file is as before it."""
    database = at(path, migrations=[*MIGRATIONS, step])
    with pytest.raises(StoreError):
        await database.open()
    assert _version(path) == len(MIGRATIONS)
    mended = at(path)
    await mended.open()
    await note(mended, "works")
    async with mended.read() as connection:
        found = await connection.exec_driver_sql(
            "SELECT name FROM sqlite_schema WHERE name = 'more'"
        )
        assert found.one_or_none() is None
    await mended.close()


async def test_opening_can_be_cancelled(at: At, path: Path) -> None:
    """Given an opening that is called off at any moment, then no thread is left."""
    threads = database_threads()
    for steps in range(0, 60, 3):
        database = at(path)
        task = asyncio.create_task(database.open())
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
        await database.close()
    assert not database_threads() - threads
