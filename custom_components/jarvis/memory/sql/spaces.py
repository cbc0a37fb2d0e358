"""Spaces of vectors: one serves, one may be built, one may be on its way out."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

import numpy as np
from sqlalchemy import (
    Row,
    bindparam,
    delete,
    exists,
    func,
    insert,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from ...store.schema import (
    embedding_space as spaces,
    fact as facts,
    turn as turns,
    vector as vectors,
)
from ..records import Fact, Item, Turn, new_id, now
from ..repository import (
    Op,
    Owners,
    Sent,
    Space,
    SpaceState,
    UnknownError,
    Vector,
    VectorChunk,
)
from .outbox import Box
from .reading import holds
from .rows import (
    FACT_COLUMNS,
    IDS,
    TURN_COLUMNS,
    among,
    fact_of,
    insert_all,
    insert_into,
    of_owners,
    some_at_a_time,
    turn_of,
)

CHUNK = 256
"""Vectors read at once: about half a megabyte."""
_DELETED_AT_ONCE = 200
"""So few that whoever speaks meanwhile hardly waits."""
_REPLY_DUE = timedelta(minutes=10)
"""A turn without a reply by then never gets one."""
_HALF = np.dtype("<f2")
# Made once: every recall asks for these.
_LISTED = (
    select(spaces)
    .where(spaces.c.state != SpaceState.RETIRED)
    .order_by(spaces.c.created_at)
)
_OF_ITEMS = select(
    vectors.c.item, vectors.c.item_kind, vectors.c.owner, vectors.c.data
).where(among(vectors.c.item, IDS), vectors.c.space == bindparam("space"))


async def listed(connection: AsyncConnection) -> list[Space]:
    """Return the spaces that are not on their way out."""
    return [_space_of(row) for row in await connection.execute(_LISTED)]


async def begin(
    connection: AsyncConnection,
    model: str,
    dimensions: int,
    prefixes: Mapping[str, str],
    box: Box,
) -> Space:
    """Return a model's space; another that was being built is given up."""
    known = await listed(connection)
    wanted = (model, dimensions, dict(prefixes))
    same = [
        one
        for one in known
        if (one.model, one.dimensions, dict(one.prefixes)) == wanted
    ]
    others = [one for one in known if one not in same]
    await _retire(connection, others, SpaceState.BUILDING, box)
    if same:
        return same[0]
    space = Space(
        new_id(), model, dimensions, dict(prefixes), SpaceState.BUILDING, now()
    )
    await connection.execute(
        insert(spaces).values(
            id=space.id,
            model=model,
            dimensions=dimensions,
            prefixes=space.prefixes,
            state=space.state,
            created_at=space.created_at,
        )
    )
    await box.put(connection, Sent.SPACE, [space.id])
    return space


async def serve(connection: AsyncConnection, space_id: str, box: Box) -> None:
    """Let a space serve in the place of the one that does."""
    known = await listed(connection)
    space = _named(known, space_id)
    if space.state is SpaceState.SERVING:
        return
    await _retire(connection, known, SpaceState.SERVING, box)
    await connection.execute(
        update(spaces).where(spaces.c.id == space_id).values(state=SpaceState.SERVING)
    )
    await box.put(connection, Sent.SPACE, [space_id])


async def remove_some_retired(connection: AsyncConnection) -> bool:
    """Delete some vectors that nobody uses; False when there is nothing more to do."""
    found = await connection.execute(
        select(spaces.c.id).where(spaces.c.state == SpaceState.RETIRED).limit(1)
    )
    space_id = found.scalar_one_or_none()
    if space_id is None:
        return False
    some = select(vectors.c.seq).where(vectors.c.space == space_id)
    deleted = await connection.execute(
        delete(vectors).where(vectors.c.seq.in_(some.limit(_DELETED_AT_ONCE)))
    )
    if not deleted.rowcount:
        await connection.execute(delete(spaces).where(spaces.c.id == space_id))
    return True


async def put(
    connection: AsyncConnection,
    space_id: str,
    rows: Sequence[tuple[str, Vector]],
    box: Box,
) -> int:
    """Keep the vectors of what is there and to be recalled."""
    space = _named(await listed(connection), space_id)
    blobs = {item: _blob(vector, space.dimensions) for item, vector in rows}
    count = 0
    for some in some_at_a_time(blobs.keys()):
        known = await _embeddable(connection, some)
        if known:
            new = (
                {
                    "space": space_id,
                    "item": item,
                    "item_kind": kind,
                    "owner": owner,
                    "data": blobs[item],
                }
                for item, (kind, owner) in known.items()
            )
            statement = insert_into(connection, vectors)
            replaced = statement.on_conflict_do_update(
                index_elements=[vectors.c.item, vectors.c.space],
                set_={"data": statement.excluded.data},
            )
            await insert_all(connection, replaced, new)
            payload = {space_id: {"items": list(known)}}
            await box.add(connection, Op.PUT, Sent.VECTORS, payload)
        count += len(known)
    return count


