"""Tool calls and thoughts that a model prints as text, caught before they are spoken.

Models do that in the syntax of their own training when a template, a parser or the
model itself slips. What is caught is executed like a proper call; what looks like a
call and is none that can be read goes to the guard as well, which answers the model.
"""

import ast
from collections.abc import Callable, Iterator, Sequence
import contextlib
from dataclasses import dataclass
import json
import re
from typing import Any

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
_NAMES = ("name", "function", "tool", "tool_name", "action")
_ARGUMENTS = ("arguments", "parameters", "args", "params", "input", "tool_input")


@dataclass(frozen=True, slots=True)
class PrintedCall:
    """A tool call that was found in the text."""

    name: str
    arguments: dict[str, Any]


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
        elif (
            opener[:1] in ("{", "[")
            and opener not in _TAGGED
            or (opener in self._functions)
        ):
            length = _balanced_length(self._pending)
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
            arguments = next(iter(_json_values(body)), None)
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


def parse_calls(text: str, is_tool: Callable[[str], bool]) -> list[PrintedCall]:
    """Read the calls in a piece of text; an empty list where there are none.

    A JSON object counts as a call when it has a name and arguments, or when its name
    is a tool's.
    """
    text = text.strip()
    if "<function=" in text:
        return _from_xml(text)
    if text.startswith("call:"):
        return _from_gemma(text)
    if "[ARGS]" in text:
        return _from_mistral(text)
    if calls := [
        call for value in _json_values(text) for call in _from_json(value, is_tool)
    ]:
        return calls
    return _from_python(text, is_tool)


def _from_xml(text: str) -> list[PrintedCall]:
    """Read `<function=NAME><parameter=KEY>VALUE</parameter></function>`."""
    calls = []
    for name, body in re.findall(
        r"<function=([^>\s]+)>(.*?)(?:</function>|\Z)", text, re.DOTALL
    ):
        pairs = re.findall(
            r"<parameter=([^>\s]+)>(.*?)(?:</parameter>|(?=<parameter=)|\Z)",
            body,
            re.DOTALL,
        )
        calls.append(
            PrintedCall(name, {key: _value(value.strip()) for key, value in pairs})
        )
    return calls


def _from_gemma(text: str) -> list[PrintedCall]:
    """Read `call:NAME{key:<|"|>text<|"|>,other:1}`."""
    match = re.match(r"call:([\w.-]+)\s*(\{.*)", text, re.DOTALL)
    if not match:
        return []
    body = match[2].replace('<|"|>', '"')
    body = re.sub(r"([{,]\s*)([A-Za-z_]\w*)\s*:", r'\1"\2":', body)
    arguments = next(iter(_json_values(body)), None)
    return [PrintedCall(match[1], arguments)] if isinstance(arguments, dict) else []


def _from_mistral(text: str) -> list[PrintedCall]:
    """Read `NAME[ARGS]{"key": "value"}`, where an id may stand between the two."""
    calls = []
    for part in text.split("[TOOL_CALLS]"):
        head, _, body = part.partition("[ARGS]")
        arguments = next(iter(_json_values(body)), None)
        if isinstance(arguments, dict):
            name = head.partition("[CALL_ID]")[0].strip()
            calls.append(PrintedCall(name, arguments))
    return calls


def _from_json(value: Any, is_tool: Callable[[str], bool]) -> Iterator[PrintedCall]:
    """Read a JSON value as one call, a list of them, or a wrapper around them."""
    if isinstance(value, list):
        for item in value:
            yield from _from_json(item, is_tool)
        return
    if not isinstance(value, dict):
        return
    inner = value.get("tool_calls") or value.get("function")
    if isinstance(inner, (list, dict)):
        yield from _from_json(inner, is_tool)
        return
    name = next((value[key] for key in _NAMES if isinstance(value.get(key), str)), "")
    key = next((key for key in _ARGUMENTS if key in value), None)
    arguments = _value(value[key]) if key and isinstance(value[key], str) else None
    if arguments is None and key:
        arguments = value[key] or {}
    if name and (key or is_tool(name)) and isinstance(arguments or {}, dict):
        yield PrintedCall(name, dict(arguments or {}))


def _from_python(text: str, is_tool: Callable[[str], bool]) -> list[PrintedCall]:
    """Read every `name(key="value")` in a piece of Python."""
    try:
        return [
            PrintedCall(
                ast.unparse(call.func),
                {
                    word.arg: ast.literal_eval(word.value)
                    for word in call.keywords
                    if word.arg
                },
            )
            for call in ast.walk(ast.parse(text))
            if isinstance(call, ast.Call) and is_tool(ast.unparse(call.func))
            # What has no name cannot be told apart.
            if not call.args
        ]
    except SyntaxError, ValueError, TypeError, RecursionError, MemoryError:
        return []


def _json_values(text: str) -> list[Any]:
    """Decode the JSON values that the text consists of, closing an unclosed last."""
    values = []
    decoder = json.JSONDecoder(strict=False)
    while text := text.lstrip(" \t\r\n;,"):
        try:
            value, end = decoder.raw_decode(text)
        except ValueError:
            if text[0] not in "{[":
                break
            with contextlib.suppress(ValueError):
                values.append(json.loads(text + _missing_end(text), strict=False))
            break
        values.append(value)
        text = text[end:]
    return values


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


def _missing_end(text: str) -> str:
    """Return the quotes and brackets that are missing at the end of cut-off JSON."""
    closers, quoted, _ = _scan(text)
    return ('"' if quoted else "") + "".join(reversed(closers))


def _balanced_length(text: str) -> int | None:
    """Return the length of the text up to where its first bracket is closed."""
    return _scan(text)[2]


def _scan(text: str) -> tuple[list[str], bool, int | None]:
    """Follow brackets and strings: those left open, and where the first one closed."""
    closers: list[str] = []
    quoted = escaped = False
    for index, char in enumerate(text):
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = quoted
        elif char == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif char in "{[(":
            closers.append({"{": "}", "[": "]", "(": ")"}[char])
        elif closers and char == closers[-1]:
            closers.pop()
            if not closers:
                return closers, quoted, index + 1
    return closers, quoted, None


def _value(text: str) -> Any:
    """Decode a value that may be JSON; anything else is the text itself."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _only_text(body: str) -> str:
    """Return the one text in a JSON object that is no call; else nothing."""
    values = _json_values(body)
    if len(values) != 1 or not isinstance(values[0], dict):
        return ""
    texts = [value for value in values[0].values() if isinstance(value, str)]
    return texts[0] if len(texts) == 1 else ""
