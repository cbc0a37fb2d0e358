"""A real PostgreSQL: set up, probed, shared, and what it refuses told apart."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import suppress
from pathlib import Path
import socket
import ssl
import subprocess

import pytest
from sqlalchemy import text

from custom_components.jarvis.store.errors import Reason, StoreError
from custom_components.jarvis.store.postgres import (
    OVERFLOW,
    POOL,
    PostgresDatabase,
    probe,
)
from custom_components.jarvis.store.postgres_migrations import MIGRATIONS

from ..postgres_server import HOST, Server

TLS_REQUEST = bytes.fromhex("0000000804d2162f")

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture(scope="module")
def server() -> Generator[Server]:
    """Return a server for the tests of this module."""
    server = Server.new()
    server.start()
    yield server
    server.remove()


@pytest.fixture
def url(server: Server) -> str:
    """Return the address of an empty database."""
    return server.url(server.new_database())


async def reason_of(url: str) -> Reason:
    """Return why a server cannot be used."""
    with pytest.raises(StoreError) as raised:
        await probe(url)
    assert "secret" not in str(raised.value)
    assert "secret" not in repr(raised.value.__cause__)
    return raised.value.reason


async def test_a_server_that_will_do(url: str) -> None:
    """Given a server that can be used, then a probe tells what it is."""
    first = await probe(url)
    assert (first.version_before, first.is_encrypted) == (0, False)
    assert first.is_iterative
    assert int(first.server.partition(".")[0]) >= 14
    assert (await probe(url)).version_before == len(MIGRATIONS)


async def test_what_is_wrong_is_told_apart(server: Server, url: str) -> None:
    """Given what can be wrong with an address or a server, then each has its reason."""
    database = url.rpartition("/")[2]
    port = server.port
    server.sql("CREATE ROLE guest LOGIN PASSWORD 'secret'")
    guest = server.url(database, "guest:secret")
    assert await reason_of(guest) is Reason.VECTOR_RIGHTS
    server.sql("CREATE EXTENSION vector", database=database)
    assert await reason_of(guest) is Reason.RIGHTS
    server.sql(f"GRANT CREATE ON DATABASE {database} TO guest")
    await probe(guest)
    server.sql("REVOKE UPDATE ON jarvis_memory.fact FROM guest", database=database)
    assert await reason_of(guest) is Reason.RIGHTS
    server.sql("GRANT UPDATE ON jarvis_memory.fact TO guest", database=database)

    nobody = f"postgresql://postgres:secret@{HOST}"
    assert await reason_of(f"{nobody}:{port}/nowhere") is Reason.NO_DATABASE
    assert await reason_of(server.url(database, "who:secret")) is Reason.LOGIN
    assert await reason_of(f"{nobody}:1/x") is Reason.UNREACHABLE
    assert await reason_of(f"{nobody}:{port}/x?sslmode=require") is Reason.TLS
    standby = f"{nobody}:{port}/{database}?target_session_attrs=standby"
    assert await reason_of(standby) is Reason.READ_ONLY


async def test_who_is_not_let_in(server: Server, url: str) -> None:
    """Given a wrong password, or a server that wants TLS, then that is said."""
    rules = server.folder / "pg_hba.conf"
    trusting = rules.read_text()
    server.sql("CREATE ROLE paul LOGIN PASSWORD 'right'")
    rules.write_text(f"host all paul {HOST}/32 scram-sha-256\n{trusting}")
    server.sql("SELECT pg_reload_conf()")
    wrong = url.replace("postgres@", "paul:secret@")
    assert await reason_of(wrong) is Reason.LOGIN
    rules.write_text(
        f"hostssl all paul {HOST}/32 trust\nhost all paul {HOST}/32 reject\n{trusting}"
    )
    server.sql("SELECT pg_reload_conf()")
    assert await reason_of(wrong) is Reason.TLS
    rules.write_text(trusting)
    server.sql("SELECT pg_reload_conf()")


async def test_an_unknown_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a name that nobody knows, then that is said."""

    async def unknown(*_arguments: object, **_more: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    loop = asyncio.get_running_loop()
    monkeypatch.setattr(loop, "create_connection", unknown)
    nowhere = "postgresql://u:secret@nowhere.invalid/d"
    assert await reason_of(nowhere) is Reason.UNKNOWN_HOST


@pytest.fixture
async def encrypted(server: Server, url: str, tmp_path: Path) -> AsyncGenerator[str]:
    """Return the address of a door to the server that opens with TLS alone."""
    key, certificate = tmp_path / "key", tmp_path / "certificate"
    command = "openssl req -x509 -nodes -newkey rsa:2048 -days 2 -subj /CN=localhost"
    subprocess.run(  # noqa: ASYNC221 - it takes no time
        [*command.split(), "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while some := await reader.read(65536):
                writer.write(some)
                await writer.drain()
        writer.close()

    async def opened(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            asked = await reader.readexactly(8)
            if asked != TLS_REQUEST:
                writer.close()
                return
            writer.write(b"S")
            await writer.start_tls(context)
            to_server = await asyncio.open_connection(HOST, server.port)
            await asyncio.gather(pump(reader, to_server[1]), pump(to_server[0], writer))

    door = await asyncio.start_server(opened, HOST)
    port = door.sockets[0].getsockname()[1]
    yield f"{url.replace(str(server.port), str(port))}?sslrootcert={certificate}"
    door.close()


async def test_tls(encrypted: str) -> None:
    """Given a server with a certificate of its own making, then TLS is as wished."""
    assert (await probe(encrypted)).is_encrypted
    assert (await probe(f"{encrypted}&sslmode=require")).is_encrypted
    assert (await probe(f"{encrypted}&sslmode=verify-ca")).is_encrypted
    # The certificate is trusted, but of another name.
    assert await reason_of(f"{encrypted}&sslmode=verify-full") is Reason.TLS
    untrusted = encrypted.partition("?")[0]
    assert await reason_of(f"{untrusted}?sslmode=verify-ca") is Reason.TLS


async def test_tls_is_made_ready_beside_the_event_loop(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given that certificates are read from files, then another thread reads them."""
    loop_is_here = []

    def made(*arguments: object, **more: object) -> ssl.SSLContext:
        try:
            asyncio.get_running_loop()
            loop_is_here.append(True)
        except RuntimeError:
            loop_is_here.append(False)
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    monkeypatch.setattr(ssl, "create_default_context", made)
    await probe(url)
    assert loop_is_here == [False]


async def test_a_newer_version_is_left_alone(server: Server, url: str) -> None:
    """Given tables of a newer version, then nothing is done to them."""
    await probe(url)
    name = url.rpartition("/")[2]
    server.sql("UPDATE jarvis_memory.version SET version = 99", database=name)
    assert await reason_of(url) is Reason.NEWER


async def test_several_houses_set_up_at_once(url: str) -> None:
    """Given houses that begin at the same time, then the tables are made once."""
    probed = await asyncio.gather(*(probe(url) for _ in range(4)))
    assert sorted(one.version_before for one in probed) == [0, 1, 1, 1]


async def test_an_old_extension(server: Server, url: str) -> None:
    """Given an extension without the type that is needed, then that is said."""
    name = url.rpartition("/")[2]
    server.sql(
        "CREATE EXTENSION vector",
        "UPDATE pg_extension SET extversion = '0.6.2' WHERE extname = 'vector'",
        database=name,
    )
    assert await reason_of(url) is Reason.VECTOR_TOO_OLD


async def test_an_extension_in_a_schema_of_its_own(server: Server, url: str) -> None:
    """Given an extension that is not in public, then its types are found."""
    server.sql(
        "CREATE SCHEMA extensions",
        "CREATE EXTENSION vector SCHEMA extensions",
        database=url.rpartition("/")[2],
    )
    database = PostgresDatabase(url)
    async with database.read() as connection:
        await connection.execute(text("SELECT data <#> data FROM vector"))
    await database.close()


async def test_few_connections_and_short_statements(url: str) -> None:
    """Given more work than connections, then it waits its turn, and not for ever."""
    database = PostgresDatabase(url)

    async def work() -> int:
        async with database.read() as connection:
            found = await connection.execute(
                text(
                    "SELECT count(*) FROM pg_stat_activity"
                    " WHERE application_name = 'jarvis'"
                    " AND datname = current_database()"
                )
            )
            await asyncio.sleep(0.02)
            return int(found.scalar_one())

    assert max(await asyncio.gather(*(work() for _ in range(20)))) <= POOL + OVERFLOW

    async def sleep() -> None:
        async with database.read() as connection:
            await connection.execute(text("SET LOCAL statement_timeout = '20ms'"))
            await connection.execute(text("SELECT pg_sleep(5)"))

    with pytest.raises(StoreError) as raised:
        await sleep()
    assert raised.value.reason is Reason.BUSY
    async with database.read() as connection:
        timeout = await connection.execute(text("SHOW statement_timeout"))
        assert timeout.scalar_one() == "3s"
    await database.close()
    with pytest.raises(StoreError):
        await work()


async def test_words_are_not_in_errors(url: str) -> None:
    """Given words that are refused, then the error does not quote them."""
    database = PostgresDatabase(url)

    async def note(*values: str) -> None:
        async with database.write() as connection:
            for value in values:
                await connection.execute(
                    text("INSERT INTO meta VALUES (:value, :value)"), {"value": value}
                )

    for values, reason in (
        (["secret \0"], Reason.REFUSED),
        (["secret \ud800"], Reason.REFUSED),
        (["secret", "secret"], Reason.CONFLICT),
    ):
        with pytest.raises(StoreError) as raised:
            await note(*values)
        assert raised.value.reason is reason
        assert "secret" not in str(raised.value)
    await database.close()
