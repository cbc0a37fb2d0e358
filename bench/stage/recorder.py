"""A way to an Ollama that notes what each chat cost; nothing is changed on it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
import json
from time import perf_counter
from typing import Any

from aiohttp import ClientSession, ClientTimeout, web

_SECOND = 1_000_000_000
_OF_THE_WAY = frozenset({"host", "content-length", "transfer-encoding", "connection"})


@dataclass(slots=True)
class Chat:
    """What one request for a reply cost, as Ollama itself tells."""

    prompt_tokens: int
    prompt_seconds: float
    load_seconds: float
    reply_tokens: int
    seconds: float
    """From the request to the end of the reply, by the clock here."""

    @classmethod
    def of(cls, final: dict[str, Any], seconds: float) -> Chat:
        """Read the last line of a reply."""
        return cls(
            int(final.get("prompt_eval_count") or 0),
            int(final.get("prompt_eval_duration") or 0) / _SECOND,
            int(final.get("load_duration") or 0) / _SECOND,
            int(final.get("eval_count") or 0),
            seconds,
        )


@dataclass(slots=True)
class Recorder:
    """Passes everything on and keeps the books."""

    target: str
    session: ClientSession
    url: str = ""
    chats: list[Chat] = field(default_factory=list)
    under_way: int = 0

    async def idle(self) -> None:
        """Wait until nobody asks anything any more."""
        before = -1
        while self.under_way or before != len(self.chats):
            before = len(self.chats)
            await asyncio.sleep(0.1)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Pass one request on."""
        began = perf_counter()
        body = await request.read()
        self.under_way += 1
        last = b""
        try:
            async with self.session.request(
                request.method,
                f"{self.target}{request.path_qs}",
                data=body,
                headers=_passed(request.headers),
                allow_redirects=False,
            ) as answer:
                response = web.StreamResponse(
                    status=answer.status, headers=_passed(answer.headers)
                )
                await response.prepare(request)
                async for piece in answer.content.iter_any():
                    await response.write(piece)
                    last = (last + piece)[-100_000:]
                await response.write_eof()
        finally:
            self.under_way -= 1
        if request.path == "/api/chat":
            self._note(last, perf_counter() - began)
        return response

    def _note(self, text: bytes, seconds: float) -> None:
        """Note what the last line tells."""
        with suppress(ValueError, IndexError):
            final = json.loads(text.strip().splitlines()[-1])
            if final.get("done") and final.get("prompt_eval_count"):
                self.chats.append(Chat.of(final, seconds))


@asynccontextmanager
async def recording(target: str) -> AsyncIterator[Recorder]:
    """Listen on this machine and pass on to an Ollama."""
    async with ClientSession(
        timeout=ClientTimeout(total=None), auto_decompress=False
    ) as session:
        recorder = Recorder(target.rstrip("/"), session)
        app = web.Application(client_max_size=2**26)
        app.router.add_route("*", "/{path:.*}", recorder.handle)
        runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=0.5
        )
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        recorder.url = f"http://{host}:{port}"
        try:
            yield recorder
        finally:
            await runner.cleanup()


def _passed(headers: Any) -> dict[str, str]:
    """Return the headers that go through."""
    return {
        key: value for key, value in headers.items() if key.lower() not in _OF_THE_WAY
    }
