"""What Whisper writes although nobody said it."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
import re
import tomllib
from typing import Any

from .engine import Heard
from .words import plain, without_repeats

_SILENCE = 0.5
"""How likely nobody spoke, for a doubtful sentence to be none."""
_UNSURE = -0.8
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


def clean(heard: Heard, *, weak: bool) -> str:
    """Return what somebody said; nothing when it was silence or noise.

    `weak` says that the detector heard but little speech.
    """
    if heard.nothing or (weak and heard.silence > _SILENCE):
        return ""
    text = without_repeats(heard.text)
    if text != heard.text:
        weak = True
    unsure = weak or heard.silence > _SILENCE or heard.logprob < _UNSURE
    kept = [s for s in _SENTENCE_END.split(text) if not _is_phantom(s, unsure=unsure)]
    return " ".join(kept) if any(map(plain, kept)) else ""


def _is_phantom(sentence: str, *, unsure: bool) -> bool:
    words = plain(sentence)
    phantoms = _phantoms()
    if any(pattern in words for pattern in phantoms["always"]):
        return True
    return unsure and words in phantoms["doubtful"]


@cache
def _phantoms() -> Mapping[str, frozenset[str]]:
    """The lists of all languages: subtitles know no borders."""
    content = files(__package__).joinpath("data/phantoms.toml").read_text("utf-8")
    table: dict[str, Any] = tomllib.loads(content)
    return {
        kind: frozenset(plain(s) for lists in table.values() for s in lists[kind])
        for kind in ("always", "doubtful")
    }
