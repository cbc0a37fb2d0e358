"""Whether a server is well: it answers `describe`."""

import asyncio
from ipaddress import ip_address
import logging

from wyoming.error import Error
from wyoming.event import async_read_event, async_write_event
from wyoming.info import Describe, Info

from .config import ServerSettings
from .errors import NOT_ALLOWED

_LOGGER = logging.getLogger(__name__)
_SECONDS = 5


async def is_well(settings: ServerSettings) -> bool:
    """Ask the server that runs with these settings on this machine."""
    host, port = _address(settings.host[0]), settings.port
    where = {"host": host, "port": port}
    try:
        async with asyncio.timeout(_SECONDS):
            if await _describes(host, port):
                return True
        _LOGGER.error("does not answer as it should", extra=where)
    except (OSError, TimeoutError, EOFError) as err:
        reason = str(err) or type(err).__name__
        _LOGGER.error("does not answer", extra={**where, "reason": reason})  # noqa: TRY400 - the text says it
    return False


async def _describes(host: str, port: int) -> bool:
    reader, writer = await asyncio.open_connection(host, port, limit=1 << 20)
    try:
        await async_write_event(Describe().event(), writer)
        event = await async_read_event(reader)
        if event is None:
            return False
        # A server that lets only Home Assistant in is well when it says so.
        is_closed = event.data.get("code") == NOT_ALLOWED
        return Info.is_type(event.type) or (Error.is_type(event.type) and is_closed)
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
