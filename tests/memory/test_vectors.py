"""The index of vectors: exact while small, faithful when big, forgetful when asked."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
import pytest

from custom_components.jarvis.memory.vectors import (
    Chosen,
    Near,
    VectorIndex,
    cosines_of,
    nearest,
)

DIMENSIONS = 96
"""No multiple of the 64 bits of a word."""

type Floats = NDArray[np.float32]


def unit(matrix: Floats) -> Floats:
    """Make the rows (items, dimensions) of length 1."""
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray(matrix / lengths, np.float32)


class Disk:
    """An index with its vectors beside it."""

    def __init__(self, matrix: Floats, owners: Sequence[str | None]) -> None:
        """Add the rows (items, dimensions), every second as a fact."""
        self.ids = [str(row) for row in range(len(matrix))]
        self.matrix = matrix.astype(np.float16)
        self.index = VectorIndex(matrix.shape[1])
        kinds = ["turn" if row % 2 else "fact" for row in range(len(matrix))]
        self.index.add(self.ids, owners, kinds, self.matrix)

    def fetch(self, ids: Sequence[str]) -> NDArray[np.float16]:
        """Return what is on the disk."""
        return self.matrix[[int(one) for one in ids]]

    def search(
        self,
        question: Floats,
        owners: Sequence[str | None],
        kind: str | None = None,
        limit: int = 8,
    ) -> list[Near]:
        """Search as recall does."""
        chosen = self.index.choose(question, owners, kind, limit)
        cosines = cosines_of(question, chosen.ids, self.fetch(chosen.ids))
        return nearest(chosen, cosines, limit)


def disk(
    rows: int, clusters: int = 50, dimensions: int = DIMENSIONS
) -> tuple[Disk, Floats]:
    """Return an index of clustered vectors of two owners, and questions."""
    random = np.random.default_rng(1)
    centres = random.standard_normal((clusters, dimensions), dtype=np.float32)

    def some(count: int) -> Floats:
        noise = random.standard_normal((count, dimensions), dtype=np.float32)
        return unit(centres[random.integers(0, clusters, count)] + noise)

    owners = ["anna" if row % 3 else None for row in range(rows)]
    return Disk(some(rows), owners), some(20)


@pytest.mark.parametrize("rows", [1, 7, 200])
def test_small_is_exact(rows: int) -> None:
    """Given few vectors, the nearest are those that all products say."""
    kept, questions = disk(rows)
    for question in questions:
        found = kept.search(question, ["anna", None])
        products = kept.matrix.astype(np.float32) @ question
        best = np.sort(products)[::-1][: len(found)]
        assert [one.score for one in found] == pytest.approx(best.tolist(), abs=1e-5)
        assert len(found) == min(rows, 8)


def test_big_is_faithful() -> None:
    """Given many vectors, hardly any of the nearest is missed."""
    kept, questions = disk(20_000, clusters=500, dimensions=1024)
    hits = 0
    for question in questions:
        products = kept.matrix.astype(np.float32) @ question
        best = {str(row) for row in np.argsort(-products)[:8]}
        hits += len(best & {one.id for one in kept.search(question, ["anna", None])})
    assert hits / (8 * len(questions)) >= 0.98


def test_owners_and_kinds() -> None:
    """Others' vectors are never found, nor another kind's."""
    kept, (question, *_) = disk(300)
    for owners, fits in (
        (["anna"], lambda row: row % 3),
        ([None], lambda row: not row % 3),
        (["bert"], lambda _: False),
        ([], lambda _: False),
    ):
        chosen = kept.index.choose(question, owners, "turn", limit=300)
        expected = {str(row) for row in range(300) if row % 2 and fits(row)}
        assert set(chosen.ids) == expected
    assert not kept.search(question, ["anna"], "dream")


def test_replace_and_remove() -> None:
    """A vector can be replaced and forgotten; its place is used again."""
    kept, (question, *_) = disk(100)
    kept.matrix[5] = question
    kept.index.add(["5"], ["anna"], ["turn"], question[None])
    assert len(kept.index) == 100
    assert kept.search(question, ["anna", None])[0].id == "5"

    kept.index.remove(["5", "unknown"])
    assert kept.index.ids() == set(kept.ids) - {"5"}
    assert len(kept.index) == 99
    assert "5" not in kept.index.choose(question, ["anna", None]).ids
    kept.index.add(["5"], [None], ["fact"], question[None])
    assert len(kept.index) == 100
    assert kept.search(question, [None], "fact")[0].id == "5"


def test_what_is_removed_leaves_no_sign() -> None:
    """Given that vectors are removed, then the others are found as before."""
    kept, questions = disk(60)
    left = list(kept.ids)
    for one in ("0", "59", "30", "1"):
        kept.index.remove([one])
        left.remove(one)
        for question in questions:
            assert set(kept.index.choose(question, ["anna", None]).ids) == set(left)
            rows = [int(it) for it in left]
            best = left[int(np.argmax(kept.matrix[rows].astype(np.float32) @ question))]
            assert kept.search(question, ["anna", None])[0].id == best
    kept.index.remove(left)
    assert not any(shelf.codes.any() for shelf in kept.index._shelves.values())


def test_what_is_just_usual() -> None:
    """However few vectors there are, what is as far as most is not near."""
    kept, (question, *_) = disk(100)
    found = kept.search(question, ["anna", None], limit=100)
    assert 0 < len(found) < 40
    assert min(one.deviations for one in found) >= 1


def test_deviations() -> None:
    """Nearness is told in deviations from the usual, where there is a usual."""
    kept, (question, *_) = disk(300)
    found = kept.search(question, ["anna", None])
    assert found[0].deviations > 1.5
    assert [one.deviations for one in found] == sorted(
        (one.deviations for one in found), reverse=True
    )
    few, _ = disk(5)
    assert {one.deviations for one in few.search(question, ["anna", None])} == {0.0}


def test_gone_from_disk() -> None:
    """What was deleted meanwhile is left out; nothing at all is no error."""
    kept, (question, *_) = disk(20)
    chosen = kept.index.choose(question, ["anna", None])
    found = nearest(chosen, cosines_of(question, ["3"], kept.fetch(["3"])))
    assert [one.id for one in found] == ["3"]
    nothing = np.zeros((0, DIMENSIONS), np.float16)
    assert nearest(Chosen([], []), cosines_of(question, [], nothing)) == []


def test_other_dimensions() -> None:
    """Vectors of another model do not get in."""
    index = VectorIndex(DIMENSIONS)
    with pytest.raises(ValueError, match="8 dimensions"):
        index.add(["1"], [None], ["turn"], np.zeros((1, 8), np.float32))
    with pytest.raises(ValueError, match="8 dimensions"):
        index.choose(np.zeros(8, np.float32), [None])


def test_memory() -> None:
    """100,000 vectors of 1,024 dimensions take 128 bytes each and little more."""
    index = VectorIndex(1024)
    matrix = np.ones((1000, 1024), np.float16)
    for block in range(100):
        ids = [str(row) for row in range(block * 1000, block * 1000 + 1000)]
        index.add(ids, [None] * 1000, ["turn"] * 1000, matrix)
    taken = sum(shelf.codes.nbytes for shelf in index._shelves.values())
    assert taken < 16_000_000
