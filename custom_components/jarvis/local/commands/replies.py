"""What Jarvis says in its own words, from the data files of each language."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from ..data import read
from ..house.things import House, Thing
from .act import Done
from .command import Command

_MOST_NAMES = 3
_SHOWN = 2


@cache
def phrases(language: str) -> Mapping[str, Any]:
    """Return the phrases of a language (reads a file: call it in an executor first)."""
    return dict(read(language, "replies"))


def told(done: Sequence[Done], house: House, language: str) -> str:
    """Tell what came of some commands, in the order in which they were said."""
    said = phrases(language)
    sentences: list[str] = []
    for one in done:
        sentences += _told(one, house, said)
    return " ".join(dict.fromkeys(sentences))


def listed(names: Sequence[str], language: str, joint: str = "and") -> str:
    """Join names as people do."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])}{phrases(language)[joint]}{names[-1]}"


def things_told(things: Iterable[Thing], house: House, language: str) -> str:
    """Name things, or count them where they are many."""
    there = list(things)
    if len(there) <= _MOST_NAMES:
        return listed([name(thing, house, there) for thing in there], language)
    kinds = phrases(language)["kinds"]
    words = Counter(_kind(thing, kinds) for thing in there)
    template = phrases(language)["everything_of"]
    return listed(
        [template.format(count=count, kind=kind) for kind, count in words.items()],
        language,
    )


def name(thing: Thing, house: House, among: Sequence[Thing]) -> str:
    """Name a thing; with its place where another has the same name."""
    same = [other for other in among if other.names[0] == thing.names[0]]
    place = house.place_name(thing.area)
    return f"{thing.names[0]} ({place})" if len(same) > 1 and place else thing.names[0]


def which(command: Command, house: House, language: str) -> str:
    """Ask which of several things is meant."""
    said = phrases(language)
    things = command.found.things
    few = len(things) <= _MOST_NAMES
    shown = things if few else things[:_SHOWN]
    names = listed([name(thing, house, things) for thing in shown], language, "or")
    return str(said["which" if few else "which_of_many"].format(things=names))


def confirm(things: Sequence[Thing], house: House, language: str) -> str:
    """Ask whether something is really meant."""
    told = things_told(things, house, language)
    return str(phrases(language)["confirm"].format(things=told))


def _told(one: Done, house: House, said: Mapping[str, Any]) -> Iterable[str]:
    """Tell what came of one command."""
    language = said["language"]
    do = one.command.do
    if one.done or (one.already and do not in said["already"]):
        things = things_told([*one.done, *one.already], house, language)
        value = _value(one.command, said)
        yield said["done"][do].format(things=things, value=value)
    elif one.already:
        things = things_told(one.already, house, language)
        yield said["already"][do].format(things=things)
    if one.silent:
        things = things_told(one.silent, house, language)
        yield said["no_answer"].format(things=things)
    for why, refused in one.failed.items():
        things = things_told(refused, house, language)
        template = said["failed"] if why else said["no_answer"]
        yield template.format(things=things, why=why.rstrip("."))


def _value(command: Command, said: Mapping[str, Any]) -> str:
    """Tell the value that was set."""
    values = command.values
    if "mode" in values:
        return str(said["modes"][values["mode"]])
    if "colour" in values or "kelvin" in values:
        return str(
            values.get("said_colour") or values.get("colour", values.get("kelvin"))
        )
    for kind in ("percent", "degrees", "number"):
        if kind in values:
            number = f"{values[kind]:g}".replace(".", said["decimal_mark"])
            return str(said["values"].get(kind, "{}").format(number))
    if command.do in ("raise", "lower"):
        return str(said["values"]["more" if command.do == "raise" else "less"])
    return ""


def _kind(thing: Thing, kinds: Mapping[str, str]) -> str:
    """Return the plural for a kind of thing."""
    return kinds.get(thing.kind) or kinds.get(thing.domain) or kinds["other"]
