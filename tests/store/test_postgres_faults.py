"""What can happen to a server: it stops, hangs, only reads, is full, is another."""

import asyncio
from collections.abc import AsyncGenerator, Generator

import pytest
from sqlalchemy import text

from custom_components.jarvis.store import postgres
from custom_components.jarvis.store.errors import Reason, StoreError
from custom_components.jarvis.store.postgres import PostgresDatabase

from ..postgres_server import HOST, Server

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture(scope="module")
def made() -> Generator[Server]:
    """Return a server for the tests of this module."""
    server = Server.new()
    yield server
    server.remove()


@pytest.fixture
def server(made: Server) -> Generator[Server]:
    """Return a server that may be broken."""
    made.start()
    yield made
    made.stop("immediate")


@pytest.fixture
def url(server: Server) -> str:
    """Return the address of an empty database."""
    return server.url(server.new_database())


@pytest.fixture
async def database(url: str, socket_enabled: None) -> AsyncGenerator[PostgresDatabase]:
    """Return a database in use."""
    database = PostgresDatabase(url)
    await note(database, "before")
    yield database
    await database.close()


async def note(database: PostgresDatabase, key: str) -> None:
    """Write something."""
    async with database.write() as connection:
        await connection.execute(text("INSERT INTO meta VALUES (:k, '')"), {"k": key})


async def noted(database: PostgresDatabase) -> set[str]:
    """Return what was written."""
    async with database.read() as connection:
        found = await connection.execute(text("SELECT key FROM meta"))
        return set(found.scalars())


async def failing(database: PostgresDatabase, key: str = "during") -> Reason:
    """Return why something cannot be written."""
    with pytest.raises(StoreError) as raised:
        await note(database, key)
    return raised.value.reason


async def heard() -> None:
    """Let the end of connections arrive, which it could not while a server stopped."""
    await asyncio.sleep(0.05)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_a_server_that_stops_and_comes_back(
    server: Server, database: PostgresDatabase, mode: str
) -> None:
    """Given a server that stops, then that is said, and the next use finds it again."""
    server.stop(mode)
    assert await failing(database) is Reason.UNREACHABLE
    server.start()
    await note(database, "after")
    assert await noted(database) == {"before", "after"}


async def test_a_server_that_was_away_while_nobody_asked(
    server: Server, database: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a server that came back, then nobody notices, in use or long unused."""
    server.stop()
    server.start()
    await heard()
    await note(database, "soon")
    monkeypatch.setattr(postgres, "_SURE_S", -1.0)
    server.stop()
    server.start()
    await note(database, "tried first")
    assert await noted(database) == {"before", "soon", "tried first"}


async def test_what_was_just_used_is_not_tried_again(
    server: Server, database: PostgresDatabase
) -> None:
    """Given uses one after the other, then the server hears of these alone."""
    counted = (
        "SELECT xact_commit + xact_rollback FROM pg_stat_database"
        " WHERE datname = current_database()"
    )

    async def transactions() -> int:
        async with database.read() as connection:
            await connection.exec_driver_sql("SELECT pg_stat_force_next_flush()")
            return int((await connection.exec_driver_sql(counted)).scalar_one())

    before = await transactions()
    for _ in range(20):
        await noted(database)
    assert await transactions() - before < 30


async def test_a_server_that_is_not_there_yet(server: Server, url: str) -> None:
    """Given a server that comes later than Home Assistant, then it is found then."""
    server.stop()
    database = PostgresDatabase(url)
    assert await failing(database) is Reason.UNREACHABLE
    server.start()
    await note(database, "after")
    assert await noted(database) == {"after"}
    await database.close()


async def test_a_server_that_hangs(
    server: Server, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a server that keeps its connections and says nothing, then it is left."""
    monkeypatch.setattr(postgres, "CONNECT_S", 0.3)
    monkeypatch.setattr(postgres, "_ANSWER_S", 0.3)
    database = PostgresDatabase(url)
    await note(database, "before")
    with server.paused():
        assert await failing(database) is Reason.UNREACHABLE
        # Whoever has a deadline is let go at once.
        task = asyncio.create_task(noted(database))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await database.close()
    again = PostgresDatabase(url)
    await note(again, "after")
    assert await noted(again) >= {"before", "after"}
    await again.close()


async def test_a_server_that_hangs_in_the_middle(
    server: Server, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a server that hangs within a transaction, then it is given up in time."""
    monkeypatch.setattr(postgres, "_ANSWER_S", 0.3)
    database = PostgresDatabase(url)

    async def write_half() -> None:
        async with database.write() as connection:
            await connection.execute(text("INSERT INTO meta VALUES ('half', '')"))
            with server.paused():
                await connection.execute(text("SELECT 1"))

    with pytest.raises(StoreError) as raised:
        await write_half()
    assert raised.value.reason is Reason.UNREACHABLE
    assert "half" not in await noted(database)
    await database.close()


async def test_a_read_only_server(
    server: Server, url: str, database: PostgresDatabase
) -> None:
    """Given a server that is read-only, then it is read, and writing tells why not."""
    server.stop()
    server.start(default_transaction_read_only="on")
    await heard()
    assert await failing(database) is Reason.READ_ONLY
    assert await noted(database) == {"before"}
    # Whoever comes now finds the tables as they are to be, and needs not write.
    other = PostgresDatabase(url)
    assert await noted(other) == {"before"}
    await other.close()


async def test_a_server_without_connections_left(server: Server, url: str) -> None:
    """Given as many clients as the server takes, then that is said, and passes."""
    name = url.rpartition("/")[2]
    server.sql(
        "CREATE ROLE guest LOGIN CONNECTION LIMIT 1",
        f"GRANT CREATE ON DATABASE {name} TO guest",
        "CREATE EXTENSION vector",
        database=name,
    )
    first = PostgresDatabase(server.url(name, "guest"))
    second = PostgresDatabase(server.url(name, "guest"))
    async with first.write() as connection:
        await connection.execute(text("INSERT INTO meta VALUES ('first', '')"))
        assert await failing(second) is Reason.CONNECTIONS
    await first.close()
    await note(second, "second")
    assert await noted(second) == {"first", "second"}
    await second.close()


async def test_another_host_takes_over(server: Server, url: str) -> None:
    """Given two hosts, when the primary fails, then the promoted standby is written."""
    server.stop()
    server.start(synchronous_standby_names="'*'", synchronous_commit="local")
    standby = server.standby()
    standby.start()
    try:
        hosts = f"host={HOST}:{server.port}&host={HOST}:{standby.port}"
        name = url.rpartition("/")[2]
        both = f"postgresql://postgres@/{name}?{hosts}&target_session_attrs=primary"
        database = PostgresDatabase(both)
        await note(database, "before")
        server.sql(
            "SET synchronous_commit = 'remote_apply'",
            "INSERT INTO jarvis_memory.meta VALUES ('replicated', '')",
            database=name,
        )
        server.stop("immediate")
        assert await failing(database) in {Reason.UNREACHABLE, Reason.READ_ONLY}
        standby.promote()
        await note(database, "after")
        assert await noted(database) == {"before", "replicated", "after"}
        await database.close()
    finally:
        standby.remove()
