"""The nearest in PostgreSQL: the same as at home, by comparing and by an index."""

import numpy as np
from numpy.typing import NDArray
import pytest

from custom_components.jarvis.memory import postgres_index, postgres_near
from custom_components.jarvis.memory.near import LocalNearest
from custom_components.jarvis.memory.postgres_near import PostgresNearest
from custom_components.jarvis.memory.records import Fact, Item
from custom_components.jarvis.memory.repository import Repository, Space
from custom_components.jarvis.memory.vectors import VectorIndex

from .conftest import Local, Second

type Vectors = NDArray[np.float64]

DIMENSIONS = 64
OWNERS = ("paul", None)


def unit(vectors: Vectors) -> Vectors:
    """Return vectors (some, dimensions) of length one."""
    lengths: Vectors = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.divide(vectors, lengths)


@pytest.fixture
def vectors() -> Vectors:
    """Return vectors (300, dimensions) in groups."""
    random = np.random.default_rng(7)
    groups = random.standard_normal((20, DIMENSIONS))[random.integers(0, 20, 300)]
    return unit(groups + random.standard_normal((300, DIMENSIONS)) * 0.6)


@pytest.fixture
def facts() -> list[Fact]:
    """Return as many facts of three owners."""
    owners = ("paul", None, "anna")
    return [Fact(text=f"fait {i}", owner=owners[i % 3]) for i in range(300)]


async def filled(repository: Repository, facts: list[Fact], vectors: Vectors) -> Space:
    """Keep facts with their vectors."""
    await repository.add_facts(facts)
    space = await repository.begin_space("m", DIMENSIONS, {})
    rows = [(fact.id, row) for fact, row in zip(facts, vectors, strict=True)]
    await repository.put_vectors(space.id, rows)
    await repository.serve_space(space.id)
    return space


async def test_both_homes_find_the_same(
    local: Local, second: Second, facts: list[Fact], vectors: Vectors
) -> None:
    """Given the same vectors, then both find the same, and as near."""
    index = VectorIndex(DIMENSIONS)
    index.add(
        [one.id for one in facts],
        [one.owner for one in facts],
        [Item.FACT] * len(facts),
        vectors,
    )
    space = await filled(local.repository, facts, vectors)
    at_home = LocalNearest(local.repository, space.id, index)
    other = await filled(second.repository, facts, vectors)
    shared = PostgresNearest(second.database, other)
    for question in unit(vectors[:20] + 0.05):
        expected = (await at_home.near(question, OWNERS, [Item.FACT], 8))[Item.FACT]
        found = await shared.near(question, OWNERS, list(Item), 8)
        assert [one.id for one in found[Item.FACT]] == [one.id for one in expected]
        assert [one.score for one in found[Item.FACT]] == pytest.approx(
            [one.score for one in expected], abs=2e-3
        )
        # Each takes a sample of its own to tell what is usual.
        assert [one.deviations for one in found[Item.FACT]] == pytest.approx(
            [one.deviations for one in expected], rel=0.6
        )
        assert found[Item.TURN] == []
    assert (await shared.near(vectors[0], [], [Item.FACT], 8))[Item.FACT] == []


async def test_many_are_found_by_an_index(
    second: Second,
    facts: list[Fact],
    vectors: Vectors,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Given many vectors, when it is tidied, then an index finds them."""
    space = await filled(second.repository, facts, vectors)
    compared = PostgresNearest(second.database, space)
    expected = await compared.near(vectors[0], OWNERS, [Item.FACT], 8)
    monkeypatch.setattr(postgres_index, "MANY", 50)
    monkeypatch.setattr(postgres_near, "MANY", 50)
    await second.repository.tidy()
    await second.repository.tidy()
    indexes = "SELECT indexdef FROM pg_indexes WHERE indexname LIKE 'vector_near%'"
    (made,) = second.sql(indexes)
    assert "hnsw" in made
    indexed = PostgresNearest(second.database, space)
    found = await indexed.near(vectors[0], OWNERS, [Item.FACT], 8)
    assert [one.id for one in found[Item.FACT]] == [
        one.id for one in expected[Item.FACT]
    ]
    async with second.database.read() as connection:
        await connection.exec_driver_sql("SELECT pg_stat_force_next_flush()")
    (used,) = second.sql(
        "SELECT sum(idx_scan) FROM pg_stat_user_indexes"
        " WHERE indexrelname LIKE 'vector_near%'"
    )
    assert int(used) > 0
    other = await second.repository.begin_space("n", 2, {})
    await second.repository.serve_space(other.id)
    assert second.sql(indexes) == []
