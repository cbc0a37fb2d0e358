"""Lists, single items, what stands around a turn, and how much there is."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from ...store.schema import fact as facts, turn as turns, vector as vectors
from ..records import Fact, Item, Kind, Turn, now
from ..repository import Context, Counts, Neighbours, Owners
from .rows import (
    FACT_COLUMNS,
    IDS,
    TURN_COLUMNS,
    among,
    fact_of,
    of_owners,
    some_at_a_time,
    turn_of,
)

type Moment = datetime | BindParameter[datetime]
"""When, or the parameter that tells it."""


def holds(at: Moment) -> ColumnElement[bool]:
    """Return what tells facts that hold from those that are past."""
    return and_(
        facts.c.superseded_by.is_(None),
        or_(facts.c.valid_to.is_(None), facts.c.valid_to > at),
        not_expired(at),
    )


def not_expired(at: Moment) -> ColumnElement[bool]:
    """Return what hides facts whose time has come, until they are deleted."""
    return or_(facts.c.expires_at.is_(None), facts.c.expires_at > at)


def facts_listed(
    owners: Owners, kinds: Collection[Kind] | None, *, include_past: bool
) -> Select[Any]:
    """Return the statement that lists facts, the newest first."""
    listed = select(*FACT_COLUMNS).where(
        *of_owners(facts.c.owner, owners),
        not_expired(now()) if include_past else holds(now()),
    )
    if kinds is not None:
        listed = listed.where(facts.c.kind.in_(kinds))
    return listed.order_by(facts.c.created_at.desc(), facts.c.id.desc())


async def facts_of(connection: AsyncConnection, listed: Select[Any]) -> list[Fact]:
    """Return the facts that a statement lists."""
    return [fact_of(row) for row in await connection.execute(listed)]


async def turns_listed(
    connection: AsyncConnection,
    owners: Owners,
    since: datetime | None,
    until: datetime | None,
    *,
    limit: int,
    offset: int,
) -> list[Turn]:
    """Return turns, the newest first."""
    found = await connection.execute(
        select(*TURN_COLUMNS)
        .where(
            *of_owners(turns.c.owner, owners),
            turns.c.excluded.is_(False),
            *between(turns.c.at, since, until),
        )
        .order_by(turns.c.at.desc(), turns.c.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [turn_of(row) for row in found]


def between(
    moment: ColumnElement[datetime], since: Moment | None, until: Moment | None
) -> list[ColumnElement[bool]]:
    """Return what limits rows to a time, whose end does not belong to it."""
    conditions = []
    if since is not None:
        conditions.append(moment >= since)
    if until is not None:
        conditions.append(moment < until)
    return conditions


async def many(
    connection: AsyncConnection, ids: Collection[str]
) -> dict[str, Turn | Fact]:
    """Return items in the order of their ids."""
    found: dict[str, Turn | Fact] = {}
    for some in some_at_a_time(ids):
        rows = await connection.execute(_TURNS, {"ids": some})
        found |= {row.id: turn_of(row) for row in rows}
        rows = await connection.execute(_FACTS, {"ids": some})
        found |= {row.id: fact_of(row) for row in rows}
    return {item: found[item] for item in ids if item in found}


async def in_context(connection: AsyncConnection, ids: Collection[str]) -> Context:
    """Return items with their terms, those of facts' sources, and who is beside."""
    memories: dict[str, Turn | Fact] = {}
    terms: dict[str, frozenset[str]] = {}
    sources: dict[str, frozenset[str]] = {}
    for row in await connection.execute(_TURNS_SEARCHED, {"ids": ids}):
        memories[row.id] = turn_of(row)
        terms[row.id] = frozenset(row.terms.split())
    beside = await neighbours(connection, _not_alone(memories.values()))
    for row in await connection.execute(_FACTS_SEARCHED, {"ids": ids}):
        memories[row.id] = fact_of(row)
        terms[row.id] = frozenset(row.terms.split())
        sources[row.id] = frozenset((row.source_terms or "").split())
    return Context(memories, terms, sources, beside)


