"""Times of day in words: «demain à sept heures et demie», "at half past seven".

What is found in a text is replaced by a sign (`d0`, `t0`) that no normal text has, so
that sentence templates can tell it from other words.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from functools import cache
import re
from typing import Any

from ..data import read
from ..text.normal import normal
from ..text.templates import Compiler, Template
from .durations import Duration, duration_at

_COLON = re.compile(r"(?<!\S)(\d{1,2}):(\d\d)(?!\S)")
_BASE = 60
_NOON, _MIDNIGHT = 12, 24
MARKS: Mapping[str, str] = {"duration": "d", "of": "d", "moment": "t"}
"""The slots of templates that hold signs, and the first letters of these."""

type _Place[T] = tuple[int, int, T]
"""From which word to which, and what stands there."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a day: «demain matin», "tonight"."""

    day: int | None = None
    """Days from today, where that was said."""
    start: int = 0
    end: int = 24
    """Hours from the midnight before it; beyond 24 is the next day."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as it was said."""

    hour: int
    minute: int
    parts: Sequence[Part] = ()
    """What was said of the day besides."""

    def next(self, now: datetime) -> datetime | None:
        """Return when the clock shows this next; None where that makes no sense."""
        candidates = [
            found
            for day in (0, 1)
            for hour in self._hours()
            if (found := self._on(now, day, hour)) and _instant(found) > _instant(now)
        ]
        return min(candidates, key=_instant, default=None)

    def _hours(self) -> list[int]:
        """Return the hours that are meant: eight is in the morning or the evening."""
        if self.hour > _NOON:
            return [self.hour % _MIDNIGHT]
        return [self.hour % _NOON, self.hour % _NOON + _NOON]

    def _on(self, now: datetime, day: int, hour: int) -> datetime | None:
        """Return the time on a day from now, if it agrees with what was said."""
        clock = hour + self.minute / _BASE
        for part in self.parts:
            since = 0 if part.day is None else _MIDNIGHT * (day - part.day)
            if not part.start <= clock + since < part.end:
                return None
        date = now.date() + timedelta(days=day)
        return datetime.combine(date, time(hour, self.minute), now.tzinfo)


@dataclass(slots=True)
class Marked:
    """A normal text with signs for the times in it."""

    words: list[str]
    durations: dict[str, Duration] = field(default_factory=dict)
    clocks: dict[str, Clock] = field(default_factory=dict)
    _said: dict[str, str] = field(default_factory=dict)
    """What stood where a sign stands."""

    @property
    def text(self) -> str:
        """The text with the signs."""
        return " ".join(self.words)

    def plain(self, text: str) -> str:
        """Return a part of the text with the words again."""
        return " ".join(self._said.get(word, word) for word in text.split())

    def put(self, at: int, end: int, sign: str = "") -> None:
        """Replace some words by a sign, or take them out."""
        self._said[sign] = self.plain(" ".join(self.words[at:end])).strip(" ,")
        self.words[at:end] = [sign] if sign else []


def with_durations(text: str, language: str) -> Marked:
    """Return a normal text with signs for the durations."""
    marked = Marked(text.split())
    _mark_durations(marked, language)
    return marked


def with_times(text: str, language: str) -> Marked:
    """Return a normal text with signs for the times of day and the durations.

    What is said of the day is taken out: it may stand far from the time.
    """
    known = times(language)
    marked = Marked(_COLON.sub(r"\1 h \2", text).split())
    clocks: list[Clock] = []
    while found := _longest(_clocks(known, marked.text)):
        at, end, clock = found
        marked.put(at, end, f"t{len(clocks)}")
        clocks.append(clock)
    days: list[Part] = []
    while clocks and (day := _longest(_days(known, marked.text))):
        at, end, part = day
        marked.put(at, end)
        days.append(part)
    for at, clock in enumerate(clocks):
        marked.clocks[f"t{at}"] = replace(clock, parts=(*clock.parts, *days))
    _mark_durations(marked, language)
    return marked


