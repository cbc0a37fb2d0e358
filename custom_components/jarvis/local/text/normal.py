"""An utterance as the grammar reads it: plain words, numbers as digits."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
import re
import unicodedata

from unicode_rbnf import RbnfEngine

from .words import SPELLINGS, folded

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)?|[^\W\d_]+|[%°,?]")
_SPELLED = 200
"""Up to where numbers are known by every word; beyond it by round hundreds."""
_LONGEST_NUMBER = 5
_HALF = {
    "fr": re.compile(r"\b(\d+)((?: (?:degres?|heures?|h|°))?) et demie?\b"),
    "en": re.compile(r"\b(\d+)((?: (?:degrees?|hours?|°))?) and a half\b"),
}
"""Half a unit more, said behind the number or behind the unit."""
_DECIMAL = re.compile(r"(\d),(\d)")


@dataclass(frozen=True, slots=True)
class Spelled:
    """A text beside its normal words, for what has to keep its spelling."""

    text: str
    words: Sequence[str]
    places: Sequence[tuple[int, int]]
    """Where each word stands in the text."""

    def of(self, phrase: str) -> str:
        """Return some of the words, one after the other, as they were written."""
        wanted = phrase.split()
        for at in range(len(self.words) - len(wanted) + 1):
            if wanted and self.words[at : at + len(wanted)] == wanted:
                start, end = self.places[at][0], self.places[at + len(wanted) - 1][1]
                return self.text[start:end]
        return phrase


@lru_cache(maxsize=2_000)
def normal(text: str, language: str) -> str:
    """Return words without case, accents and marks, one space between them.

    Numbers are digits with a decimal point; percent and degree signs, commas and
    question marks are words of their own.
    """
    tokens = [_DECIMAL.sub(r"\1.\2", one) for one in _TOKEN.findall(_plain(text))]
    words = _with_digits(tokens, spelled_numbers(language))
    return _HALF[language].sub(r"\1.5\2", " ".join(word for word, _length in words))


def spelled(text: str, language: str) -> Spelled:
    """Return a text beside the words that `normal` makes of it."""
    plain: list[str] = []
    origins: list[int] = []
    for at, char in enumerate(text):
        folded_char = _plain(char)
        plain.append(folded_char)
        origins += [at] * len(folded_char)
    found = list(_TOKEN.finditer("".join(plain)))
    tokens = [_DECIMAL.sub(r"\1.\2", one[0]) for one in found]
    words: list[str] = []
    places: list[tuple[int, int]] = []
    at = 0
    for word, length in _with_digits(tokens, spelled_numbers(language)):
        words.append(word)
        last = found[at + length - 1]
        places.append((origins[found[at].start()], origins[last.end() - 1] + 1))
        at += length
    return Spelled(text, words, places)


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


def _plain(text: str) -> str:
    """Return a text without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(SPELLINGS))
    return "".join(char for char in plain if not unicodedata.combining(char))


def _with_digits(
    tokens: Sequence[str], known: Mapping[tuple[str, ...], str]
) -> Iterator[tuple[str, int]]:
    """Yield words with numbers as digits, and how many tokens each was written in."""
    at = 0
    while at < len(tokens):
        for length in range(min(_LONGEST_NUMBER, len(tokens) - at), 0, -1):
            digits = known.get(tuple(tokens[at : at + length]))
            if digits is not None:
                yield digits, length
                at += length
                break
        else:
            yield tokens[at], 1
            at += 1
