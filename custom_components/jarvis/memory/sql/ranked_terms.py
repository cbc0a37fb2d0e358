"""Search by words in PostgreSQL, with what is required everywhere: arrays and GIN."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    column,
    func,
    literal,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY

from ..repository import Owners

_SEARCHED = column("searched", ARRAY(Text))
"""The terms of a row, each behind its owner's name."""
_SATURATION, _LENGTH_COUNTS = 1.2, 0.75
"""As in FTS5's BM25."""
_USUAL_LENGTH = 12.0
"""Terms of a turn or fact; the average would cost a look at every row."""


def ranked_terms(rows: Table, conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """Return the statement that ranks what has some words by BM25.

    Its parameters are `keys_of` and `limit`. A word that occurs twice counts once:
    these are sentences, not books.
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
    # One row a word, so that the statement is the same for however many.
    word = func.unnest(bindparam("keys", type_=ARRAY(Text))).table_valued("written")
    word = word.render_derived(name="word")
    # Other owners may have the same key. Not by their index: the terms' is it.
    whose = func.coalesce(rows.c.owner, "")
    hits = (
        select(rows.c.seq, (rarity * weight).label("score"))
        .where(
            _SEARCHED.overlap(func.string_to_array(word.c.written, " ")),
            whose == func.any(bindparam("owners", type_=ARRAY(Text))),
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
        .limit(bindparam("limit"))
        .subquery()
    )
    return (
        select(rows.c.id, best.c.score)
        .join_from(best, rows, rows.c.seq == best.c.seq)
        .order_by(best.c.score.desc(), best.c.seq)
    )


def keys_of(owners: Owners, words: Sequence[str]) -> dict[str, list[str]]:
    """Return what a search for words of some owners is given."""
    return {
        "keys": [
            " ".join(f"{_key(owner)}{word}" for owner in owners) for word in words
        ],
        "owners": [owner or "" for owner in owners],
    }


def begin_with(terms: Column[Any], words: Sequence[str]) -> ColumnElement[bool]:
    """Return what tells rows that have a term for each beginning of a word."""
    return and_(*((" " + terms).contains(f" {word}") for word in words))


def _key(owner: str | None) -> str:
    """Return what the terms of an owner begin with in `searched`."""
    return f"{(owner or '').replace(' ', '_')}:"
