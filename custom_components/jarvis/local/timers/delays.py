"""Commands for later or for a while: «dans dix minutes éteins la lampe»."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from functools import cache

from homeassistant.util import dt as dt_util

from ..commands.act import Done, async_act
from ..commands.calls import is_sensitive
from ..commands.command import Command, Speaker
from ..commands.reading import read
from ..commands.replies import listed, phrases, told, which
from ..data import read as read_data
from ..request import Request, Understood, spoken
from ..text.courtesy import barer
from ..text.normal import normal, spelled
from ..text.templates import Compiler, Template
from .durations import Duration, told as duration_told
from .times import MARKS, Marked, clock_told, with_times


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of commands for later in a language."""

    sentences: Sequence[tuple[str, Template]]
    future: Mapping[str, str]
    """The first words of orders in the future tense, to the usual ones."""
    ends: Mapping[str, str]
    orders: Mapping[str, str]
    replies: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Delayed:
    """A command and when it is to be done."""

    command: str
    """Its words as they were written."""
    commands: Sequence[Command]
    duration: Duration | None
    """None where that time is past."""
    when: str = ""
    """The time of day, if one was said."""
    until: bool = False
    """Whether it is to be done now, and the opposite then."""


@cache
def known_delays(language: str) -> Known:
    """Return what is known of delays (reads a file: first in an executor)."""
    data = read_data(language, "delays")
    compiler = Compiler(language, data["rules"], {}, frozenset(), MARKS)
    return Known(
        sentences=[
            (kind, compiler.template(text))
            for kind, sentences in data["say"].items()
            for text in sentences
        ],
        future={
            normal(form, language): usual
            for usual, forms in data["future"].items()
            for form in forms
        },
        ends=data["ends"],
        orders=data["orders"],
        replies=data["replies"],
    )


async def async_delayed(request: Request) -> Understood | None:
    """Start what is to be done later; None where that is not what was said."""
    if (delayed := _read(request)) is None:
        return None
    if not _is_allowed(request, delayed.commands):
        return Understood("", allowed=False)
    if delayed.duration is None:
        return spoken(request, known_delays(request.language).replies["past"])
    if why := _not_later(request, delayed.commands):
        return spoken(request, why)
    if delayed.until:
        return await _async_for_a_while(request, delayed, delayed.duration)
    return await _async_later(request, delayed, delayed.duration)


def for_later(request: Request, said: str) -> str | Understood | None:
    """Return the words of a command that is for later, or why it cannot be.

    The time is taken out of them already. None where they are no command.
    """
    spelling = spelled(said, request.language)
    for bare in reversed(list(barer(normal(said, request.language), request.language))):
        reading = read(bare, request.house, request.speaker)
        commands = [request.narrowed(command) for command in reading.commands]
        if reading.never or not commands:
            continue
        if (words := _repeatable(request, spelling.of(bare), commands)) is None:
            continue
        if not _is_allowed(request, commands):
            return Understood("", allowed=False)
        why = _not_later(request, commands)
        return spoken(request, why) if why else words
    return None


def _is_allowed(request: Request, commands: Sequence[Command]) -> bool:
    """Tell whether the guard allows commands; it is asked again when they are done."""
    things = {thing for command in commands for thing in command.found.things}
    ids = sorted(thing.entity_id for thing in things)
    return request.allows({"entity_id": ids}, True)


def _not_later(request: Request, commands: Sequence[Command]) -> str | None:
    """Return what to say to commands that are not put off: nobody can be asked then."""
    replies = known_delays(request.language).replies
    unclear = [command for command in commands if command.found.unclear]
    if unclear:
        things = which(unclear[0], request.house, request.language).rstrip(" ?")
        return replies["unclear"].format(things=things)
    if any(is_sensitive(one) and len(one.found.things) > 1 for one in commands):
        return replies["only_now"]
    return None


async def _async_later(
    request: Request, delayed: Delayed, duration: Duration
) -> Understood:
    """Have the command said to Jarvis when the time has come."""
    await _async_keep(request, delayed.command, duration)
    language = request.language
    key = "at" if delayed.when else "in"
    speech = (
        known_delays(language)
        .replies[key]
        .format(
            duration=duration_told(duration, language),
            moment=delayed.when,
            command=delayed.command,
        )
    )
    return spoken(request, speech)


