"""A database on a real disk, and small disks that are full or read-only."""

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import ExitStack
from pathlib import Path
import subprocess
from typing import Any

import pytest

from custom_components.jarvis.store.database import Database

type At = Callable[..., Database]
type Mount = Callable[[str], Path]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a database may be."""
    return tmp_path / "jarvis" / "memory.db"


@pytest.fixture
async def at() -> AsyncGenerator[At]:
    """Return what makes a database, closed at the end also of a test that fails."""
    made = list[Database]()

    def make(path: Path, **more: Any) -> Database:
        made.append(Database(path, **more))
        return made[-1]

    yield make
    for database in made:
        await database.close()


@pytest.fixture
async def database(at: At, path: Path) -> Database:
    """Return an open database."""
    opened = at(path)
    await opened.open()
    return opened


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
            stack.callback(_unmount, folder)
            return folder

        yield mounted


def _unmount(folder: Path) -> None:
    subprocess.run(["umount", "-l", folder], check=True)