async def chunk(
    connection: AsyncConnection, space: Space, owners: Owners | None, after: int
) -> tuple[VectorChunk, int]:
    """Return the vectors that follow a row, and the last row's number."""
    found = await connection.execute(
        select(vectors)
        .where(
            vectors.c.space == space.id,
            vectors.c.seq > after,
            *of_owners(vectors.c.owner, owners),
        )
        .order_by(vectors.c.seq)
        .limit(CHUNK)
    )
    rows = found.all()
    return _chunk_of(rows, space.dimensions), rows[-1].seq if rows else after


async def count(connection: AsyncConnection, space_id: str) -> int:
    """Count the vectors of a space."""
    found = await connection.execute(
        select(func.count()).select_from(vectors).where(vectors.c.space == space_id)
    )
    return found.scalar_one()


async def ids(
    connection: AsyncConnection, space_id: str, after: str, limit: int
) -> list[str]:
    """Return the items behind an id that have a vector in a space."""
    found = await connection.execute(
        select(vectors.c.item)
        .where(vectors.c.space == space_id, vectors.c.item > after)
        .order_by(vectors.c.item)
        .limit(limit)
    )
    return list(found.scalars())


async def of_items(
    connection: AsyncConnection, space: Space, ids: Collection[str]
) -> VectorChunk:
    """Return the vectors of some items, in the order in which they are found."""
    rows: list[Row[Any]] = []
    for some in some_at_a_time(ids):
        given = {"ids": some, "space": space.id}
        rows += (await connection.execute(_OF_ITEMS, given)).all()
    return _chunk_of(rows, space.dimensions)


async def named(connection: AsyncConnection, space_id: str) -> Space:
    """Return a space; `UnknownError` where it is gone."""
    return _named(await listed(connection), space_id)


async def without(
    connection: AsyncConnection, space_id: str, limit: int, after: str | None
) -> list[Turn | Fact]:
    """Return items in the order of their ids that have no vector in a space."""
    found: list[Turn | Fact] = []
    for table, columns, wanted, record_of in (
        (facts, FACT_COLUMNS, holds(now()), fact_of),
        (turns, TURN_COLUMNS, _settled(now()), turn_of),
    ):
        has = exists().where(vectors.c.item == table.c.id, vectors.c.space == space_id)
        statement = select(*columns).where(wanted, not_(has))
        if after is not None:
            statement = statement.where(table.c.id > after)
        rows = await connection.execute(statement.order_by(table.c.id).limit(limit))
        found += [record_of(row) for row in rows]
    return sorted(found, key=attrgetter("id"))[:limit]


def _settled(at: datetime) -> Any:
    """Return what tells turns that will not change any more."""
    return turns.c.excluded.is_(False) & or_(
        turns.c.answered.is_not(None), turns.c.at <= at - _REPLY_DUE
    )


async def _embeddable(
    connection: AsyncConnection, ids: Collection[str]
) -> dict[str, tuple[Item, str | None]]:
    """Return what of some ids is there and may be recalled, with its owner."""
    found = await connection.execute(
        select(turns.c.id, turns.c.owner).where(
            turns.c.id.in_(ids), turns.c.excluded.is_(False)
        )
    )
    known = {row.id: (Item.TURN, row.owner) for row in found}
    found = await connection.execute(
        select(facts.c.id, facts.c.owner).where(facts.c.id.in_(ids), holds(now()))
    )
    return known | {row.id: (Item.FACT, row.owner) for row in found}


async def _retire(
    connection: AsyncConnection, known: Sequence[Space], state: SpaceState, box: Box
) -> None:
    """Take the space of a state out of use."""
    ids = [space.id for space in known if space.state is state]
    await connection.execute(
        update(spaces).where(spaces.c.id.in_(ids)).values(state=SpaceState.RETIRED)
    )
    await box.forget(connection, Sent.SPACE, dict.fromkeys(ids))


def _named(known: Sequence[Space], space_id: str) -> Space:
    for space in known:
        if space.id == space_id:
            return space
    raise UnknownError(space_id)


def _space_of(row: Row[Any]) -> Space:
    return Space(
        row.id,
        row.model,
        row.dimensions,
        row.prefixes,
        SpaceState(row.state),
        row.created_at,
    )


def _chunk_of(rows: Sequence[Row[Any]], dimensions: int) -> VectorChunk:
    joined = b"".join([row.data for row in rows])
    return VectorChunk(
        ids=[row.item for row in rows],
        kinds=[Item(row.item_kind) for row in rows],
        owners=[row.owner for row in rows],
        matrix=np.frombuffer(joined, _HALF).reshape(-1, dimensions),
    )


def _blob(vector: Vector, dimensions: int) -> bytes:
    """Return a vector as it is kept; one that cannot be compared is refused."""
    half = np.asarray(vector, _HALF)
    if half.shape != (dimensions,):
        raise ValueError(f"a vector of {half.shape}, not of {dimensions}")
    if not np.isfinite(half).all():
        raise ValueError("a vector that is not finite")
    return half.tobytes()
