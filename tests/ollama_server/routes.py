"""Ollama's own routes."""

from typing import TYPE_CHECKING, Any

from aiohttp import web

from .asked import ASKED, Asked, Turn
from .durations import InvalidDurationError, keep_alive_seconds
from .embed import embed
from .faults import (
    IN_STREAM,
    OLD_VERSION,
    Fault,
    Kind,
    error,
    missing_model,
    no_thinking,
    no_tools,
)
from .models import GPT_OSS, Model, full_name
from .prompt import Prompt, count_tokens, fit
from .send import send_stream, send_whole
from .stream import Chat, pull_lines

if TYPE_CHECKING:
    from .server import ScriptedOllama

THINK_LEVELS = frozenset({"low", "medium", "high", "max"})
TOO_LONG = "the input length exceeds the context length"
_TRUNCATED = frozenset({Kind.TRUNCATED})
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
        app.router.add_post("/api/chat", self._chat)

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
        size = min(
            body.get("dimensions") or model.embedding_length, model.embedding_length
        )
        answer = {
            "model": name,
            "embeddings": [embed(text, size) for text in texts],
            "total_duration": 1_000_000,
            "load_duration": 100_000,
            "prompt_eval_count": sum(lengths),
        }
        return await self._whole(request, answer)

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        asked = request[ASKED]
        name = _name(asked)
        if (model := self._server.models.find(name)) is None:
            return missing_model(name)
        if (refused := _refusal(asked.body, name, model)) is not None:
            return refused
        try:
            keep_alive = keep_alive_seconds(asked.body.get("keep_alive"))
        except InvalidDurationError as err:
            return error(400, str(err))
        body = asked.body
        num_ctx = self._num_ctx(asked, model)
        messages = body.get("messages") or []
        if not messages:
            self._server.models.load(model, num_ctx, keep_alive)
            done = "load" if keep_alive else "unload"
            return await self._whole(request, Chat(name).only(done))
        prompt = fit(messages, body.get("tools") or [], num_ctx)
        if prompt.too_long and body.get("truncate") is False:
            return error(400, TOO_LONG)
        was_read = self._server.models.load(model, num_ctx, keep_alive)
        chat = Chat(
            name,
            prompt_tokens=prompt.tokens,
            was_loaded=not was_read,
            think=_thinks(body.get("think"), model),
            num_predict=int((body.get("options") or {}).get("num_predict") or -1),
        )
        return await self._reply(request, chat, prompt)

    async def _reply(
        self, request: web.Request, chat: Chat, prompt: Prompt
    ) -> web.StreamResponse:
        asked = request[ASKED]
        turn = Turn.of(chat.model, prompt, asked.body.get("tools") or [])
        reply = self._server.script.reply(turn)
        if reply is None:
            return error(500, f"no rule answers in round {turn.round}: {turn.said!r}")
        fault = self._fault(asked)
        if asked.body.get("stream") is False:
            return await send_whole(request, chat.whole(reply), fault)
        lines = list(chat.stream(reply))
        return await send_stream(request, lines, fault, reply.delay)

    def _num_ctx(self, asked: Asked, model: Model) -> int:
        wanted = (asked.body.get("options") or {}).get("num_ctx")
        num_ctx = int(wanted or self._server.default_num_ctx)
        fault = self._server.faults.take(_TRUNCATED, asked.path, asked.model)
        if fault is not None:
            num_ctx = min(num_ctx, fault.tokens)
        return min(num_ctx, model.context_length)

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


def _refusal(body: dict[str, Any], name: str, model: Model) -> web.Response | None:
    think = body.get("think")
    if isinstance(think, str) and think not in THINK_LEVELS:
        return error(
            400,
            f'invalid think value: "{think}" '
            '(must be "high", "medium", "low", "max", true, or false)',
        )
    if body.get("messages") and not model.can("completion"):
        return error(400, f'"{name}" does not support chat')
    if body.get("tools") and not model.can("tools"):
        return no_tools(name)
    if think and not model.can("thinking"):
        return no_thinking(name)
    return None


def _thinks(think: object, model: Model) -> bool:
    """Whether the model thinks: unset means yes, and gpt-oss knows no other way."""
    return model.can("thinking") and (think is not False or model.family == GPT_OSS)
