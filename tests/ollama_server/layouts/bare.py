"""Reading calls that are written as bare JSON, as Ollama does for its templates."""

from collections.abc import Iterator
import json
from typing import Any, override

from .base import Call, Reader, Said, Talk, Tool


class BareReader(Reader):
    """Takes JSON that names an offered tool for a call; all other text is content."""

    def __init__(self, talk: Talk, tag: str = "{") -> None:
        # Without tools nothing is parsed: then JSON is text like any other.
        self._tools = {_name(tool): _parameters(tool) for tool in talk.tools}
        self._tag = tag
        self._text = ""
        self._parses = False
        self._called = False

    @override
    def read(self, text: str, *, end: bool = False) -> Said:
        if not self._tools:
            return Said(content=(text,) if text else ())
        self._text += text
        before = "" if self._parses else self._before_tag(end=end)
        said = Said(content=(before,) if before else ())
        if self._parses:
            said += self._calls()
        if end and self._text:
            # After a call whatever is left is dropped.
            left = "" if self._called else self._text
            self._text = ""
            said += Said(content=(left,) if left else ())
        return said

    def _before_tag(self, *, end: bool) -> str:
        at = self._text.find(self._tag)
        self._parses = at >= 0
        if at < 0:
            partial = range(len(self._tag) - 1, 0, -1)
            held = (n for n in partial if self._text.endswith(self._tag[:n]))
            at = len(self._text) - (0 if end else next(held, 0))
        before, self._text = self._text[:at], self._text[at:]
        return before

    def _calls(self) -> Said:
        calls: list[Call] = []
        while (found := self._first_call()) is not None:
            call, self._text = found
            calls.append(call)
            self._called = True
        if calls or self._called or self._tag != "{":
            return Said(calls=tuple(calls))
        if next(objects(self._text), None) is None:
            return Said()
        # A whole object that is no call: the model just said it.
        text, self._text, self._parses = self._text, "", False
        return Said(content=(text,))

    def _first_call(self) -> tuple[Call, str] | None:
        for data, after in objects(self._text):
            name = next((name for name in self._tools if name in _strings(data)), None)
            if name is not None:
                return Call(name, _arguments(data)), after
        return None


def objects(text: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Read the whole JSON objects of a text, one after the other."""
    decoder = json.JSONDecoder()
    at = text.find("{")
    while at >= 0:
        try:
            data, end = decoder.raw_decode(text, at)
        except ValueError:
            return
        if isinstance(data, dict):
            yield data, text[end:]
        at = text.find("{", end)


def _strings(data: dict[str, Any]) -> set[str]:
    return {value for value in data.values() if isinstance(value, str)}


def _arguments(data: dict[str, Any]) -> dict[str, Any]:
    return next((value for value in data.values() if isinstance(value, dict)), {})


def _name(tool: Tool) -> str:
    return str(tool["function"]["name"])


def _parameters(tool: Tool) -> dict[str, Any]:
    return tool["function"].get("parameters") or {}
