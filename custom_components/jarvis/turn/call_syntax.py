"""The syntaxes in which models print their tool calls, each by how it is read."""

import ast
from collections.abc import Callable, Iterator
import contextlib
from dataclasses import dataclass
import json
import re
from typing import Any

_NAMES = ("name", "function", "tool", "tool_name", "action")
_ARGUMENTS = ("arguments", "parameters", "args", "params", "input", "tool_input")


@dataclass(frozen=True, slots=True)
class PrintedCall:
    """A tool call that was found in the text."""

    name: str
    arguments: dict[str, Any]


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
        call for value in json_values(text) for call in _from_json(value, is_tool)
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
    arguments = next(iter(json_values(body)), None)
    return [PrintedCall(match[1], arguments)] if isinstance(arguments, dict) else []


def _from_mistral(text: str) -> list[PrintedCall]:
    """Read `NAME[ARGS]{"key": "value"}`, where an id may stand between the two."""
    calls = []
    for part in text.split("[TOOL_CALLS]"):
        head, _, body = part.partition("[ARGS]")
        arguments = next(iter(json_values(body)), None)
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


def json_values(text: str) -> list[Any]:
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


def _missing_end(text: str) -> str:
    """Return the quotes and brackets that are missing at the end of cut-off JSON."""
    closers, quoted, _ = _scan(text)
    return ('"' if quoted else "") + "".join(reversed(closers))


def balanced_length(text: str) -> int | None:
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
