"""Tools in the system text, for models whose template puts them last.

Llama 3.x as Ollama ships it renders the tools into the newest user message: each turn
has to read them again, and after a tool's result they are gone. In the system text they
are read once; what the model prints as a call is caught like any printed call. They are
declared as functions of TypeScript, the notation in which gpt-oss is shown its tools:
less than half the tokens of a JSON schema. Choices that several offer have a name.
"""

from collections import Counter
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


_LONG = 24
"""Letters of a choice from which on it is written once for all that offer it."""

type _Names = Mapping[str, str]
"""What choices are called that several tools offer."""


def tools_text(specs: Sequence[Mapping[str, Any]]) -> str:
    """Describe the tools for the system text; nothing where there are none."""
    if not specs:
        return ""
    functions = [spec["function"] for spec in specs]
    names = _named(functions)
    return "\n".join(
        [
            _INTRODUCTION,
            *(f"type {name} = {choice}" for choice, name in names.items()),
            *(_declared(function, names) for function in functions),
        ]
    )


def _named(functions: Sequence[Mapping[str, Any]]) -> _Names:
    """Name the long choices that are offered more than once, after their argument."""
    offered = [
        choice for function in functions for choice in _choices(function["parameters"])
    ]
    times = Counter(choice for choice, _argument in offered)
    names: dict[str, str] = {}
    for choice, argument in offered:
        if times[choice] > 1 and len(choice) >= _LONG and choice not in names:
            name = argument.title().replace("_", "")
            taken = sum(one.rstrip("0123456789") == name for one in names.values())
            names[choice] = f"{name}{taken + 1}" if taken else name
    return names


def _choices(schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the choices that a tool or an object offers, each with its argument."""
    for name, argument in schema.get("properties", {}).items():
        for one in (argument, argument.get("items", {})):
            if values := one.get("enum"):
                yield _choice(values), name
            yield from _choices(one)


def _declared(function: Mapping[str, Any], names: _Names) -> str:
    """Declare a tool in one line."""
    arguments = ", ".join(_arguments(function["parameters"], names))
    declared = f"{function['name']}({arguments})"
    return f"{declared}: {_line(function.get('description', ''))}".rstrip(" :")


def _arguments(schema: Mapping[str, Any], names: _Names) -> Iterator[str]:
    """Yield what a tool or an object takes, with what is said about it."""
    required = schema.get("required", ())
    for name, argument in schema.get("properties", {}).items():
        mark = "" if name in required else "?"
        said = argument.get("description")
        note = f" /* {_line(said)} */" if said else ""
        yield f"{name}{mark}: {_type(argument, names)}{note}"


def _type(schema: Mapping[str, Any], names: _Names) -> str:
    """Name the type of an argument."""
    if values := schema.get("enum"):
        choice = _choice(values)
        return names.get(choice, choice)
    kinds = schema.get("type", "any")
    if isinstance(kinds, list):
        return "|".join(_type({**schema, "type": kind}, names) for kind in kinds)
    if kinds == "array":
        item = _type(schema.get("items", {}), names)
        return f"({item})[]" if "|" in item else f"{item}[]"
    if kinds == "object" and schema.get("properties"):
        return f"{{{', '.join(_arguments(schema, names))}}}"
    return _TYPES.get(kinds, str(kinds))


def _choice(values: Sequence[Any]) -> str:
    """Write what can be chosen."""
    return "|".join(map(json_dumps, values))


def _line(text: str) -> str:
    """Return a text on one line, which ends no remark."""
    return " ".join(text.replace("*/", "").split())
