"""What a person means by words about time, said alone or within a sentence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from . import phrase
from .days import Calendar
from .patterns import language
from .phrase import Phrase
from .resolve import Resolver
from .results import Reading
from .rules import recurrence


@dataclass(frozen=True, slots=True)
class Found:
    """A time within a sentence."""

    reading: Reading
    used: Sequence[tuple[int, int]]
    """Where its words stand in the sentence, in letters."""
    rest: str
    """The sentence without them."""


def read(
    text: str, now: datetime, code: str, country: str | None = None
) -> Reading | None:
    """Return what a text means that is nothing but a time; None where it is none.

    `now` is aware and in the person's own zone. The country says how dates in numbers
    are ordered and when some feasts are. (Reads files: first in an executor.)
    """
    found = _read(phrase.whole(text, language(code)), now, code, country)
    return found[1] if found else None


def find(
    text: str, now: datetime, code: str, country: str | None = None
) -> Found | None:
    """Return the time within a sentence, and what is left of it; None without one."""
    found = _read(phrase.within(text, language(code)), now, code, country)
    if found is None:
        return None
    used = found[0].used
    return Found(found[1], used, _without(text, used))


def _read(
    phrases: Iterator[Phrase], now: datetime, code: str, country: str | None
) -> tuple[Phrase, Reading] | None:
    """Return the first phrase that is a time on the calendar, and that time."""
    resolver = Resolver(now, Calendar(now.date(), language(code), country))
    for one in phrases:
        reading = recurrence(one.meaning, resolver)
        if reading is None and one.meaning.every is None:
            reading = resolver.moment(one.meaning)
        if reading is not None:
            return one, reading
    return None


def _without(text: str, used: Sequence[tuple[int, int]]) -> str:
    """Return a sentence without some of its words."""
    parts, at = [], 0
    for start, end in sorted(used):
        parts.append(text[at:start])
        at = end
    parts.append(text[at:])
    return " ".join(" ".join(parts).split()).strip(" ,.;:")
