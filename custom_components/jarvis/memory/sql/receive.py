"""Records from another home: taken as they are there, and never set back."""

from collections.abc import Callable, Sequence

from sqlalchemy import ColumnElement, and_, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ...store.schema import fact as facts, turn as turns
from ..records import Fact, Turn
from .rows import (
    Terms,
    fact_row,
    insert_all,
    insert_into,
    some_at_a_time,
    turn_row,
)
from .turns import remove_vectors

_REPLY = ("answered", "done", "model", "terms")


async def receive_turns(
    connection: AsyncConnection,
    received: Sequence[Turn],
    terms: Callable[[str], Terms],
) -> None:
    """Keep turns, and the replies that turns have got meanwhile."""
    by_id = {turn.id: turn for turn in received}
    for ids in some_at_a_time(by_id.keys()):
        unanswered = await connection.execute(
            select(turns.c.id).where(turns.c.id.in_(ids), turns.c.answered.is_(None))
        )
        await remove_vectors(
            connection, [one for one in unanswered.scalars() if by_id[one].answered]
        )
    insert = insert_into(connection, turns)
    kept = insert.on_conflict_do_update(
        index_elements=[turns.c.id],
        set_={name: insert.excluded[name] for name in _REPLY},
        where=turns.c.answered.is_(None),
    )
    rows = (turn_row(turn, terms(turn.words)) for turn in by_id.values())
    await insert_all(connection, kept, rows)


async def receive_facts(
    connection: AsyncConnection,
    received: Sequence[Fact],
    terms: Callable[[str], Terms],
) -> None:
    """Keep facts; of those that say the same, one is current.

    What is superseded stays so, and what has ended ends no later than it did.
    """
    by_id = {fact.id: fact for fact in received}
    known = set[str]()
    for ids in some_at_a_time(by_id.keys()):
        found = await connection.execute(select(facts.c.id).where(facts.c.id.in_(ids)))
        known.update(found.scalars())
    # First what makes room: a sentence that held before may hold again.
    for fact in by_id.values():
        if fact.id in known:
            await _settle(connection, fact, facts.c.id == fact.id)
        elif fact.superseded_by is not None:
            # The same was known from elsewhere, and is the past there too.
            await _settle(connection, fact, _same(fact))
        elif fact.valid_to is None:
            await _settle_ended(connection, fact)
    new = [fact for fact in by_id.values() if fact.id not in known]
    insert = insert_into(connection, facts).on_conflict_do_nothing()
    rows = (fact_row(fact, terms(fact.words)) for fact in new)
    await insert_all(connection, insert, rows)
    past = [fact.id for fact in by_id.values() if fact.superseded_by or fact.valid_to]
    await remove_vectors(connection, past)


async def _settle(
    connection: AsyncConnection, fact: Fact, which: ColumnElement[bool]
) -> None:
    """Note what became of a fact, unless more is known here already."""
    if fact.superseded_by is None and fact.valid_to is None:
        return
    successor = func.coalesce(facts.c.superseded_by, fact.superseded_by)
    settled = update(facts).where(which).values(superseded_by=successor)
    if fact.valid_to is not None:
        sooner = facts.c.valid_to <= fact.valid_to
        settled = settled.values(
            valid_to=case((sooner, facts.c.valid_to), else_=fact.valid_to)
        )
    await connection.execute(settled)


async def _settle_ended(connection: AsyncConnection, fact: Fact) -> None:
    """Let a fact follow one that said the same and holds no longer."""
    await connection.execute(
        update(facts)
        .where(_same(fact), facts.c.valid_to <= fact.created_at)
        .values(superseded_by=fact.id)
    )


def _same(fact: Fact) -> ColumnElement[bool]:
    """Return what tells the current fact that says the same."""
    return and_(
        facts.c.owner.is_not_distinct_from(fact.owner),
        facts.c.kind == fact.kind,
        facts.c.content_hash == fact.content_hash,
        facts.c.superseded_by.is_(None),
        facts.c.id != fact.id,
        facts.c.created_at <= (fact.valid_to or fact.created_at),
    )