async def _async_for_a_while(
    request: Request, delayed: Delayed, duration: Duration
) -> Understood | None:
    """Act at once, and have the opposite done when the time has come."""
    opposite = [_opposite(request, command) for command in delayed.commands]
    orders = [order for order in opposite if order]
    if len(orders) < len(opposite):
        return None
    language, context = request.language, request.user_input.context
    done = [
        await async_act(request.hass, command, context) for command in delayed.commands
    ]
    speech = told(done, request.house, language)
    if not any(one.done or one.already for one in done):
        return spoken(request, speech)
    _remember_done(request, done)
    joint = phrases(language)["and"]
    await _async_keep(request, joint.join(orders), duration)
    length = duration_told(duration, language)
    reply = known_delays(language).replies["for"].format(done=speech, duration=length)
    return spoken(request, reply)


async def _async_keep(request: Request, command: str, duration: Duration) -> None:
    """Keep a command until its time; «annule» calls it off."""
    at = dt_util.utcnow() + timedelta(seconds=duration.total)
    take_back = await request.later.async_keep(command, at, request.language)
    request.recent.take_back = take_back


def _remember_done(request: Request, done: Sequence[Done]) -> None:
    """Keep what was done for the words that refer to it."""
    recent = request.recent
    recent.last = done[-1].command
    recent.referent = done[-1].command.found
    recent.before = [state for one in done for state in one.before]


def _read(request: Request) -> Delayed | None:
    """Read a command with a time; None unless every word of it is understood."""
    for bare in barer(request.text, request.language):
        marked = with_times(bare, request.language)
        if not (marked.durations or marked.clocks):
            return None
        for kind, template in known_delays(request.language).sentences:
            if (slots := template.match(marked.text)) is None:
                continue
            if (found := _command(request, marked, slots)) is None:
                continue
            duration, when = _when(request, marked, slots)
            return Delayed(*found, duration, when, kind == "for")
    return None


def _command(
    request: Request, marked: Marked, slots: Mapping[str, str]
) -> tuple[str, Sequence[Command]] | None:
    """Return the command of a sentence, in words and read."""
    said = {
        name: marked.plain(value) for name, value in slots.items() if name not in MARKS
    }
    for text, written in _texts(request, said):
        reading = read(text, request.house, request.speaker)
        commands = [request.narrowed(command) for command in reading.commands]
        if commands and (words := _repeatable(request, written, commands)):
            return words, commands
    return None


def _when(
    request: Request, marked: Marked, slots: Mapping[str, str]
) -> tuple[Duration | None, str]:
    """Return how long it is until then, and the time of day if one was said."""
    if "duration" in slots:
        return marked.durations[slots["duration"]], ""
    now = dt_util.now()
    if (moment := marked.clocks[slots["moment"]].next(now)) is None:
        return None, ""
    left = Duration.of((moment.astimezone(UTC) - now).total_seconds())
    return left, clock_told(moment, now, request.language)


def _texts(request: Request, said: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the command as a normal text, and as it was written."""
    spelling = spelled(request.user_input.text, request.language)
    parts = [said[name] for name in ("command", "more") if name in said]
    if parts:
        for bare in reversed(list(barer(parts[0], request.language))):
            whole = [bare, *parts[1:]]
            yield " ".join(whole), " ".join(map(spelling.of, whole))
    elif "future" in said:
        first, _space, rest = said["future"].partition(" ")
        usual = known_delays(request.language).future.get(first)
        if usual:
            yield (
                f"{normal(usual, request.language)} {rest}",
                f"{usual} {spelling.of(rest)}",
            )


def _repeatable(request: Request, text: str, commands: Sequence[Command]) -> str | None:
    """Return words that mean the same when nothing was said before them."""
    orders = [_order(request, command) or "" for command in commands]
    tried = [text, str(phrases(request.language)["and"]).join(orders)]
    alone = Speaker(request.language, request.area)
    for words in tried:
        again = read(normal(words, request.language), request.house, alone).commands
        if [(one.do, one.found.things) for one in again] == [
            (one.do, one.found.things) for one in commands
        ] or (words == text and any(one.found.unclear for one in again)):
            return words
    return None


def _order(request: Request, command: Command, do: str | None = None) -> str | None:
    """Return words for a command with the names of its things."""
    order = known_delays(request.language).orders.get(do or command.do)
    names = [thing.names[0] for thing in command.found.things]
    return order.format(things=listed(names, request.language)) if order else None


def _opposite(request: Request, command: Command) -> str | None:
    """Return the words that take a command back, if there are and they are safe."""
    do = known_delays(request.language).ends.get(command.do)
    if do is None or (order := _order(request, command, do)) is None:
        return None
    alone = Speaker(request.language, request.area)
    again = read(normal(order, request.language), request.house, alone).commands
    there = set(command.found.things)
    if {thing for one in again for thing in one.found.things} != there:
        return None
    return None if any(is_sensitive(one) for one in again) else order
