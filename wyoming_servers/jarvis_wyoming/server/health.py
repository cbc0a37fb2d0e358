"""Whether a server is well: it answers `describe`."""

import asyncio
from ipaddress import ip_address

from wyoming.event import async_read_event, async_write_event
from wyoming.info import Describe, Info

from .config import ServerSettings

_SECONDS = 5


async def is_well(settings: ServerSettings) -> bool:
    """Ask the server that runs with these settings on this machine."""
    try:
        async with asyncio.timeout(_SECONDS):
            return await _describes(_address(settings.host[0]), settings.port)
    except (OSError, TimeoutError, EOFError):
        return False


async def _describes(host: str, port: int) -> bool:
    reader, writer = await asyncio.open_connection(host, port, limit=1 << 20)
    try:
        await async_write_event(Describe().event(), writer)
        event = await async_read_event(reader)
        return event is not None and Info.is_type(event.type)
    finally:
        writer.close()


def _address(host: str) -> str:
    """Where to ask what listens on a host."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if address.is_unspecified:
        return "127.0.0.1" if address.version == 4 else "::1"
    return host
