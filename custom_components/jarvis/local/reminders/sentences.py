"""Which sentence wants what of the reminders: add, tell, move, cancel, put off."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from functools import cache
from typing import Any, Protocol

from ..data import read
from ..text.courtesy import barer
from ..text.normal import normal, spelled
from ..text.templates import Compiler, Template
from ..timers.times import MARKS, with_durations


class Wants(StrEnum):
    """What is wanted; the names of the data files' parts.

    In this order they are tried: set words before what any words may follow.
    """

    DONE = "done"
    SNOOZE = "snooze"
    LIST = "list"
    PLANNED = "planned"
    NEXT = "next"
    CANCEL_ALL = "cancel_all"
    CANCEL_LAST = "cancel_last"
    CANCEL = "cancel"
    MOVE_EARLIER = "move_earlier"
    MOVE_LATER = "move_later"
    MOVE = "move"
    ADD = "add"
    ADD_NOTHING = "add_nothing"
    ADD_WITH_TIME = "add_with_time"


_OF_TOLD = {Wants.DONE, Wants.SNOOZE}
"""What is about the reminder that was just told."""
_BY_DURATION = {Wants.MOVE_LATER, Wants.MOVE_EARLIER}
_ADDS = {Wants.ADD, Wants.ADD_WITH_TIME, Wants.ADD_NOTHING}
_NEEDS_TIME = {Wants.MOVE, Wants.ADD_WITH_TIME, Wants.ADD_NOTHING}
"""What means this only where a time is said."""


class Timed(Protocol):
    """A time found in a sentence."""

    @property
    def rest(self) -> str:
        """The sentence without it."""


@dataclass(frozen=True, slots=True)
class Asked[T: Timed]:
    """A way to read an utterance about reminders."""

    wants: Wants
    slots: Mapping[str, str]
    """What was said of it, as it was spelled."""
    time: T | None = None
    by: timedelta = timedelta()
    """How much later, or earlier."""
    text: str = ""
    """The sentence in which the time was found, where that is not what was said."""

    def said(self, slot: str) -> str:
        """Return the words of a slot."""
        return self.slots.get(slot, "")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of reminders in a language."""

    sentences: Mapping[Wants, Sequence[Template]]
    never: Sequence[Template]
    notes: Sequence[Template]
    """What is answered to the question what it is about."""
    everyone: frozenset[str]
    no_time: frozenset[str]
    """What is answered to the question when where it does not matter."""
    days: frozenset[str]
    """Words that tell that an hour is of a certain day."""
    until: Sequence[tuple[str, ...]]
    """What stands before the time to which something is moved: «jusqu'à»."""
    say: Mapping[str, str]


@cache
def known_reminders(language: str) -> Known:
    """Return what is known of reminders (reads a file: first in an executor)."""
    data = read(language, "reminders")
    lists = {"us": data["us"], "it": data["it"]}
    compiler = Compiler(language, data["rules"], lists, frozenset(), MARKS)

    def said(name: str) -> frozenset[str]:
        return frozenset(normal(one, language) for one in data[name])

    def templates(name: str) -> list[Template]:
        return [compiler.template(sentence) for sentence in data[name]]

    return Known(
        {wants: templates(wants) for wants in Wants},
        templates("never"),
        templates("notes"),
        said("everyone"),
        said("no_time"),
        said("days"),
        sorted((tuple(one.split()) for one in said("until")), key=len, reverse=True),
        data["say"],
    )


def asked[T: Timed](
    said: str,
    language: str,
    find: Callable[[str], T | None],
) -> Iterator[Asked[T]]:
    """Yield what an utterance may want of reminders, the likeliest first.

    `find` takes the time out of a sentence.
    """
    yield from _read(said, language, set(Wants) - _OF_TOLD - _NEEDS_TIME - _ADDS, None)
    if _is_none(said, language):
        return
    if (bare := _without_until(said, language)) and (time := find(bare)) is not None:
        moves = _read(time.rest, language, {Wants.MOVE}, time)
        yield from (replace(one, text=bare) for one in moves)
    if (time := find(said)) is not None:
        yield from _read(time.rest, language, _NEEDS_TIME | _ADDS, time)
    else:
        yield from _read(said, language, _ADDS - _NEEDS_TIME, None)


def asked_besides(rest: str, language: str) -> Asked[Any] | None:
    """Return what is to be noted by what was said beside an event; None for others."""
    if _is_none(rest, language):
        return None
    return next(_read(rest, language, _ADDS, None), None)


def asked_of_told(said: str, language: str) -> Iterator[Asked[Any]]:
    """Yield what an utterance may want of the reminder that was just told."""
    return _read(said, language, _OF_TOLD, None)


def noted(said: str, language: str) -> str:
    """Return what an answer says that is to be noted: «d'appeler Paul»."""
    words = spelled(said, language)
    for bare in reversed(list(barer(normal(said, language), language))):
        for template in known_reminders(language).notes:
            if (slots := template.match(bare)) is not None:
                return words.of(slots["note"])
    return said.strip(" .?!")


def is_everyone(person: str, language: str) -> bool:
    """Tell whether words stand for all who live in the house."""
    return normal(person, language) in known_reminders(language).everyone


def duration(said: str, language: str) -> timedelta | None:
    """Return how long words say, if they say nothing else."""
    marked = with_durations(normal(said, language), language)
    known = marked.durations.get(marked.text)
    return timedelta(seconds=known.total) if known else None


def _read[T: Timed](
    said: str, language: str, wanted: set[Wants], time: T | None
) -> Iterator[Asked[T]]:
    """Yield the readings of a sentence out of which the time was taken."""
    known = known_reminders(language).sentences
    words = spelled(said, language)
    # Without its courtesies first: any words may be a part of what is noted.
    for bare in reversed(list(barer(normal(said, language), language))):
        marked = with_durations(bare, language)
        for wants in Wants:
            if wants not in wanted:
                continue
            text = marked.text if wants in _BY_DURATION else bare
            for template in known[wants]:
                if (slots := template.match(text)) is None:
                    continue
                long = marked.durations.get(slots.pop("duration", ""))
                yield Asked(
                    wants,
                    {
                        name: words.of(_plain(marked.plain(value)))
                        for name, value in slots.items()
                    },
                    time,
                    timedelta(seconds=long.total) if long else timedelta(),
                )


def _without_until(said: str, language: str) -> str:
    """Return a sentence without what says until; nothing where it does not say so."""
    text = spelled(said, language)
    for until in known_reminders(language).until:
        for at in range(1, len(text.words) - len(until)):
            if tuple(text.words[at : at + len(until)]) == until:
                start, end = text.places[at][0], text.places[at + len(until) - 1][1]
                return f"{said[:start].rstrip()} {said[end:].lstrip(chr(39) + ' ')}"
    return ""


def _plain(words: str) -> str:
    """Return words without the marks around them."""
    return words.strip(" ,?")


def _is_none(said: str, language: str) -> bool:
    """Tell whether a sentence only begins like one that adds a reminder."""
    never = known_reminders(language).never
    # «S'il te plaît» begins like a condition.
    *_courteous, bare = barer(normal(said, language), language)
    return any(template.match(bare) is not None for template in never)
