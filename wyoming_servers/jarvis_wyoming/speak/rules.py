"""What a rule is: a pattern, and what is said for that which it matches."""

from collections.abc import Callable, Iterable
import re
from typing import NamedTuple


class Rule(NamedTuple):
    """One kind of written thing, and how it is said."""

    pattern: re.Pattern[str]
    spoken: Callable[[re.Match[str]], str]


def rule(pattern: str, spoken: Callable[[re.Match[str]], str], flags: int = 0) -> Rule:
    """A rule from the source of its pattern."""
    return Rule(re.compile(pattern, flags), spoken)


def applied(rules: Iterable[Rule], text: str) -> str:
    """The text after every rule in its order."""
    for pattern, spoken in rules:
        text = pattern.sub(spoken, text)
    return text


def always(words: str) -> Callable[[re.Match[str]], str]:
    """The same words whatever was matched."""
    return lambda _match: words
