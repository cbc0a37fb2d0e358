"""Forgetting: what goes together, what it leaves, and what merely grew too old."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ...store.schema import fact as facts, tombstone as tombstones, turn as turns
from ..records import now
from ..repository import Owners, Sent, Tombstone
from .outbox import Box
from .reading import neighbours
from .rows import insert_into, of_owners, some_at_a_time
from .turns import remove_vectors


async def whole(connection: AsyncConnection, ids: Collection[str]) -> list[str]:
    """Return ids and those of all that the facts among them superseded."""
    found: dict[str, None] = {}
    for some in some_at_a_time(ids):
        chain = select(facts.c.id).where(facts.c.id.in_(some)).cte(recursive=True)
        older = select(facts.c.id).join(chain, facts.c.superseded_by == chain.c.id)
        rows = await connection.execute(select(chain.union(older).c.id))
        found |= dict.fromkeys((*some, *rows.scalars()))
    return list(found)


async def forget(connection: AsyncConnection, ids: Collection[str], box: Box) -> int:
    """Delete items and what they superseded; leave tombstones of the facts."""
    gone = await whole(connection, ids)
    stones = list[Tombstone]()
    for some in some_at_a_time(gone):
        rows = await connection.execute(
            select(facts.c.owner, facts.c.content_hash).where(facts.c.id.in_(some))
        )
        stones += [Tombstone(row.owner, row.content_hash, now()) for row in rows]
    await bury(connection, stones)
    return await remove(connection, gone, box, buried=True)


async def remove(
    connection: AsyncConnection, ids: Collection[str], box: Box, *, buried: bool = False
) -> int:
    """Delete items with their vectors and whatever else speaks of them.

    The second home buries the facts that were buried here, also those which only it
    has.
    """
    count = 0
    # The vector of a turn is also made of the turn before it.
    beside = await neighbours(connection, ids)
    behind = [it.next for it in beside.values() if it.next is not None]
    await remove_vectors(connection, [*ids, *behind])
    for some in some_at_a_time(ids):
        found = await connection.execute(
            delete(facts)
            .where(facts.c.id.in_(some))
            .returning(facts.c.id, facts.c.owner, facts.c.content_hash)
        )
        gone_facts = {
            row.id: {"owner": row.owner, "content_hash": row.content_hash}
            if buried
            else None
            for row in found
        }
        found = await connection.execute(
            delete(turns).where(turns.c.id.in_(some)).returning(turns.c.id)
        )
        gone_turns = dict.fromkeys(found.scalars())
        await connection.execute(
            update(facts).where(facts.c.source_turn.in_(some)).values(source_turn=None)
        )
        await box.forget(connection, Sent.FACT, gone_facts)
        await box.forget(connection, Sent.TURN, gone_turns)
        if buried:
            unknown = [
                one for one in some if one not in gone_facts and one not in gone_turns
            ]
            await box.forget(connection, Sent.ELSEWHERE, dict.fromkeys(unknown))
        count += len(gone_facts) + len(gone_turns)
    return count


async def within(
    connection: AsyncConnection, owners: Owners, since: datetime, until: datetime
) -> list[str]:
    """Return the turns of a time, and the facts from them or from that time."""
    said = select(turns.c.id).where(
        *of_owners(turns.c.owner, owners), turns.c.at >= since, turns.c.at < until
    )
    known = select(facts.c.id).where(
        *of_owners(facts.c.owner, owners),
        or_(
            (facts.c.created_at >= since) & (facts.c.created_at < until),
            facts.c.source_turn.in_(said),
        ),
    )
    return [
        item
        for statement in (said, known)
        for item in (await connection.execute(statement)).scalars()
    ]


async def expired(
    connection: AsyncConnection, at: datetime, turns_before: datetime | None, limit: int
) -> list[str]:
    """Return some facts whose time has come and turns that are too old."""
    over = select(facts.c.id).where(facts.c.expires_at <= at).limit(limit)
    found = list((await connection.execute(over)).scalars())
    if turns_before is not None and len(found) < limit:
        old = select(turns.c.id).where(turns.c.at < turns_before)
        found += (await connection.execute(old.limit(limit - len(found)))).scalars()
    return found


async def bury(connection: AsyncConnection, stones: Collection[Tombstone]) -> int:
    """Keep facts from being learned again; return how many of these are new."""
    new = {(stone.content_hash, stone.owner): stone for stone in stones}
    for hashes in some_at_a_time([stone.content_hash for stone in stones]):
        known = await connection.execute(
            select(tombstones.c.content_hash, tombstones.c.owner).where(
                tombstones.c.content_hash.in_(hashes)
            )
        )
        for row in known:
            new.pop((row.content_hash, row.owner), None)
    if new:
        rows = [
            {
                "owner": stone.owner,
                "content_hash": stone.content_hash,
                "created_at": stone.created_at,
            }
            for stone in new.values()
        ]
        # Somebody else may have written the same just now.
        await connection.execute(
            insert_into(connection, tombstones).on_conflict_do_nothing(), rows
        )
    return len(new)


async def buried(connection: AsyncConnection, owners: Owners | None) -> list[Tombstone]:
    """Return what is left of what was forgotten."""
    found = await connection.execute(
        select(tombstones)
        .where(*of_owners(tombstones.c.owner, owners))
        .order_by(tombstones.c.created_at)
    )
    return [Tombstone(row.owner, row.content_hash, row.created_at) for row in found]
