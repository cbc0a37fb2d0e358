"""A database on a real disk, and small disks that are full or read-only."""

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import ExitStack
from pathlib import Path
import subprocess

import pytest

from custom_components.jarvis.store.database import Database

type Mount = Callable[[str], Path]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a database may be."""
    return tmp_path / "jarvis" / "memory.db"


@pytest.fixture
async def database(path: Path) -> AsyncGenerator[Database]:
    """Return an open database."""
    opened = Database(path)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def mount(tmp_path: Path) -> Generator[Mount]:
    """Return what mounts a small disk; whoever may not mount skips the test."""
    with ExitStack() as stack:

        def mounted(options: str) -> Path:
            folder = tmp_path / "disk"
            folder.mkdir(exist_ok=True)
            done = subprocess.run(
                ["mount", "-t", "tmpfs", "-o", options, "none", folder],
                check=False,
                capture_output=True,
            )
            if done.returncode:
                pytest.skip("only root may mount a small disk")
            stack.callback(subprocess.run, ["umount", "-l", folder], check=True)
            return folder

        yield mounted
