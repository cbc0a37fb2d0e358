"""Every home of the memory, behind one interface."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

import pytest

from custom_components.jarvis.memory.local import LocalRepository
from custom_components.jarvis.memory.postgres import PostgresRepository
from custom_components.jarvis.memory.repository import Repository
from custom_components.jarvis.store.database import Database
from custom_components.jarvis.store.postgres import PostgresDatabase

from ..postgres_server import Server


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


@dataclass
class Second:
    """A second home, with its server."""

    repository: PostgresRepository
    database: PostgresDatabase
    server: Server
    name: str
    """Of the database."""

    def sql(self, *statements: str) -> list[str]:
        """Run statements in the schema of the memory; return the rows of the last."""
        path = "SET search_path = jarvis_memory, public"
        return self.server.sql(path, *statements, database=self.name)


@pytest.fixture
async def second(server: Server, socket_enabled: None) -> AsyncGenerator[Second]:
    """Return an empty second home, which splits texts at spaces."""
    name = server.new_database()
    database = PostgresDatabase(server.url(name))
    yield Second(
        PostgresRepository(database, str.split, "here"), database, server, name
    )
    await database.close()


@pytest.fixture(params=["local", "second"])
def repository(request: pytest.FixtureRequest) -> Repository:
    """Return each home in turn."""
    home: Local | Second = request.getfixturevalue(request.param)
    return home.repository
