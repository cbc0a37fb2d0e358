"""Turns: kept while the model works, answered afterwards, excluded on request."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ...store.schema import turn as turns, vector as vectors
from ..records import Turn
from ..repository import Sent, UnknownError
from .outbox import Box
from .rows import TURN_COLUMNS, Terms, insert_all, some_at_a_time, turn_of, turn_row


async def add(
    connection: AsyncConnection,
    added: Sequence[Turn],
    terms: Callable[[str], Terms],
    box: Box,
) -> int:
    """Keep turns that are not known yet; return how many these were."""
    by_id = {turn.id: turn for turn in added}
    for ids in some_at_a_time(by_id.keys()):
        known = await connection.execute(select(turns.c.id).where(turns.c.id.in_(ids)))
        for turn_id in known.scalars():
            del by_id[turn_id]
    if not by_id:
        return 0
    rows = (turn_row(turn, terms(turn.words)) for turn in by_id.values())
    await insert_all(connection, turns, rows)
    shared = [turn.id for turn in by_id.values() if not turn.excluded]
    await box.put(connection, Sent.TURN, shared)
    return len(by_id)


async def answer(
    connection: AsyncConnection,
    turn_id: str,
    reply: Mapping[str, Any],
    terms: Callable[[str], Terms],
    box: Box,
) -> None:
    """Add the reply; a vector that was made of the question alone goes."""
    found = await connection.execute(select(*TURN_COLUMNS).where(turns.c.id == turn_id))
    row = found.one_or_none()
    if row is None:
        raise UnknownError(turn_id)
    turn = replace(turn_of(row), **reply)
    values = dict(reply) | {"terms": turn_row(turn, terms(turn.words))["terms"]}
    await connection.execute(update(turns).where(turns.c.id == turn_id).values(values))
    await remove_vectors(connection, [turn_id])
    if not turn.excluded:
        await box.put(connection, Sent.TURN, [turn_id])


async def exclude(connection: AsyncConnection, conversation: str, box: Box) -> int:
    """Let no turn of a conversation be recalled; the second home loses them."""
    found = await connection.execute(
        update(turns)
        .where(turns.c.conversation == conversation, turns.c.excluded.is_(False))
        .values(excluded=True, terms="")
        .returning(turns.c.id)
    )
    ids = list(found.scalars())
    await remove_vectors(connection, ids)
    await box.forget(connection, Sent.TURN, dict.fromkeys(ids))
    return len(ids)


async def remove_vectors(connection: AsyncConnection, ids: Collection[str]) -> None:
    """Delete the vectors of items, in every space."""
    for some in some_at_a_time(ids):
        await connection.execute(delete(vectors).where(vectors.c.item.in_(some)))
