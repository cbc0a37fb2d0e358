"""One Wyoming server: where it is, what it offers, connections to it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Self, override
from urllib.parse import urlsplit

from wyoming.info import Describe, Info

from .connection import Connection
from .errors import Reason, SpeechError, translated
from .offer import Offer

_LONGEST_LINE = 1 << 20
"""Bytes: a server with many voices may say all of them in one line."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read host and port as people write them; None where it is no address."""
        text = text.strip().removesuffix("/")
        if any(char.isspace() for char in text):
            return None
        try:
            parts = urlsplit(text if "://" in text else f"tcp://{text}")
            host, port = parts.hostname, parts.port
        except ValueError:
            return None
        if parts.scheme != "tcp" or not host or not port:
            return None
        if parts.username is not None or parts.path or parts.query or parts.fragment:
            return None
        return cls(host, port)

    @override
    def __str__(self) -> str:
        """Return it as people read it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long a server may keep us waiting, in seconds."""

    connect: float = 2
    describe: float = 5
    transcript: float = 10
    """For the transcript, besides as long as the words took to say."""
    sound: float = 10
    """For each piece of sound, besides as long as the text takes to say."""


class Server:
    """Makes connections to one server."""

    def __init__(self, address: Address, timeouts: Timeouts | None = None) -> None:
        """Take where it is; nothing is asked yet."""
        self.address = address
        self.timeouts = timeouts or Timeouts()
        self.pace = 15.0
        """Characters that it says in a second, as it did the last time."""
        self.closed = False
        self._connections: set[Connection] = set()

    @property
    def name(self) -> str:
        """What people are told."""
        return str(self.address)

    @asynccontextmanager
    async def connect(self) -> AsyncGenerator[Connection]:
        """Open a connection for one request."""
        if self.closed:
            raise SpeechError(Reason.INTERRUPTED, self.name)
        try:
            async with asyncio.timeout(self.timeouts.connect):
                reader, writer = await asyncio.open_connection(
                    self.address.host, self.address.port, limit=_LONGEST_LINE
                )
        except OSError as err:
            raise SpeechError(Reason.UNREACHABLE, self.name, str(err)) from err
        connection = Connection(self.name, reader, writer)
        self._connections.add(connection)
        try:
            yield connection
        finally:
            self._connections.discard(connection)
            # A plain close would wait for a server that takes nothing any more.
            connection.cut()
            with suppress(OSError):
                await writer.wait_closed()

    async def describe(self) -> Offer:
        """Ask what it can do."""
        async with self.connect() as connection:
            connection.expect_within(self.timeouts.describe)
            await connection.send(Describe())
            while not Info.is_type((event := await connection.receive()).type):
                continue
            with translated(self.name):
                return Offer.of(Info.from_event(event))

    def close(self) -> None:
        """End what is under way, and begin nothing any more."""
        self.closed = True
        for connection in self._connections:
            connection.cut()
