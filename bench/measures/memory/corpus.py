"""Memories that nobody has: as many as wanted, as alike as those of real people.

Words follow Zipf's law (with Mandelbrot's offset, since stop words are apart), in
French and in English. Vectors are as those of embedding models: all of them lean to
one side, topics make clusters, and few directions tell most.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from custom_components.jarvis.memory.records import Fact, Item, Turn
from custom_components.jarvis.memory.vectors import compared, usual_of

type Matrix = NDArray[np.float32]

DIMENSIONS = 1024
PLACES = 8
"""Nearest of which recall@8 is the share that is found."""
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OWNERS = (*(f"person {number}" for number in range(1, 11)), None)
"""Ten people and the household."""

_QUESTIONS = 120
_SECONDS_BACK = 2 * 365 * 86_400
_SPOKEN = 6
"""Turns of a conversation."""
_VOCABULARY = 12_000
"""Content words of a language."""
_OFFSET = 10
"""With it the most frequent content word is in every sixth turn."""
_SYLLABLES = [a + b for a in "bcdfglmnprstv" for b in ("a", "e", "i", "o", "u", "ou")]
_SMALL = {
    "fr": "je le la de un pour dans avec est que et nous".split(),
    "en": "the a of to in my with is that and we for".split(),
}
_ASKED = {"fr": "qu'est-ce que j'ai dit de", "en": "what did I tell you about"}
_LATELY = {"fr": "la semaine dernière", "en": "last week"}
_TELLING = 256
"""Directions that tell something; the rest is noise."""
_BLOCK = 8192


class Asked(NamedTuple):
    """A question of somebody, and where its vector is."""

    text: str
    owner: str
    language: str


@dataclass(frozen=True, slots=True)
class Memories:
    """Turns and facts with their vectors, and questions about some of them."""

    records: Sequence[Turn | Fact]
    vectors: NDArray[np.float16]
    """Unit vectors (records, dimensions)."""
    questions: Sequence[Asked]
    question_vectors: Matrix
    """Unit vectors (questions, dimensions)."""

    @classmethod
    def of(cls, count: int) -> Memories:
        """Make some, the same ones each time; half are turns, half facts."""
        random = np.random.default_rng(count)
        words = _Words(random)
        records = _records(count, words, random)
        space = _Space(random)
        vectors = np.empty((count, DIMENSIONS), np.float16)
        for start in range(0, count, _BLOCK):
            block = vectors[start : start + _BLOCK]
            block[:] = space.some(len(block))
        people = [at for at, one in enumerate(records) if one.owner is not None]
        about = random.choice(people, _QUESTIONS, replace=len(people) < _QUESTIONS)
        return cls(
            records,
            vectors,
            [words.question(records[at]) for at in about],
            space.beside(vectors[about]),
        )

    def nearest(self) -> list[dict[Item, set[str]]]:
        """Return the nearest to each question by comparing it with everything.

        Where there are few, some of these are as far as most: recall leaves them out.
        """
        kinds = np.array([isinstance(one, Fact) for one in self.records])
        owners = np.array([OWNERS.index(one.owner) for one in self.records])
        found: list[dict[Item, set[str]]] = [{} for _ in self.questions]
        for owner in {one.owner for one in self.questions}:
            whose = np.isin(owners, [OWNERS.index(owner), OWNERS.index(None)])
            asked = [at for at, it in enumerate(self.questions) if it.owner == owner]
            for item in Item:
                rows = np.flatnonzero(whose & (kinds == (item is Item.FACT)))
                cosines = self.question_vectors[asked] @ self.vectors[rows].T.astype(
                    np.float32
                )
                best = np.argsort(-cosines, axis=1)[:, :PLACES]
                for at, to_all, places in zip(asked, cosines, best, strict=True):
                    usual = usual_of(len(rows), to_all.mean(), to_all.std())
                    found[at][item] = {
                        self.records[rows[place]].id
                        for place in places
                        if compared("", to_all[place], usual)
                    }
        return found


class _Words:
    """Two languages that sound like no other, with the small words of real ones."""

    def __init__(self, random: np.random.Generator) -> None:
        self._random = random
        weights = 1 / (np.arange(_VOCABULARY) + 1 + _OFFSET)
        self._weights = np.cumsum(weights / weights.sum())
        self._words = {
            language: [
                "".join(random.choice(_SYLLABLES, random.integers(2, 5)))
                for _ in range(_VOCABULARY)
            ]
            for language in _SMALL
        }

    def sentence(self, language: str, least: int, most: int) -> str:
        """Return as many content words, each behind a small one."""
        drawn = self._random.random(self._random.integers(least, most + 1))
        known, small = self._words[language], _SMALL[language]
        return " ".join(
            f"{small[int(one * 1e9) % len(small)]} {known[at]}"
            for one, at in zip(
                drawn, np.searchsorted(self._weights, drawn), strict=True
            )
        )

    def question(self, memory: Turn | Fact) -> Asked:
        """Ask for a memory with some of its words; one of five for the last days."""
        said = (memory.text if isinstance(memory, Fact) else memory.said).split()
        language = _language(said[0])
        about = " ".join(self._random.choice(said[1::2], 3))
        asked = f"{_ASKED[language]} {about}"
        if self._random.random() < 0.2:
            asked = f"{asked} {_LATELY[language]}"
        return Asked(f"{asked} ?", memory.owner or "", language)


class _Space:
    """What an embedding model would make of these memories."""

    def __init__(self, random: np.random.Generator) -> None:
        self._random = random
        self._telling = (np.arange(_TELLING) + 1.0) ** -0.5
        self._directions = random.standard_normal((_TELLING, DIMENSIONS))
        self._lean = random.standard_normal(DIMENSIONS)
        self._topics = self._latent(1000)

    def some(self, count: int) -> Matrix:
        """Return vectors (count, dimensions) around the topics."""
        topics = self._topics[self._random.integers(0, len(self._topics), count)]
        told = (topics + 0.8 * self._latent(count)) @ self._directions
        return _unit(told + self._lean + 0.5 * self._noise(count))

    def beside(self, vectors: NDArray[np.float16]) -> Matrix:
        """Return what asks for vectors: as near to them as questions are to answers."""
        away = _unit(self._latent(len(vectors)) @ self._directions)
        return _unit(vectors.astype(np.float32) + 0.8 * away)

    def _latent(self, count: int) -> NDArray[np.float64]:
        return self._random.standard_normal((count, _TELLING)) * self._telling

    def _noise(self, count: int) -> NDArray[np.float64]:
        return self._random.standard_normal((count, DIMENSIONS))


def _records(
    count: int, words: _Words, random: np.random.Generator
) -> list[Turn | Fact]:
    """Make conversations of several turns, and as many facts that come from them."""
    records: list[Turn | Fact] = []
    languages = list(_SMALL)
    for number in range(-(-count // (2 * _SPOKEN))):
        owner = OWNERS[random.integers(len(OWNERS))]
        language = languages[random.integers(len(languages))]
        began = NOW - timedelta(seconds=int(random.integers(_SECONDS_BACK)))
        turns = [
            Turn(
                conversation=str(number),
                said=words.sentence(language, 3, 8),
                answered=words.sentence(language, 4, 10),
                owner=owner,
                at=began + timedelta(seconds=20 * at),
                language=language,
            )
            for at in range(_SPOKEN)
        ]
        facts = [
            Fact(
                text=words.sentence(language, 4, 7),
                owner=owner,
                source_turn=turn.id,
                created_at=turn.at,
            )
            for turn in turns
        ]
        records += [*turns, *facts]
    return records[:count]


def _language(small: str) -> str:
    return next(language for language, words in _SMALL.items() if small in words)


def _unit(vectors: NDArray[np.floating]) -> Matrix:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / lengths, np.float32)
