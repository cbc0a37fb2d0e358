"""One Ollama server: its version, its models, a conversation with one of them."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
import ssl
from typing import Any, Literal, cast
from urllib.parse import urlsplit

import httpx
import ollama

from .embed import EmbedRequest, Matrix, Place, unit_vectors
from .errors import OllamaError, Reason, translated
from .lane import Lane
from .names import with_tag

MINIMUM_VERSION = (0, 9, 0)
"""The first release that streams tool calls and knows `think`."""

_ENOUGH_IN_GRAPHICS = 0.98
"""The share of a model from which on nothing of it is missed there."""

_RECURRENT = {"ssm", "shortconv", "wkv"}
"""Parts of the names by which model files describe layers with such a state."""

_UNANSWERED = 2
"""Questions; a single one may go astray while a model is loaded."""

type Think = bool | Literal["low", "medium", "high"]


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long an endpoint may keep us waiting, in seconds."""

    connect: float = 4
    answer: float = 10
    """For the small questions: version, models, capabilities."""
    first: float = 180
    """Until the first piece of a reply: a large model may have to be loaded."""
    look: float = 5
    """Until it is looked whether the server is still there, and between two looks."""
    between: float = 45
    """Between two pieces of a reply."""
    end: float = 1
    """After the last piece, until the server ends the stream."""


