"""How long a model is kept: Ollama's keep_alive."""

import re

DEFAULT_KEEP_ALIVE = 300.0
FOREVER = -1.0

_UNITS = {
    "ns": 1e-9,
    "us": 1e-6,
    "ms": 1e-3,
    "s": 1.0,
    "m": 60.0,
    "h": 3600.0,
}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)")


class InvalidDurationError(ValueError):
    """A duration that Ollama would not take."""


def keep_alive_seconds(value: object) -> float:
    """Tell the seconds that a keep_alive means; FOREVER if it never ends."""
    if value is None:
        return DEFAULT_KEEP_ALIVE
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        msg = f"time: invalid duration {value!r}"
        raise InvalidDurationError(msg)
    if isinstance(value, str):
        return _parse(value)
    return FOREVER if value < 0 else float(value)


def _parse(text: str) -> float:
    if re.fullmatch(r"\d+(\.\d+)?", text) and float(text):
        msg = f'time: missing unit in duration "{text}"'
        raise InvalidDurationError(msg)
    if text == "0":
        return 0.0
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        msg = f'time: invalid duration "{text}"'
        raise InvalidDurationError(msg)
    return sum(float(number) * _UNITS[unit] for number, unit in parts)
