"""What Jarvis said in a room, so that it does not answer to itself there."""

from dataclasses import dataclass
import time

from rapidfuzz.distance import Indel

from ..local.text.words import tokens

_LETTERS_A_SECOND = 12
"""How fast a slow voice speaks."""
_LINGERS_SECONDS = 5
"""How long after the last word its echo may still be transcribed."""
_FEWEST_WORDS = 4
"""«Oui», «celle du salon»: an answer may well repeat words of the question."""
_FEWEST_OF_A_PART = 6
_SAME = 0.8
_SAME_PART = 0.9


@dataclass(frozen=True, slots=True)
class _Said:
    """What was said last in a room."""

    words: list[str]
    answers: list[str]
    """The person's words before it, which they may well say again."""
    until: float
    """When nothing of it can be heard any more."""
    asks: bool


class Echoes:
    """What was said last in each room."""

    def __init__(self) -> None:
        """Begin in silence."""
        self._said: dict[str, _Said] = {}

    def spoken(self, room: str, text: str, answers: str = "") -> None:
        """Take what is about to be spoken in a room, and to which words."""
        seconds = len(text) / _LETTERS_A_SECOND + _LINGERS_SECONDS
        self._said[room] = _Said(
            _words(text),
            _words(answers),
            time.monotonic() + seconds,
            text.rstrip().endswith("?"),
        )

    def is_echo(self, room: str, text: str) -> bool:
        """Tell whether what was heard in a room is what was just said there."""
        said = self._said.get(room)
        if said is None or time.monotonic() > said.until:
            return False
        heard = _words(text)
        if len(heard) < _FEWEST_WORDS:
            return False
        likeness = Indel.normalized_similarity(heard, said.words)
        if Indel.normalized_similarity(heard, said.answers) >= max(likeness, _SAME):
            return False
        if likeness >= _SAME:
            return True
        # Whoever is asked to choose may say a good part of the question.
        return (
            not said.asks
            and len(heard) >= _FEWEST_OF_A_PART
            and any(
                Indel.normalized_similarity(heard, part) >= _SAME_PART
                for part in _parts(said.words, len(heard))
            )
        )

    def asked(self, room: str) -> bool:
        """Tell whether what was said last in a room was a question."""
        return room in self._said and self._said[room].asks


def _words(text: str) -> list[str]:
    """Return the words of a text; "dix-huit" may be heard as two."""
    return " ".join(tokens(text)).replace("-", " ").replace("'", " ").split()


def _parts(words: list[str], size: int) -> list[list[str]]:
    """Return what of some words is as long as what was heard."""
    return [words[at : at + size] for at in range(len(words) - size + 1)]
