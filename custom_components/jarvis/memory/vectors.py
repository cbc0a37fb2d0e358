"""Unit vectors in little memory: one bit a dimension to find, float16 on disk to rank.

A vector of 1,024 dimensions costs 128 bytes of memory. Its sign bits (as in SimHash,
Charikar 2002) choose candidates, first by Hamming distance, then by their product with
the question's floats (asymmetric distance, Gordo et al. 2014); the float16 rows of
these are read from disk and give the scores. Everything here computes and holds a lock
meanwhile: call it in an executor. Products are made row by row (`vecdot`): of a whole
matrix BLAS would make them in threads of its own, which wait for more by spinning.
"""

from collections.abc import Collection, Mapping, Sequence
from itertools import chain, islice
import threading
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

type Codes = NDArray[np.uint64]

OVERSAMPLE = 4
"""Candidates a wanted hit; `scripts/bench memory` shows what that misses."""
EXACT = 160
"""At least as many are rescored, so that below this every answer is exact."""
SAMPLE = 64
"""Vectors that tell how near a question is to anything."""
_ROUGHLY = 4
"""Candidates by Hamming distance for each that is kept by its product."""
_USUAL = 24
"""Fewer vectors than this cannot tell what is usual."""
_WORD = 64
_LEAST_SPREAD = 1e-3
_NEAR = 1.0
"""Deviations from the usual below which a vector is not near, however few there are."""


class Near(NamedTuple):
    """A vector that is near to a question."""

    id: str
    score: float
    """The cosine."""
    deviations: float
    """The cosine in standard deviations above the usual; 0 where that is unknown.

    Every embedding model has its own scale of cosines; this one is the same for all.
    """


class Usual(NamedTuple):
    """How near a question is to anything."""

    mean: float
    spread: float
    """The standard deviation; 0 where nobody knows it."""


class Chosen(NamedTuple):
    """What to fetch from disk: candidates, and some vectors beside them."""

    candidates: Sequence[str]
    sample: Sequence[str]
    """Evenly taken from all that were searched: they tell what is usual."""

    @property
    def ids(self) -> list[str]:
        """Everything, once."""
        return list(dict.fromkeys((*self.candidates, *self.sample)))


