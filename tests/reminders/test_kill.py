"""SIGKILL at any moment loses no reminder that was promised, and none is told twice."""

from collections import Counter
from pathlib import Path

import pytest

from custom_components.jarvis.reminders.book import Book
from custom_components.jarvis.store.database import Database
from tests.killing import async_until_killed

from . import teller

KILLS = 5


@pytest.mark.timeout(180)
async def test_kills_lose_and_double_nothing(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Given kills at random moments, then each time was told or shown, and once."""
    heard = list[str]()
    for kill in range(KILLS):
        heard += await async_until_killed(
            "tests.reminders.teller", path, 0.01 + 0.067 * kill
        )
    database = Database(path)
    await database.open()
    book = Book(database)
    capsys.readouterr()
    await teller.recover(book)
    await teller.tell_due(book)
    left = await book.next_due()
    await database.close()
    heard += capsys.readouterr().out.splitlines()

    said = {what: Counter[str]() for what in ("promised", "told", "shown")}
    for line in heard:
        what, _, about = line.partition(" ")
        said[what][about] += 1
    reached = Counter[str]()
    for key in said["told"].keys() | said["shown"].keys():
        reached[key.partition("@")[0]] += 1
    assert not [key for key, count in said["told"].items() if count > 1]
    assert not [key for key, count in said["shown"].items() if count > 1]
    lost = [one for one, times in said["promised"].items() if reached[one] < times]
    assert not lost
    assert len(said["promised"]) > KILLS
    assert left is None
