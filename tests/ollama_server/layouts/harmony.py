"""Reading messages in channels, as gpt-oss writes them."""

from collections.abc import Sequence
import json
import re
from typing import override

from .base import Call, Reader, Said, UnreadableError
from .tags import first_tag

_ENDS = ("<|end|>", "<|call|>", "<|return|>")
_CHANNEL = re.compile(r"<\|channel\|>(\w+)")
_RECIPIENT = re.compile(r"\bto=([^\s<]+)")


def identifier(name: str) -> str:
    """Make a name that TypeScript would take."""
    plain = re.sub(r"[^\w$]", "", re.sub(r"[-. ]", "_", name))
    return f"_{plain}" if not plain or plain[0].isdigit() else plain


class HarmonyReader(Reader):
    """Reads one message after the other; each says in its head whom it is for."""

    def __init__(self, opened: str, names: Sequence[str]) -> None:
        self._names = {identifier(name): name for name in names}
        self._text = opened
        self._channel: str | None = None
        self._recipient = ""
        self._arguments = ""

    @override
    def read(self, text: str, *, end: bool = False) -> Said:
        self._text += text
        said = Said()
        while (step := self._step(end=end)) is not None:
            said += step
        if end and self._recipient:
            said += self._called()
        return said

    def _step(self, *, end: bool) -> Said | None:
        if self._channel is None:
            return self._head()
        found, tag = first_tag(self._text, _ENDS)
        if tag is not None:
            body, self._text = self._text[:found], self._text[found + len(tag) :]
            said = self._body(body)
            if self._recipient:
                said += self._called()
            self._channel = None
            return said
        marks = range(max(map(len, _ENDS)) - 1, 0, -1)
        held = (n for n in marks if self._text.endswith(_ends_of(n)))
        cut = len(self._text) - (0 if end else next(held, 0))
        body, self._text = self._text[:cut], self._text[cut:]
        return self._body(body) if body else None

    def _head(self) -> Said | None:
        # What stands outside of every message is heard by nobody.
        start = self._text.find("<|start|>")
        closed = self._text.find("<|message|>", max(start, 0))
        if start < 0 or closed < 0:
            return None
        head = self._text[start:closed]
        self._text = self._text[closed + len("<|message|>") :]
        channel, recipient = _CHANNEL.search(head), _RECIPIENT.search(head)
        self._channel = channel[1] if channel else "final"
        self._recipient = recipient[1] if recipient else ""
        self._arguments = ""
        return Said()

    def _body(self, text: str) -> Said:
        if not text:
            return Said()
        if self._recipient:
            self._arguments += text
            return Said()
        if self._channel == "analysis":
            return Said(thinking=(text,))
        return Said(content=(text,))

    def _called(self) -> Said:
        name = self._recipient.removeprefix("functions.")
        raw, self._arguments, self._recipient = self._arguments, "", ""
        try:
            arguments = json.loads(raw)
        except ValueError as err:
            msg = f"error parsing tool call: raw='{raw}', err={err}"
            raise UnreadableError(msg) from err
        return Said(calls=(Call(self._names.get(name, name), arguments),))


def _ends_of(length: int) -> tuple[str, ...]:
    return tuple(tag[:length] for tag in _ENDS if length < len(tag))
