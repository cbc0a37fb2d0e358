"""Tools in the system text, for models whose template puts them last.

Llama 3.x as Ollama ships it renders the tools into the newest user message: each turn
has to read them again, and after a tool's result they are gone. In the system text they
are read once; what the model prints as a call is caught like any printed call. They are
declared as functions of TypeScript, the notation in which gpt-oss is shown its tools:
less than half the tokens of a JSON schema.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from homeassistant.helpers.json import json_dumps

_INTRODUCTION = """\
You have these tools, declared as functions that take named arguments; "?" marks those
that may be left out. To call one, write nothing but
<tool_call>{"name": "the tool's name", "arguments": {…}}</tool_call>
once for each call; the results come back to you. To answer the person, write words and
no call."""
_TYPES = {"integer": "int", "number": "number", "boolean": "bool", "string": "string"}


def tools_text(specs: Sequence[Mapping[str, Any]]) -> str:
    """Describe the tools for the system text; nothing where there are none."""
    if not specs:
        return ""
    return "\n".join([_INTRODUCTION, *(_declared(spec["function"]) for spec in specs)])


def _declared(function: Mapping[str, Any]) -> str:
    """Declare a tool in one line."""
    arguments = ", ".join(_arguments(function["parameters"]))
    declared = f"{function['name']}({arguments})"
    return f"{declared}: {_line(function.get('description', ''))}".rstrip(" :")


def _arguments(schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a tool or an object takes, with what is said about it."""
    required = schema.get("required", ())
    for name, argument in schema.get("properties", {}).items():
        mark = "" if name in required else "?"
        said = argument.get("description")
        note = f" /* {_line(said)} */" if said else ""
        yield f"{name}{mark}: {_type(argument)}{note}"


def _type(schema: Mapping[str, Any]) -> str:
    """Name the type of an argument."""
    if values := schema.get("enum"):
        return "|".join(map(json_dumps, values))
    kinds = schema.get("type", "any")
    if isinstance(kinds, list):
        return "|".join(_type({**schema, "type": kind}) for kind in kinds)
    if kinds == "array":
        item = _type(schema.get("items", {}))
        return f"({item})[]" if "|" in item else f"{item}[]"
    if kinds == "object" and schema.get("properties"):
        return f"{{{', '.join(_arguments(schema))}}}"
    return _TYPES.get(kinds, str(kinds))


def _line(text: str) -> str:
    """Return a text on one line, which ends no remark."""
    return " ".join(text.replace("*/", "").split())
