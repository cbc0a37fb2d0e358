"""Words of a question that name something written down: an event, an item."""

from collections.abc import Iterable

from ..text.normal import normal
from ..text.nouns import Nouns

_STEM = 4
"""Letters of a word that must agree where its end differs."""
_ENDING = 4
"""Letters that an ending may have."""


def names(phrase: Iterable[str], text: str, nouns: Nouns, language: str) -> bool:
    """Tell whether each word of a phrase is in a text, in whatever form."""
    said = nouns.content(phrase)
    there = nouns.content(normal(text, language).split())
    return bool(said) and all(any(_alike(one, word) for word in there) for one in said)


def _alike(one: str, other: str) -> bool:
    """Tell whether words are forms of one another: "cook", "cooking"."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > _ENDING or len(short) < _STEM:
        return False
    return long.startswith(short) or (
        len(short) > _STEM and long.startswith(short[:-1]) and short[-1] in "ey"
    )
