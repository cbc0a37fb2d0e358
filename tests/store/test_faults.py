"""Full, read-only, corrupt and missing: said, repaired where possible, never silent."""

import asyncio
from contextlib import closing
from pathlib import Path
import shutil
import sqlite3
import subprocess

import pytest

from custom_components.jarvis.store.database import Database
from custom_components.jarvis.store.errors import Reason, StoreError, translated
from custom_components.jarvis.store.files import files_set_aside, remove_set_aside

from .conftest import At, Mount
from .rows import database_threads, note, noted


async def _fill(database: Database) -> list[str]:
    """Write until there is no more room; return what was acknowledged."""
    acknowledged = list[str]()
    for number in range(10_000):
        try:
            await note(database, f"{number:05}", "x" * 3000)
        except StoreError as err:
            if err.reason is Reason.FULL:
                return acknowledged
            raise
        acknowledged.append(f"{number:05}")
    raise AssertionError("it was never full")


async def test_a_full_disk_is_said_and_survived(at: At, mount: Mount) -> None:
    """Given a disk without room, then all that was acknowledged is there afterwards."""
    folder = mount("size=3m")
    ballast = folder / "ballast"
    ballast.write_bytes(b"x" * 2_000_000)
    database = at(folder / "memory.db")
    await database.open()
    acknowledged = await _fill(database)
    assert await noted(database) == acknowledged
    ballast.unlink()
    await note(database, "room again")
    assert await noted(database) == [*acknowledged, "room again"]
    await database.close()
    again = at(folder / "memory.db")
    assert (await again.open()).set_aside is None
    assert await noted(again) == [*acknowledged, "room again"]
    await again.close()


async def test_no_more_pages_is_full(database: Database) -> None:
    """Given a file that may not grow, then that is said; it works when it may again."""
    async with database.write() as connection:
        await connection.exec_driver_sql("PRAGMA max_page_count = 80")
    acknowledged = await _fill(database)
    assert await noted(database) == acknowledged
    async with database.write() as connection:
        await connection.exec_driver_sql("PRAGMA max_page_count = 8000")
    await note(database, "room again")


async def test_opening_on_a_full_disk(at: At, mount: Mount) -> None:
    """Given no room for a new file, then that is said and no thread is left."""
    folder = mount("size=64k")
    (folder / "ballast").write_bytes(b"x" * 60_000)
    threads = database_threads()
    with pytest.raises(StoreError) as caught:
        await at(folder / "memory.db").open()
    assert caught.value.reason is Reason.FULL
    assert not database_threads() - threads


async def test_a_read_only_disk(at: At, mount: Mount) -> None:
    """Given a disk that turns read-only while open, then it says so, and recovers."""
    folder = mount("size=4m")
    database = at(folder / "memory.db")
    await database.open()
    await note(database, "before")
    await database.close()
    await asyncio.to_thread(_remount, folder, "ro")
    with pytest.raises(StoreError) as caught:
        await database.open()
    assert caught.value.reason is Reason.READ_ONLY
    await asyncio.to_thread(_remount, folder, "rw")
    await database.open()
    assert await noted(database) == ["before"]
    await database.close()


