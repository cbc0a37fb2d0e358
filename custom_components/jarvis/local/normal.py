"""An utterance as the grammar reads it: plain words, numbers as digits."""

from collections.abc import Mapping
from functools import cache, lru_cache
import re
import unicodedata

from unicode_rbnf import RbnfEngine

from .words import SPELLINGS, folded

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)?|[^\W\d_]+|[%°,?]")
_SPELLED = 200
"""Up to where numbers are known by every word; beyond it by round hundreds."""
_LONGEST_NUMBER = 5
_DECIMAL = re.compile(r"(\d),(\d)")
_LETTERS_BEHIND = re.compile(r"^(\d+)(h|am|pm|min|s|c)(\d*)$")


@lru_cache(maxsize=2_000)
def normal(text: str, language: str) -> str:
    """Return words without case, accents and marks, one space between them.

    Numbers are digits with a decimal point; percent and degree signs, commas and
    question marks are words of their own.
    """
    plain = unicodedata.normalize("NFKD", text.casefold().translate(SPELLINGS))
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    tokens = [_DECIMAL.sub(r"\1.\2", token) for token in _TOKEN.findall(plain)]
    return " ".join(_with_digits(tokens, spelled_numbers(language)))


@cache
def spelled_numbers(language: str) -> Mapping[tuple[str, ...], str]:
    """Return the words of numbers; one is left out: it is an article as well."""
    engine = RbnfEngine.for_language(language)
    known: dict[tuple[str, ...], str] = {}
    for number in (*range(2, _SPELLED), *range(_SPELLED, 1001, 100), 0):
        for spelled in engine.format_number(number).text_by_ruleset.values():
            words = tuple(folded(spelled).split())
            known[words] = str(number)
            without_and = tuple(word for word in words if word not in ("et", "and"))
            known.setdefault(without_and, str(number))
    return known


def _with_digits(
    tokens: list[str], spelled: Mapping[tuple[str, ...], str]
) -> list[str]:
    """Write numbers that stand in words as digits, the longest first."""
    result: list[str] = []
    at = 0
    while at < len(tokens):
        for length in range(min(_LONGEST_NUMBER, len(tokens) - at), 0, -1):
            digits = spelled.get(tuple(tokens[at : at + length]))
            if digits is not None:
                result.append(digits)
                at += length
                break
        else:
            result.append(tokens[at])
            at += 1
    return result
