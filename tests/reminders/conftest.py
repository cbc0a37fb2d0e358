"""A book of reminders on a real disk."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from custom_components.jarvis.reminders.book import Book
from custom_components.jarvis.store.database import Database


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the database is."""
    return tmp_path / "memory.db"


@pytest.fixture
async def database(path: Path) -> AsyncGenerator[Database]:
    """Return an open database."""
    opened = Database(path)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def book(database: Database) -> Book:
    """Return a book without any reminder."""
    return Book(database)
