"""Search by words: by FTS5 in SQLite, by arrays of terms in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    bindparam,
    column,
    func,
    or_,
    select,
    table,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from ...store.schema import fact as facts, turn as turns
from ..records import Item, now
from ..repository import Hit, Owners
from .ranked_terms import begin_with, keys_of, ranked_terms
from .reading import between, holds
from .rows import Terms, indexed, is_postgresql

_TABLE = {Item.TURN: turns, Item.FACT: facts}
_INDEX = {
    item: table(f"{item}_terms", column("rowid"), column(f"{item}_terms"))
    for item in Item
}
_NO_WEIGHT, _FULL_WEIGHT = 0.0, 1.0


async def search_each(
    connection: AsyncConnection,
    owners: Owners,
    terms: Sequence[str],
    *,
    since: datetime | None,
    until: datetime | None,
    limit: int,
) -> dict[Item, list[Hit]]:
    """Return turns and facts that have some of the terms, those of a time first."""
    found: dict[Item, list[Hit]] = {}
    for items in Item:
        hits: dict[str, Hit] = {}
        for begin, end in dict.fromkeys([(since, until), (None, None)]):
            some = await search(
                connection,
                owners,
                terms,
                items=items,
                since=begin,
                until=end,
                limit=limit,
            )
            for hit in some:
                hits.setdefault(hit.id, hit)
        found[items] = list(hits.values())
    return found


async def search(
    connection: AsyncConnection,
    owners: Owners,
    terms: Sequence[str],
    *,
    items: Item,
    since: datetime | None,
    until: datetime | None,
    limit: int,
) -> list[Hit]:
    """Return what has some of the terms, ranked by BM25."""
    words = list(dict.fromkeys(indexed(terms).split()))
    if not words or not owners:
        return []
    given: dict[str, Any] = {"limit": limit}
    if items is Item.FACT:
        given["now"] = now()
    if since is not None:
        given["since"] = since
    if until is not None:
        given["until"] = until
    if is_postgresql(connection):
        ranked = _ranked_in_postgresql
        given |= keys_of(owners, words)
    else:
        ranked = _ranked_in_sqlite
        wanted = " OR ".join(map(_quoted, words))
        whose = " OR ".join(map(_owner_term, owners))
        given["query"] = f"whose : ({whose}) AND terms : ({wanted})"
    statement = ranked(items, has_since=since is not None, has_until=until is not None)
    hits = await connection.execute(statement, given)
    return [Hit(row.id, row.score) for row in hits]


def having(
    connection: AsyncConnection, statement: Select[Any], text: str, terms: Terms
) -> Select[Any]:
    """Limit a list of facts to those that have a text, or all of its terms."""
    condition: ColumnElement[bool] = facts.c.text.icontains(text, autoescape=True)
    words = indexed(terms).split()
    if words and is_postgresql(connection):
        condition = or_(condition, begin_with(facts.c.terms, words))
    elif words:
        # People type the beginnings of words.
        query = " AND ".join(f"{_quoted(word)} *" for word in words)
        rows = select(_INDEX[Item.FACT].c.rowid).where(
            _matches(Item.FACT, f"terms : ({query})")
        )
        condition = or_(condition, facts.c.seq.in_(rows))
    return statement.where(condition)


@cache
def _ranked_in_sqlite(items: Item, *, has_since: bool, has_until: bool) -> Select[Any]:
    """Return the statement that searches by FTS5, whose parameters are as they say."""
    rows, index = _TABLE[items], _INDEX[items]
    # Not the column `rank`: SQLite would rank everything before it looks at the rows.
    score = func.bm25(index.c[_itself(items)], _NO_WEIGHT, _FULL_WEIGHT).label("score")
    found = (
        select(index.c.rowid, score)
        .where(_matches(items, bindparam("query")))
        .order_by(score)
        .limit(bindparam("limit"))
    )
    if conditions := _conditions(items, has_since=has_since, has_until=has_until):
        found = found.join_from(index, rows, rows.c.seq == index.c.rowid).where(
            *conditions
        )
    best = found.subquery()
    # SQLite's scores are negative, so that sorting puts the best first.
    return (
        select(rows.c.id, (-best.c.score).label("score"))
        .join_from(best, rows, rows.c.seq == best.c.rowid)
        .order_by(best.c.score)
    )


@cache
def _ranked_in_postgresql(
    items: Item, *, has_since: bool, has_until: bool
) -> Select[Any]:
    """Return the statement that searches arrays, whose parameters are as they say."""
    conditions = _conditions(items, has_since=has_since, has_until=has_until)
    return ranked_terms(_TABLE[items], conditions)


def _conditions(
    items: Item, *, has_since: bool, has_until: bool
) -> list[ColumnElement[bool]]:
    """Return what limits a search to what holds, and to a time."""
    moment = turns.c.at if items is Item.TURN else facts.c.created_at
    since = bindparam("since", type_=moment.type) if has_since else None
    until = bindparam("until", type_=moment.type) if has_until else None
    # What is excluded has no terms.
    current = [holds(bindparam("now", type_=moment.type))] if items is Item.FACT else []
    return [*current, *between(moment, since, until)]


def _matches(items: Item, query: str | BindParameter[str]) -> ColumnElement[bool]:
    return _INDEX[items].c[_itself(items)].op("MATCH", is_comparison=True)(query)


def _itself(items: Item) -> str:
    """Return the column by which FTS5 knows the whole index: it has its name."""
    return f"{items}_terms"


def _owner_term(owner: str | None) -> str:
    """Return what the column `whose` says of an owner."""
    return "household" if owner is None else f"x{owner.encode().hex()}"


def _quoted(term: str) -> str:
    return f'"{term}"'
