"""Cutting text into tokens without any model: about four letters each."""

from collections.abc import Sequence
import re

# A token never depends on what comes after it, so equal beginnings of two texts are
# equal tokens, but for the last one.
_TOKEN = re.compile(
    r"<\|?/?\w{1,20}\|?>|<\|\"\|>"  # marks are one token in every vocabulary
    r"| [^\W\d_]{1,6}"
    r"|(?<![^\W\d_])[^\W\d_]{1,6}"
    r"|[^\W\d_]{1,3}"  # what is left of a long word
    r"|\d{1,3}"
    r"| ?[^\w\s<]{1,3}|<"
    r"|_{1,4}"
    r"|\s{1,8}"
)


def tokenize(text: str) -> list[str]:
    """Cut a text into tokens."""
    return _TOKEN.findall(text)


def count_tokens(text: str) -> int:
    """How many tokens a text has."""
    return len(tokenize(text))


def common_prefix(first: Sequence[str], second: Sequence[str]) -> int:
    """With how many equal tokens two texts begin."""
    shorter = min(len(first), len(second))
    for at in range(shorter):
        if first[at] != second[at]:
            return at
    return shorter
