"""The port: who may come in, how many, and what happens with each connection."""

import asyncio
from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
import logging
import socket

from wyoming.event import Event
from wyoming.info import Describe
from wyoming.ping import Ping, Pong

from .client import Client, internal_error
from .config import ServerSettings
from .errors import NOT_ALLOWED, ClientGone, ServerError
from .frames import HEADER_BYTES, FrameLimits, read_event
from .memory import Memory
from .metrics import Metrics
from .service import Service, Session

_LOGGER = logging.getLogger(__name__)
_FRAME_SECONDS = 30
_DRAIN_STEP = 0.05


class Listener:
    """Takes connections and hands their events to sessions of the service."""

    def __init__(
        self, service: Service, settings: ServerSettings, metrics: Metrics
    ) -> None:
        self._service = service
        self._settings = settings
        self._networks = [ip_network(net, strict=False) for net in settings.allow]
        self._limits = FrameLimits(
            data=settings.max_frame, payload=settings.max_frame, seconds=_FRAME_SECONDS
        )
        self._servers = list[asyncio.Server]()
        self._open = dict[Client, Session]()
        self._tasks = set[asyncio.Task[None]]()
        self._made = 0
        self._memory = Memory()
        self._errors = metrics.counter("errors_total", "Failures told.", label="code")
        self._connections = metrics.counter("connections_total", "Connections taken.")
        metrics.gauge("clients", "Connections now.", lambda: len(self._open))

    async def open(self) -> int:
        """Listen on every address and return the port."""
        port = self._settings.port
        for host in self._settings.host:
            for sock in _sockets(host, port):
                port = sock.getsockname()[1]
                self._servers.append(
                    await asyncio.start_server(
                        self._connected, sock=sock, limit=HEADER_BYTES
                    )
                )
        return port

    async def close(self) -> None:
        """Take nobody new, let work under way end, then hang up."""
        for server in self._servers:
            server.close()
        self._memory.busy()
        try:
            async with asyncio.timeout(self._settings.drain_seconds):
                # Sessions have many reasons to be busy and no common event.
                while any(  # noqa: ASYNC110
                    _busy(*pair) for pair in self._open.items()
                ):
                    await asyncio.sleep(_DRAIN_STEP)
        except TimeoutError:
            _LOGGER.warning("work was cut off", extra={"clients": len(self._open)})
        for client, session in list(self._open.items()):
            if _busy(client, session):
                await client.fail(ServerError("shutting-down", "The server ends."))
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if (task := asyncio.current_task()) is None:
            return
        self._tasks.add(task)
        self._made += 1
        client = Client(self._made, _peer(writer), reader, writer)
        try:
            self._admit(client)
            await self._serve(client, reader)
        except ServerError as err:
            await self._fail(client, err)
        except asyncio.CancelledError:
            # The server ends: what asyncio would log is what was asked for.
            _LOGGER.debug("cut off", extra={"client": client.number})
        finally:
            await client.close()
            self._tasks.discard(task)

    def _admit(self, client: Client) -> None:
        self._connections.add()
        if not _allowed(client.address, self._networks):
            text = "This network is not among those that may connect."
            raise ServerError(NOT_ALLOWED, text, close=True)
        if len(self._open) >= self._settings.max_clients:
            text = f"{self._settings.max_clients} clients are connected already."
            raise ServerError("too-many-clients", text, close=True)

    async def _serve(self, client: Client, reader: asyncio.StreamReader) -> None:
        session = self._service.session(client)
        self._open[client] = session
        self._memory.busy()
        try:
            while event := await self._next(client, session, reader):
                await self._take(client, session, event)
            client.gone = True
        except ClientGone:
            return
        finally:
            session.close()
            del self._open[client]
            if not self._open:
                self._memory.idle()

    async def _next(
        self, client: Client, session: Session, reader: asyncio.StreamReader
    ) -> Event | None:
        """Wait for an event as long as the client may be silent."""
        reading = asyncio.ensure_future(read_event(reader, self._limits))
        try:
            while True:
                seconds = self._settings.idle_seconds
                done, _ = await asyncio.wait({reading}, timeout=seconds)
                if done:
                    return await reading
                if not client.working:
                    text = f"Nothing came for {seconds:g} seconds."
                    raise ServerError("idle-timeout", text, close=True)
        except OSError:
            return None
        finally:
            reading.cancel()

    async def _take(self, client: Client, session: Session, event: Event) -> None:
        try:
            if Describe.is_type(event.type):
                await client.send(self._service.info().event())
            elif Ping.is_type(event.type):
                await client.send(Pong(text=Ping.from_event(event).text).event())
            else:
                await session.on_event(event)
        except ServerError as err:
            if err.close:
                raise
            await self._fail(client, err)
        except ClientGone:
            raise
        except Exception:
            _LOGGER.exception("failed", extra={"client": client.number})
            await self._fail(client, internal_error())

    async def _fail(self, client: Client, error: ServerError) -> None:
        self._errors.add(of=error.code)
        await client.fail(error)


def _busy(client: Client, session: Session) -> bool:
    return client.working or session.busy


def _sockets(host: str, port: int) -> Sequence[socket.socket]:
    """Bind every address of a host; IPv6 leaves IPv4 to its own socket."""
    found = list[socket.socket]()
    for family, kind, protocol, _, address in socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    ):
        try:
            # Only of what is known to be TCP asyncio sends small events at once.
            sock = socket.socket(family, kind, protocol)
        except OSError:  # a machine without IPv6
            if host == "::":
                continue
            raise
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        try:
            sock.bind(address)
        except OSError as err:
            sock.close()
            if host == "::":
                continue
            where = f"{host} port {port}"
            raise OSError(err.errno, f"{where}: {err.strerror}") from err
        found.append(sock)
    return found


def _peer(writer: asyncio.StreamWriter) -> IPv4Address | IPv6Address | None:
    peer = writer.get_extra_info("peername")
    return ip_address(str(peer[0]).partition("%")[0]) if peer else None


def _allowed(
    address: IPv4Address | IPv6Address | None,
    networks: Sequence[IPv4Network | IPv6Network],
) -> bool:
    if address is None:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address in network for network in networks)
