"""Arguments that came as text, read as what their schema says."""

from collections.abc import Callable
import json
from typing import Any


def typed(text: str, schema: dict[str, Any]) -> Any:
    """Read a text as the most exact of the types that it may have."""
    if text.lower() == "null":
        return None
    names = _types(schema)
    for name, read in _READERS.items():
        if name not in names:
            continue
        try:
            return read(text)
        except ValueError:
            continue
    return text


def _types(schema: dict[str, Any]) -> set[str]:
    if branches := schema.get("anyOf"):
        return {name for branch in branches for name in _types(branch)}
    given = schema.get("type") or ()
    return {given} if isinstance(given, str) else set(given)


def _boolean(text: str) -> bool:
    return {"true": True, "false": False}[_known(text.lower(), {"true", "false"})]


def _known(text: str, known: set[str]) -> str:
    if text not in known:
        raise ValueError(text)
    return text


def _number(text: str) -> float:
    value = float(text)
    return int(value) if value.is_integer() else value


def _json(kind: type[Any]) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        value = json.loads(text)
        if not isinstance(value, kind):
            raise ValueError(text)  # noqa: TRY004 - the text is wrong, not its type
        return value

    return read


_READERS: dict[str, Callable[[str], Any]] = {
    "boolean": _boolean,
    "integer": int,
    "number": _number,
    "array": _json(list),
    "object": _json(dict),
}
