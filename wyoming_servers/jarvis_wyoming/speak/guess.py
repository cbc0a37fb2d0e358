"""French or English, by a text's own words."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
import re
import tomllib

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|[^\W\d_]+'")
_LINK = re.compile(r"\S*(?:://|@|www\.)\S*|`[^`]*`")
_READ = 2000
"""Letters that are enough to tell."""

_STRANGERS = 2
"""How much more must tell when a language is among them that nothing is known of."""


def language_of(text: str, languages: Sequence[str]) -> str:
    """The one of the languages that the text is in; the first when nothing tells."""
    return told_language(text, languages) or languages[0]


def told_language(text: str, languages: Sequence[str]) -> str | None:
    """The one of the languages that the text is in, or None when nothing tells."""
    scores = {language: _score(text, language) for language in languages}
    best = max(languages, key=lambda language: scores[language])
    others = [scores[language] for language in languages if language != best]
    is_known = all(_family(language) in _evidence() for language in languages)
    least = 0 if is_known else _STRANGERS
    return best if scores[best] > max(others, default=0) + least else None


def _score(text: str, language: str) -> int:
    """How much in a text speaks for a language."""
    words, marks = _evidence().get(_family(language), ({}, None))
    text = _LINK.sub(" ", text[:_READ].casefold().replace("’", "'"))
    score = sum(words.get(word, 0) for word in _WORD.findall(text))
    return score + (2 * len(marks.findall(text)) if marks else 0)


def _family(language: str) -> str:
    """Its first part: fr of fr_FR."""
    return re.split("[-_]", language.lower())[0]


@cache
def _evidence() -> dict[str, tuple[dict[str, int], re.Pattern[str]]]:
    """For each language how much a word counts, and what is only written in it."""
    text = files(__package__).joinpath("data", "guess.toml").read_text("utf-8")
    found = {}
    for language, data in tomllib.loads(text).items():
        words = dict.fromkeys(data["often"].split(), 1)
        words |= dict.fromkeys(data["only"].split(), 2)
        found[language] = words, re.compile(data["marks"])
    return found
