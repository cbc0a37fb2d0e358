"""Every home of the memory, behind one interface."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

import pytest

from custom_components.jarvis.memory.local import LocalRepository
from custom_components.jarvis.memory.repository import Repository
from custom_components.jarvis.store.database import Database


@dataclass
class Local:
    """A local home, with its files."""

    repository: LocalRepository
    database: Database
    folder: Path

    def bytes_of_all_files(self) -> bytes:
        """Return everything that is on the disk."""
        return b"".join(
            file.read_bytes() for file in self.folder.rglob("*") if file.is_file()
        )


@pytest.fixture
async def local(tmp_path: Path) -> AsyncGenerator[Local]:
    """Return the local home, which splits texts at spaces."""
    folder = tmp_path / "memory"
    database = Database(folder / "memory.db")
    await database.open()
    yield Local(LocalRepository(database, str.split), database, folder)
    await database.close()


@pytest.fixture(params=["local"])
def repository(request: pytest.FixtureRequest, local: Local) -> Repository:
    """Return each home in turn."""
    homes: dict[str, Repository] = {"local": local.repository}
    return homes[request.param]
