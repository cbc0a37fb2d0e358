"""Search by words in PostgreSQL, with what is required everywhere: arrays and GIN."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Table,
    Text,
    and_,
    column,
    func,
    literal,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from ..repository import Hit, Owners

_SEARCHED = column("searched", ARRAY(Text))
"""The terms of a row, each behind its owner's name."""
_SATURATION, _LENGTH_COUNTS = 1.2, 0.75
"""As in FTS5's BM25."""
_USUAL_LENGTH = 12.0
"""Terms of a turn or fact; the average would cost a look at every row."""


async def ranked_terms(
    connection: AsyncConnection,
    rows: Table,
    owners: Owners,
    words: Sequence[str],
    *,
    conditions: Collection[ColumnElement[bool]],
    limit: int,
) -> list[Hit]:
    """Return what has some words, ranked by BM25 over the owners' rows.

    A word that occurs twice counts once: these are sentences, not books.
    """
    many = (
        select(func.greatest(column("reltuples"), 0.0))
        .select_from(text("pg_class"))
        .where(text("oid = to_regclass(:table)").bindparams(table=rows.name))
        .scalar_subquery()
    )
    length = func.cardinality(_SEARCHED) / literal(_USUAL_LENGTH)
    short = 1 - _LENGTH_COUNTS + _LENGTH_COUNTS * length
    weight = (_SATURATION + 1) / (1 + _SATURATION * short)
    count = func.count().over()
    rarity = func.ln(1 + (func.greatest(many - count, 0.0) + 0.5) / (count + 0.5))
    keys = [" ".join(f"{_key(owner)}{word}" for owner in owners) for word in words]
    # One row a word, so that the statement is the same for however many.
    word = func.unnest(literal(keys, ARRAY(Text))).table_valued("written")
    word = word.render_derived(name="word")
    hits = (
        select(rows.c.seq, (rarity * weight).label("score"))
        .where(
            _SEARCHED.overlap(func.string_to_array(word.c.written, " ")),
            # Other owners may have the same key. Not by their index: the terms' is it.
            func.coalesce(rows.c.owner, "").in_([owner or "" for owner in owners]),
            *conditions,
        )
        .lateral("hits")
    )
    score = func.sum(hits.c.score).label("score")
    best = (
        select(hits.c.seq, score)
        .select_from(word.join(hits, true()))
        .group_by(hits.c.seq)
        .order_by(score.desc(), hits.c.seq)
        .limit(limit)
        .subquery()
    )
    named = await connection.execute(
        select(rows.c.id, best.c.score)
        .join_from(best, rows, rows.c.seq == best.c.seq)
        .order_by(best.c.score.desc(), best.c.seq)
    )
    return [Hit(row.id, float(row.score)) for row in named]


def begin_with(terms: Column[Any], words: Sequence[str]) -> ColumnElement[bool]:
    """Return what tells rows that have a term for each beginning of a word."""
    return and_(*((" " + terms).contains(f" {word}") for word in words))


def _key(owner: str | None) -> str:
    """Return what the terms of an owner begin with in `searched`."""
    return f"{(owner or '').replace(' ', '_')}:"
