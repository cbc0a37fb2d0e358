"""What becomes of a fact that is corrected: "no, it's Tuesday" in the place of Monday.

A fact reads as a subject, a verb and what is said of the subject. A correction gives a
part of that anew; where it cannot be told which part, there is none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from .data import read
from .questions.wording import answers
from .text.grammar import grammar
from .text.normal import Spelled, normal, spelled

_MOST_NAMED = 4
"""Words of a name or a place; what is longer is a sentence of its own."""


class _Type(StrEnum):
    """What one word stands for, so that another of its kind can replace it."""

    WEEKDAY = "weekday"
    MONTH = "month"
    NUMBER = "number"
    COLOUR = "colour"


class _Shape(StrEnum):
    """What is said of a subject, where only one such thing can be true at a time."""

    DAY = "day"
    PLACE = "place"
    NUMBER = "number"
    COLOUR = "colour"
    SINGLE = "single"
    """The verb says so: somebody has one name."""


@dataclass(frozen=True, slots=True)
class _Words:
    """What a language builds facts of."""

    verbs: Sequence[tuple[str, ...]]
    single: frozenset[tuple[str, ...]]
    pronouns: frozenset[str]
    places: frozenset[str]
    small: frozenset[str]
    types: Mapping[str, _Type]


@dataclass(frozen=True, slots=True)
class _Fact:
    """A sentence, taken apart."""

    text: Spelled
    verb: tuple[str, ...]
    start: int
    """Where the verb is; the subject stands before it."""

    @property
    def subject(self) -> Sequence[str]:
        return self.text.words[: self.start]

    @property
    def said(self) -> Sequence[str]:
        """What is said of the subject."""
        return self.text.words[self.start + len(self.verb) :]


def corrected(kept: str, value: str, language: str) -> str | None:
    """Return a fact with a value in its place; None where no place can be told."""
    known = read_corrections(language)
    new = spelled(value, language)
    old = _taken_apart(kept, language)
    first = old.start + len(old.verb) if old else 0
    words = old.text.words if old else spelled(kept, language).words
    apart = _taken_apart(value, language)
    is_whole = False
    if apart is not None:
        if not _is_of(apart.subject, old, known):
            return None
        first_new = apart.start + len(apart.verb)
        new = Spelled(value, new.words[first_new:], new.places[first_new:])
        is_whole = True
    if not new.words or "?" in new.words:
        return None
    place = _place(words[first:], new.words, known)
    if place is None and old is not None:
        named = old.verb in known.single and len(new.words) <= _MOST_NAMED
        alike = _shape(old.said, old.verb, known)
        if is_whole or named or (alike and alike is _shape(new.words, (), known)):
            place = 0, len(old.said)
    if place is None:
        return None
    text = old.text if old else spelled(kept, language)
    return _replaced(text, first + place[0], first + place[1], new)


def contradicts(kept: str, new: str, language: str) -> bool:
    """Tell whether a new fact says otherwise of what a kept one is about."""
    known = read_corrections(language)
    one, other = _taken_apart(kept, language), _taken_apart(new, language)
    if one is None or other is None:
        return False
    subject = _content(one.subject, known)
    shape = _shape(one.said, one.verb, known)
    return (
        bool(subject)
        and subject == _content(other.subject, known)
        and shape is not None
        and shape is _shape(other.said, other.verb, known)
        and list(one.said) != list(other.said)
    )


def subject_of(fact: str, language: str) -> str:
    """Return the words that say what a fact is about; none where that is unclear."""
    apart = _taken_apart(fact, language)
    known = read_corrections(language)
    return " ".join(sorted(_content(apart.subject, known))) if apart else ""


@cache
def read_corrections(language: str) -> _Words:
    """Return what facts are built of (reads a file: first in an executor)."""
    data = read(language, "memos")

    def phrases(name: str) -> list[tuple[str, ...]]:
        return [tuple(normal(one, language).split()) for one in data[name]]

    def single_words(name: str) -> frozenset[str]:
        return frozenset(words[0] for words in phrases(name))

    types = dict.fromkeys(grammar(language).colours, _Type.COLOUR)
    said = answers(language)
    for name, kind in (("weekdays", _Type.WEEKDAY), ("months", _Type.MONTH)):
        types |= {normal(word, language): kind for word in said[name]}
    return _Words(
        sorted(phrases("verbs"), key=len, reverse=True),
        frozenset(phrases("single")),
        single_words("pronouns"),
        single_words("places"),
        single_words("small"),
        types,
    )


def _taken_apart(sentence: str, language: str) -> _Fact | None:
    """Find the first verb that has a subject before it."""
    text = spelled(sentence, language)
    known = read_corrections(language)
    for at in range(1, len(text.words)):
        for verb in known.verbs:
            if tuple(text.words[at : at + len(verb)]) == verb and (
                at + len(verb) < len(text.words)
            ):
                return _Fact(text, verb, at)
    return None


def _is_of(subject: Sequence[str], old: _Fact | None, known: _Words) -> bool:
    """Tell whether a subject is that of a fact: a pronoun, or some of its words."""
    if all(word in known.pronouns for word in subject):
        return True
    words = _content(subject, known)
    return bool(words) and old is not None and words <= _content(old.subject, known)


def _place(
    said: Sequence[str], new: Sequence[str], known: _Words
) -> tuple[int, int] | None:
    """Return which words a value replaces: around a word that is the same, or alike."""
    alike = [
        (at_old, at_new)
        for at_new, word in enumerate(new)
        if word not in known.small and word not in known.places
        for at_old, other in enumerate(said)
        if word == other
        or (_type(word, known) and _type(word, known) is _type(other, known))
    ]
    if not alike:
        return None
    at_old, at_new = alike[0]
    start, end = at_old - at_new, at_old - at_new + len(new)
    if start < 0 or end > len(said):
        return None
    # "Tuesday" for "on Monday", but not "the red one" across "is in the".
    return start, end


def _type(word: str, known: _Words) -> _Type | None:
    """Return what a word stands for."""
    if word.replace(".", "").isdigit():
        return _Type.NUMBER
    return known.types.get(word)


def _shape(said: Sequence[str], verb: tuple[str, ...], known: _Words) -> _Shape | None:
    """Return what kind of thing is said, where there is only one such thing."""
    if verb in known.single:
        return _Shape.SINGLE
    types = {_type(word, known) for word in said}
    if types & {_Type.WEEKDAY, _Type.MONTH}:
        return _Shape.DAY
    if said[:1] and said[0] in known.places and _Type.NUMBER not in types:
        return _Shape.PLACE
    if _Type.NUMBER in types:
        return _Shape.NUMBER
    return _Shape.COLOUR if _Type.COLOUR in types else None


def _content(words: Sequence[str], known: _Words) -> frozenset[str]:
    """Return the words that say something."""
    return frozenset(word for word in words if word not in known.small | {","})


def _replaced(text: Spelled, first: int, end: int, new: Spelled) -> str:
    """Put words in the place of others; what stands around keeps its spelling."""
    start = text.places[first][0] if first < len(text.places) else len(text.text)
    stop = text.places[end - 1][1]
    said = new.text[new.places[0][0] : new.places[-1][1]]
    return f"{text.text[:start]}{said}{text.text[stop:]}"
