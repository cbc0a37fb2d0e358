"""What Ollama's Go does before any layout: its JSON, and its merging of messages."""

from collections.abc import Sequence
import json
from typing import Any

from .base import Message, Talk, Tool, text_of

# Go knows these fields, writes them in this order, and drops all others.
_FUNCTION = ("name", "description", "parameters")
_PARAMETERS = ("type", "$defs", "items", "required", "properties")
_PROPERTY = (
    "anyOf",
    "type",
    "items",
    "description",
    "enum",
    "properties",
    "required",
)


def compact(value: Any) -> str:
    """Write JSON as Go's templates do: without spaces, keys by name."""
    return _escaped(_dumps(value, sort_keys=True))


def tool_json(tool: Tool) -> str:
    """Write a tool as Go's templates do, its parameters by name."""
    return _escaped(_dumps(_tool(tool, by_name=True)))


def function_json(tool: Tool) -> str:
    """Write only the function of a tool, as Go's templates do."""
    return _escaped(_dumps(_tool(tool, by_name=True)["function"]))


def spaced_tool_json(tool: Tool) -> str:
    """Write a tool as Go's renderers do: with spaces, parameters as they came."""
    data = _tool(tool, by_name=False)
    return _escaped(json.dumps(data, ensure_ascii=False))


def argument(value: Any) -> str:
    """Write one argument of a call where it stands between tags."""
    return value if isinstance(value, str) else compact(value)


def merged(talk: Talk) -> tuple[str, Talk]:
    """Join all system texts, and neighbours of one role, as templates get them."""
    system = "\n\n".join(
        text_of(each) for each in talk.messages if each["role"] == "system"
    )
    messages: list[Message] = []
    for message in talk.messages:
        before = messages[-1] if messages else None
        same = before is not None and before["role"] == message["role"]
        if before is None or not same or message["role"] == "tool":
            messages.append(dict(message))
            continue
        parts = [text_of(before), text_of(message)]
        before["content"] = "\n\n".join(part for part in parts if part)
        calls = (before.get("tool_calls") or []) + (message.get("tool_calls") or [])
        before["tool_calls"] = calls
    return system, talk.of([each for each in messages if each["role"] != "system"])


def _tool(tool: Tool, *, by_name: bool) -> dict[str, Any]:
    function = _picked(tool.get("function") or {}, _FUNCTION)
    parameters = _picked(function.get("parameters") or {}, _PARAMETERS)
    function["parameters"] = {"type": "", **parameters}
    if "properties" in parameters:
        given = parameters["properties"] or {}
        function["parameters"]["properties"] = _properties(given, by_name=by_name)
    return {"type": tool.get("type", "function"), "function": function}


def _properties(given: dict[str, Any], *, by_name: bool) -> dict[str, Any]:
    names: Sequence[str] = sorted(given) if by_name else list(given)
    return {name: _property(given[name], by_name=by_name) for name in names}


def _property(given: dict[str, Any], *, by_name: bool) -> dict[str, Any]:
    data = _picked(given, _PROPERTY)
    if "properties" in data:
        data["properties"] = _properties(data["properties"], by_name=by_name)
    if "anyOf" in data:
        data["anyOf"] = [_property(each, by_name=by_name) for each in data["anyOf"]]
    if isinstance(data.get("items"), dict):
        data["items"] = json.loads(_dumps(data["items"], sort_keys=True))
    return data


def _picked(given: dict[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    return {key: given[key] for key in keys if given.get(key) not in (None, "", [])}


def _dumps(value: Any, *, sort_keys: bool = False) -> str:
    return json.dumps(
        value, ensure_ascii=False, separators=(",", ":"), sort_keys=sort_keys
    )


def _escaped(text: str) -> str:
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
