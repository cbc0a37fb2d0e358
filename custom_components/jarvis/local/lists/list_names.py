"""Which lists of the house some words mean, and which items."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from ..data import read
from ..house.things import House, Thing, Words
from ..text.normal import normal
from ..text.nouns import nouns
from ..text.templates import Compiler, Template
from ..text.words import LANGUAGES

MARKS: Mapping[str, str] = {"list": "l"}
"""The slot of templates that holds a sign, and its first letter."""
_LONGEST_NAME = 7
_SHORT = 3
"""Words that an item has at most where several stand in a row."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of lists in a language."""

    sentences: Sequence[tuple[str, Template]]
    more: Sequence[Template]
    shopping: frozenset[Words]
    any: frozenset[Words]
    """A list without a name."""
    articles: frozenset[str]
    joints: Sequence[tuple[str, ...]]
    replies: Mapping[str, str]


@cache
def known_lists(language: str) -> Known:
    """Return what is known of lists (reads a file: first in an executor)."""
    data = read(language, "lists")
    compiler = Compiler(language, data["rules"], {}, frozenset(), MARKS)
    content = nouns(language).content

    def phrases(name: str) -> frozenset[Words]:
        return frozenset(content(normal(text, language).split()) for text in data[name])

    return Known(
        sentences=[
            (kind, compiler.template(text))
            for kind, sentences in data["say"].items()
            for text in sentences
        ],
        more=[compiler.template(text) for text in data["more"]],
        shopping=phrases("shopping"),
        any=phrases("any"),
        articles=frozenset(
            word for text in data["articles"] for word in normal(text, language).split()
        ),
        joints=sorted(
            (tuple(normal(text, language).split()) for text in data["joints"]),
            key=len,
            reverse=True,
        ),
        replies=data["replies"],
    )


@dataclass(slots=True)
class Marked:
    """A normal text with signs for the lists in it."""

    words: list[str]
    lists: dict[str, Sequence[Thing]] = field(default_factory=dict)
    _said: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The text with the signs."""
        return " ".join(self.words)

    def plain(self, text: str) -> str:
        """Return a part of the text with the words again."""
        return " ".join(self._said.get(word, word) for word in text.split())

    def put(self, at: int, end: int, lists: Sequence[Thing]) -> None:
        """Replace some words by a sign for lists."""
        sign = f"l{len(self.lists)}"
        self.lists[sign] = lists
        self._said[sign] = " ".join(self.words[at:end])
        self.words[at:end] = [sign]


def with_lists(text: str, house: House, language: str) -> Iterator[Marked]:
    """Yield a normal text with a sign for one of the lists in it.

    One alone: "add wash the groceries to my tasks" names a list only at the end.
    """
    words = text.split()
    fillers = nouns(language).fillers
    spans = [
        (at, end)
        for size in range(min(_LONGEST_NAME, len(words)), 0, -1)
        for at in range(len(words) - size + 1)
        if words[at] not in fillers and words[(end := at + size) - 1] not in fillers
    ]
    taken: list[tuple[int, int]] = []
    for at, end in spans:
        if any(start <= at and end <= stop for start, stop in taken):
            continue
        if lists := _called(words[at:end], house, language):
            taken.append((at, end))
            marked = Marked(list(words))
            marked.put(at, end, lists)
            yield marked


def all_lists(house: House) -> list[Thing]:
    """Return the lists of the house."""
    return [thing for thing in house.things if thing.domain == "todo"]


def is_shopping(thing: Thing) -> bool:
    """Tell whether a list is for shopping, by its name."""
    return any(
        nouns(language).content(normal(name, language).split())
        in known_lists(language).shopping
        for language in LANGUAGES
        for name in thing.names
    )


def named(words: Sequence[str], lists: Sequence[Thing], language: str) -> list[Thing]:
    """Return which of some lists have a name."""
    content = nouns(language).content(words)
    noun = {word for one in known_lists(language).any for word in one}
    same = noun | nouns(language).same_kind
    core = tuple(word for word in content if word not in same)
    found = []
    for thing in lists:
        for name in thing.names:
            theirs = nouns(language).content(normal(name, language).split())
            their_core = tuple(word for word in theirs if word not in noun)
            if content == theirs or (core and core == their_core):
                found.append(thing)
                break
    return found


def items_of(phrase: str, language: str, *, several: bool) -> list[str]:
    """Return the items of a phrase, without articles in front."""
    known = known_lists(language)
    parts: list[list[str]] = [[]]
    words = phrase.split()
    at = 0
    while at < len(words):
        joint = next(
            (one for one in known.joints if tuple(words[at : at + len(one)]) == one), ()
        )
        if joint:
            parts.append([])
            at += len(joint)
        else:
            parts[-1].append(words[at])
            at += 1
    articled = all(part and part[0] in known.articles for part in parts)
    short = several and all(len(part) <= _SHORT for part in parts)
    if not (articled or short):
        parts = [words]
    items = (" ".join(_without_articles(part, known.articles)) for part in parts)
    return [item for item in items if item]


def _called(words: Sequence[str], house: House, language: str) -> list[Thing]:
    """Return the lists that some words may mean."""
    lists = all_lists(house)
    if found := named(words, lists, language):
        return found
    content = nouns(language).content(words)
    known = known_lists(language)
    if content in known.shopping:
        return [thing for thing in lists if is_shopping(thing)]
    return lists if content in known.any else []


def _without_articles(words: Sequence[str], articles: frozenset[str]) -> Sequence[str]:
    """Take off what stands in front of an item."""
    at = 0
    while at < len(words) - 1 and words[at] in articles:
        at += 1
    return words[at:]
