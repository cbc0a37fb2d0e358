"""Reading events with limits: what the library reads without any."""

import asyncio
from dataclasses import dataclass
import json
from typing import Any

from wyoming.event import Event

from .errors import ServerError

HEADER_BYTES = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class FrameLimits:
    """How large the parts of an event may be."""

    data: int
    payload: int
    seconds: float
    """How long a frame that was begun may take."""


async def read_event(reader: asyncio.StreamReader, limits: FrameLimits) -> Event | None:
    """Return the next event, None at the end of the connection."""
    if not (first := await reader.read(1)):
        return None
    try:
        async with asyncio.timeout(limits.seconds):
            return await _read(first, reader, limits)
    except TimeoutError as err:
        raise _bad("The rest of a frame did not come.") from err
    except asyncio.IncompleteReadError as err:
        raise _bad("The connection ended inside a frame.") from err
    except ValueError as err:  # JSON, UTF-8 and a line over the reader's limit
        raise _bad("A frame is not a line of JSON.") from err
    except RecursionError as err:
        raise _bad("A frame is nested too deeply.") from err


async def _read(
    first: bytes, reader: asyncio.StreamReader, limits: FrameLimits
) -> Event:
    line = first if first == b"\n" else first + await reader.readline()
    if not line.endswith(b"\n"):
        raise asyncio.IncompleteReadError(line, None)
    header = _object(line)
    kind = header.get("type")
    if not isinstance(kind, str):
        raise _bad("A frame has no type.")
    data = header.get("data") or {}
    if not isinstance(data, dict):
        raise _bad("A frame's data is not an object.")
    if size := _size(header, "data_length", limits.data):
        data = {**data, **_object(await reader.readexactly(size))}
    payload = None
    if size := _size(header, "payload_length", limits.payload):
        payload = await reader.readexactly(size)
    return Event(type=kind, data=data, payload=payload)


def _object(text: bytes) -> dict[str, Any]:
    value = json.loads(text)
    if not isinstance(value, dict):
        raise _bad("A frame is not an object.")
    return value


def _size(header: dict[str, Any], key: str, most: int) -> int:
    size = header.get(key)
    if size is None:
        return 0
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise _bad(f"A frame's {key} is not a number of bytes.")
    if size > most:
        text = f"A frame's {key} is {size}; at most {most} are taken."
        raise ServerError("frame-too-large", text, close=True)
    return size


def _bad(text: str) -> ServerError:
    return ServerError("bad-frame", text, close=True)
