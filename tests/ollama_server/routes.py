"""Ollama's own routes."""

from typing import TYPE_CHECKING, Any

from aiohttp import web

from .asked import ASKED, Asked
from .chat import TOO_LONG, ChatRoute
from .durations import keep_alive_seconds
from .embed import embed
from .faults import IN_STREAM, OLD_VERSION, Fault, Kind, error, missing_model
from .models import full_name
from .send import send_stream, send_whole
from .stream import pull_lines
from .tokens import count_tokens

if TYPE_CHECKING:
    from .server import ScriptedOllama

_OLD = frozenset({Kind.OLD_VERSION})


class OllamaRoutes:
    """The API of one server."""

    def __init__(self, server: ScriptedOllama) -> None:
        self._server = server

    def add_to(self, app: web.Application) -> None:
        """Serve the API."""
        app.router.add_get("/", self._root)
        app.router.add_get("/api/version", self._version)
        app.router.add_get("/api/tags", self._tags)
        app.router.add_get("/api/ps", self._ps)
        app.router.add_post("/api/show", self._show)
        app.router.add_post("/api/pull", self._pull)
        app.router.add_post("/api/embed", self._embed)
        app.router.add_post("/api/generate", self._unload)
        app.router.add_post("/api/chat", ChatRoute(self._server).answer)

    async def _root(self, _: web.Request) -> web.Response:
        return web.Response(text="Ollama is running")

    async def _version(self, request: web.Request) -> web.StreamResponse:
        old = self._server.faults.take(_OLD, request.path, None)
        version = OLD_VERSION if old else self._server.version
        return await self._whole(request, {"version": version})

    async def _tags(self, request: web.Request) -> web.StreamResponse:
        return await self._whole(request, self._server.models.as_tags())

    async def _ps(self, request: web.Request) -> web.StreamResponse:
        return await self._whole(request, self._server.models.as_ps())

    async def _show(self, request: web.Request) -> web.StreamResponse:
        name = _name(request[ASKED])
        if (model := self._server.models.find(name)) is None:
            return error(404, f"model '{name}' not found")
        shown = model.as_shown()
        if self._server.faults.take(_OLD, request.path, name):
            del shown["capabilities"]
        return await self._whole(request, shown)

    async def _pull(self, request: web.Request) -> web.StreamResponse:
        asked = request[ASKED]
        models = self._server.models
        name = full_name(_name(asked))
        model = models.find(name) or models.pullable.get(name)
        streamed = asked.body.get("stream") is not False
        if model is None:
            missing = "pull model manifest: file does not exist"
            lines = [{"status": "pulling manifest"}, {"error": missing}]
            if streamed:
                return await send_stream(request, lines, None)
            return error(500, missing)
        lines = list(pull_lines(model.digest, model.size))
        fault = self._fault(asked)
        if streamed:
            response = await send_stream(request, lines, fault)
        else:
            response = await send_whole(request, lines[-1], fault)
        if fault is None or fault.kind is Kind.STALL:
            models.install(model)
        return response

    async def _embed(self, request: web.Request) -> web.StreamResponse:
        body = request[ASKED].body
        name = _name(request[ASKED])
        if (model := self._server.models.find(name)) is None:
            return missing_model(name)
        if not model.can("embedding"):
            return error(400, f'"{name}" does not support embeddings')
        given = body.get("input", "")
        texts = [given] if isinstance(given, str) else [str(each) for each in given]
        texts = [text for text in texts if text]
        lengths = [count_tokens(text) for text in texts]
        if body.get("truncate") is False and max(lengths, default=0) > (
            model.context_length
        ):
            return error(400, TOO_LONG)
        options = body.get("options") or {}
        self._server.models.load(
            model,
            0,
            keep_alive_seconds(body.get("keep_alive")),
            on_processor=options.get("num_gpu") == 0,
        )
        size = min(
            body.get("dimensions") or model.embedding_length, model.embedding_length
        )
        answer = {
            "model": name,
            "embeddings": [
                embed(text, size, model.digest, self._server.meanings) for text in texts
            ],
            "total_duration": 1_000_000,
            "load_duration": 100_000,
            "prompt_eval_count": sum(lengths),
        }
        return await self._whole(request, answer)

    async def _unload(self, request: web.Request) -> web.StreamResponse:
        """Let go of a model: all that anybody here wants of this route."""
        name = _name(request[ASKED])
        if request[ASKED].body.get("keep_alive") != 0:
            return error(400, "nothing but to be unloaded")
        if self._server.models.find(name) is None:
            return missing_model(name)
        self._server.models.unload(name)
        answer = {"model": name, "response": "", "done": True, "done_reason": "unload"}
        return await self._whole(request, answer)

    def _fault(self, asked: Asked) -> Fault | None:
        return self._server.faults.take(IN_STREAM, asked.path, asked.model)

    async def _whole(
        self, request: web.Request, answer: dict[str, Any]
    ) -> web.StreamResponse:
        return await send_whole(request, answer, self._fault(request[ASKED]))


def _name(asked: Asked) -> str:
    if asked.model is None:
        raise web.HTTPBadRequest(
            text='{"error":"model is required"}', content_type="application/json"
        )
    return asked.model
