"""The nouns of a language: kinds of things, places relative to the speaker, fillers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from ..data import read
from .normal import normal

_SHORT = 3
"""Words up to this length have no plural taken off."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a noun stands for."""

    kinds: frozenset[str]
    loosely: frozenset[str]
    """What it stands for where there is nothing else."""
    mass: bool
    """Whether the singular means all there is of it in a room, as light does."""


@dataclass(frozen=True, slots=True)
class Nouns:
    """How a language names things; all words are stems."""

    kinds: Mapping[tuple[str, ...], Kind]
    fillers: frozenset[str]
    """Words that say nothing about the thing: articles, prepositions."""
    every: frozenset[str]
    everywhere: frozenset[tuple[str, ...]]
    here: frozenset[tuple[str, ...]]
    conjunctions: frozenset[str]
    except_for: Sequence[tuple[str, ...]]
    pronouns: frozenset[tuple[str, ...]]
    """What stands for the things of the turn before."""
    same_kind: frozenset[str]
    """What stands for another thing of the same kind, as "one" does."""
    unfinished: frozenset[str]
    """Words after which a phrase is not at its end."""
    plural_articles: frozenset[str]
    levels: Mapping[str, Sequence[str]]
    """What people call the floors below, at and above the ground."""

    def names_of_level(self, level: int | None) -> Sequence[str]:
        """Return how a floor is called by where it is."""
        if level is None:
            return ()
        return self.levels.get("below" if level < 0 else str(level), ())

    def content(self, words: Iterable[str]) -> tuple[str, ...]:
        """Return the stems of the words that say something."""
        return tuple(stem(word) for word in words if word not in self.fillers)


@cache
def nouns(language: str) -> Nouns:
    """Return the nouns of a language (reads a file: call it in an executor first)."""
    data = read(language, "nouns")

    def phrase(text: str) -> tuple[str, ...]:
        return tuple(stem(word) for word in normal(text, language).split())

    fillers = frozenset(normal(word, language) for word in data["fillers"])

    def content(text: str) -> tuple[str, ...]:
        words = normal(text, language).split()
        return tuple(stem(word) for word in words if word not in fillers)

    def raw(texts: Iterable[str]) -> frozenset[tuple[str, ...]]:
        return frozenset(tuple(normal(text, language).split()) for text in texts)

    kinds = {}
    for group in data["kinds"]:
        kind = Kind(
            frozenset(group["is"]),
            frozenset(group["is"]) | frozenset(group.get("loosely", ())),
            group.get("mass") == "true",
        )
        kinds.update({content(word): kind for word in group["words"]})
    return Nouns(
        kinds=kinds,
        fillers=fillers,
        every=frozenset(word for text in data["every"] for word in phrase(text)),
        everywhere=raw(data["everywhere"]),
        here=raw(data["here"]),
        conjunctions=frozenset(data["conjunctions"]),
        except_for=sorted(
            (tuple(normal(text, language).split()) for text in data["except_for"]),
            key=len,
            reverse=True,
        ),
        pronouns=raw(data["pronouns"]),
        same_kind=frozenset(
            word for text in data["same_kind"] for word in phrase(text)
        ),
        unfinished=frozenset(normal(word, language) for word in data["unfinished"]),
        plural_articles=frozenset(
            normal(word, language) for word in data["plural_articles"]
        ),
        levels=data["levels"],
    )


def stem(word: str) -> str:
    """Return a word without the ending of its plural, in English or French."""
    if len(word) <= _SHORT:
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    return word[:-1] if word.endswith(("s", "x")) and not word.endswith("ss") else word
