"""What can happen to a house: to its second home, its disk, its embedding model."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
import errno
from pathlib import Path
import subprocess

import asyncpg

from tests.ollama_server import Kind, ScriptedOllama
from tests.postgres_server import HOST, Server

_SLOW_S = 2.0
_DISK = "size=12m"
_EMBED = "/api/embed"

type Strike = Callable[[], AbstractAsyncContextManager[None]]
"""What goes wrong for as long as it is entered."""


class UnableError(Exception):
    """A scene cannot be played on this machine."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a house stands on."""

    server: Server
    database: str
    embedder: ScriptedOllama
    folder: Path
    """Of the memory; it is not there yet."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What is to happen."""

    strike: Strike
    url: str | None = None
    """Of the second home, if the house has one."""
    holder: Server | None = None
    """The server that has the copy in the end."""
    is_repeatable: bool = True
    may_refuse: bool = False
    """Whether nothing can be remembered meanwhile."""


type Prepare = Callable[[Around], AbstractAsyncContextManager[Scene]]


type _Fault = Callable[[Around], AbstractAsyncContextManager[None]]


def _of_copy(fault: _Fault) -> Prepare:
    """Make a scene of what can happen to a second home."""

    @asynccontextmanager
    async def prepare(around: Around) -> AsyncGenerator[Scene]:
        url = around.server.url(around.database)
        yield Scene(lambda: fault(around), url, around.server)

    return prepare


def _alone(fault: _Fault) -> Prepare:
    """Make a scene of a house without a second home, which would hide the fault."""

    @asynccontextmanager
    async def prepare(around: Around) -> AsyncGenerator[Scene]:
        yield Scene(lambda: fault(around))

    return prepare


@asynccontextmanager
async def _stopped(around: Around) -> AsyncGenerator[None]:
    """The server fails as if its machine had."""
    await asyncio.to_thread(around.server.stop, "immediate")
    try:
        yield
    finally:
        await asyncio.to_thread(around.server.start)


@asynccontextmanager
async def _paused(around: Around) -> AsyncGenerator[None]:
    """The server keeps its connections and says nothing."""
    with around.server.paused():
        yield


@asynccontextmanager
async def _out_of_connections(around: Around) -> AsyncGenerator[None]:
    """Others have all connections, and those of Jarvis were ended."""
    held: list[asyncpg.Connection] = []

    async def take_all() -> None:
        with suppress(asyncpg.TooManyConnectionsError):
            while True:
                held.append(await _another_client(around.server))

    try:
        await take_all()
        # What Jarvis has is taken as soon as it is free; it may be the faster one once.
        for _ in range(3):
            await held[0].execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'jarvis'"
            )
            await take_all()
        yield
    finally:
        await asyncio.gather(*(one.close() for one in held))


async def _another_client(server: Server) -> asyncpg.Connection:
    """Connect as somebody else does."""
    return await asyncpg.connect(
        host=HOST, port=server.port, user="postgres", database="postgres"
    )


@asynccontextmanager
async def _read_only(around: Around) -> AsyncGenerator[None]:
    """The server takes no changes, as its owner may set it."""

    def set_to(how: str) -> None:
        around.server.sql(
            "SET default_transaction_read_only = off",
            f"ALTER SYSTEM {how}",
            "SELECT pg_reload_conf()",
        )

    await asyncio.to_thread(set_to, "SET default_transaction_read_only = on")
    try:
        yield
    finally:
        await asyncio.to_thread(set_to, "RESET default_transaction_read_only")


@asynccontextmanager
async def _slow_embedding(around: Around) -> AsyncGenerator[None]:
    """The embedding model takes seconds for what takes it milliseconds."""
    around.embedder.faults.set(Kind.STALL, path=_EMBED, seconds=_SLOW_S)
    try:
        yield
    finally:
        around.embedder.faults.clear()


@asynccontextmanager
async def _no_embedding(around: Around) -> AsyncGenerator[None]:
    """The machine with the embedding model is gone."""
    around.embedder.faults.set(Kind.DOWN)
    try:
        yield
    finally:
        around.embedder.faults.clear()


@asynccontextmanager
async def _failing_over(around: Around) -> AsyncGenerator[Scene]:
    """Prepare a standby that has whatever the primary has acknowledged."""
    server = around.server
    await asyncio.to_thread(server.stop)
    await asyncio.to_thread(server.start, synchronous_standby_names="'*'")
    standby = await asyncio.to_thread(server.standby)
    try:
        await asyncio.to_thread(standby.start)
        hosts = f"host={HOST}:{server.port}&host={HOST}:{standby.port}"
        user = f"postgresql://postgres@/{around.database}"

        @asynccontextmanager
        async def strike() -> AsyncGenerator[None]:
            await asyncio.to_thread(server.stop, "immediate")
            yield
            await asyncio.to_thread(standby.promote)

        url = f"{user}?{hosts}&target_session_attrs=primary"
        yield Scene(strike, url, standby, is_repeatable=False)
    finally:
        await asyncio.to_thread(standby.remove)
        await asyncio.to_thread(server.stop, "immediate")
        await asyncio.to_thread(server.start)


@asynccontextmanager
async def _full_disk(around: Around) -> AsyncGenerator[Scene]:
    """Prepare a small disk for the local memory."""
    folder = around.folder
    folder.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", _DISK, "none", str(folder)]
    mounted = await asyncio.to_thread(
        subprocess.run, mounting, check=False, capture_output=True
    )
    if mounted.returncode:
        raise UnableError("only root may mount a small disk")
    ballast = folder / "ballast"

    @asynccontextmanager
    async def strike() -> AsyncGenerator[None]:
        await asyncio.to_thread(_fill, ballast)
        try:
            yield
        finally:
            ballast.unlink()

    try:
        url = around.server.url(around.database)
        yield Scene(strike, url, around.server, may_refuse=True)
    finally:
        await asyncio.to_thread(
            subprocess.run, ["umount", "-l", str(folder)], check=True
        )


def _fill(ballast: Path) -> None:
    """Leave no room."""
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError as err:
            if err.errno != errno.ENOSPC:
                raise


SCENES: Mapping[str, Prepare] = {
    "stopped": _of_copy(_stopped),
    "paused": _of_copy(_paused),
    "connections": _of_copy(_out_of_connections),
    "read_only": _of_copy(_read_only),
    "failover": _failing_over,
    "disk_full": _full_disk,
    "embedding_slow": _alone(_slow_embedding),
    "embedding_gone": _alone(_no_embedding),
}
"""By name, in the order of their playing."""
