"""A PostgreSQL database: few connections, short limits, and causes told apart."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
import json
from math import inf
import ssl
import struct
from time import monotonic
from typing import Any, cast, override

import asyncpg
import numpy as np
from sqlalchemy import AdaptedConnection, ExceptionContext, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from .errors import Reason, StoreError
from .postgres_errors import is_refusal_of_tls, translated
from .postgres_migrations import (
    MIGRATIONS,
    OLDEST_VECTOR,
    Extension,
    Step,
    extension,
    migrate,
    numbers,
)
from .postgres_url import Tls, parse

POOL, OVERFLOW = 4, 1
"""Recalling takes three; what overflows is made anew each time."""
CONNECT_S = 5.0
STATEMENT_S = 3.0

_ANSWER_S = STATEMENT_S + 1.0
"""Seconds until a server that does not even end its own statements is given up."""
_SURE_S = 5.0
"""Seconds after its last use until a connection is tried before the next."""
_LONG_S = 3600.0
"""Seconds that migrations and the making of an index may take."""
_GOODBYE_S = 0.5
"""Seconds that saying goodbye may take."""
_USED_AT = "used_at"
_HEAD = struct.Struct(">HH")
_DENIED = """
    SELECT string_agg(tablename, ', ') FROM pg_tables, unnest(
        ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']
    ) AS wanted
    WHERE schemaname = current_schema()
    AND NOT has_table_privilege(tablename::regclass, wanted)
"""
"""Which tables may not be used in one way or other."""


@dataclass(frozen=True, slots=True)
class Probed:
    """What a server is that can be used."""

    server: str
    extension: str
    is_iterative: bool
    """Whether an index goes on until enough of an owner's are found."""
    is_encrypted: bool
    version_before: int
    """The version of the tables that were found; 0 where there were none."""


class _Connection(asyncpg.Connection):  # type: ignore[misc]  # it has no types
    """Does not wait long for a server that does not answer any more."""

    @override
    async def close(self, *, timeout: float | None = None) -> None:
        """Say goodbye, or just go."""
        await super().close(timeout=min(timeout or _GOODBYE_S, _GOODBYE_S))


