"""Where a text may be cut so that both parts can be spoken alone."""

import re

_CLOSING = r"[»”\"')\]]*"
_SENTENCE = re.compile(rf"(?:(?<=\w\w)\.|[!?…])[.!?…]*\s*{_CLOSING}\s+|\n+")
"""The end of a sentence; not the point of an initial, of «M.» or of a decimal."""
_CLAUSE = re.compile(rf"[,;:.!?…]+\s*{_CLOSING}\s+|\n+")
ENOUGH = 200
"""Characters that are spoken in one go, if no sentence is longer."""


def first_sentences(text: str, *, is_all: bool) -> int:
    """Return how much of a text is whole sentences that can be spoken in one go.

    Nothing where the first sentence is still being written.
    """
    if is_all and len(text) <= ENOUGH:
        return len(text)
    ends = [match.end() for match in _SENTENCE.finditer(text)]
    if is_all:
        ends.append(len(text))
    short = [end for end in ends if end <= ENOUGH]
    return short[-1] if short else next(iter(ends), 0)


def clause_at(text: str, position: int) -> int:
    """Return where the clause begins in which a position lies."""
    ends = [0, *(match.end() for match in _CLAUSE.finditer(text))]
    return max(end for end in ends if end <= max(position, 0))
