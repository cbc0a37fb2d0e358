"""Scripted servers for speech, and who asks them."""

from collections.abc import AsyncIterable

import pytest

from custom_components.jarvis.speech.server import Server, Timeouts
from custom_components.jarvis.speech.servers import Servers

from .servers import Scripted, Start

HASTE = Timeouts(connect=5, describe=0.2, transcript=0.2, sound=0.2)
"""For servers that are to be given up soon; whoever answers does so at once."""


@pytest.fixture
def start(start_speech: Start) -> Start:
    """Return what starts a server; all are stopped at the end."""
    return start_speech


async def asked(
    *scripted: Scripted, timeouts: Timeouts | None = None, described: bool = True
) -> Servers:
    """Return servers in an order, of which it is known what they can do."""
    servers = Servers([Server(one.address, timeouts) for one in scripted])
    if described:
        for watch in servers.watches:
            await watch.async_look()
    return servers


async def stream[T](*pieces: T) -> AsyncIterable[T]:
    """Stream some pieces."""
    for piece in pieces:
        yield piece
