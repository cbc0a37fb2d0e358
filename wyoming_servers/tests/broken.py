"""Clients that send nonsense, and clients that hang up anywhere."""

import asyncio
import json
import random
from typing import Any

from .wire import Reply, Wire

_AT_ONCE = 20


def malformed(rng: random.Random, good: bytes, request: str) -> bytes:
    """Bytes that are nearly an event: a good frame that is damaged, or another one."""
    kind = rng.randrange(8)
    if kind == 0:
        return rng.randbytes(rng.randrange(1, 200))
    if kind == 1:
        at = rng.randrange(len(good))
        return good[:at] + rng.randbytes(1) + good[at + 1 :]
    if kind == 2:
        return good[: rng.randrange(1, len(good))]
    name = json.loads(good.partition(b"\n")[0])["type"]
    headers: dict[int, Any] = {
        3: [],
        4: {"type": 7},
        5: {"type": name, "data_length": rng.choice([-1, "x", 1 << 40, 1.5])},
        6: {"type": name, "payload_length": rng.choice([-1, None, 1 << 40])},
        7: {"type": request, "data": rng.choice([[], 3, {"language": {}}])},
    }
    return json.dumps(headers[kind]).encode() + b"\n" + rng.randbytes(rng.randrange(64))


async def send_malformed(port: int, count: int, good: bytes, request: str) -> set[str]:
    """Send so many of them, each on its own connection; return the kinds of replies."""
    rng = random.Random(6)  # noqa: S311 - not for secrets
    kinds = set[str]()
    for _ in range(count // _AT_ONCE):
        frames = [malformed(rng, good, request) for _ in range(_AT_ONCE)]
        for reply in await asyncio.gather(*(send_raw(port, f) for f in frames)):
            kinds.add(reply.kind)
            if reply.kind == "error":
                assert reply.data["code"]
                assert reply.data["text"]
    return kinds


async def send_raw(port: int, data: bytes) -> Reply:
    """Send bytes and return the first reply."""
    async with Wire(port) as wire:
        wire.writer.write(data)
        wire.writer.write_eof()
        return await wire.receive()


async def cut_at_every_byte(port: int, session: bytes) -> None:
    """Hang up after each byte of a session: once in order, and once without a word."""
    ends = [(at, orderly) for at in range(len(session)) for orderly in (True, False)]
    for start in range(0, len(ends), _AT_ONCE):
        some = ends[start : start + _AT_ONCE]
        await asyncio.gather(*(_cut(port, session[:at], end) for at, end in some))


async def _cut(port: int, data: bytes, orderly: bool) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    await writer.drain()
    if orderly:
        # The server reads all of it, and closes when it has done so.
        writer.write_eof()
        async with asyncio.timeout(30):
            await reader.read()
    writer.transport.abort()
