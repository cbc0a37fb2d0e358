"""Names of feasts in a text, however they are spelled."""

from collections.abc import Mapping, Sequence
from functools import cache
import re

from ..data import read
from ..tokens import folded

_LONGEST = 6
_ALIKE = (
    (re.compile(r"[^a-z0-9]"), ""),
    (re.compile(r"saint|^st(?=[a-z])"), "st"),
    (re.compile(r"ee|y"), "i"),
    (re.compile(r"oo|ou"), "u"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"w|bh"), "v"),
    (re.compile(r"(?<=[b-df-gj-np-tv-z])h"), ""),
    (re.compile(r"q|ck"), "k"),
    (re.compile(r"(.)\1+"), r"\1"),
)
"""What names are spelled with in several ways."""
_GENERAL = {"en": ("day", "feast", "festival", "birthday"), "fr": ()}
"""Words that may stand behind any name."""


def feast_at(words: Sequence[str], at: int, language: str) -> tuple[str | None, int]:
    """Return the feast whose name begins at a word, and where it ends."""
    known = _known(language)
    for length in range(min(_LONGEST, len(words) - at), 0, -1):
        feast = known.get(_key(words[at : at + length]))
        if feast is None:
            continue
        end = at + length
        # "King's day", "the boss's day".
        for word in ("s", *_GENERAL.get(language, ())):
            if words[end : end + 1] == [word]:
                end += 1
        return feast, end
    return None, at


@cache
def _known(language: str) -> Mapping[str, str]:
    """Return the feasts by what their names sound like."""
    return {
        _key(folded(name).split()): feast
        for feast, entry in read("feasts").items()
        for name in entry.get(language, ())
    }


def _key(words: Sequence[str]) -> str:
    """Return what different spellings of a name have in common."""
    key = "".join(words)
    for pattern, common in _ALIKE:
        key = pattern.sub(common, key)
    return key