class VectorIndex:
    """Finds the nearest vectors of some owners and kinds. Use it in an executor."""

    def __init__(self, dimensions: int) -> None:
        """Begin without vectors of some dimensions."""
        self.dimensions = dimensions
        self._lock = threading.Lock()
        self._shelves: dict[tuple[str | None, str], _Shelf] = {}

    def __len__(self) -> int:
        """Return how many vectors are there."""
        with self._lock:
            return sum(len(shelf.ids) for shelf in self._shelves.values())

    def ids(self) -> set[str]:
        """Return of what there are vectors."""
        with self._lock:
            return {one for shelf in self._shelves.values() for one in shelf.ids}

    def add(
        self,
        ids: Sequence[str],
        owners: Sequence[str | None],
        kinds: Sequence[str],
        vectors: NDArray[np.floating],
    ) -> None:
        """Add unit vectors (items, dimensions), or replace those of the same ids."""
        codes = self._codes(vectors)
        rows: dict[tuple[str | None, str], list[int]] = {}
        for row, whose in enumerate(zip(owners, kinds, strict=True)):
            rows.setdefault(whose, []).append(row)
        with self._lock:
            self._remove(ids)
            for whose, some in rows.items():
                shelf = self._shelves.setdefault(whose, _Shelf(self.dimensions))
                shelf.add([ids[row] for row in some], codes[some])

    def remove(self, ids: Collection[str]) -> None:
        """Forget vectors; unknown ones are none."""
        with self._lock:
            self._remove(ids)

    def choose(
        self,
        question: NDArray[np.floating],
        owners: Collection[str | None],
        kind: str | None = None,
        limit: int = 40,
    ) -> Chosen:
        """Return what may be among the nearest to a unit vector (dimensions,).

        `nearest` makes the answer of it, with the vectors of these ids from disk.
        """
        code = self._codes(question[None])[0]
        count = max(limit * OVERSAMPLE, EXACT)
        with self._lock:
            shelves = [
                shelf
                for (owner, of_kind), shelf in self._shelves.items()
                if owner in owners and kind in (None, of_kind)
            ]
            found = [shelf.best(code, question, count) for shelf in shelves]
            every = max(sum(len(shelf.ids) for shelf in shelves) // SAMPLE, 1)
            ids = chain.from_iterable(shelf.ids for shelf in shelves)
            sample = list(islice(ids, 0, SAMPLE * every, every))
        fitting = np.concatenate([fits for _, fits in found] or [np.zeros(0)])
        candidates = [one for some, _ in found for one in some]
        return Chosen(
            [candidates[at] for at in _least(-fitting, count).tolist()],
            sample,
        )

    def _remove(self, ids: Collection[str]) -> None:
        for shelf in self._shelves.values():
            for one in shelf.columns.keys() & ids:
                shelf.remove(one)

    def _codes(self, vectors: NDArray[np.floating]) -> Codes:
        """Return the signs (items, words) of vectors (items, dimensions)."""
        if vectors.shape[1] != self.dimensions:
            raise ValueError(f"{vectors.shape[1]} dimensions, not {self.dimensions}")
        packed = np.zeros((len(vectors), _words(self.dimensions) * 8), np.uint8)
        bits = np.packbits(vectors > 0, axis=1)
        packed[:, : bits.shape[1]] = bits
        return packed.view(np.uint64)


class _Shelf:
    """The signs of one owner's vectors of one kind, a column each.

    Side by side, a search reads nothing else, and counts one word of all at once.
    """

    def __init__(self, dimensions: int) -> None:
        """Begin without vectors of some dimensions."""
        self.ids: list[str] = []
        """Of the columns that are in use: the first ones."""
        self.columns: dict[str, int] = {}
        self.codes: Codes = np.zeros((_words(dimensions), 0), np.uint64)
        """(words, columns), with room to grow."""
        self._dimensions = dimensions

    def add(self, ids: Sequence[str], codes: Codes) -> None:
        """Add codes (items, words) of ids that are not there."""
        used = len(self.ids)
        self.ids += ids
        self.columns |= {one: used + at for at, one in enumerate(ids)}
        words, room = self.codes.shape
        if len(self.ids) > room:
            # By an eighth more than now: memory is scarce.
            grown = np.zeros((words, max(len(self.ids), room + room // 8)), np.uint64)
            grown[:, :used] = self.codes[:, :used]
            self.codes = grown
        self.codes[:, used : len(self.ids)] = codes.T

    def remove(self, one: str) -> None:
        """Forget what is there of an id; the last takes its place."""
        column = self.columns.pop(one)
        last = self.ids.pop()
        if last != one:
            self.codes[:, column] = self.codes[:, len(self.ids)]
            self.ids[column] = last
            self.columns[last] = column
        # What is forgotten leaves no trace, not even its signs.
        self.codes[:, len(self.ids)] = 0

    def best(
        self, code: Codes, question: NDArray[np.floating], count: int
    ) -> tuple[list[str], NDArray[np.floating]]:
        """Return as many as may be the nearest, if there are, and how well they fit.

        First those whose signs differ least from a code (words,), then by their product
        with the question (dimensions,).
        """
        differing = np.zeros(len(self.ids), np.uint16)
        for word, of_code in zip(self.codes, code, strict=True):
            differing += np.bitwise_count(word[: len(self.ids)] ^ of_code)
        columns = _least(differing, count * _ROUGHLY)
        packed = np.ascontiguousarray(self.codes[:, columns].T).view(np.uint8)
        signs = np.unpackbits(packed, axis=1, count=self._dimensions)
        fitting = np.vecdot(signs.astype(np.float32), question.astype(np.float32))
        best = _least(-fitting, count)
        return [self.ids[column] for column in columns[best].tolist()], fitting[best]


def _words(dimensions: int) -> int:
    """Return how many words the signs of a vector take."""
    return -(-dimensions // _WORD)


def _least(values: NDArray[Any], count: int) -> NDArray[np.intp]:
    """Return where the least values (some,) are: as many as wanted, in no order."""
    if len(values) <= count:
        return np.arange(len(values))
    return np.argpartition(values, count)[:count]


def cosines_of(
    question: NDArray[np.floating], ids: Sequence[str], matrix: NDArray[np.float16]
) -> dict[str, float]:
    """Compare a question with vectors (ids, dimensions): for an executor."""
    products = np.vecdot(matrix.astype(np.float32), question.astype(np.float32))
    return dict(zip(ids, products.tolist(), strict=True))


def nearest(
    chosen: Chosen, cosines: Mapping[str, float], limit: int = 40
) -> list[Near]:
    """Return the nearest of what was chosen, nearest first; none that is just usual.

    `cosines` are of what the disk still has of `chosen.ids`.
    """
    sample = [cosines[one] for one in chosen.sample if one in cosines]
    usual = (
        usual_of(len(sample), float(np.mean(sample)), float(np.std(sample)))
        if sample
        else Usual(0.0, 0.0)
    )
    found = [one for one in chosen.candidates if one in cosines]
    found.sort(key=lambda one: (-cosines[one], one))
    return [
        one
        for chosen_one in found[:limit]
        if (one := compared(chosen_one, cosines[chosen_one], usual))
    ]


def compared(one: str, cosine: float, usual: Usual) -> Near | None:
    """Compare a cosine with the usual; None where it is just that."""
    if not usual.spread:
        return Near(one, cosine, 0.0)
    deviations = (cosine - usual.mean) / usual.spread
    return Near(one, cosine, deviations) if deviations >= _NEAR else None


def usual_of(count: int, mean: float, deviation: float) -> Usual:
    """Tell what is usual from some cosines; nothing where they are too few."""
    if count < _USUAL:
        return Usual(0.0, 0.0)
    return Usual(mean, max(deviation, _LEAST_SPREAD))
