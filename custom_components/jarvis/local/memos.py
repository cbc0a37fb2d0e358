"""What people say about what Jarvis remembers: keep this, tell it, forget it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from .data import read
from .text.courtesy import peeled
from .text.normal import normal, spelled
from .text.templates import Compiler, Template


class MemoKind(StrEnum):
    """What is to be done with a memory; the names of the data files' parts."""

    REMEMBER = "remember"
    EVERYTHING = "everything"
    ABOUT = "about"
    FORGET_LAST = "forget_last"
    FORGET = "forget"
    FORGET_EVERYTHING = "forget_everything"
    PAUSE = "pause"


_PLAIN_LAST = (
    MemoKind.FORGET_EVERYTHING,
    MemoKind.FORGET_LAST,
    MemoKind.EVERYTHING,
    MemoKind.PAUSE,
    MemoKind.FORGET,
    MemoKind.ABOUT,
    MemoKind.REMEMBER,
)
"""What is said in set words comes before what any words may follow."""


@dataclass(frozen=True, slots=True)
class Memo:
    """An utterance about the memory."""

    kind: MemoKind
    text: str = ""
    """The fact, or what it is about, as it was said."""


def memo(said: str, language: str) -> Memo | None:
    """Return what an utterance wants of the memory; None for any other."""
    known = memo_templates(language)
    for bare in peeled(normal(said, language), language):
        for kind in _PLAIN_LAST:
            for template in known[kind]:
                if (slots := template.match(bare.text)) is not None:
                    words = slots.get("fact") or slots.get("about") or ""
                    return Memo(kind, spelled(said, language).of(words).strip(" .?!"))
    return None


def is_question(said: str, language: str) -> bool:
    """Tell whether somebody wants to know something."""
    words = normal(said, language).split()
    openers = read_questions(language)
    return "?" in words or any(
        bare.text.split()[:1] and bare.text.split()[0] in openers
        for bare in peeled(" ".join(words), language)
    )


@cache
def read_questions(language: str) -> frozenset[str]:
    """Return the words that begin a question (reads a file: first in an executor)."""
    openers = read(language, "memos")["openers"]
    return frozenset(normal(word, language) for word in openers)


@cache
def memo_phrases(language: str) -> Mapping[str, str]:
    """Return what is said about the memory (reads a file: first in an executor)."""
    return dict(read(language, "memos")["say"])


@cache
def memo_templates(language: str) -> Mapping[MemoKind, Sequence[Template]]:
    """Return the sentences of a language (reads a file: first in an executor)."""
    data = read(language, "memos")
    compiler = Compiler(language, data["rules"], {}, frozenset())
    return {
        kind: [compiler.template(sentence) for sentence in data[kind]]
        for kind in MemoKind
    }
