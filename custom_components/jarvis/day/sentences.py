"""What people say who want to hear of their day, and the words of what they hear."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from ..local.text.courtesy import barer
from ..local.text.normal import normal
from ..local.text.templates import Compiler, Template
from ..local.text.words import LANGUAGES
from .data import read


class Part(StrEnum):
    """A part of a briefing."""

    PLANS = "plans"
    WEATHER = "weather"
    HOME = "home"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the day in a language."""

    sentences: Mapping[Sequence[Part], Sequence[Template]]
    say: Mapping[str, str]
    plan: Mapping[str, str]


@cache
def known_days(language: str) -> Known:
    """Return what is known of the day (reads a file: first in an executor)."""
    data = read(language)
    compiler = Compiler(language, data["rules"], {}, frozenset())
    return Known(
        {
            parts: [compiler.template(sentence) for sentence in data[name]]
            for name, parts in (("everything", tuple(Part)), ("home", (Part.HOME,)))
        },
        data["say"],
        data["plan"],
    )


def load() -> None:
    """Read the files of all languages; blocks."""
    for language in LANGUAGES:
        known_days(language)


def wanted(said: str, language: str) -> Sequence[Part]:
    """Return the parts of a briefing that an utterance wants; none for any other."""
    for bare in barer(normal(said, language), language):
        for parts, templates in known_days(language).sentences.items():
            if any(one.match(bare) is not None for one in templates):
                return parts
    return ()
