"""What was asked: the requests as they came, and a chat as a script sees it."""

from dataclasses import dataclass, field
import json
import re
from typing import Any

from aiohttp import web

from .prompt import Prompt

_CONTEXT = re.compile(r"\s*(<context\b[^>]*>.*?</context>)", re.DOTALL)


@dataclass
class Asked:
    """One request as it came in, and what became of it."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any = None
    status: int | None = None
    chunks: int = 0
    finished: bool = False
    hung_up: bool = False

    @property
    def model(self) -> str | None:
        """The model that it names."""
        name = self.body.get("model") if isinstance(self.body, dict) else None
        return str(name) if name else None

    def as_data(self) -> dict[str, Any]:
        """Give the request as JSON."""
        return dict(vars(self))


ASKED = web.RequestKey("asked", Asked)


@dataclass(frozen=True)
class Turn:
    """A chat as the rules of a script see it."""

    model: str = ""
    said: str = ""
    context: str = ""
    prompt: str = ""
    round: int = 0
    results: str = ""
    failed: bool = False
    tools: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, model: str, prompt: Prompt, tools: list[dict[str, Any]]) -> Turn:
        """Read the turn from what the model was given."""
        messages = prompt.messages
        last_user = _last(messages, "user")
        since = messages[last_user + 1 :]
        newest = since[_last(since, "assistant") + 1 :]
        results = [_text(each) for each in newest if each.get("role") == "tool"]
        said = _text(messages[last_user]) if last_user >= 0 else ""
        return cls(
            model=model,
            said=_without_context(said),
            context=_newest_context(messages),
            prompt=prompt.text,
            round=sum(each.get("role") == "tool" for each in since),
            results="\n".join(_readable(result) for result in results),
            failed=any(has_failed(result) for result in results),
            tools=tuple(
                str(tool.get("function", {}).get("name", "")) for tool in tools
            ),
        )

    def offered(self, name: str) -> str:
        """Complete a name to the offered tool that ends with it."""
        if name in self.tools:
            return name
        return next((tool for tool in self.tools if tool.endswith(f"__{name}")), name)


def has_failed(result: str) -> bool:
    """Whether the text of a tool's result tells of an error."""
    try:
        data = json.loads(result)
    except ValueError:
        return re.match(r"\W*(error|erreur)\b", result, re.IGNORECASE) is not None
    return _tells_error(data)


def _tells_error(data: object) -> bool:
    if not isinstance(data, dict):
        return False
    return (
        bool(data.get("error"))
        or bool(data.get("failed"))
        or data.get("success") is False
        or data.get("response_type") == "error"
        or any(_tells_error(data.get(key)) for key in ("data", "result"))
    )


def _last(messages: list[dict[str, Any]], role: str) -> int:
    return max(
        (at for at, each in enumerate(messages) if each.get("role") == role),
        default=-1,
    )


def _text(message: dict[str, Any]) -> str:
    return str(message.get("content") or "")


def _without_context(text: str) -> str:
    found = _CONTEXT.match(text)
    return (text[found.end() :] if found else text).strip()


def _newest_context(messages: list[dict[str, Any]]) -> str:
    for message in reversed(messages):
        if message.get("role") != "user":
            continue
        if found := _CONTEXT.match(_text(message)):
            return found[1]
    return ""


def _readable(result: str) -> str:
    """Add a result's longer texts, without JSON's escapes."""
    try:
        data = json.loads(result)
    except ValueError:
        return result
    return "\n".join([json.dumps(data, ensure_ascii=False), *_long_texts(data)])


def _long_texts(data: object) -> list[str]:
    if isinstance(data, str):
        return [data] if "\n" in data else []
    if isinstance(data, dict):
        data = list(data.values())
    if not isinstance(data, list):
        return []
    return [text for each in data for text in _long_texts(each)]
