"""What was said, cut into sentences and words, and what people say around them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
import re
from typing import Any

import yaml

from ..terms import folded

LANGUAGES = ("fr", "en")
_TOKEN = re.compile(r"\d+(?:[.,:/]\d+)*|[^\W\d_]+|[,?«»“”\"]|(?<=\d)%|°|(?<=\w)…")
_END = re.compile(r"(?<=[.!?;…])\s+|\n+|\s;\s")
_QUOTES = frozenset('«»“”"')


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words as they are compared, and where they stand in what was said."""

    text: str
    words: Sequence[str]
    places: Sequence[tuple[int, int]]

    @property
    def plain(self) -> str:
        """The words, each with a space behind it."""
        return "".join(f"{word} " for word in self.words)

    @property
    def spelled(self) -> str:
        """The words as they were said."""
        if not self.words:
            return ""
        return self.text[self.places[0][0] : self.places[-1][1]]

    def part(self, start: int, end: int | None = None) -> Sentence:
        """Return some of the words, without commas around them."""
        last = len(self.words) if end is None else end
        while start < last and self.words[start] == ",":
            start += 1
        while last > start and self.words[last - 1] == ",":
            last -= 1
        return replace(
            self, words=self.words[start:last], places=self.places[start:last]
        )


@dataclass(frozen=True, slots=True)
class Manners:
    """The words around what is told, in one language."""

    openers: Sequence[tuple[str, ...]]
    closers: Sequence[tuple[str, ...]]
    retractions: frozenset[tuple[str, ...]]
    blockers: frozenset[str]
    starters: frozenset[str]
    joiners: frozenset[str]


def sentences(said: str) -> Iterator[Sentence]:
    """Yield the sentences of what was said."""
    for text in _END.split(said):
        found = list(_TOKEN.finditer(text))
        if found:
            yield Sentence(
                text,
                [folded(one[0]) for one in found],
                [one.span() for one in found],
            )


def told_in(said: str, language: str) -> Iterator[tuple[Sentence, Sequence[Sentence]]]:
    """Yield what may tell something, whole and in clauses.

    It is no question, no quote and nothing uncertain.
    """
    known = manners(language)
    whole = list(sentences(said))
    if any(known.blockers.intersection(one.words) for one in whole):
        return
    for sentence in whole:
        if "?" in sentence.words or _QUOTES.intersection(sentence.words):
            continue
        bare = _peeled(sentence, known)
        yield bare, [_peeled(one, known) for one in _clauses(bare, known)]


def takes_back(said: str, language: str) -> bool:
    """Tell whether somebody says that what they said before was not meant."""
    known = manners(language)
    return any(
        tuple(word for word in one.words if word != ",") in known.retractions
        for one in sentences(said)
    )


@cache
def data_of(language: str) -> Mapping[str, Any]:
    """Read the file of a language; blocks. Every value is text."""
    path = Path(__file__).parent / "data" / f"{language}.yaml"
    data: Mapping[str, Any] = yaml.load(
        path.read_text("utf-8"),
        Loader=yaml.CBaseLoader,  # noqa: S506
    )
    return data


@cache
def manners(language: str) -> Manners:
    """Return the words around what is told (reads a file: first in an executor)."""
    data = data_of(language)

    def phrases(name: str) -> list[tuple[str, ...]]:
        """Return phrases as words, the longest first."""
        return sorted((words_of(one) for one in data[name]), key=len, reverse=True)

    return Manners(
        phrases("openers"),
        phrases("closers"),
        frozenset(phrases("retractions")),
        frozenset(words_of(data["blockers"])),
        frozenset(words_of(data["starters"])),
        frozenset(words_of(data["joiners"])),
    )


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a phrase as they are compared."""
    return tuple(folded(one) for one in _TOKEN.findall(text))


def _peeled(sentence: Sentence, known: Manners) -> Sentence:
    """Take off what is said around the words."""
    before = None
    left = sentence.part(0)
    while before != left:
        before = left
        for phrase in known.openers:
            if tuple(left.words[: len(phrase)]) == phrase:
                left = left.part(len(phrase))
                break
        for phrase in known.closers:
            at = len(left.words) - len(phrase)
            if at > 0 and tuple(left.words[at:]) == phrase:
                left = left.part(0, at)
                break
    return left


def _clauses(sentence: Sentence, known: Manners) -> Iterator[Sentence]:
    """Yield the clauses of a sentence that speak of the speaker each."""
    start = 0
    for at, word in enumerate(sentence.words[:-1]):
        joins = word == "," or word in known.joiners
        if joins and sentence.words[at + 1] in known.starters:
            yield sentence.part(start, at)
            start = at + 1
    yield sentence.part(start)
