"""A Wyoming client of the standard library: it shares nothing with the servers."""

import asyncio
from dataclasses import dataclass, field
import json
from typing import Any, Self


@dataclass
class Reply:
    """An event that came; "closed" at the end of the connection."""

    kind: str
    data: dict[str, Any] = field(default_factory=dict)
    payload: bytes = b""


class Wire:
    """One connection."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self._host = host
        self._port = port

    async def __aenter__(self) -> Self:
        self.reader, self.writer = await asyncio.open_connection(
            self._host, self._port, limit=1 << 20
        )
        return self

    async def __aexit__(self, *_exc: object) -> None:
        self.writer.close()

    async def send(
        self, kind: str, data: dict[str, Any] | None = None, payload: bytes = b""
    ) -> None:
        """Send an event."""
        self.writer.write(frame(kind, data, payload))
        await self.writer.drain()

    async def receive(self) -> Reply:
        """Wait for the next event."""
        async with asyncio.timeout(30):
            try:
                line = await self.reader.readline()
                if not line:
                    return Reply("closed")
                header = json.loads(line)
                data = header.get("data") or {}
                if size := header.get("data_length"):
                    data.update(json.loads(await self.reader.readexactly(size)))
                size = header.get("payload_length")
                payload = await self.reader.readexactly(size) if size else b""
            except (ConnectionError, asyncio.IncompleteReadError):
                return Reply("closed")
            return Reply(header["type"], data, payload)

    async def ask(
        self, kind: str, data: dict[str, Any] | None = None, payload: bytes = b""
    ) -> Reply:
        """Send an event and wait for what comes next."""
        await self.send(kind, data, payload)
        return await self.receive()


def frame(kind: str, data: dict[str, Any] | None = None, payload: bytes = b"") -> bytes:
    """An event as it goes over the wire."""
    header: dict[str, Any] = {"type": kind, "version": "1.10.2"}
    body = json.dumps(data, ensure_ascii=False).encode() if data else b""
    if body:
        header["data_length"] = len(body)
    if payload:
        header["payload_length"] = len(payload)
    return json.dumps(header).encode() + b"\n" + body + payload
