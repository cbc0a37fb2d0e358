"""What people say about what Jarvis remembers: keep this, tell it, forget it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from .data import read
from .text.courtesy import peeled
from .text.normal import normal, spelled
from .text.templates import Compiler, Template


class MemoKind(StrEnum):
    """What is to be done with a memory; the names of the data files' parts.

    In this order they are tried: set words before what any words may follow.
    """

    FORGET_EVERYTHING = "forget_everything"
    FORGET_LAST = "forget_last"
    FORGET_NEWEST = "forget_newest"
    FORGET_THIS = "forget_this"
    FORGET_TIME = "forget_time"
    BEFORE_THIS = "before_this"
    BEFORE = "before"
    EVERYTHING = "everything"
    PAUSE = "pause"
    RESUME = "resume"
    LIST_OFF_LIMITS = "list_off_limits"
    OFF_LIMITS = "off_limits"
    ALLOW = "allow"
    FORGET = "forget"
    SAID = "said"
    ABOUT = "about"
    REMEMBER = "remember"


_AFTER_A_MEMORY = {MemoKind.FORGET_THIS, MemoKind.BEFORE_THIS}
"""What is about the memory that the turn before kept or told."""
_CORRECT = "correct"
_NEVER = "never"


@dataclass(frozen=True, slots=True)
class Memo:
    """An utterance about the memory."""

    kind: MemoKind
    text: str = ""
    """The fact, or what it is about, or the time, as it was said."""


def memo(
    said: str,
    language: str,
    *,
    after_memory: bool = False,
    names_time: Callable[[str], bool] = lambda _words: False,
) -> Memo | None:
    """Return what an utterance wants of the memory; None for any other.

    `names_time` tells whether words name a time of the past and nothing else.
    """
    known = memo_templates(language)
    for bare in peeled(normal(said, language), language):
        for kind in MemoKind:
            if kind in _AFTER_A_MEMORY and not after_memory:
                continue
            for template in known[kind]:
                if (slots := template.match(bare.text)) is None:
                    continue
                words = spelled(said, language)
                parts = [
                    words.of(slots[name]).strip(" .?!")
                    for name in ("fact", "about", "when")
                    if name in slots
                ]
                if kind is MemoKind.FORGET_TIME and not names_time(parts[0]):
                    continue
                if kind is MemoKind.REMEMBER and _is_none(bare.text, language):
                    continue
                return Memo(kind, " ".join(parts))
    return None


def correction(said: str, language: str) -> list[str]:
    """Return what may stand in the place of what was just kept or told."""
    text = normal(said, language).strip(" ,")
    if "?" in text.split():
        return []
    words = spelled(said, language)
    return [
        words.of(slots["value"]).strip(" .?!,")
        for template in memo_templates(language)[_CORRECT]
        if (slots := template.match(text)) is not None
    ]


def is_question(said: str, language: str) -> bool:
    """Tell whether somebody wants to know something."""
    words = normal(said, language).split()
    openers = read_questions(language)
    return "?" in words or any(
        bare.text.split()[:1] and bare.text.split()[0] in openers
        for bare in peeled(" ".join(words), language)
    )


def asks_what_was_said(said: str, language: str) -> bool:
    """Tell whether somebody wants to know what was said, on purpose or in passing."""
    text = f" {normal(said, language)} "
    return is_question(said, language) and any(
        f" {words} " in text for words in read_past(language)
    )


def _is_none(text: str, language: str) -> bool:
    """Tell whether a text only begins like something that is to be kept."""
    never = memo_templates(language)[_NEVER]
    return any(one.match(text) is not None for one in never)


@cache
def read_questions(language: str) -> frozenset[str]:
    """Return the words that begin a question (reads a file: first in an executor)."""
    openers = read(language, "memos")["openers"]
    return frozenset(normal(word, language) for word in openers)


@cache
def read_past(language: str) -> Sequence[str]:
    """Return what asks for what was said (reads a file: first in an executor)."""
    return [normal(words, language) for words in read(language, "memos")["past"]]


@cache
def memo_phrases(language: str) -> Mapping[str, str]:
    """Return what is said about the memory (reads a file: first in an executor)."""
    return dict(read(language, "memos")["say"])


@cache
def memo_templates(language: str) -> Mapping[str, Sequence[Template]]:
    """Return the sentences of a language (reads a file: first in an executor)."""
    data = read(language, "memos")
    compiler = Compiler(language, data["rules"], {}, frozenset())
    return {
        kind: [compiler.template(sentence) for sentence in data[kind]]
        for kind in (*MemoKind, _CORRECT, _NEVER)
    }
