"""The words of each language, read from the data files, and how text is compared."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
import re
import unicodedata

from ..data import read

LANGUAGES = ("en", "fr")

SPELLINGS = str.maketrans({"’": "'", "ʼ": "'", "`": "'", "œ": "oe", "æ": "ae"})


@dataclass(frozen=True, slots=True)
class Words:
    """What Jarvis knows of a language."""

    function_words: frozenset[str]
    """Frequent words by which the language is told."""
    cancel: frozenset[str]
    """Whole utterances that call off what was going on."""
    cancelled: str
    """What is said then."""
    thanks: frozenset[str]
    """Whole utterances that end a conversation with thanks."""
    welcome: str
    """What is said to these."""
    done: str
    """What is said when a model acted and had no words for it."""
    bridges: tuple[str, ...]
    """What is said before a tool that takes a while, so that speech begins at once."""
    thinking_bridges: tuple[str, ...]
    """What is said before a larger model answers."""
    think_hard: tuple[str, ...]
    """What people say when they want an answer to be thought over, folded."""
    kinds: Mapping[str, frozenset[str]]
    """Domain, or domain and device class, to the words that mean it, folded."""


@cache
def words(language: str) -> Words:
    """Return the words of a language (reads a file: call it in an executor first)."""
    data = read(language, "words")

    def said(name: str) -> frozenset[str]:
        return frozenset(folded(phrase) for phrase in data[name])

    return Words(
        frozenset(data["function_words"]),
        said("cancel"),
        data["cancelled"],
        said("thanks"),
        data["welcome"],
        data["done"],
        tuple(data["bridges"]),
        tuple(data["thinking_bridges"]),
        tuple(folded(phrase) for phrase in data["think_hard"]),
        {
            kind: frozenset(folded(word) for word in meant)
            for kind, meant in data["kinds"].items()
        },
    )


def tokens(text: str) -> list[str]:
    """Return the words of a text in lower case; hyphens and apostrophes stay inside."""
    return re.findall(r"[\w]+(?:['-][\w]+)*", text.lower().translate(SPELLINGS))


@lru_cache(maxsize=20_000)
def folded(text: str) -> str:
    """Return a text for comparison: no case, accents or punctuation, single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(SPELLINGS))
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(re.findall(r"[a-z0-9]+|[^\W\d_]+", plain))
