"""Texts in pieces, as a stream brings them."""

from collections.abc import Iterator
import re
from typing import Protocol

import pytest

from tests.texts import TEXTS

PIECES = (1, 3, 7, 1000)
"""Characters that come at once."""
TEXT = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)


class Stream(Protocol):
    """What takes a text in pieces."""

    def feed(self, text: str) -> str:
        """Take the next piece; return what is let through."""

    def finish(self) -> str:
        """Return what was held back."""


def pieces(text: str, size: int) -> Iterator[str]:
    """Cut a text as a stream brings it."""
    return (text[start : start + size] for start in range(0, len(text), size))


def through(stream: Stream, text: str, size: int) -> str:
    """Return what a stream lets through of a text."""
    return "".join(map(stream.feed, pieces(text, size))) + stream.finish()


def whole_words(text: str) -> list[str]:
    """Return every beginning of a text that ends with a whole word and a space."""
    return [text[: match.end()] for match in re.finditer(r"\s+", text)]
