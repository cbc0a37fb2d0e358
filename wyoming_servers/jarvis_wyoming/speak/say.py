"""A text as a voice should say it."""

from functools import cache
import re

from . import addresses, letters, markup, moments, numbers, quantities
from .lexicon import Lexicon, lexicon
from .rules import Rule, applied

_SPACES = re.compile("[\u00a0\u202f\u2007\u2009\u200a\u3000\t]")


def say(text: str, language: str) -> str:
    """The words of a text in "fr", "en", "en-GB"...; empty when nothing can be said.

    In another language only markup and pictures go, and the voice reads the rest.
    """
    words = lexicon(language)
    lines = markup.lines(text, words.words["code"] if words else "")
    if len(lines) > 1:
        lines = [markup.ended(line) for line in lines]
    if words is None:
        said = " ".join(" ".join(lines).split())
        return said if letters.sayable(said) else ""
    rules = _rules(language)
    said = letters.tidy(" ".join(_said(line, rules) for line in lines))
    return said if letters.sayable(said) else ""


def _said(line: str, rules: list[Rule]) -> str:
    """One line in words."""
    return _SPACES.sub(" ", applied(rules, line))


@cache
def _rules(language: str) -> list[Rule]:
    """Every rule of a language, in the order that they need."""
    words = lexicon(language)
    if words is None:
        return []
    return _all(words)


def _all(words: Lexicon) -> list[Rule]:
    """Addresses before dates, dates before amounts, amounts before bare numbers."""
    return [
        *addresses.addresses(words),
        *moments.moments(words),
        *letters.abbreviations(words),
        *letters.codes(words),
        *letters.versions(words),
        *numbers.thousands(words),
        *numbers.ordinals(words),
        *quantities.quantities(words),
        *letters.acronyms(words),
        *numbers.plain(words),
        *letters.signs(words),
    ]