class PostgresDatabase:
    """One database on a server that comes and goes: each use connects anew if it must.

    Its tables are made or migrated by the first use that reaches it.
    """

    def __init__(self, url: str, *, migrations: Sequence[Step] = MIGRATIONS) -> None:
        """Understand the address; nothing else happens before it is used."""
        self.address = parse(url)
        self._migrations = migrations
        self._tls: ssl.SSLContext | None = None
        self._preparing = asyncio.Lock()
        self._engine: AsyncEngine | None = None
        self._closed = False
        self.extension: Extension | None = None
        """What finds vectors there; known from the first use on."""

    async def open(self) -> Probed:
        """Connect, make or migrate the tables, and tell what the server is."""
        with translated():
            async with self._alone() as connection:
                before = await migrate(connection, self._migrations)
                found = await extension(connection)
                if found is None:
                    raise StoreError(Reason.NO_VECTOR)
                server = connection.get_server_version()
                encrypted = _is_encrypted(connection)
        self.extension = found
        if self._engine is None:
            self._engine = self._new_engine()
        return Probed(
            f"{server.major}.{server.minor}",
            found.version,
            found.is_iterative,
            encrypted,
            before,
        )

    async def close(self) -> None:
        """End every connection."""
        self._closed = True
        if self._engine is not None:
            engine, self._engine = self._engine, None
            # A server that does not answer is not to hold up our own end.
            with suppress(TimeoutError, StoreError), translated():
                async with asyncio.timeout(_GOODBYE_S * (POOL + OVERFLOW)):
                    await engine.dispose()

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncConnection]:
        """Give a connection, in a transaction that is kept at the end."""
        with translated():
            async with self._taken() as connection, connection.begin():
                yield connection

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncConnection]:
        """Give a connection to read; each statement sees what is there by then."""
        with translated():
            async with self._taken() as connection:
                # A transaction's begin and end take as long as a small statement.
                yield await connection.execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def maintain(self) -> AsyncGenerator[asyncpg.Connection]:
        """Give a connection of its own for what takes long, without a transaction."""
        with translated():
            async with self._alone() as connection:
                await _set_up(connection, _LONG_S)
                yield connection

    @asynccontextmanager
    async def _taken(self) -> AsyncGenerator[AsyncConnection]:
        """Take a connection of the pool, and give it back."""
        async with self._preparing:
            if self._closed:
                raise StoreError(Reason.CLOSED)
            if self._engine is None:
                await self.open()
        connection = cast("AsyncEngine", self._engine).connect()
        # One that no longer answers is left, and another made.
        async with asyncio.timeout(_ANSWER_S + 2 * _GOODBYE_S + CONNECT_S):
            await connection.start()
        try:
            yield connection
        finally:
            await asyncio.shield(connection.close())

    def _new_engine(self) -> AsyncEngine:
        engine = create_async_engine(
            "postgresql+asyncpg://",
            async_creator=self._new_connection,
            pool_size=POOL,
            max_overflow=OVERFLOW,
            pool_timeout=CONNECT_S,
            hide_parameters=True,  # errors are logged, people's words are not
            json_serializer=_json,
        )

        @event.listens_for(engine.sync_engine, "checkin")
        def _given_back(_raw: object, entry: ConnectionPoolEntry) -> None:
            entry.info[_USED_AT] = monotonic()

        # Not `pool_pre_ping`: it would try each time, in a transaction of its own.
        @event.listens_for(engine.sync_engine, "checkout")
        def _tried(
            adapted: DBAPIConnection, entry: ConnectionPoolEntry, _proxy: object
        ) -> None:
            raw = cast("AdaptedConnection", adapted).driver_connection
            is_there = not raw.is_closed()
            if is_there and monotonic() - entry.info.get(_USED_AT, inf) > _SURE_S:
                with suppress(engine.dialect.loaded_dbapi.Error):
                    engine.dialect.do_ping(adapted)
                is_there = not raw.is_closed()
            if not is_there:
                raise InvalidatePoolError

        @event.listens_for(engine.sync_engine, "handle_error")
        def _given_up(context: ExceptionContext) -> None:
            given_up = isinstance(
                context.original_exception, asyncio.CancelledError | TimeoutError
            )
            if not given_up or context.connection is None:
                return
            # Whatever asyncpg would say to the server first, a paused one never hears.
            raw = context.connection.connection.driver_connection
            cast("asyncpg.Connection", raw).terminate()
            context.is_disconnect = True  # type: ignore[misc]  # documented as such

        return engine

    async def _new_connection(self) -> asyncpg.Connection:
        """Connect for the pool."""
        with translated():
            connection = await self._connect()
            try:
                async with asyncio.timeout(CONNECT_S):
                    await _set_up(connection, STATEMENT_S)
            except BaseException:
                connection.terminate()
                raise
            return connection

    @asynccontextmanager
    async def _alone(self) -> AsyncGenerator[asyncpg.Connection]:
        """Give a connection that belongs to no pool."""
        connection = await self._connect(_LONG_S)
        try:
            yield connection
        finally:
            connection.terminate()

    async def _connect(self, answer_s: float | None = None) -> asyncpg.Connection:
        """Connect to the first host that will do."""
        address = self.address
        if self._tls is None and address.tls is not Tls.DISABLE:
            self._tls = await asyncio.to_thread(address.tls_context)
        worst: StoreError | None = None
        for host, port in address.hosts:
            try:
                with translated():
                    return await self._connect_to(host, port, answer_s or _ANSWER_S)
            except StoreError as err:
                # That nobody answers says less than what one who did has said.
                if worst is None or worst.reason is Reason.UNREACHABLE:
                    worst = err
        raise worst or StoreError(Reason.URL, "no host")

    async def _connect_to(
        self, host: str, port: int, answer_s: float
    ) -> asyncpg.Connection:
        """Connect to one host, with TLS or without as the address wants it."""
        address = self.address
        ways: list[ssl.SSLContext | bool] = []
        if self._tls is not None and not host.startswith("/"):
            ways.append(self._tls)
        if not ways or address.may_be_plain:
            ways.append(False)
        for tls in ways:
            try:
                return await asyncpg.connect(
                    host=host,
                    port=port,
                    user=address.user,
                    password=address.password,  # never None: no file is looked for
                    database=address.database,
                    ssl=tls,
                    target_session_attrs=address.target,
                    timeout=CONNECT_S,
                    command_timeout=answer_s,
                    # Else each statement leaves a timer behind with its connection.
                    max_cached_statement_lifetime=0,
                    server_settings={"application_name": "jarvis"},
                    connection_class=_Connection,
                )
            except ConnectionError as err:
                if tls is ways[-1] or not is_refusal_of_tls(err):
                    raise
        raise StoreError(Reason.TLS)


async def probe(url: str) -> Probed:
    """Try whether a server can be used; a `StoreError` tells what is to be mended."""
    database = PostgresDatabase(url)
    try:
        probed = await database.open()
        async with database.write() as connection:
            # What a read-only server refuses, whoever asks.
            await connection.exec_driver_sql("DELETE FROM meta WHERE false")
            denied = await connection.exec_driver_sql(_DENIED)
            if tables := denied.scalar_one():
                raise StoreError(Reason.RIGHTS, tables)
    finally:
        await database.close()
    return probed


async def _set_up(connection: asyncpg.Connection, statement_s: float) -> None:
    """Let a connection find our tables, read vectors, and give up in time."""
    found = await extension(connection)
    if found is None or numbers(found.version) < OLDEST_VECTOR:
        raise StoreError(Reason.NO_VECTOR)
    await connection.execute(
        "SELECT set_config('search_path', $1, false),"
        " set_config('statement_timeout', $2, false),"
        " set_config('idle_in_transaction_session_timeout', '60s', false)",
        found.path,
        f"{int(statement_s * 1000)}ms",
    )
    await connection.set_type_codec(
        "halfvec",
        schema=found.schema,
        encoder=_encode,
        decoder=_decode,
        format="binary",
    )


def _encode(halves: bytes) -> bytes:
    """Return a vector's float16s as the server reads them, high bytes first."""
    return (
        _HEAD.pack(len(halves) // 2, 0)
        + np.frombuffer(halves, "<f2").byteswap().tobytes()
    )


def _decode(sent: bytes) -> bytes:
    """Return the float16s that the server sent, low bytes first."""
    return np.frombuffer(sent, ">f2", offset=_HEAD.size).astype("<f2").tobytes()


def _is_encrypted(connection: asyncpg.Connection) -> bool:
    transport = connection._transport  # noqa: SLF001 - nothing public tells
    return transport.get_extra_info("sslcontext") is not None


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