def clock_told(moment: datetime, now: datetime, language: str) -> str:
    """Tell a time of day, and that it is tomorrow where it is."""
    spoken = times(language).spoken
    clock = spoken["clock" if moment.minute else "full_hour"].format(
        hour=moment.hour,
        twelve=moment.hour % _NOON or _NOON,
        minute=f"{moment.minute:02}",
        half=spoken["halves"][moment.hour >= _NOON],
    )
    day = "today" if moment.date() == now.date() else "tomorrow"
    return str(spoken[day].format(clock))


@dataclass(frozen=True, slots=True)
class _Sayings:
    """Ways to say a time of day."""

    templates: Sequence[Template]
    values: Mapping[str, int]
    parts: Mapping[str, Part]
    """What may be said behind it, as «du matin» is."""

    def clock(self, slots: Mapping[str, str]) -> Clock | None:
        """Return the time that the slots of a sentence mean, if it is one."""
        said = {"hour": 1.0, "minute": 0.0, "less": 0.0} | dict(self.values)
        said |= {name: float(slots[name]) for name in said.keys() & slots.keys()}
        minutes = said["hour"] * _BASE + said["minute"] - said["less"]
        hour, minute = divmod(round(minutes), _BASE)
        if max(said["minute"], said["less"]) >= _BASE or not 0 <= hour <= _MIDNIGHT:
            return None
        parts = []
        if "part" in slots:
            parts.append(self.parts[slots["part"]])
        if "from" in said:
            parts.append(Part(None, round(said["from"]), round(said["to"])))
        if said["hour"] > _NOON >= hour:
            # A quarter to thirteen is after noon.
            parts.append(Part(None, _NOON, _MIDNIGHT))
        return Clock(hour or _NOON, minute, parts)


@dataclass(frozen=True, slots=True)
class Times:
    """How a language tells times of day."""

    clocks: Sequence[_Sayings]
    days: Sequence[tuple[Template, Part]]
    spoken: Mapping[str, Any]


@cache
def times(language: str) -> Times:
    """Return how a language tells times (reads a file: first in an executor)."""
    data = read(language, "times")
    tails = {
        normal(text, language): Part(None, int(one["from"]), int(one["to"]))
        for one in data["parts"]
        for text in one["say"]
    }
    compiler = Compiler(
        language,
        data["rules"],
        {"part": list(tails), "one": data["one"]},
        frozenset({"hour", "minute", "less"}),
    )
    return Times(
        clocks=[
            _Sayings(
                [compiler.template(text) for text in one["say"]],
                {name: int(value) for name, value in one.get("with", {}).items()},
                tails,
            )
            for one in data["clocks"]
        ],
        days=[
            (
                compiler.template(text),
                Part(int(one["day"]), int(one.get("from", 0)), int(one.get("to", 24))),
            )
            for one in data["days"]
            for text in one["say"]
        ],
        spoken=data["spoken"],
    )


def _clocks(known: Times, text: str) -> Iterator[_Place[Clock]]:
    """Yield the times of day that a text says."""
    for sayings in known.clocks:
        for template in sayings.templates:
            for start, end, slots in template.within(text):
                if clock := sayings.clock(slots):
                    yield _place(text, start, end, clock)


def _days(known: Times, text: str) -> Iterator[_Place[Part]]:
    """Yield what a text says of the day."""
    for template, part in known.days:
        for start, end, _slots in template.within(text):
            yield _place(text, start, end, part)


def _place[T](text: str, start: int, end: int, what: T) -> _Place[T]:
    """Return where something stands, in words rather than letters."""
    return len(text[:start].split()), len(text[:end].split()), what


def _longest[T](found: Iterator[_Place[T]]) -> _Place[T] | None:
    """Return what takes the most words."""
    return max(found, key=lambda one: one[1] - one[0], default=None)


def _mark_durations(marked: Marked, language: str) -> None:
    """Put signs for the durations into a text."""
    at = 0
    while at < len(words := marked.words):
        duration, end = duration_at(words, at, language)
        if duration is not None:
            sign = f"d{len(marked.durations)}"
            marked.durations[sign] = duration
            marked.put(at, end, sign)
        at += 1


def _instant(moment: datetime) -> datetime:
    """Return a time for comparison, also where clocks are changed."""
    return moment.astimezone(UTC)
