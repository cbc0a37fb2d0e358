"""Search by words: by FTS5 in SQLite, by arrays of terms in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, column, func, or_, select, table
from sqlalchemy.ext.asyncio import AsyncConnection

from ...store.schema import fact as facts, turn as turns
from ..records import Item, now
from ..repository import Hit, Owners
from .ranked_terms import begin_with, ranked_terms
from .reading import between, holds
from .rows import Terms, indexed, is_postgresql

_INDEX = {
    item: table(f"{item}_terms", column("rowid"), column(f"{item}_terms"))
    for item in Item
}
_NO_WEIGHT, _FULL_WEIGHT = 0.0, 1.0


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
    rows = turns if items is Item.TURN else facts
    # What is excluded has no terms.
    conditions = (
        between(rows.c.at, since, until)
        if items is Item.TURN
        else [holds(now()), *between(facts.c.created_at, since, until)]
    )
    words = list(dict.fromkeys(indexed(terms).split()))
    if not words or not owners:
        return []
    if is_postgresql(connection):
        return await ranked_terms(
            connection, rows, owners, words, conditions=conditions, limit=limit
        )
    wanted = " OR ".join(map(_quoted, words))
    whose = " OR ".join(map(_owner_term, owners))
    index = _INDEX[items]
    # Not the column `rank`: SQLite would rank everything before it looks at the rows.
    score = func.bm25(index.c[_itself(items)], _NO_WEIGHT, _FULL_WEIGHT).label("score")
    found = (
        select(index.c.rowid, score)
        .where(_matches(items, f"whose : ({whose}) AND terms : ({wanted})"))
        .order_by(score)
        .limit(limit)
    )
    if conditions:
        found = found.join_from(index, rows, rows.c.seq == index.c.rowid).where(
            *conditions
        )
    best = found.subquery()
    hits = await connection.execute(
        select(rows.c.id, best.c.score)
        .join_from(best, rows, rows.c.seq == best.c.rowid)
        .order_by(best.c.score)
    )
    # SQLite's scores are negative, so that sorting puts the best first.
    return [Hit(row.id, -row.score) for row in hits]


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


def _matches(items: Item, query: str) -> ColumnElement[bool]:
    return _INDEX[items].c[_itself(items)].op("MATCH", is_comparison=True)(query)


def _itself(items: Item) -> str:
    """Return the column by which FTS5 knows the whole index: it has its name."""
    return f"{items}_terms"


def _owner_term(owner: str | None) -> str:
    """Return what the column `whose` says of an owner."""
    return "household" if owner is None else f"x{owner.encode().hex()}"


def _quoted(term: str) -> str:
    return f'"{term}"'
