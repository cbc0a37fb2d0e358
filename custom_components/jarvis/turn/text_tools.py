"""Tools in the system text, for models whose template puts them last.

Llama 3.x as Ollama ships it renders the tools into the newest user message: each turn
has to read them again, and after a tool's result they are gone. In the system text they
are read once; what the model prints as a call is caught like any printed call.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from homeassistant.helpers.json import json_dumps

_INTRODUCTION = """\
You have these tools, described as JSON, one a line. To call one, write nothing but
<tool_call>{"name": "the tool's name", "arguments": {…}}</tool_call>
once for each call; the results come back to you. To answer the person, write words and
no call."""

_TOLD = ("type", "properties", "required", "items", "enum", "description")


def tools_text(specs: Sequence[Mapping[str, Any]]) -> str:
    """Describe the tools for the system text; nothing where there are none."""
    if not specs:
        return ""
    functions = (spec["function"] for spec in specs)
    told = (one | {"parameters": _told(one["parameters"])} for one in functions)
    return "\n".join([_INTRODUCTION, *map(json_dumps, told)])


def _told(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a model is told of parameters: what Ollama's client tells of them."""
    told = {key: schema[key] for key in _TOLD if key in schema}
    if "items" in told:
        told["items"] = _told(told["items"])
    if "properties" in told:
        told["properties"] = {
            name: _told(one) for name, one in told["properties"].items()
        }
    return told
