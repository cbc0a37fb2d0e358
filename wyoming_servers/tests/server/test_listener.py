"""What a connection is like that the port takes."""

import socket

from wyoming.event import Event
from wyoming.info import Info

from jarvis_wyoming.server.client import Client
from jarvis_wyoming.server.config import ServerSettings
from jarvis_wyoming.server.listener import Listener
from jarvis_wyoming.server.metrics import Metrics

from ..wire import Wire


class Nothing:
    """A session that does nothing."""

    busy = False

    async def on_event(self, event: Event) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Keep nothing."""


class Noting:
    """A service that notes which connections keep small events back."""

    def __init__(self) -> None:
        self.waits = list[bool]()

    def info(self) -> Info:
        """Offer nothing."""
        return Info()

    async def load(self) -> None:
        """Need nothing."""

    def session(self, client: Client) -> Nothing:
        """Look at the connection."""
        sock = client._writer.get_extra_info("socket")
        no_delay = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        self.waits.append(not no_delay)
        return Nothing()

    async def close(self) -> None:
        """Keep nothing."""


async def test_small_events_leave_at_once() -> None:
    """A text that follows a guess does not wait 40 ms for the client's kernel."""
    service = Noting()
    settings = ServerSettings(host=("127.0.0.1",), zeroconf=False)
    listener = Listener(service, settings, Metrics("test"))
    port = await listener.open()

    async with Wire(port) as wire:
        assert (await wire.ask("describe")).kind == "info"
    await listener.close()

    assert service.waits == [False]