async def page(
    connection: AsyncConnection,
    items: Item,
    owners: Owners | None,
    after: str | None,
    limit: int,
) -> Sequence[Turn | Fact]:
    """Return what follows an id."""
    table = turns if items is Item.TURN else facts
    columns = TURN_COLUMNS if items is Item.TURN else FACT_COLUMNS
    statement = select(*columns).where(*of_owners(table.c.owner, owners))
    if after is not None:
        statement = statement.where(table.c.id > after)
    rows = await connection.execute(statement.order_by(table.c.id).limit(limit))
    if items is Item.TURN:
        return [turn_of(row) for row in rows]
    return [fact_of(row) for row in rows]


async def neighbours(
    connection: AsyncConnection, turn_ids: Collection[str]
) -> dict[str, Neighbours]:
    """Return the turns just before and after each, of the same person."""
    found: dict[str, Neighbours] = {}
    for some in some_at_a_time(turn_ids):
        rows = await connection.execute(_NEIGHBOURS, {"ids": some})
        found |= {row.id: Neighbours(row.previous, row.next) for row in rows}
    return found


async def counts(connection: AsyncConnection, owners: Owners | None) -> Counts:
    """Count what is there."""
    kept = (
        select(func.count())
        .select_from(turns)
        .where(*of_owners(turns.c.owner, owners), turns.c.excluded.is_(False))
    )
    known = (
        select(func.count())
        .select_from(facts)
        .where(*of_owners(facts.c.owner, owners), not_expired(now()))
    )
    by_space = (
        select(vectors.c.space, func.count())
        .where(*of_owners(vectors.c.owner, owners))
        .group_by(vectors.c.space)
    )
    current = (await connection.execute(known.where(holds(now())))).scalar_one()
    return Counts(
        turns=(await connection.execute(kept)).scalar_one(),
        facts=current,
        past_facts=(await connection.execute(known)).scalar_one() - current,
        vectors={row[0]: row[1] for row in await connection.execute(by_space)},
    )


def _not_alone(memories: Iterable[Turn | Fact]) -> list[str]:
    """Return the turns that may be beside another one: of the same conversation."""
    together: dict[str, list[str]] = {}
    for one in memories:
        if isinstance(one, Turn):
            together.setdefault(one.conversation, []).append(one.id)
    return [one for ids in together.values() if len(ids) > 1 for one in ids]


def _around() -> Select[Any]:
    """Return the statement that finds who is beside turns."""
    other = turns.alias()
    same = (
        other.c.conversation == turns.c.conversation,
        other.c.owner.is_not_distinct_from(turns.c.owner),
        other.c.excluded.is_(False),
    )
    earlier = or_(
        other.c.at < turns.c.at, and_(other.c.at == turns.c.at, other.c.id < turns.c.id)
    )
    later = and_(not_(earlier), other.c.id != turns.c.id)
    previous, following = (
        select(other.c.id)
        .where(*same, where)
        .order_by(*order)
        .limit(1)
        .correlate(turns)
        .scalar_subquery()
        for where, order in (
            (earlier, (other.c.at.desc(), other.c.id.desc())),
            (later, (other.c.at, other.c.id)),
        )
    )
    around = select(turns.c.id, previous.label("previous"), following.label("next"))
    return around.where(among(turns.c.id, IDS))


_source = turns.alias("source")
# Made once: to make a statement anew takes as long as to run it.
_TURNS = select(*TURN_COLUMNS).where(among(turns.c.id, IDS))
_FACTS = select(*FACT_COLUMNS).where(among(facts.c.id, IDS))
_TURNS_SEARCHED = _TURNS.add_columns(turns.c.terms)
_FACTS_SEARCHED = _FACTS.add_columns(
    facts.c.terms, _source.c.terms.label("source_terms")
).outerjoin(_source, _source.c.id == facts.c.source_turn)
_NEIGHBOURS = _around()
