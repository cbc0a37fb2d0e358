"""Whether a speaker is done: from the words, and from a turn model if there is one."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
import re
import tomllib
from typing import Any

import numpy as np
import onnxruntime

from ..server.errors import ServerError
from .engine import Heard
from .features import FRAMES_PER_SECOND, Spectrogram
from .vad import RATE, Audio
from .wishes import Request
from .words import plain

_DONE = 0.3
"""Seconds of silence that end a complete command,"""
_MAYBE = 0.9
"""what may be one,"""
_OPEN = 1.6
"""and what is certainly none."""
_FACTORS = {"aggressive": 0.7, "default": 1.0, "relaxed": 1.6}
_UNSURE = -0.5
"""A model that is less sure of its text than this has not heard a command."""
_CERTAIN = 0.6
"""Words are made up if one of them is less likely in a sound a little different."""
_TURN_MELS = 80
_DIGITS = re.compile(r"\d")


@dataclass(frozen=True)
class Grammar:
    """What words of a language tell of the end of a command."""

    open: frozenset[str]
    """Behind these words comes more."""
    whole: frozenset[str]
    """These sentences are complete."""
    short: tuple[str, ...]
    """Commands that begin so are complete with the name of a thing,"""
    asking: tuple[str, ...]
    """questions that begin so too,"""
    yesno: tuple[str, ...]
    """others with a state,"""
    states: frozenset[str]
    measured: tuple[str, ...]
    """and these with a measure."""
    units: frozenset[str]


class TurnModel:
    """A network that hears whether a turn is over, such as smart-turn."""

    seconds = 8

    def __init__(self, path: Path) -> None:
        try:
            self._session = onnxruntime.InferenceSession(
                str(path), providers=["CPUExecutionProvider"]
            )
        except Exception as err:  # what it raises has no common class
            raise ServerError("no-model", f"{path} is no ONNX model.") from err
        self._input = self._session.get_inputs()[0].name
        self._spectrogram = Spectrogram(_TURN_MELS)

    def over(self, audio: Audio) -> float:
        """Return how likely the turn is over; the end of the audio counts."""
        samples = self.seconds * RATE
        audio = audio[-samples:]
        audio = (audio - audio.mean()) / np.sqrt(audio.var() + 1e-7)
        audio = np.pad(audio, (samples - len(audio), 0))
        frames = self.seconds * FRAMES_PER_SECOND
        features = self._spectrogram.of(audio)[None, :, :frames]
        found: Any = self._session.run(None, {self._input: features})
        return float(np.asarray(found[0]).ravel()[0])


class Ending:
    """Says how long a silence has to be before an utterance is over."""

    def __init__(self, turn_model: str) -> None:
        self._turn = TurnModel(Path(turn_model)) if turn_model else None

    @property
    def wants(self) -> int:
        """Samples before the silence that it wants to hear."""
        return TurnModel.seconds * RATE if self._turn else 0

    def patience(self, heard: Heard, request: Request, audio: Audio) -> float:
        """Return the seconds of silence to wait for."""
        patience = patience_of(heard, request)
        if self._turn is not None and patience < _OPEN:
            patience = _DONE if self._turn.over(audio) >= 0.5 else _OPEN
        return patience * _FACTORS[request.sensitivity]


def is_made_up(heard: Heard) -> bool:
    """Return whether nobody may have said some of it."""
    return heard.certainty < _CERTAIN


def patience_of(heard: Heard, request: Request) -> float:
    """Judge by the words alone."""
    if is_made_up(heard):
        return _OPEN
    words = plain(heard.text)
    grammar = _grammars().get(heard.language)
    if grammar is None:
        return _MAYBE
    if not words or _is_open(words, grammar) or heard.logprob < _UNSURE:
        return _OPEN
    names = [plain(name) for name in request.names]
    named = _ends_in(words, names)
    if _ends_in(words, _beginnings(names)):
        return _MAYBE if named else _OPEN
    return _DONE if _is_complete(words, grammar, named=named) else _MAYBE


def _is_open(words: str, grammar: Grammar) -> bool:
    return _ends_in(words, grammar.open) or words.rpartition(" ")[2].isdigit()


def _ends_in(words: str, names: Iterable[str]) -> bool:
    return any(f" {words}".endswith(f" {name}") for name in names if name)


def _beginnings(names: Iterable[str]) -> Iterator[str]:
    """Return what may go on: "kitchen", when there is a "kitchen light"."""
    for name in names:
        parts = name.split()
        yield from (" ".join(parts[:count]) for count in range(1, len(parts)))


def _is_complete(words: str, grammar: Grammar, *, named: bool) -> bool:
    if words in grammar.whole:
        return True
    if named and words.startswith(grammar.short + grammar.asking):
        return True
    last = words.rpartition(" ")[2]
    if words.startswith(grammar.yesno) and last in grammar.states:
        return True
    unit = last.lstrip("0123456789")  # "15h"
    return (
        words.startswith(grammar.measured)
        and unit in grammar.units
        and _DIGITS.search(words) is not None
    )


@cache
def _grammars() -> Mapping[str, Grammar]:
    content = files(__package__).joinpath("data/endings.toml").read_text("utf-8")
    table: dict[str, dict[str, list[str]]] = tomllib.loads(content)
    return {language: _grammar(lists) for language, lists in table.items()}


def _grammar(lists: Mapping[str, list[str]]) -> Grammar:
    flat = {key: [plain(text) for text in texts] for key, texts in lists.items()}
    return Grammar(
        open=frozenset(flat["open"]),
        whole=frozenset(flat["whole"]),
        short=tuple(f"{text} " for text in flat["short"]),
        asking=tuple(f"{text} " for text in flat["asking"]),
        yesno=tuple(f"{text} " for text in flat["yesno"]),
        states=frozenset(flat["states"]),
        measured=tuple(f"{text} " for text in flat["measured"]),
        units=frozenset(flat["units"]),
    )
