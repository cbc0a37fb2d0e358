"""How records are rows and ids parameters, in both databases."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Select, select

from custom_components.jarvis.memory.records import Fact, Kind, Origin, Turn
from custom_components.jarvis.memory.sql.rows import (
    FACT_COLUMNS,
    IDS,
    TURN_COLUMNS,
    among,
    fact_of,
    indexed,
    turn_of,
)
from custom_components.jarvis.memory.terms import terms
from custom_components.jarvis.store.schema import fact as facts, turn as turns

from ..conftest import Local, Second

AT = datetime(2026, 11, 16, 8, 0, 0, 250, UTC)
FACTS = [
    Fact(id=one, text=f"fait {one}", owner=owner)
    for one, owner in (("a", "paul"), ('b"\\', None), ("c'é", None))
]


@pytest.fixture(params=["local", "second"])
def home(request: pytest.FixtureRequest) -> Local | Second:
    """Return each home in turn."""
    made: Local | Second = request.getfixturevalue(request.param)
    return made


async def of_ids(
    home: Local | Second, ids: Collection[str], statement: Select[tuple[str]]
) -> set[str]:
    """Return what a statement finds of some ids."""
    async with home.database.read() as connection:
        return set((await connection.execute(statement, {"ids": ids})).scalars())


@pytest.mark.parametrize(
    "ids", [[], ["gone"], ["a", "gone"], [fact.id for fact in FACTS]]
)
async def test_among(home: Local | Second, ids: list[str]) -> None:
    """Given ids, however many and whatever is in them, then their rows are found."""
    await home.repository.add_facts(FACTS)
    statement = select(facts.c.id).where(among(facts.c.id, IDS))
    known = {fact.id for fact in FACTS}
    for given in (ids, set(ids), tuple(ids), ids * 400):
        assert await of_ids(home, given, statement) == known & set(ids)


async def test_among_beside_other_conditions(home: Local | Second) -> None:
    """Given a condition besides, before or behind, then both count."""
    await home.repository.add_facts(FACTS)
    ids = [fact.id for fact in FACTS]
    shared = facts.c.owner.is_(None)
    for both in (
        select(facts.c.id).where(among(facts.c.id, IDS), shared),
        select(facts.c.id).where(shared, among(facts.c.id, IDS)),
        select(facts.c.id).where(shared).where(among(facts.c.id, IDS)).limit(2),
    ):
        assert await of_ids(home, ids, both) == {'b"\\', "c'é"}


async def test_among_uses_the_index(local: Local) -> None:
    """Given ids, then no table is read from end to end for them."""
    statement = select(facts.c.id).where(among(facts.c.id, IDS))
    async with local.database.read() as connection:
        sql = str(statement.compile(dialect=connection.dialect))
        plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", ("[]",))
        steps = [row.detail for row in plan]
    assert any(step.startswith("SEARCH fact USING") for step in steps)
    assert not any(step.startswith("SCAN fact") for step in steps)


async def test_among_is_always_the_same_text(home: Local | Second) -> None:
    """Given one id or many, then the statement needs no new plan."""
    statement = select(turns.c.id).where(among(turns.c.id, IDS))
    async with home.database.read() as connection:
        sql = str(statement.compile(dialect=connection.dialect))
    expected = "json_each(?)" if isinstance(home, Local) else "= ANY($1::TEXT[])"
    assert expected in sql


async def test_rows_become_what_they_were(home: Local | Second) -> None:
    """Given records with everything, then their rows say so, and more may follow."""
    turn = Turn(
        conversation="c",
        said="il fait froid",
        at=AT,
        owner="paul",
        agent="a",
        device="d",
        area="salon",
        language="fr",
        answered="je chauffe",
        done={"actions": [{"à": 1}]},
        model="m",
        excluded=False,
    )
    fact = Fact(
        text="Paul préfère le thé.",
        kind=Kind.PREFERENCE,
        owner="paul",
        subject="thé",
        origin=Origin.INFERRED,
        confidence=0.7,
        importance=0.9,
        valid_from=AT,
        valid_to=AT.replace(year=2100),
        expires_at=AT.replace(year=2101),
        source_turn=turn.id,
        created_at=AT,
    )
    plain = replace(turn, id="plain", owner=None, answered=None, done={})
    await home.repository.add_turns([turn, plain])
    await home.repository.add_fact(fact)
    async with home.database.read() as connection:
        rows = await connection.execute(select(*TURN_COLUMNS, turns.c.terms))
        assert {row.id: turn_of(row) for row in rows} == {
            turn.id: turn,
            "plain": plain,
        }
        rows = await connection.execute(
            select(*FACT_COLUMNS, facts.c.terms).where(facts.c.id == fact.id)
        )
        assert [fact_of(row) for row in rows] == [fact]


@pytest.mark.parametrize(
    "text",
    ["Les clés d'Éloïse", "light.kitchen_lamp ist an", "Straße 5, œuf_dur", "10 °C"],
)
def test_what_is_kept_are_the_terms(text: str) -> None:
    """Given any text, then the index splits its terms as the question's are."""
    assert indexed(terms(text)).split() == terms(text)
