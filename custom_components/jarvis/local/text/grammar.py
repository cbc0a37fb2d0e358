"""The sentences of a language, read from its data files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from ..data import read
from .normal import normal
from .templates import Compiler, Template

NUMBERS = frozenset(
    {"percent", "degrees", "step", "number", "hours", "minutes", "seconds"}
)


@dataclass(frozen=True, slots=True)
class Frame:
    """A kind of command, and the sentences for it."""

    do: str
    templates: Sequence[Template]
    about: frozenset[str] = frozenset()
    """The kinds of thing that the sentences are about; any where empty."""
    values: Mapping[str, Any] = MappingProxyType({})
    """What the sentences say by themselves."""


@dataclass(frozen=True, slots=True)
class Match:
    """A sentence that fits."""

    frame: Frame
    slots: Mapping[str, str]
    literal: int
    """How many words were known rather than filled in."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What people answer to a question of Jarvis."""

    consents: frozenset[str]
    refusals: frozenset[str]
    both: frozenset[str]
    """All of what was asked about."""
    ordinals: Mapping[str, int]
    """One of them, by its place."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """Everything that can be said in a language."""

    commands: Sequence[Frame]
    short: Sequence[Frame]
    """Without a verb; not where a question mark follows."""
    again: Sequence[Frame]
    """What only says how it differs from the command before."""
    wishes: Sequence[Frame]
    polite: Sequence[Template]
    wish: Sequence[Template]
    never: Sequence[Template]
    then: Sequence[tuple[str, ...]]
    """Words that join commands, the longest first."""
    rather: Sequence[tuple[str, ...]]
    """Words that take back what was said before them."""
    dative: frozenset[str]
    proclitics: frozenset[str]
    degrees: frozenset[str]
    """The words for degrees."""
    answers: Answers
    undo: frozenset[str]
    """Whole utterances that want the last action put back."""
    heard_as: Mapping[str, str]
    """What recognition writes for words that sound alike, to what was said."""
    plays: frozenset[str]
    """Verbs whose object is something to listen to or to watch."""
    colours: Mapping[str, str]
    """The words of a colour to Home Assistant's name of it."""
    whites: Mapping[str, int]
    """The words of a white to its kelvin."""
    vocabulary: frozenset[str]
    """Every word that a sentence of the data files has."""


@cache
def grammar(language: str) -> Grammar:
    """Return the sentences of a language (reads files: first in an executor)."""
    frame = read(language, "frame")
    data = read(language, "commands")

    def plain(words: Mapping[Any, Sequence[str]]) -> Mapping[str, Any]:
        return {
            normal(word, language): value
            for value, said in words.items()
            for word in said
        }

    colours = plain(frame["colours"])
    whites = {said: int(kelvin) for said, kelvin in plain(frame["whites"]).items()}
    compiler = Compiler(
        language, data["rules"], {"colour": [*colours, *whites]}, NUMBERS
    )
    outer = Compiler(language, {}, {}, frozenset())

    def templates(sentences: Sequence[str]) -> list[Template]:
        return [outer.template(sentence) for sentence in sentences]

    def said(sentences: Sequence[str]) -> frozenset[str]:
        return frozenset(normal(sentence, language) for sentence in sentences)

    def joints(name: str) -> Sequence[tuple[str, ...]]:
        words = [tuple(normal(one, language).split()) for one in frame[name]]
        return sorted(words, key=len, reverse=True)

    return Grammar(
        commands=_frames(data["commands"], compiler),
        short=_frames(data["short"], compiler),
        again=_frames(data["again"], compiler),
        wishes=_frames(data["wishes"], compiler),
        polite=templates(frame["polite"]),
        wish=templates(frame["wish"]),
        never=templates(frame["never"]),
        then=joints("then"),
        rather=[
            *((",", *joint) for joint in joints("rather")),
            *joints("rather"),
        ],
        dative=said(frame["dative"]),
        proclitics=said(frame["proclitics"]),
        degrees=said(frame["degrees"]),
        answers=Answers(
            said(frame["consents"]),
            said(frame["refusals"]),
            said(frame["both"]),
            {
                one: int(place)
                for place, words in frame["ordinals"].items()
                for one in said(words)
            },
        ),
        plays=said(frame["plays"]),
        undo=said(frame["undo"]),
        heard_as={
            normal(heard, language): normal(meant, language)
            for heard, meant in frame["heard_as"].items()
        },
        colours=colours,
        whites=whites,
        vocabulary=frozenset(_vocabulary([data, frame], language)),
    )


def matches(frames: Sequence[Frame], text: str) -> Iterator[Match]:
    """Return every way to read a normal text as one of the frames."""
    words = len(text.split())
    for frame in frames:
        for template in frame.templates:
            if (slots := template.match(text)) is not None:
                filled = sum(len(slot.split()) for slot in slots.values())
                yield Match(frame, slots, words - filled)


def _frames(data: Sequence[Mapping[str, Any]], compiler: Compiler) -> list[Frame]:
    """Compile the frames of a file."""
    return [
        Frame(
            do=one["do"],
            templates=[compiler.template(sentence) for sentence in one["say"]],
            about=frozenset(one.get("about", ())),
            values={
                name: float(value) if name in NUMBERS else value
                for name, value in one.get("with", {}).items()
            },
        )
        for one in data
    ]


def _vocabulary(data: Any, language: str) -> Iterator[str]:
    """Return all words in some data, template signs left out."""
    if isinstance(data, str):
        yield from normal(data, language).split()
    elif isinstance(data, Mapping):
        for value in data.values():
            yield from _vocabulary(value, language)
    elif isinstance(data, list):
        for value in data:
            yield from _vocabulary(value, language)
