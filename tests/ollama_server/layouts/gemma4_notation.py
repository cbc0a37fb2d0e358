"""Gemma 4's notation of schemas, calls and values."""

from collections.abc import Iterator, Mapping
import re
from typing import Any

from .base import Call, Tool

_QUOTE = '<|"|>'
_CALL = re.compile(r"\s*call:([^{\s]+)\s*(\{.*\})\s*", re.DOTALL)
_STANDARD = frozenset({"description", "type", "properties", "required", "nullable"})
_WORDS = {"true": True, "false": False, "null": None}


def declared(tool: Tool) -> str:
    """Declare a tool."""
    function = tool["function"]
    body = f"description:{_quoted(function.get('description', ''))}"
    parameters = function.get("parameters") or {}
    if parameters.get("properties") is not None or parameters.get("type"):
        parts = []
        if properties := parameters.get("properties"):
            parts.append(f"properties:{{{_properties(_typed_all(properties))}}}")
        if required := parameters.get("required"):
            parts.append(f"required:{_names(required)}")
        if kind := parameters.get("type"):
            parts.append(f"type:{_quoted(kind.upper())}")
        body += f",parameters:{{{','.join(parts)}}}"
    return f"<|tool>declaration:{function['name']}{{{body}}}<tool|>"


def written(call: Call) -> str:
    """Write a call."""
    return f"<|tool_call>call:{call.name}{written_value(call.arguments)}<tool_call|>"


def written_value(value: Any) -> str:
    """Write an argument or a result."""
    if isinstance(value, Mapping):
        pairs = (f"{key}:{written_value(value[key])}" for key in sorted(value))
        return f"{{{','.join(pairs)}}}"
    if isinstance(value, list):
        return f"[{','.join(written_value(each) for each in value)}]"
    return _scalar(value)


def read_call(text: str) -> Call | None:
    """Read a call, with None if it is none."""
    found = _CALL.fullmatch(text)
    if found is None:
        return None
    try:
        value, rest = _read(found[2])
    except ValueError:
        return None
    return Call(found[1], value) if isinstance(value, dict) and not rest else None


def _typed_all(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _typed(schema) for name, schema in properties.items()}


def _typed(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Keep of a parameter what Ollama knows of it."""
    kept = {
        key: schema[key]
        for key in ("description", "enum", "items", "required")
        if schema.get(key)
    }
    if names := schema.get("type") or _union(schema.get("anyOf") or ()):
        kept["type"] = names if isinstance(names, str) else _listed(names)
    if (properties := schema.get("properties")) is not None:
        kept["properties"] = _typed_all(properties)
    return kept


def _union(branches: Any) -> list[str] | None:
    """Join branches that say nothing but their type."""
    if not branches or any(set(branch) != {"type"} for branch in branches):
        return None
    return list(dict.fromkeys(name for each in branches for name in _types(each)))


def _listed(names: list[str]) -> str:
    """Write several types of a parameter as the original template happens to."""
    if len(names) == 1:
        return names[0]
    return f"[{', '.join(f"'{name.upper()}'" for name in names)}]"


def _properties(properties: Mapping[str, Any]) -> str:
    return ",".join(
        f"{name}:{{{','.join(_schema(properties[name]))}}}"
        for name in sorted(properties)
        if isinstance(properties[name], Mapping)
    )


def _schema(schema: Mapping[str, Any]) -> Iterator[str]:
    names = [name.upper() for name in _types(schema)]
    kind = names[0] if names else ""
    if description := schema.get("description"):
        yield f"description:{_quoted(description)}"
    if kind == "STRING" and (enum := schema.get("enum")):
        yield f"enum:{_names(enum)}"
    if kind == "ARRAY" and (items := schema.get("items")):
        yield f"items:{{{','.join(_items(items))}}}"
    if schema.get("nullable") is True:
        yield "nullable:true"
    if kind == "OBJECT":
        nested = schema.get("properties")
        if not isinstance(nested, Mapping):
            nested = {k: v for k, v in schema.items() if k not in _STANDARD}
        yield f"properties:{{{_properties(nested)}}}"
        if required := schema.get("required"):
            yield f"required:{_names(required)}"
    if names:
        yield f"type:{_type_names(names)}"


def _items(items: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(items):
        value = items[key]
        if value is None:
            continue
        match key:
            case "properties":
                yield f"properties:{{{_properties(value)}}}"
            case "required":
                yield f"required:{_names(value)}"
            case "type":
                yield f"type:{_type_names([name.upper() for name in _types(items)])}"
            case _:
                yield f"{key}:{_schema_value(value)}"


def _schema_value(value: Any) -> str:
    if isinstance(value, Mapping):
        pairs = (f"{_quoted(key)}:{_schema_value(value[key])}" for key in sorted(value))
        return f"{{{','.join(pairs)}}}"
    if isinstance(value, list):
        return f"[{','.join(_schema_value(each) for each in value)}]"
    return _scalar(value)


def _types(schema: Mapping[str, Any]) -> list[str]:
    given = schema.get("type") or []
    return [given] if isinstance(given, str) else list(given)


def _type_names(names: list[str]) -> str:
    return _quoted(names[0]) if len(names) == 1 else _names(names)


def _names(names: list[Any]) -> str:
    return f"[{','.join(_quoted(name) for name in names)}]"


def _scalar(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _quoted(value) if isinstance(value, str) else str(value)


def _quoted(text: object) -> str:
    return f"{_QUOTE}{text}{_QUOTE}"


def _read(text: str) -> tuple[Any, str]:
    """Read one value and give what follows it."""
    text = text.lstrip()
    if text.startswith(_QUOTE):
        value, closed, rest = text.removeprefix(_QUOTE).partition(_QUOTE)
        if not closed:
            raise ValueError(text)
        return value, rest.lstrip()
    if text.startswith("{"):
        return _read_mapping(text[1:].lstrip())
    if text.startswith("["):
        return _read_list(text[1:].lstrip())
    word = re.match(r'"(?:[^"\\]|\\.)*"|[^,}\]]+', text)
    if word is None:
        raise ValueError(text)
    return _read_word(word[0].strip()), text[word.end() :].lstrip()


def _read_mapping(text: str) -> tuple[dict[str, Any], str]:
    value: dict[str, Any] = {}
    while not text.startswith("}"):
        key, colon, text = text.partition(":")
        if not colon:
            raise ValueError(key)
        value[key.strip().strip('"')], text = _read(text)
        text = _next(text, "}")
    return value, text[1:].lstrip()


def _read_list(text: str) -> tuple[list[Any], str]:
    value: list[Any] = []
    while not text.startswith("]"):
        each, text = _read(text)
        value.append(each)
        text = _next(text, "]")
    return value, text[1:].lstrip()


def _next(text: str, end: str) -> str:
    if text.startswith(","):
        return text[1:].lstrip()
    if not text.startswith(end):
        raise ValueError(text)
    return text


def _read_word(word: str) -> Any:
    if word in _WORDS:
        return _WORDS[word]
    if re.fullmatch(r"-?\d+", word):
        return int(word)
    return (
        float(word) if re.fullmatch(r"-?\d*\.?\d+(e-?\d+)?", word) else word.strip('"')
    )
