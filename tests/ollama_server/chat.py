"""Ollama's chat: from what was asked to what a model says."""

from typing import TYPE_CHECKING, Any

from aiohttp import web

from .asked import ASKED, Asked, Turn
from .cost import Reading
from .durations import InvalidDurationError, keep_alive_seconds
from .engine import EngineError
from .faults import IN_STREAM, Fault, Kind, error, missing_model, no_thinking, no_tools
from .layouts import Think
from .models import GPT_OSS, Model
from .prompt import Prompt, fit
from .send import send_stream, send_whole
from .stream import Chat
from .voice import Voice

if TYPE_CHECKING:
    from .server import ScriptedOllama

THINK_LEVELS = frozenset({"low", "medium", "high", "max"})
TOO_LONG = "the input length exceeds the context length"
_TRUNCATED = frozenset({Kind.TRUNCATED})


class ChatRoute:
    """The route for chats of one server."""

    def __init__(self, server: ScriptedOllama) -> None:
        self._server = server

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer a chat."""
        asked = request[ASKED]
        body, name = asked.body, asked.model or ""
        if not name:
            return error(400, "model is required")
        if (model := self._server.models.find(name)) is None:
            return missing_model(name)
        if (refused := _refusal(body, name, model)) is not None:
            return refused
        try:
            keep_alive = keep_alive_seconds(body.get("keep_alive"))
        except InvalidDurationError as err:
            return error(400, str(err))
        chat = Chat(name, int((body.get("options") or {}).get("num_predict") or -1))
        num_ctx = self._num_ctx(asked, model)
        messages = body.get("messages") or []
        if not messages:
            return await self._only_load(request, chat, model, num_ctx, keep_alive)
        layout = self._server.layout_of(model)
        think = _think(body.get("think"), model)
        prompt = fit(messages, body.get("tools") or [], num_ctx, layout, think)
        if prompt.too_long and body.get("truncate") is False:
            return error(400, TOO_LONG)
        was_read = self._server.models.load(model, num_ctx, keep_alive)
        reading = Reading(
            model.name,
            model.cache,
            layout.name,
            prompt.text,
            prompt.mark,
            num_ctx,
            was_read,
        )
        if body.get("_debug_render_only"):
            if was_read:
                await self._server.meter.load(model.name, model.cache)
            return await send_whole(request, chat.rendered(prompt), self._fault(asked))
        return await self._say(request, chat, model, prompt, reading)

    async def _only_load(
        self,
        request: web.Request,
        chat: Chat,
        model: Model,
        num_ctx: int,
        keep_alive: float,
    ) -> web.StreamResponse:
        if self._server.models.load(model, num_ctx, keep_alive) and keep_alive:
            await self._server.meter.load(model.name, model.cache)
        done = "load" if keep_alive else "unload"
        return await send_whole(request, chat.only(done), self._fault(request[ASKED]))

    async def _say(
        self,
        request: web.Request,
        chat: Chat,
        model: Model,
        prompt: Prompt,
        reading: Reading,
    ) -> web.StreamResponse:
        asked = request[ASKED]
        turn = Turn.of(chat.model, prompt, asked.body.get("tools") or [])
        reply = self._server.script.reply(turn)
        if reply is None:
            return error(500, f"no rule answers in round {turn.round}: {turn.said!r}")
        native = self._server.native or model.native
        thinks = _thinks(asked.body.get("think"), model)
        voice = Voice(prompt, reply, thinks=thinks, native=native)
        fault = self._fault(asked)
        try:
            async with self._server.meter.run(reading) as run:
                run.raw = "".join(voice.raw)
                lines = list(chat.stream(voice.messages(), run))
                if asked.body.get("stream") is not False:
                    delay = reply.delay + run.delay
                    return await send_stream(
                        request, lines, fault, delay, run.tell, sleep=run.sleep
                    )
                await run.speak(len(lines) - 1)
        except EngineError as err:
            return error(500, str(err))
        answer = chat.whole(lines)
        if "error" in answer:
            return error(500, answer["error"])
        return await send_whole(request, answer, fault)

    def _num_ctx(self, asked: Asked, model: Model) -> int:
        wanted = (asked.body.get("options") or {}).get("num_ctx")
        num_ctx = int(wanted or self._server.default_num_ctx)
        fault = self._server.faults.take(_TRUNCATED, asked.path, asked.model)
        if fault is not None:
            num_ctx = min(num_ctx, fault.tokens)
        return min(num_ctx, model.context_length)

    def _fault(self, asked: Asked) -> Fault | None:
        return self._server.faults.take(IN_STREAM, asked.path, asked.model)


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


def _think(think: Think, model: Model) -> Think:
    """What the layout is told: unset means that a model thinks if it can."""
    return True if think is None and model.can("thinking") else think


def _thinks(think: Think, model: Model) -> bool:
    """Whether the model thinks: gpt-oss knows levels, but no way to leave it."""
    levels_only = model.family == GPT_OSS
    return model.can("thinking") and (think is not False or levels_only)
