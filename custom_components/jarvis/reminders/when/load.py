"""Reads everything that is known of times, before it is needed."""

from datetime import UTC, datetime

from .data import LANGUAGES, read
from .read import find

_FILES = ("feasts", "zones")
_ANY_WORDS = "..., 2"


def load() -> None:
    """Read the files of all languages; blocks."""
    for name in _FILES:
        read(name)
    for code in LANGUAGES:
        find(_ANY_WORDS, datetime.now(UTC), code)
