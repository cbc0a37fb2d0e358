"""Unit vectors in little memory: one bit a dimension to find, float16 on disk to rank.

A vector of 1,024 dimensions costs 128 bytes of memory. Its sign bits (as in SimHash,
Charikar 2002) choose candidates, first by Hamming distance, then by their product with
the question's floats (asymmetric distance, Gordo et al. 2014); the float16 rows of
these are read from disk and give the scores. Everything here computes and holds a lock
meanwhile: call it in an executor. Products are made row by row (`vecdot`): of a whole
matrix BLAS would make them in threads of its own, which wait for more by spinning.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
import threading
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

type Codes = NDArray[np.uint64]
type Rows = NDArray[np.int64]

OVERSAMPLE = 4
"""Candidates a wanted hit; `scripts/bench memory` shows what that misses."""
EXACT = 160
"""At least as many are rescored, so that below this every answer is exact."""
SAMPLE = 64
"""Vectors that tell how near a question is to anything."""
_ROUGHLY = 8
"""Candidates by Hamming distance for each that is kept by its product."""
_USUAL = 24
"""Fewer vectors than this cannot tell what is usual."""
_BLOCK = 8192
"""Rows compared at once: their codes and counts stay in the processor's cache."""
_WORD = 64
_LEAST_SPREAD = 1e-3
_NEAR = 1.0
"""Deviations from the usual below which a vector is not near, however few there are."""
_FREE, _NOBODY = -1, -2


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


@dataclass(slots=True)
class _Columns:
    """What is kept of each vector, one row each, with room to grow."""

    codes: Codes
    """(rows, words): the signs."""
    owners: NDArray[np.int32]
    """(rows,): a number for the owner, `_FREE` where nobody has the row."""
    kinds: NDArray[np.int8]
    """(rows,): a number for the kind."""


class VectorIndex:
    """Finds the nearest vectors of some owners and kinds. Use it in an executor."""

    def __init__(self, dimensions: int) -> None:
        """Begin without vectors of some dimensions."""
        self.dimensions = dimensions
        self._words = -(-dimensions // _WORD)
        self._lock = threading.Lock()
        self._columns = self._room(0)
        self._ids: list[str | None] = []
        self._rows: dict[str, int] = {}
        self._free: list[int] = []
        self._owners: dict[str | None, int] = {}
        self._kinds: dict[str, int] = {}

    def __len__(self) -> int:
        """Return how many vectors are there."""
        return len(self._rows)

    def ids(self) -> set[str]:
        """Return of what there are vectors."""
        with self._lock:
            return set(self._rows)

    def add(
        self,
        ids: Sequence[str],
        owners: Sequence[str | None],
        kinds: Sequence[str],
        vectors: NDArray[np.floating],
    ) -> None:
        """Add unit vectors (items, dimensions), or replace those of the same ids."""
        codes = self._codes(vectors)
        with self._lock:
            rows = self._take(ids)
            self._columns.codes[rows] = codes
            self._columns.owners[rows] = [
                self._owners.setdefault(one, len(self._owners)) for one in owners
            ]
            self._columns.kinds[rows] = [
                self._kinds.setdefault(one, len(self._kinds)) for one in kinds
            ]

    def remove(self, ids: Collection[str]) -> None:
        """Forget vectors; unknown ones are none."""
        with self._lock:
            for one in ids:
                if (row := self._rows.pop(one, None)) is not None:
                    self._ids[row] = None
                    self._columns.owners[row] = _FREE
                    # What is forgotten leaves no trace, not even its signs.
                    self._columns.codes[row] = 0
                    self._free.append(row)

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
        with self._lock:
            rows = self._rows_of(owners, kind)
            count = max(limit * OVERSAMPLE, EXACT)
            roughly = self._closest(code, rows, count * _ROUGHLY)
            chosen = self._best(question, roughly, count)
            some = rows[:: max(len(rows) // SAMPLE, 1)][:SAMPLE]
            return Chosen(
                [one for row in chosen if (one := self._ids[row])],
                [one for row in some if (one := self._ids[row])],
            )

    def _codes(self, vectors: NDArray[np.floating]) -> Codes:
        """Return the signs (items, words) of vectors (items, dimensions)."""
        if vectors.shape[1] != self.dimensions:
            raise ValueError(f"{vectors.shape[1]} dimensions, not {self.dimensions}")
        packed = np.zeros((len(vectors), self._words * 8), np.uint8)
        bits = np.packbits(vectors > 0, axis=1)
        packed[:, : bits.shape[1]] = bits
        return packed.view(np.uint64)

    def _take(self, ids: Sequence[str]) -> list[int]:
        """Return a row for each id, its own if it has one."""
        rows = []
        for one in ids:
            row = self._rows.get(one)
            if row is None:
                row = self._free.pop() if self._free else len(self._ids)
                if row == len(self._ids):
                    self._ids.append(None)
                self._ids[row] = one
                self._rows[one] = row
            rows.append(row)
        self._grow(len(self._ids))
        return rows

    def _grow(self, rows: int) -> None:
        """Make room for some rows, by an eighth more than now: memory is scarce."""
        old = self._columns
        have = len(old.owners)
        if rows <= have:
            return
        new = self._room(max(rows, have + have // 8))
        new.codes[:have] = old.codes
        new.owners[:have] = old.owners
        new.kinds[:have] = old.kinds
        self._columns = new

    def _room(self, rows: int) -> _Columns:
        """Return columns in which every row is free."""
        return _Columns(
            np.zeros((rows, self._words), np.uint64),
            np.full(rows, _FREE, np.int32),
            np.zeros(rows, np.int8),
        )

    def _rows_of(self, owners: Collection[str | None], kind: str | None) -> Rows:
        """Return the rows (some,) of owners, of one kind or of all."""
        mask = np.zeros(len(self._columns.owners), np.bool_)
        for one in owners:
            mask |= self._columns.owners == self._owners.get(one, _NOBODY)
        if kind is not None:
            mask &= self._columns.kinds == self._kinds.get(kind, _FREE)
        return np.flatnonzero(mask)

    def _closest(self, code: Codes, rows: Rows, count: int) -> Rows:
        """Return the rows (count,) whose codes differ least from one (words,)."""
        if len(rows) <= count:
            return rows
        differing = np.empty(len(rows), np.uint16)
        for start in range(0, len(rows), _BLOCK):
            block = self._columns.codes[rows[start : start + _BLOCK]]
            np.bitwise_xor(block, code, out=block)
            bits = np.bitwise_count(block)
            differing[start : start + _BLOCK] = bits.sum(axis=1, dtype=np.uint16)
        return rows[np.argpartition(differing, count)[:count]]

    def _best(self, question: NDArray[np.floating], rows: Rows, count: int) -> Rows:
        """Return the rows (count,) whose signs fit a vector (dimensions,) best."""
        if len(rows) <= count:
            return rows
        packed = self._columns.codes[rows].view(np.uint8)
        signs = np.unpackbits(packed, axis=1, count=self.dimensions)
        fitting = np.vecdot(signs.astype(np.float32), question.astype(np.float32))
        return rows[np.argpartition(-fitting, count)[:count]]


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
