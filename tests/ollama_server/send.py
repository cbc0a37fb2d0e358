"""How answers leave: as lines of a stream or whole, with the faults of the way."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
import json
from typing import Any

from aiohttp import web

from .asked import ASKED
from .faults import Fault, Kind, error
from .stream import Line


async def send_stream(
    request: web.Request,
    lines: Sequence[Line],
    fault: Fault | None,
    delay: float = 0.0,
    on_sent: Callable[[float], None] | None = None,
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> web.StreamResponse:
    """Send lines of JSON, one a chunk, until they end or the fault strikes."""
    response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
    # Whatever is to go wrong goes wrong before the last line, or right after it.
    strikes_at = None if fault is None else min(fault.after, len(lines) - 1)
    if fault is not None and fault.at_end:
        strikes_at = len(lines)
    for number, line in enumerate(lines):
        if fault is not None and number == strikes_at:
            if fault.kind is not Kind.STALL:
                return await _break(request, response, fault)
            await fault.stall()
        if number and delay:
            await sleep(delay)
        await _write(request, response, json.dumps(line, ensure_ascii=False))
        request[ASKED].chunks += 1
        if on_sent is not None:
            on_sent((number + 1) / len(lines))
    if fault is not None and strikes_at == len(lines):
        if fault.kind is not Kind.STALL:
            return await _break(request, response, fault)
        await fault.stall()
    await response.write_eof()
    return response


async def send_whole(
    request: web.Request, answer: dict[str, Any], fault: Fault | None
) -> web.StreamResponse:
    """Send one answer, or what the fault makes of it."""
    if fault is None:
        return web.json_response(answer)
    match fault.kind:
        case Kind.ERROR_LINE:
            return error(500, fault.error)
        case Kind.BROKEN_LINE:
            return web.Response(text='{"model": ', content_type="application/json")
        case Kind.CUT:
            hang_up(request)
            return web.Response()
    await fault.stall()
    return web.json_response(answer)


def hang_up(request: web.Request) -> None:
    """End the connection without ending the answer."""
    if request.transport is not None:
        request.transport.close()


async def _break(
    request: web.Request, response: web.StreamResponse, fault: Fault
) -> web.StreamResponse:
    if fault.kind is Kind.CUT:
        hang_up(request)
        return response
    error_line = json.dumps({"error": fault.error})
    broken = '{"model": "gem'
    line = error_line if fault.kind is Kind.ERROR_LINE else broken
    await _write(request, response, line)
    await response.write_eof()
    return response


async def _write(request: web.Request, response: web.StreamResponse, line: str) -> None:
    if not response.prepared:
        await response.prepare(request)
    await response.write(line.encode() + b"\n")
