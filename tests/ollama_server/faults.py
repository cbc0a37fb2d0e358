"""What can go wrong with an Ollama, each to be had on demand."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from aiohttp import web

CHAT = "/api/chat"
LOGIN = "/login"
LOGIN_PAGE = "<!doctype html><html><body><h1>Sign in</h1></body></html>"
NOT_FOUND = "404 page not found"
OLD_VERSION = "0.3.14"
BUSY = "server busy, please try again.  maximum pending requests exceeded"
DIED = "llama runner process has terminated: exit status 2"


class Kind(StrEnum):
    """The name of a fault."""

    DOWN = "down"
    """Nobody listens on the port."""
    UNAUTHORIZED = "unauthorized"
    """401."""
    MISSING_MODEL = "missing_model"
    """404: the model is not there."""
    NO_TOOLS = "no_tools"
    """400: the model cannot use tools."""
    NO_THINKING = "no_thinking"
    """400: the model cannot think."""
    BUSY = "busy"
    """503: too many wait already."""
    RUNNER_DIED = "runner_died"
    """500: the model's process ended."""
    HTML = "html"
    """A web page, with status 200."""
    REDIRECT = "redirect"
    """To the login page of a proxy, or to `location`."""
    NOT_OLLAMA = "not_ollama"
    """404 everywhere."""
    OTHER_JSON = "other_json"
    """Somebody else's JSON everywhere."""
    OLD_VERSION = "old_version"
    """An Ollama from before models told their capabilities."""
    TRUNCATED = "truncated"
    """The context is cut to `tokens`, silently."""
    ERROR_LINE = "error_line"
    """An error in the stream, after `after` chunks."""
    BROKEN_LINE = "broken_line"
    """A line that is no JSON, after `after` chunks."""
    CUT = "cut"
    """The connection breaks, after `after` chunks, or after the last if `at_end`."""
    STALL = "stall"
    """Silence after `after` chunks, for `seconds` or without end."""


ANSWERS = frozenset(
    {
        Kind.UNAUTHORIZED,
        Kind.MISSING_MODEL,
        Kind.NO_TOOLS,
        Kind.NO_THINKING,
        Kind.BUSY,
        Kind.RUNNER_DIED,
        Kind.HTML,
        Kind.REDIRECT,
        Kind.NOT_OLLAMA,
        Kind.OTHER_JSON,
    }
)
IN_STREAM = frozenset({Kind.ERROR_LINE, Kind.BROKEN_LINE, Kind.CUT, Kind.STALL})
_CHAT_ONLY = frozenset(
    {
        Kind.MISSING_MODEL,
        Kind.NO_TOOLS,
        Kind.NO_THINKING,
        Kind.BUSY,
        Kind.RUNNER_DIED,
        Kind.TRUNCATED,
        Kind.ERROR_LINE,
        Kind.BROKEN_LINE,
        Kind.CUT,
    }
)


@dataclass
class Fault:
    """One fault that waits for its requests."""

    kind: Kind
    path: str | None = None
    model: str | None = None
    times: int | None = None
    after: int = 0
    at_end: bool = False
    seconds: float | None = None
    tokens: int = 512
    location: str = LOGIN
    error: str = "an error was encountered while running the model"

    def fits(self, path: str, model: str | None) -> bool:
        """Whether the fault is meant for such a request."""
        return (
            self.times != 0
            and self.path in {None, path}
            and self.model in {None, model}
        )

    async def stall(self) -> None:
        """Say nothing, for a while or until the connection ends."""
        if self.seconds is None:
            await asyncio.Event().wait()
        else:
            await asyncio.sleep(self.seconds)

    def answer(self, model: str | None) -> web.Response:
        """Give the whole answer of a fault that is one of ANSWERS."""
        name = model or ""
        answers = {
            Kind.UNAUTHORIZED: lambda: error(401, "unauthorized"),
            Kind.MISSING_MODEL: lambda: missing_model(name),
            Kind.NO_TOOLS: lambda: no_tools(name),
            Kind.NO_THINKING: lambda: no_thinking(name),
            Kind.BUSY: lambda: error(503, BUSY),
            Kind.RUNNER_DIED: lambda: error(500, DIED),
            Kind.HTML: lambda: page(LOGIN_PAGE),
            Kind.REDIRECT: lambda: web.Response(
                status=307, headers={"Location": self.location}
            ),
            Kind.NOT_OLLAMA: lambda: web.Response(status=404, text=NOT_FOUND),
            Kind.OTHER_JSON: lambda: web.json_response({"status": "ok"}),
        }
        return answers[self.kind]()


class Faults:
    """The faults of one server."""

    def __init__(self, listen: Callable[[bool], None]) -> None:
        self._listen = listen
        self._waiting: list[Fault] = []

    def set(
        self,
        kind: str,
        *,
        path: str | None = None,
        model: str | None = None,
        times: int | None = None,
        after: int = 0,
        at_end: bool = False,
        seconds: float | None = None,
        tokens: int = Fault.tokens,
        location: str = Fault.location,
        error: str = Fault.error,
    ) -> Fault:
        """Let something go wrong from now on, or for the next `times` requests."""
        name = Kind(kind)
        if path is None and name in _CHAT_ONLY:
            path = CHAT
        fault = Fault(
            name, path, model, times, after, at_end, seconds, tokens, location, error
        )
        self._waiting.append(fault)
        if name is Kind.DOWN:
            self._listen(False)
        return fault

    def clear(self, kind: str | None = None) -> None:
        """Let all be well again, or one kind of fault be over."""
        was_down = self._is_down()
        self._waiting = [
            fault for fault in self._waiting if kind is not None and fault.kind != kind
        ]
        if was_down and not self._is_down():
            self._listen(True)

    def take(
        self, kinds: frozenset[Kind], path: str, model: str | None
    ) -> Fault | None:
        """Take the first of such faults that meets this request."""
        for fault in self._waiting:
            if fault.kind in kinds and fault.fits(path, model):
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None

    def _is_down(self) -> bool:
        return any(fault.kind is Kind.DOWN for fault in self._waiting)


def page(html: str) -> web.Response:
    """Make a web page."""
    return web.Response(text=html, content_type="text/html")


def error(status: int, message: str) -> web.Response:
    """Make an error as Ollama words it."""
    return web.json_response({"error": message}, status=status)


def missing_model(model: str) -> web.Response:
    """Say that a model is not installed."""
    return error(404, f'model "{model}" not found, try pulling it first')


def no_tools(model: str) -> web.Response:
    """Say that a model cannot use the tools that it was offered."""
    return error(400, f"registry.ollama.ai/library/{model} does not support tools")


def no_thinking(model: str) -> web.Response:
    """Say that a model cannot think."""
    return error(400, f'"{model}" does not support thinking')