def _remount(folder: Path, access: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{access}", folder], check=True)


async def test_a_folder_that_cannot_be_made(at: At, tmp_path: Path) -> None:
    """Given a file where the folder should be, then it is an error of known cause."""
    (tmp_path / "jarvis").write_text("")
    with pytest.raises(StoreError) as caught:
        await at(tmp_path / "jarvis" / "memory.db").open()
    assert caught.value.reason is Reason.DISK


@pytest.mark.parametrize("content", [b"no database at all" * 1000, b"SQLite format 3"])
async def test_what_is_no_database_is_set_aside(
    at: At, path: Path, content: bytes
) -> None:
    """Given another file in its place, then that is kept and a new one begun."""
    path.parent.mkdir()
    path.write_bytes(content)
    database = at(path)
    opened = await database.open()
    assert opened.set_aside is not None
    assert opened.set_aside.read_bytes() == content
    assert opened.damage
    await note(database, "new")
    assert await noted(database) == ["new"]
    await database.close()


async def _damaged(path: Path, *, with_log: bool) -> None:
    """Leave a file with garbage in the middle, as a power cut can."""
    database = Database(path)
    await database.open()
    for number in range(300):
        await note(database, f"{number:03}", "x" * 500)
    await database.truncate_log()
    log, kept = path.with_name(f"{path.name}-wal"), path.with_name("kept")
    if with_log:
        await note(database, "in the log")
        shutil.copy(log, kept)
    await database.close()
    if with_log:
        kept.rename(log)
    uri = f"file:{path}?immutable=1"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        pages = connection.execute(
            "SELECT pageno FROM dbstat WHERE name IN (?, ?)",
            ("meta", "sqlite_autoindex_meta_1"),
        ).fetchall()
    content = bytearray(path.read_bytes())
    for (page,) in pages:
        content[8192 * (page - 1) : 8192 * page] = b"\xff" * 8192
    path.write_bytes(content)


async def test_a_corrupt_file_is_set_aside_after_a_power_cut(
    at: At, path: Path
) -> None:
    """Given damage after a power cut, then the file is kept and a new one begun."""
    await _damaged(path, with_log=True)
    database = at(path)
    opened = await database.open()
    assert opened.set_aside is not None
    names = [file.name for file in files_set_aside(path)]
    assert opened.set_aside.name in names
    await note(database, "new")
    assert await noted(database) == ["new"]
    await database.close()
    assert remove_set_aside(path) == len(names)
    assert not files_set_aside(path)


async def test_damage_met_in_use_is_found_when_opened_again(at: At, path: Path) -> None:
    """Given damage that is met in use, then that is said, and reopening mends."""
    await _damaged(path, with_log=False)
    database = at(path)
    assert (await database.open()).set_aside is None
    with pytest.raises(StoreError) as caught:
        await noted(database)
    assert caught.value.reason is Reason.CORRUPT
    await database.close()
    opened = await database.open()
    assert opened.set_aside is not None
    assert await noted(database) == []
    await database.close()


async def test_a_damaged_full_text_index_is_mended(at: At, path: Path) -> None:
    """Given an index that lost its content, then it is made anew and all is kept."""
    database = at(path)
    await database.open()
    async with database.write() as connection:
        await connection.exec_driver_sql(
            "INSERT INTO fact (id, kind, text, subject, origin, confidence,"
            " importance, created_at, content_hash, terms)"
            " VALUES ('a', 'note', 'Le tiroir', '', 'said', 1, 1, 0, 'h', 'tiroir')"
        )
        await connection.exec_driver_sql("DELETE FROM fact_terms_data WHERE id > 10")
    await database.close()
    database._is_suspect = True
    assert (await database.open()).set_aside is None
    async with database.read() as connection:
        found = await connection.exec_driver_sql(
            "SELECT rowid FROM fact_terms WHERE fact_terms MATCH 'tiroir'"
        )
        assert found.scalar_one() == 1
    await database.close()


async def test_a_file_that_was_removed_is_said(at: At, path: Path) -> None:
    """Given somebody who deletes the file, then no write is acknowledged any more."""
    database = at(path)
    await database.open()
    await note(database, "before")
    path.unlink()
    with pytest.raises(StoreError) as caught:
        await note(database, "after")
    assert caught.value.reason is Reason.GONE
    await database.close()
    await database.open()
    await note(database, "anew")
    assert await noted(database) == ["anew"]
    await database.close()


async def test_a_folder_that_was_removed_is_made_again(at: At, path: Path) -> None:
    """Given the whole folder gone, when it is opened again, then it works."""
    database = at(path)
    await database.open()
    await asyncio.to_thread(shutil.rmtree, path.parent)
    with pytest.raises(StoreError) as caught:
        await note(database, "after")
    assert caught.value.reason is Reason.GONE
    await database.close()
    await database.open()
    await database.close()


def test_an_old_sqlite_is_named(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """Given an SQLite that cannot forget at once, then it is refused by its version."""
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 40, 1))
    with pytest.raises(StoreError) as caught:
        asyncio.run(Database(path).open())
    assert caught.value.reason is Reason.SQLITE_TOO_OLD


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(28, "No space left on device"), Reason.FULL),
        (PermissionError(13, "Permission denied"), Reason.READ_ONLY),
        (FileNotFoundError(2, "No such file"), Reason.GONE),
        (OSError(5, "Input/output error"), Reason.DISK),
        (ValueError("Connection closed"), Reason.CLOSED),
    ],
)
def test_reasons(error: Exception, reason: Reason) -> None:
    """Given an error of the system, then its cause is told."""
    with pytest.raises(StoreError) as caught, translated():
        raise error
    assert caught.value.reason is reason
