"""Tool calls and thoughts that a model prints as text, caught before they are spoken.

Models do that in the syntax of their own training when a template, a parser or the
model itself slips. What is caught is executed like a proper call; what looks like a
call and is none that can be read goes to the guard as well, which answers the model.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
import re

from .call_syntax import PrintedCall, balanced_length, json_values, parse_calls

MALFORMED = "malformed_call"
"""Name given to what cannot be read: no tool has it, so the model is told."""

_THOUGHTS = {"<think>": "</think>", "<|channel>": "<channel|>"}
_TAGGED = {
    "<tool_call>": "</tool_call>",
    "<tool_calls>": "</tool_calls>",
    "<function_call>": "</function_call>",
    "<function=": "</function>",
    "<|tool_call>": "<tool_call|>",
    "[TOOL_CALLS]": None,
    "<|python_tag|>": None,
}
_HARMONY = ("<|start|>", "<|channel|>")
_HARMONY_HEADER = re.compile(
    r"(?:<\|start\|>[^<]*)?(?:<\|channel\|>[^<]*)?(?:<\|constrain\|>[^<]*)?<\|message\|>"
)
_HARMONY_END = re.compile(r"<\|(?:end|call|return)\|>")
_LONGEST_HEADER = 160
_FENCE = "```"
_OBJECTS = ('{"', '{ "', "{\n")
"""How an object begins that is JSON wherever it stands; "{" is on a new line."""
_LONGEST_JSON = 4000


@dataclass(frozen=True, slots=True)
class PrintedThought:
    """Thinking that was found in the text."""

    text: str


type Found = str | PrintedCall | PrintedThought


class CallCatcher:
    """Splits a stream of text into speech, tool calls and thoughts."""

    def __init__(self, tool_names: Sequence[str]) -> None:
        """Take the names of the tools, which may be printed as `name(…)`."""
        self._pending = ""
        self._opener: str | None = None
        self._fresh_line = True
        self._functions = {f"{name}(": ")" for name in tool_names}
        self._openers = [
            *_THOUGHTS,
            *_TAGGED,
            *_HARMONY,
            *self._functions,
            *_OBJECTS,
            _FENCE,
            "</think>",
        ]

    def feed(self, text: str) -> Iterator[Found]:
        """Take the next piece of text; give what is certain by now."""
        self._pending += text
        yield from self._drain(final=False)

    def finish(self) -> Iterator[Found]:
        """Give what was held back until the end."""
        yield from self._drain(final=True)

    def _drain(self, *, final: bool) -> Iterator[Found]:
        """Give everything in the pending text that needs no more of it."""
        while self._pending:
            if self._opener is None:
                start, self._opener = self._next_opener()
                if not final and self._opener in (None, "["):
                    undecided = self._undecided_from()
                    if undecided <= start:
                        start, self._opener = undecided, None
                yield from self._speech(self._pending[:start])
                self._pending = self._pending[start:]
                if self._opener is None:
                    return
            length = self._captured_length()
            if length is None:
                if not final:
                    return
                length = len(self._pending)
            captured, self._pending = self._pending[:length], self._pending[length:]
            opener, self._opener = self._opener, None
            yield from self._read(opener, captured)

    def _speech(self, text: str) -> Iterator[str]:
        """Give text that is to be spoken and note whether a line begins after it."""
        if text:
            tail = text.rpartition("\n")[2]
            self._fresh_line = not tail.strip() and ("\n" in text or self._fresh_line)
            yield text

    def _next_opener(self) -> tuple[int, str | None]:
        """Return where the first thing to capture starts, and what opens it."""
        found = [
            (index, -len(opener), opener)
            for opener in self._openers
            if (index := self._pending.find(opener)) >= 0
        ]
        lead = r"(?:^|\n)" if self._fresh_line else r"\n"
        if json_start := re.search(lead + r"\s*([{\[])", self._pending):
            found.append((json_start.start(1), -1, json_start[1]))
        if not found:
            return len(self._pending), None
        index, _, opener = min(found)
        return index, opener

    def _undecided_from(self) -> int:
        """Return from where the text could still turn into an opener."""
        for index in range(len(self._pending)):
            rest = self._pending[index:]
            if any(opener.startswith(rest) for opener in self._openers):
                return index
        return len(self._pending)

    def _captured_length(self) -> int | None:
        """Return how much of the pending text is captured; None while it is open."""
        opener = self._opener or ""
        if opener == "</think>":
            return len(opener)
        if opener in _HARMONY:
            return _harmony_length(self._pending)
        if opener == _FENCE:
            closer: str | None = _FENCE
        elif opener in self._functions or (
            opener[:1] in ("{", "[") and opener not in _TAGGED
        ):
            length = balanced_length(self._pending)
            if length is None and len(self._pending) > _LONGEST_JSON:
                return len(self._pending)
            return length
        else:
            closer = _THOUGHTS.get(opener) or _TAGGED.get(opener)
        if closer is None:
            return None
        end = self._pending.find(closer, len(opener))
        return None if end < 0 else end + len(closer)

    def _read(self, opener: str, captured: str) -> Iterator[Found]:
        """Give what a captured piece means."""
        if opener == "</think>":
            # What stood before it was said already; what follows is a line of its own.
            if not self._fresh_line:
                yield from self._speech("\n")
            return
        if opener in _HARMONY:
            yield from self._read_harmony(opener, captured)
        elif closer := _THOUGHTS.get(opener):
            yield PrintedThought(captured.removeprefix(opener).removesuffix(closer))
        elif opener in _TAGGED:
            body = captured
            if opener != "<function=":
                closer = _TAGGED[opener] or ""
                body = captured.removeprefix(opener).removesuffix(closer)
            calls = parse_calls(body, lambda _: True)
            yield from calls or [PrintedCall(MALFORMED, {"text": body.strip()[:200]})]
        elif opener in self._functions:
            yield from parse_calls(captured, self._is_tool) or [
                PrintedCall(MALFORMED, {"text": captured[:200]})
            ]
        else:
            yield from self._read_untagged(opener, captured)

    def _read_harmony(self, opener: str, captured: str) -> Iterator[Found]:
        """Give what a message in gpt-oss' own format means.

        Of what is for the person only the header is captured: the words stream on.
        """
        header = _HARMONY_HEADER.match(captured[:_LONGEST_HEADER])
        if header is None:
            yield from self._speech(captured.removeprefix(opener))
            return
        body = _HARMONY_END.sub("", captured[header.end() :])
        if recipient := _recipient(header[0]):
            arguments = next(iter(json_values(body)), None)
            if isinstance(arguments, dict):
                yield PrintedCall(recipient, arguments)
            else:
                yield PrintedCall(MALFORMED, {"text": body.strip()[:200]})
        elif body:
            yield PrintedThought(body)

    def _read_untagged(self, opener: str, captured: str) -> Iterator[Found]:
        """Give what a fenced block or bare JSON means: it need not be a call."""
        body = captured
        if opener == _FENCE:
            body = re.sub(r"^\w*\s*\n?", "", captured.strip("`"), count=1)
        if calls := parse_calls(body, self._is_tool):
            yield from calls
        elif not re.match(r"\s*\{\s*([\"'}]|\Z)", body):
            yield from self._speech(body)
        elif spoken := _only_text(body):
            yield from self._speech(spoken)

    def _is_tool(self, name: str) -> bool:
        """Tell whether a tool has this name, by itself or after that of a module."""
        name = name.rpartition(".")[2]
        return f"{name}(" in self._functions


def _harmony_length(text: str) -> int | None:
    """Return how much of a message in gpt-oss' format is captured."""
    header = _HARMONY_HEADER.match(text[:_LONGEST_HEADER])
    if header is None:
        return None if len(text) < _LONGEST_HEADER else text.index(">") + 1
    if _recipient(header[0]) or re.search(r"analysis|to=", header[0]):
        end = _HARMONY_END.search(text, header.end())
        return end.end() if end else None
    return header.end()


def _recipient(header: str) -> str | None:
    """Return the tool that a message in gpt-oss' format is for."""
    found = re.search(r"to=(?:functions\.)?([\w.-]+)", header)
    return found[1] if found and found[1] != "assistant" else None


def _only_text(body: str) -> str:
    """Return the one text in a JSON object that is no call; else nothing."""
    values = json_values(body)
    if len(values) != 1 or not isinstance(values[0], dict):
        return ""
    texts = [value for value in values[0].values() if isinstance(value, str)]
    return texts[0] if len(texts) == 1 else ""
