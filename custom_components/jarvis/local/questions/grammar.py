"""The questions of a language, read from its data files."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
import re
from types import MappingProxyType
from typing import Any, override

from hassil.expression import (
    Alternative,
    Expression,
    Sequence as Sequence_,
    TextChunk,
)

from ..data import read
from ..text.normal import normal
from ..text.nouns import Kind, Nouns, nouns
from ..text.templates import Compiler, Template
from .measures import MEASURES

ANY = "*"
"""In the place of a kind: of whatever the question is about."""
_MOST_COURTESIES = 6
_FIRST = 5
"""Among how many words a question shows that it is one."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A kind of question, and the sentences for it."""

    ask: str
    templates: Sequence[Template]
    values: Mapping[str, str] = MappingProxyType({})
    """What the sentences say by themselves."""
    marked: bool = False
    """Whether only a question mark, or what stands in front, makes it a question."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A way to read a question."""

    ask: str
    slots: Mapping[str, str]
    literal: int
    """How many words were known rather than filled in."""
    filled: int = 0

    def phrase(self, *names: str) -> list[str]:
        """Return the words of some slots, one after the other."""
        return [
            word
            for name in names
            for word in self.slots.get(name, "").split()
            if word not in ("?", ",")
        ]


@dataclass(frozen=True, slots=True)
class Questions:
    """Everything that can be asked in a language."""

    frames: Sequence[Frame]
    leads: Sequence[Template]
    """What stands in front of a question, and behind."""
    whether: Sequence[Template]
    """What makes a question of the statement behind it."""
    follow: Sequence[Template]
    """What asks the same of something else: "and outside?"."""
    which_ones: Sequence[Template]
    """What asks for the names of what was counted."""
    openers: frozenset[str]
    """The words with which a question begins, one of them at least."""
    adverbs: Sequence[tuple[str, ...]]
    """What changes nothing: "currently", «en ce moment»."""
    lists: Mapping[str, Mapping[str, str]]
    """The words that a slot may hold, to what they mean, by the slot's name."""
    nouns: Nouns
    outdoors: frozenset[tuple[str, ...]]
    """What places in the open are called."""
    together: frozenset[str]
    """Words of somebody who speaks for all of the house: "we"."""

    def meaning(self, slot: str, said: str) -> str:
        """Return what the words of a slot mean; themselves where they are free."""
        names = (slot, "adjective", "felt") if slot == "measure" else (slot,)
        meant = (self.lists.get(name, {}).get(said) for name in names)
        return next((one for one in meant if one), said)


@cache
def questions(language: str) -> Questions:
    """Return the questions of a language (reads files: first in an executor)."""
    data = read(language, "questions")

    def plain(words: Mapping[str, Sequence[str]]) -> dict[str, str]:
        return {
            normal(word, language): meant
            for meant, said in words.items()
            for word in said
        }

    lists = {name: plain(words) for name, words in data["lists"].items()}
    lists["when"] = dict(_times(data["times"], language))
    compiler = _Compiler(
        language,
        data["rules"],
        {name: list(words) for name, words in lists.items()},
        frozenset(),
    )
    compiler.patterns["when"] = _times_pattern(data["times"], language)
    known = _nouns(language, data, lists["measure"])
    return Questions(
        frames=[
            Frame(
                one["ask"],
                [compiler.template(sentence) for sentence in one["say"]],
                {
                    name: normal(said, language) if name == "target" else said
                    for name, said in one.get("with", {}).items()
                },
                one.get("marked") == "true",
            )
            for one in data["questions"]
        ],
        leads=[compiler.template(sentence) for sentence in data["leads"]],
        whether=[compiler.template(sentence) for sentence in data["whether"]],
        follow=[compiler.template(sentence) for sentence in data["follow"]],
        which_ones=[compiler.template(sentence) for sentence in data["which_ones"]],
        openers=frozenset(normal(word, language) for word in data["openers"]),
        adverbs=sorted(
            (tuple(normal(words, language).split()) for words in data["adverbs"]),
            key=len,
            reverse=True,
        ),
        lists=lists,
        nouns=known,
        outdoors=frozenset(
            known.content(normal(words, language).split()) for words in data["outdoors"]
        ),
        together=frozenset(normal(word, language) for word in data["together"]),
    )


def asked(text: str, language: str) -> list[Asked]:
    """Return the ways to read a normal text as a question, the likeliest first."""
    known = questions(language)
    if "?" not in text and known.openers.isdisjoint(text.split()[:_FIRST]):
        return []
    found: list[Asked] = []
    for said, marked, around in _bare(text, known):
        for one in dict.fromkeys((said, without(said, known.adverbs))):
            found += (
                replace(match, slots={**around, **match.slots})
                for match in _matches(one, known, marked=marked)
            )
    return sorted(found, key=lambda one: (-one.literal, one.filled))


def without(text: str, phrases: Sequence[tuple[str, ...]]) -> str:
    """Return a text without some phrases."""
    words = text.split()
    for phrase in phrases:
        size = len(phrase)
        for at in range(len(words) - size, -1, -1):
            if tuple(words[at : at + size]) == phrase:
                del words[at : at + size]
    return " ".join(words)


