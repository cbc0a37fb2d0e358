"""SIGKILL in the middle of writing loses nothing that was acknowledged."""

import asyncio
from pathlib import Path
import sys

import pytest

from custom_components.jarvis.store.database import Database
from tests.source import ROOT

from .rows import noted

KILLS = 5


async def _write_until_killed(path: Path, after_s: float) -> list[str]:
    """Let another process write, kill it, and return what it had acknowledged."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.store.writer", str(path)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert child.stdout is not None
    first = await child.stdout.readline()
    await asyncio.sleep(after_s)
    child.kill()
    rest = await child.stdout.read()
    await child.wait()
    # A line that was cut off was not received.
    return [line.decode() for line in (first + rest).split(b"\n")[:-1]]


@pytest.mark.timeout(180)
async def test_kills_lose_nothing(path: Path) -> None:
    """Given kills at random moments, then every acknowledged row is there once."""
    acknowledged = list[str]()
    for kill in range(KILLS):
        acknowledged += await _write_until_killed(path, 0.01 + 0.067 * kill)
        database = Database(path)
        opened = await database.open()
        assert opened.set_aside is None
        there = await noted(database)
        await database.close()
        assert set(acknowledged) <= set(there)
    assert len(acknowledged) > KILLS
