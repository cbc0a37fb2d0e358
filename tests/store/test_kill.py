"""SIGKILL in the middle of writing loses nothing that was acknowledged."""

from pathlib import Path

import pytest

from custom_components.jarvis.store.database import Database
from tests.killing import async_until_killed

from .rows import noted

KILLS = 5


@pytest.mark.timeout(180)
async def test_kills_lose_nothing(path: Path) -> None:
    """Given kills at random moments, then every acknowledged row is there once."""
    acknowledged = list[str]()
    for kill in range(KILLS):
        acknowledged += await async_until_killed(
            "tests.store.writer", path, 0.01 + 0.067 * kill
        )
        database = Database(path)
        opened = await database.open()
        assert opened.set_aside is None
        there = await noted(database)
        await database.close()
        assert set(acknowledged) <= set(there)
    assert len(acknowledged) > KILLS