@dataclass(frozen=True, slots=True)
class EndpointConfig:
    """Where an endpoint is and how to be let in."""

    url: str
    token: str | None = field(default=None, repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    verify_ssl: bool = True

    @property
    def name(self) -> str:
        """Host and port: what people are told, never a credential in the URL."""
        parts = urlsplit(self.url)
        return f"{parts.hostname}:{parts.port}" if parts.port else f"{parts.hostname}"


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What a model is asked: the fields of Ollama's `/api/chat`."""

    model: str
    messages: Sequence[ollama.Message]
    tools: Sequence[Mapping[str, Any]] = ()
    think: Think = False
    num_ctx: int = 8192
    """Constant per model: another value makes Ollama load the model again."""
    keep_alive: int = -1
    """Seconds that the model stays loaded; -1 keeps it for ever."""
    num_predict: int | None = None
    """The most tokens to reply with; None leaves it to the model."""
    format: Mapping[str, Any] | None = None
    """A JSON schema that the reply has to follow."""
    prefix: str | None = None
    """Names what the prompt begins with: requests that share it help each other."""

    def options(self) -> dict[str, int]:
        """Return what Ollama calls options."""
        options = {"num_ctx": self.num_ctx}
        if self.num_predict is not None:
            options["num_predict"] = self.num_predict
        return options


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model that is in an endpoint's memory."""

    name: str
    size: int
    """Bytes in all."""
    in_graphics: int
    """Bytes in graphics memory; less than `size` where the processor must help."""
    context: int
    """Tokens that it was loaded with; 0 where the endpoint does not say."""

    @property
    def is_split(self) -> bool:
        """Tell whether a part of it found no room in graphics memory."""
        return 0 < self.in_graphics < _ENOUGH_IN_GRAPHICS * self.size


@dataclass(frozen=True, slots=True)
class Description:
    """What a model is."""

    capabilities: frozenset[str]
    """What it can do: completion, tools, thinking, vision and so on."""
    is_recurrent: bool
    """Whether it keeps a state that cannot be cut, in some layers or in all."""


class Endpoint:
    """A server that speaks Ollama's API."""

    def __init__(
        self,
        config: EndpointConfig,
        tls: ssl.SSLContext,
        timeouts: Timeouts = Timeouts(),
    ) -> None:
        """Make the client; nothing is sent before the first request."""
        self.config = config
        self.lane = Lane()
        self._timeouts = timeouts
        self.digests: dict[str, str] = {}
        """What tells its models from others of their names, when last asked for."""
        self._client = ollama.AsyncClient(
            host=config.url,
            headers={"Authorization": f"Bearer {config.token}"}
            if config.token
            else None,
            auth=(config.username, config.password or "") if config.username else None,
            verify=tls,
            # A redirect may lead out of the house; the environment may name a proxy.
            follow_redirects=False,
            trust_env=False,
            timeout=httpx.Timeout(None, connect=timeouts.connect),
        )
        # The client lacks two of the API's questions: version and rendering.
        self._http = self._client._client  # noqa: SLF001
        if config.token is None:
            # The client would send a key that lies about in the environment.
            self._http.headers.pop("Authorization", None)

    @property
    def name(self) -> str:
        """Host and port."""
        return self.config.name

    async def version(self) -> str:
        """Return the server's version, or raise why this is no usable Ollama."""
        with translated(self.name):
            async with asyncio.timeout(self._timeouts.answer):
                response = await self._http.get("/api/version")
            if response.status_code in (401, 403):
                raise OllamaError(Reason.UNAUTHORIZED, endpoint=self.name)
            try:
                version = str(response.raise_for_status().json()["version"])
            except (httpx.HTTPStatusError, ValueError, KeyError, TypeError) as err:
                raise OllamaError(
                    Reason.NOT_OLLAMA, endpoint=self.name, detail=type(err).__name__
                ) from err
        if _release(version) < MINIMUM_VERSION:
            raise OllamaError(Reason.TOO_OLD, endpoint=self.name, detail=version)
        return version

    async def models(self) -> list[str]:
        """Return the names of the models that are installed, newest first."""
        with translated(self.name):
            async with asyncio.timeout(self._timeouts.answer):
                listed = await self._client.list()
        self.digests = {
            with_tag(model.model): model.digest or ""
            for model in listed.models
            if model.model
        }
        return [model.model for model in listed.models if model.model]

    def digest(self, model: str) -> str | None:
        """Return what tells a model from others of its name; None where it is not."""
        return self.digests.get(with_tag(model))

    async def loaded(self) -> list[LoadedModel]:
        """Return the models that are in memory."""
        with translated(self.name):
            async with asyncio.timeout(self._timeouts.answer):
                running = await self._client.ps()
        return [
            LoadedModel(
                model.model or "",
                int(model.size or 0),
                int(model.size_vram or 0),
                model.context_length or 0,
            )
            for model in running.models
        ]

    async def capabilities(self, model: str) -> frozenset[str]:
        """Return what a model can do: completion, tools, thinking, vision and so on."""
        return (await self.described(model)).capabilities

    async def described(self, model: str) -> Description:
        """Return what the server tells of a model that is installed."""
        with translated(self.name, model):
            async with asyncio.timeout(self._timeouts.answer):
                shown = await self._client.show(model)
        return Description(
            frozenset(shown.capabilities or ()),
            any(_RECURRENT & set(key.split(".")) for key in shown.modelinfo or ()),
        )

    async def rendered(self, request: ChatRequest) -> str | None:
        """Return the prompt as the model would read it; None where it is not told.

        `_debug_render_only` is Ollama's own; nothing is generated.
        """
        with translated(self.name, request.model):
            async with asyncio.timeout(self._timeouts.answer):
                response = await self._http.post(
                    "/api/chat",
                    json={
                        "model": request.model,
                        "messages": [
                            message.model_dump(exclude_none=True)
                            for message in request.messages
                        ],
                        "tools": list(request.tools),
                        "think": request.think,
                        "options": request.options(),
                        "stream": False,
                        "_debug_render_only": True,
                    },
                )
            if response.status_code != httpx.codes.OK:
                raise ollama.ResponseError(response.text, response.status_code)
            text = response.json().get("_debug_info", {}).get("rendered_template")
        return text if isinstance(text, str) else None

    async def chat(self, request: ChatRequest) -> AsyncGenerator[ollama.ChatResponse]:
        """Stream a reply piece by piece; every failure is an `OllamaError`."""
        with translated(self.name, request.model):
            stream = await self._client.chat(
                model=request.model,
                messages=list(request.messages),
                tools=list(request.tools) or None,
                think=request.think,
                stream=True,
                format=cast("Any", request.format),
                keep_alive=request.keep_alive,
                options=request.options(),
            )
            async with aclosing(cast("AsyncGenerator[ollama.ChatResponse]", stream)):
                part = await self._first(stream)
                while part:
                    yield part
                    if part.done:
                        break
                    part = await _next(stream, self._timeouts.between)
                else:
                    raise OllamaError(
                        Reason.INTERRUPTED,
                        endpoint=self.name,
                        model=request.model,
                        detail="the stream ended early",
                    )
                # Read to the end, so that the connection serves the next turn too; the
                # reply is whole, whatever becomes of it.
                with suppress(OllamaError), translated(self.name):
                    await _next(stream, self._timeouts.end)

    async def _first(
        self, stream: AsyncIterator[ollama.ChatResponse]
    ) -> ollama.ChatResponse | None:
        """Return the first piece of a reply, if there is one.

        While a large model is loaded, which may take minutes, its server answers small
        questions: one whose machine is gone is not waited for that long.
        """
        async with asyncio.timeout(self._timeouts.first) as patience:
            looking = asyncio.create_task(self._look_after(patience))
            try:
                return await anext(stream, None)
            finally:
                looking.cancel()
                await asyncio.gather(looking, return_exceptions=True)

    async def _look_after(self, patience: asyncio.Timeout) -> None:
        """End the patience when two questions in a row were not answered."""
        unanswered = 0
        while unanswered < _UNANSWERED:
            await asyncio.sleep(self._timeouts.look)
            try:
                await self.version()
            except OllamaError as err:
                is_gone = err.reason in (Reason.STALLED, Reason.UNREACHABLE)
                unanswered = unanswered + 1 if is_gone else 0
            else:
                unanswered = 0
        patience.reschedule(asyncio.get_running_loop().time())

    async def embed(
        self,
        request: EmbedRequest,
        place: Place = Place.GRAPHICS,
        *,
        is_awaited: bool = False,
    ) -> Matrix:
        """Return the unit vectors of texts; a model may have to be loaded for it.

        What somebody waits for may take no longer than any small question.
        """
        patience = self._timeouts.answer if is_awaited else self._timeouts.first
        with translated(self.name, request.model):
            async with asyncio.timeout(patience):
                answer = await self._client.embed(
                    request.model,
                    list(request.texts),
                    truncate=True,
                    keep_alive=request.keep_alive,
                    options={"num_gpu": 0} if place is Place.PROCESSOR else None,
                )
            return unit_vectors(answer.embeddings, request, self.name)

    async def unload(self, model: str) -> None:
        """Let go of a model's memory, now."""
        with translated(self.name, model):
            async with asyncio.timeout(self._timeouts.answer):
                await self._client.generate(model, keep_alive=0)

    async def pull(self, model: str) -> AsyncGenerator[ollama.ProgressResponse]:
        """Have a model downloaded; yield how far it is."""
        with translated(self.name, model):
            stream = await self._client.pull(model, stream=True)
            async with aclosing(
                cast("AsyncGenerator[ollama.ProgressResponse]", stream)
            ):
                while part := await _next(stream, self._timeouts.between):
                    yield part

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()


async def _next[T](stream: AsyncIterator[T], patience: float) -> T | None:
    """Return the next piece of a reply within so many seconds; None after the last."""
    async with asyncio.timeout(patience):
        return await anext(stream, None)


def _release(version: str) -> tuple[int, ...]:
    """Return the numbers of a version: "0.33.0-rc2" is (0, 33, 0)."""
    numbers = version.split("-")[0].split("+")[0].split(".")
    return tuple(int(number) for number in numbers if number.isdigit())
