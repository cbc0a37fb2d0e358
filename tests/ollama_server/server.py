"""The scripted Ollama: a real HTTP server whose model is a script."""

import asyncio
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
import json
import socket
from typing import Any

from aiohttp import web

from .asked import ASKED, Asked
from .cost import Cost, Machine, Meter, Reckoning
from .embed import Meanings
from .engine import RealEngine
from .faults import ANSWERS, LOGIN, LOGIN_PAGE, NOT_FOUND, Faults, Kind, error, page
from .layouts import LAYOUTS, Layout
from .models import Model, Models
from .routes import OllamaRoutes
from .script import DEFAULT_SCRIPT, Script, load_script

VERSION = "0.33.0"
HOST = "127.0.0.1"
CONTROL = "/_scripted/"

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ScriptedOllama:
    """An Ollama that says what its script says and fails when it is told to."""

    def __init__(
        self,
        script: Script | None = None,
        models: Iterable[str | Model] | None = None,
        *,
        version: str = VERSION,
        auth: str | tuple[str, str] | None = None,
        machine: Machine | None = None,
        engine: str | None = None,
        layout: str | None = None,
        native: bool = False,
    ) -> None:
        self.script = script or load_script(DEFAULT_SCRIPT)
        self.models = Models(models)
        self.version = version
        self.auth = auth
        self.native = native
        self.meter: Meter = RealEngine(engine) if engine else Reckoning(machine)
        self._layout = layout
        self.default_num_ctx = 4096
        self.requests: list[Asked] = []
        self.meanings: Meanings = ()
        """Which words embeddings take for the same."""
        self.faults = Faults(self._listen)
        self.port = 0
        self._runner: web.AppRunner | None = None
        self._server: asyncio.Server | None = None
        self._opening: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self.port}"

    @property
    def chats(self) -> list[dict[str, Any]]:
        """The bodies of the chats that were asked for, loading left out."""
        return [
            asked.body
            for asked in self.requests
            if asked.path == "/api/chat" and asked.body and asked.body.get("messages")
        ]

    @property
    def costs(self) -> list[Cost]:
        """What each prompt cost that was read, the newest last."""
        return self.meter.records

    def layout_of(self, model: Model) -> Layout:
        """Give a model's layout, unless all have the same here."""
        return LAYOUTS[self._layout] if self._layout else model.lays_out()

    async def evict(self, model: str | None = None) -> None:
        """Let another client ask something else in between."""
        await self.meter.evict(model)

    async def start(self, port: int = 0) -> None:
        """Listen on a port of this machine, by default on a free one."""
        self.port = port
        app = web.Application(middlewares=[self._middleware], client_max_size=2**26)
        OllamaRoutes(self).add_to(app)
        app.router.add_route("*", LOGIN, self._login)
        app.router.add_post(f"{CONTROL}script", self._set_script)
        app.router.add_post(f"{CONTROL}faults", self._set_faults)
        app.router.add_get(f"{CONTROL}requests", self._list_requests)
        app.router.add_get(f"{CONTROL}costs", self._list_costs)
        app.router.add_post(f"{CONTROL}evict", self._evict)
        self._runner = web.AppRunner(
            app, handler_cancellation=True, access_log=None, shutdown_timeout=0.5
        )
        await self._runner.setup()
        self._listen(True)
        await self._opened()

    async def stop(self) -> None:
        """Stop listening and end every connection, stalled ones too."""
        await self._opened()
        self._listen(False)
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def _listen(self, listen: bool) -> None:
        if not listen:
            self._close()
            return
        # The socket listens at once: whoever calls now waits in its backlog.
        listener = socket.create_server((HOST, self.port))
        self.port = listener.getsockname()[1]
        self._opening = asyncio.create_task(self._accept(listener))

    def _close(self) -> None:
        if self._server is None or self._runner is None:
            return
        self._server.close()
        # Shut at once, so that no client still takes its connection for a good one.
        for connection in (
            self._runner.server.connections if self._runner.server else ()
        ):
            if (transport := connection.transport) is not None:
                with suppress(OSError):
                    transport.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        self._server.abort_clients()
        self._server = None

    async def _accept(self, listener: socket.socket) -> None:
        assert self._runner is not None
        assert self._runner.server is not None
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._runner.server, sock=listener)

    async def _opened(self) -> None:
        if self._opening is not None:
            await self._opening
            self._opening = None

    @web.middleware
    async def _middleware(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        if request.path.startswith(CONTROL) or request.path == LOGIN:
            return await handler(request)
        headers = {key.lower(): value for key, value in request.headers.items()}
        asked = Asked(request.method, request.path, headers)
        self.requests.append(asked)
        request[ASKED] = asked
        try:
            response = await self._answer(request, asked, handler)
        except asyncio.CancelledError, ConnectionError:
            asked.hung_up = True
            raise
        asked.status = response.status
        asked.finished = True
        return response

    async def _answer(
        self, request: web.Request, asked: Asked, handler: Handler
    ) -> web.StreamResponse:
        text = await request.text()
        try:
            asked.body = json.loads(text) if text else None
        except ValueError:
            return error(400, "invalid character in the body")
        if self.auth is not None and not self._may_enter(asked):
            return error(401, "unauthorized")
        if fault := self.faults.take(ANSWERS, asked.path, asked.model):
            return fault.answer(asked.model)
        try:
            return await handler(request)
        except web.HTTPNotFound:
            return web.Response(status=404, text=NOT_FOUND)

    def _may_enter(self, asked: Asked) -> bool:
        if isinstance(self.auth, tuple):
            pair = b64encode(":".join(self.auth).encode()).decode()
            return asked.headers.get("authorization") == f"Basic {pair}"
        return asked.headers.get("authorization") == f"Bearer {self.auth}"

    async def _login(self, _: web.Request) -> web.Response:
        return page(LOGIN_PAGE)

    async def _set_script(self, request: web.Request) -> web.Response:
        try:
            self.script = load_script(await request.text())
        except ValueError as err:
            return error(400, str(err))
        return web.json_response({"rules": len(self.script.rules)})

    async def _set_faults(self, request: web.Request) -> web.Response:
        wanted = await request.json()
        if wanted.pop("clear", False):
            self.faults.clear()
        if wanted.get("kind") == Kind.DOWN:
            return error(400, "end the process instead: nobody could call it back")
        try:
            if wanted:
                self.faults.set(**wanted)
        except (TypeError, ValueError) as err:
            return error(400, str(err))
        return web.json_response({"ok": True})

    async def _list_requests(self, _: web.Request) -> web.Response:
        return web.json_response([asked.as_data() for asked in self.requests])

    async def _list_costs(self, request: web.Request) -> web.Response:
        text = "text" in request.query
        return web.json_response([cost.as_data(text=text) for cost in self.costs])

    async def _evict(self, request: web.Request) -> web.Response:
        wanted = await request.json() if request.can_read_body else {}
        await self.evict(wanted.get("model"))
        return web.json_response({"ok": True})
