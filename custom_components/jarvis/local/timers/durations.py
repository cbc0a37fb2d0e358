"""Durations in words: «une heure et demie», "ninety seconds", «deux minutes trente»."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil
from typing import Any

from ..data import read
from ..text.normal import normal

_UNITS: Mapping[str, int] = {"hours": 3600, "minutes": 60, "seconds": 1}
_SMALLER = {"hours": "minutes", "minutes": "seconds"}
_BASE = 60
_HALF = 30
_QUARTER, _THREE_QUARTERS = 15, 45
"""Up to the one and from the other on a rest is rounded to the whole."""
_EXACT, _NEARLY_ALL = 10, 50
"""Seconds that are told one by one, and that count as a minute."""

type Phrases[T] = Mapping[tuple[str, ...], T]


@dataclass(frozen=True, slots=True)
class Duration:
    """How long, in the units that were said."""

    hours: int | None = None
    minutes: int | None = None
    seconds: int | None = None

    @property
    def total(self) -> int:
        """All of it in seconds."""
        said = {unit: getattr(self, unit) or 0 for unit in _UNITS}
        return sum(_UNITS[unit] * count for unit, count in said.items())

    @classmethod
    def of(cls, seconds: float) -> Duration:
        """Return some seconds as people tell them."""
        minutes, left = divmod(round(seconds), _BASE)
        hours, minutes = divmod(minutes, _BASE)
        return cls(hours or None, minutes or None, left or None)


@dataclass(frozen=True, slots=True)
class Lengths:
    """How a language tells durations."""

    numbers: Phrases[float]
    units: Phrases[str]
    wholes: Phrases[float]
    """What is a duration by itself, in seconds: «un quart d'heure»."""
    behind: Phrases[float]
    """Parts of the unit that stand behind it: «et demie»."""
    before: Phrases[float]
    """Parts of the unit that stand before it: "two and a half hours"."""
    joints: Phrases[str]
    spoken: Mapping[str, Any]


@cache
def lengths(language: str) -> Lengths:
    """Return how a language tells durations (reads a file: first in an executor)."""
    data = read(language, "times")

    def phrases(said: Mapping[str, Sequence[str]]) -> dict[tuple[str, ...], str]:
        return {
            tuple(normal(text, language).split()): value
            for value, texts in said.items()
            for text in texts
        }

    def numbers(said: Mapping[str, Sequence[str]]) -> dict[tuple[str, ...], float]:
        return {words: float(value) for words, value in phrases(said).items()}

    return Lengths(
        numbers=numbers(data["numbers"]),
        units=phrases(data["units"]),
        wholes=numbers(data["wholes"]),
        behind=numbers(data["behind"]),
        before=numbers(data["before"]),
        joints=phrases({"and": data["joints"]}),
        spoken=data["spoken"],
    )


def duration_at(
    words: Sequence[str], at: int, language: str
) -> tuple[Duration | None, int]:
    """Return the duration that begins at a word, and where it ends."""
    return _Reader(words, lengths(language)).at(at)


def told(duration: Duration, language: str) -> str:
    """Tell how long, in words and digits."""
    known = lengths(language)
    said = [
        known.spoken[unit]["one" if count == 1 else "many"].format(count)
        for unit in _UNITS
        if (count := getattr(duration, unit))
    ]
    if not said:
        return str(known.spoken["seconds"]["many"].format(0))
    last = said.pop()
    return f"{', '.join(said)}{known.spoken['and']}{last}" if said else last


def rounded(seconds: float) -> Duration:
    """Return some seconds as precisely as people want to hear them."""
    minutes, left = divmod(ceil(seconds), _BASE)
    hours, minutes = divmod(minutes, _BASE)
    if hours:
        return _halved(hours * _BASE + minutes, _BASE)
    if minutes:
        return _halved(minutes * _BASE + left, 1)
    if left > _NEARLY_ALL:
        return Duration(minutes=1)
    return Duration(seconds=left if left < _EXACT else left - left % _EXACT)


def _halved(count: int, factor: int) -> Duration:
    """Return a count of sixtieths of a unit, rounded to halves of the unit."""
    whole, rest = divmod(count, _BASE)
    whole += rest > _THREE_QUARTERS
    half = _HALF if _QUARTER <= rest <= _THREE_QUARTERS else 0
    return Duration.of((whole * _BASE + half) * factor)


class _Reader:
    """Reads durations in the words of a text."""

    def __init__(self, words: Sequence[str], known: Lengths) -> None:
        """Take the words."""
        self._words = words
        self._known = known

    def at(self, start: int) -> tuple[Duration | None, int]:
        """Return the duration that begins at a word, and where it ends."""
        said: dict[str, int] = {}
        last: str | None = None
        end = at = start
        while True:
            part, unit, behind = self._part(at)
            if not part or (last and _UNITS[unit] >= _UNITS[last]):
                break
            for name, count in part.items():
                said[name] = said.get(name, 0) + count
            last, end = unit, behind
            at = end + self._length(self._known.joints, end)
        if last and (bare := self._bare_number(end, last)) is not None:
            said[_SMALLER[last]] = said.get(_SMALLER[last], 0) + bare
            end += 1
        return (Duration(**said) if any(said.values()) else None), end

    def _part(self, at: int) -> tuple[dict[str, int], str, int]:
        """Return a number of one unit, the unit, and where it ends."""
        known = self._known
        if length := self._length(known.wholes, at):
            seconds = int(known.wholes[self._phrase(at, length)])
            unit = "minutes" if seconds >= _BASE else "seconds"
            return {unit: seconds // _UNITS[unit]}, unit, at + length
        number, at = self._number(at)
        if number is None:
            return {}, "", at
        if length := self._length(known.before, at):
            number += known.before[self._phrase(at, length)]
            at += length
        length = self._length(known.units, at)
        if not length:
            return {}, "", at
        unit = known.units[self._phrase(at, length)]
        at += length
        if length := self._length(known.behind, at):
            # «Une heure et un quart d'heure» says the whole of the part.
            joint = self._length(known.joints, at)
            if not (joint and self._length(known.wholes, at + joint)):
                number += known.behind[self._phrase(at, length)]
                at += length
        return _in_units(number, unit), unit, at

    def _number(self, at: int) -> tuple[float | None, int]:
        """Return the number at a word, and where it ends."""
        if length := self._length(self._known.numbers, at):
            return self._known.numbers[self._phrase(at, length)], at + length
        if at < len(self._words) and self._words[at][0].isdigit():
            try:
                return float(self._words[at]), at + 1
            except ValueError:  # a time with a colon
                return None, at
        return None, at

    def _bare_number(self, at: int, unit: str) -> int | None:
        """Return the «trente» of «une heure trente»."""
        if unit not in _SMALLER or at >= len(self._words):
            return None
        word = self._words[at]
        return int(word) if word.isdigit() and int(word) < _BASE else None

    def _length(self, phrases: Phrases[Any], at: int) -> int:
        """Return how many words from here are one of some phrases, the most."""
        longest = max(map(len, phrases), default=0)
        for length in range(min(longest, len(self._words) - at), 0, -1):
            if self._phrase(at, length) in phrases:
                return length
        return 0

    def _phrase(self, at: int, length: int) -> tuple[str, ...]:
        """Return some words from here on."""
        return tuple(self._words[at : at + length])


def _in_units(number: float, unit: str) -> dict[str, int]:
    """Return a number of a unit in whole units, smaller ones for the rest."""
    whole = int(number)
    said = {unit: whole} if whole else {}
    if (rest := number - whole) and unit in _SMALLER:
        said[_SMALLER[unit]] = round(rest * _BASE)
    return said