def _matches(text: str, known: Questions, *, marked: bool) -> Iterator[Asked]:
    """Return every reading of a text as it stands."""
    count = len(text.split())
    for frame in known.frames:
        if frame.marked and not marked:
            continue
        for template in frame.templates:
            if (slots := template.match(text)) is None:
                continue
            meant = {name: known.meaning(name, said) for name, said in slots.items()}
            filled = sum(
                len(said.split())
                for name, said in slots.items()
                if name not in known.lists
            )
            yield Asked(frame.ask, {**frame.values, **meant}, count - filled, filled)


def _bare(text: str, known: Questions) -> Iterator[tuple[str, bool, Mapping[str, str]]]:
    """Return a text, and what it is without each of the words around it."""
    marked = "?" in text
    text = text.replace("?", ",").strip(" ,")
    around: dict[str, str] = {}
    for _round in range(_MOST_COURTESIES):
        yield text, marked, around
        if slots := _first(text, known.whether):
            marked = True
        elif not (slots := _first(text, known.leads)):
            return
        text = slots.pop("rest").strip(" ,")
        around = {**around, **slots}


def _first(text: str, templates: Sequence[Template]) -> dict[str, str] | None:
    """Return the slots of the first template that fits."""
    matches = (template.match(text) for template in templates)
    return next((slots for slots in matches if slots is not None), None)


@dataclass(slots=True)
class _Compiler(Compiler):
    """Compiles templates whose slots hold one of very many phrases."""

    patterns: dict[str, str] = field(default_factory=dict)
    """What the words of a slot look like."""

    @override
    def _pattern(self, expression: Expression) -> str:
        """Write an expression as a regular one, mere words as briefly as can be."""
        if isinstance(expression, Alternative):
            said = [_text(item) for item in expression.items]
            phrases = [normal(one, self.language).split() for one in said if one]
            if None not in said and all(phrases):
                option = rf"(?<!\S){_trie(phrases)}(?!\S)"
                return f"(?:{option})?" if expression.is_optional else option
        return super()._pattern(expression)

    @override
    def _slot(self, kind: str, name: str) -> str:
        """Match the value of a slot; what phrases have in common is written once."""
        if kind not in self.lists:
            return super()._slot(kind, name)
        if kind not in self.patterns:
            words = (phrase.split() for phrase in self.lists[kind])
            self.patterns[kind] = rf"(?<!\S){_trie([w for w in words if w])}(?!\S)"
        return f"(?P<{name}>{self.patterns[kind]})"


def _text(expression: Expression) -> str | None:
    """Return the words that an expression is, if it is nothing but words."""
    match expression:
        case TextChunk():
            return expression.text
        case Sequence_(items=items):
            parts = [_text(item) for item in items]
            return None if None in parts else "".join(part or "" for part in parts)
    return None


def _trie(phrases: Sequence[Sequence[str]]) -> str:
    """Write phrases as one pattern, the longer ones tried first."""
    branches: dict[str, list[Sequence[str]]] = {}
    for phrase in phrases:
        branches.setdefault(phrase[0], []).append(phrase[1:])
    same: dict[str, list[str]] = {}
    for word, rests in branches.items():
        longer = [rest for rest in rests if rest]
        rest = f" {_trie(longer)}" if longer else ""
        if rest and len(longer) < len(rests):
            rest = f"(?:{rest})?"
        same.setdefault(rest, []).append(re.escape(word))
    written = [f"(?:{'|'.join(words)}){rest}" for rest, words in same.items()]
    return f"(?:{'|'.join(written)})"


def _times(data: Mapping[str, Any], language: str) -> Iterator[tuple[str, str]]:
    """Return all ways to name a day and a part of it, to what they mean."""
    fronts = ["", *(f"{normal(word, language)} " for word in data["around"])]
    parts = [
        (normal(word, language), part)
        for part, words in data["parts"].items()
        for word in words
    ]
    for part, words in data["alone"].items():
        for word in words:
            yield normal(word, language), part
    for day, words in data["days"].items():
        for said in (
            f"{front}{normal(word, language)}" for word in words for front in fronts
        ):
            yield said, day
            yield from ((f"{said} {word}", f"{day} {part}") for word, part in parts)


def _times_pattern(data: Mapping[str, Any], language: str) -> str:
    """Write the same as one pattern: day by part it would be very long."""

    def any_of(*groups: Iterable[str]) -> str:
        return _trie([normal(word, language).split() for g in groups for word in g])

    around, alone = any_of(data["around"]), any_of(*data["alone"].values())
    days, parts = any_of(*data["days"].values()), any_of(*data["parts"].values())
    return rf"(?<!\S)(?:(?:{around} )?{days}(?: {parts})?|{alone})(?!\S)"


def _nouns(
    language: str, data: Mapping[str, Any], measures: Mapping[str, str]
) -> Nouns:
    """Return the nouns of a language with those that only questions have."""
    usual = nouns(language)
    fillers = usual.fillers | {
        word for text in data["fillers"] for word in normal(text, language).split()
    }
    known = replace(usual, fillers=fillers)
    kinds = dict(usual.kinds)
    for group in data["kinds"]:
        meant = frozenset(group["is"])
        for word in group["words"]:
            kinds[known.content(normal(word, language).split())] = Kind(
                meant, meant, mass=False
            )
    for word, measure in measures.items():
        if phrase := known.content(word.split()):
            there = kinds.get(phrase)
            meant = MEASURES[measure].kinds | (there.kinds if there else frozenset())
            kinds[phrase] = Kind(meant, meant, mass=False)
    return replace(known, kinds=kinds)
