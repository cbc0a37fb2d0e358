"""What the homes of several houses on one server have to tell each other."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import (
    Column,
    DateTime,
    MetaData,
    Table,
    Text,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from ...store.schema import (
    embedding_space as spaces,
    fact as facts,
    off_limits,
    outbox,
    tombstone as tombstones,
)
from ..records import new_id, now
from ..repository import News, OffLimits, Space, SpaceState, Tombstone, UnknownError
from . import forget, off_limits as declared_limits
from .outbox import Box
from .rows import insert_all, insert_into, some_at_a_time
from .spaces import listed

_metadata = MetaData()
_gone = Table(
    "gone",
    _metadata,
    Column("id", Text, primary_key=True),
    Column("house", Text),
    Column("noted_at", DateTime(timezone=True)),
)
_space_of_house = Table(
    "space_of_house",
    _metadata,
    Column("house", Text, primary_key=True),
    Column("named", Text, primary_key=True),
    Column("space", Text),
)
_NOTED_AT: Column[datetime] = Column("noted_at", DateTime(timezone=True))
_NOBODY = Box(enabled=False)
_SPACES = 0x4A61727669730002
"""The lock under which spaces are joined and left."""


async def gone_elsewhere(
    connection: AsyncConnection, ids: Collection[str], house: str
) -> set[str]:
    """Return what another house has forgotten; what this one brings back, is back."""
    gone = set[str]()
    for some in some_at_a_time(ids):
        await connection.execute(
            delete(_gone).where(_gone.c.id.in_(some), _gone.c.house == house)
        )
        found = await connection.execute(select(_gone.c.id).where(_gone.c.id.in_(some)))
        gone.update(found.scalars())
    return gone


async def remove(
    connection: AsyncConnection, ids: Collection[str], house: str, *, buried: bool
) -> None:
    """Delete items for all houses; what facts superseded goes where they are buried."""
    if buried:
        whole = await forget.whole(connection, ids)
        await forget.forget(connection, ids, _NOBODY)
    else:
        whole = list(ids)
        await forget.remove(connection, ids, _NOBODY)
    await _note_gone(connection, whole, house)


async def allow(connection: AsyncConnection, ids: Collection[str], house: str) -> None:
    """Allow for all houses what was off-limits."""
    for some in some_at_a_time(ids):
        await connection.execute(delete(off_limits).where(off_limits.c.id.in_(some)))
    await _note_gone(connection, ids, house)


async def bury(
    connection: AsyncConnection, stones: Sequence[Tombstone], house: str
) -> None:
    """Delete what says what was forgotten, and keep it from being kept again."""
    await forget.bury(connection, stones)
    await remove(connection, await _saying(connection, stones), house, buried=False)


async def news(connection: AsyncConnection, house: str, since: datetime) -> News:
    """Return what other houses have forgotten and declared since a moment."""
    moment = await connection.execute(select(func.clock_timestamp()))
    gone = await connection.execute(
        select(_gone.c.id).where(_gone.c.house != house, _gone.c.noted_at >= since)
    )
    stones = await connection.execute(
        select(tombstones).where(since <= _NOTED_AT).order_by(_NOTED_AT)
    )
    declared = await connection.execute(select(off_limits).where(since <= _NOTED_AT))
    return News(
        at=moment.scalar_one(),
        gone=list(gone.scalars()),
        tombstones=[
            Tombstone(row.owner, row.content_hash, row.created_at) for row in stones
        ],
        off_limits=[
            OffLimits(row.id, row.text, row.owner, row.created_at) for row in declared
        ],
    )


async def apply_news(connection: AsyncConnection, told: News) -> int:
    """Forget here what was forgotten elsewhere; return how much that was."""
    await forget.bury(connection, told.tombstones)
    declared_ids = [declared.id for declared in told.off_limits]
    unsent = await connection.execute(
        select(outbox.c.item).where(outbox.c.item.in_(declared_ids))
    )
    allowed = set(unsent.scalars())
    for declared in told.off_limits:
        if declared.id not in allowed:
            await declared_limits.add(connection, declared, _NOBODY)
    for some in some_at_a_time(told.gone):
        await connection.execute(delete(off_limits).where(off_limits.c.id.in_(some)))
    saying = await _saying(connection, told.tombstones)
    return await forget.remove(connection, [*told.gone, *saying], _NOBODY)


async def join_space(connection: AsyncConnection, space: Space, house: str) -> str:
    """Return the id that a house's space has here, where all of a model are one."""
    # Two houses that begin with the same model at once are to find each other.
    await connection.execute(select(func.pg_advisory_xact_lock(_SPACES)))
    same = next((it for it in await listed(connection) if it.is_like(space)), None)
    space_id = same.id if same else new_id()
    if same is None:
        await connection.execute(
            insert_into(connection, spaces).values(
                id=space_id,
                model=space.model,
                dimensions=space.dimensions,
                prefixes=dict(space.prefixes),
                state=space.state,
                created_at=now(),
            )
        )
    elif space.state is SpaceState.SERVING:
        await connection.execute(
            update(spaces).where(spaces.c.id == space_id).values(state=space.state)
        )
    await connection.execute(
        insert_into(connection, _space_of_house)
        .values(house=house, named=space.id, space=space_id)
        .on_conflict_do_nothing()
    )
    return space_id


async def leave_space(connection: AsyncConnection, named: str, house: str) -> None:
    """Let a space go that this house does not need, unless another does."""
    await connection.execute(select(func.pg_advisory_xact_lock(_SPACES)))
    left = await connection.execute(
        delete(_space_of_house)
        .where(_space_of_house.c.house == house, _space_of_house.c.named == named)
        .returning(_space_of_house.c.space)
    )
    used = select(_space_of_house.c.space)
    await connection.execute(
        update(spaces)
        .where(spaces.c.id.in_(list(left.scalars())), spaces.c.id.not_in(used))
        .values(state=SpaceState.RETIRED)
    )


async def joined_space(connection: AsyncConnection, named: str, house: str) -> str:
    """Return the id that a house's space has here."""
    found = await connection.execute(
        select(_space_of_house.c.space).where(
            _space_of_house.c.house == house, _space_of_house.c.named == named
        )
    )
    space = found.scalar_one_or_none()
    if space is None:
        raise UnknownError(named)
    return str(space)


async def _saying(
    connection: AsyncConnection, stones: Sequence[Tombstone]
) -> list[str]:
    """Return the facts that say what was forgotten after they became known."""
    buried = {(it.owner, it.content_hash): it.created_at for it in stones}
    ids: list[str] = []
    for some in some_at_a_time([stone.content_hash for stone in stones]):
        found = await connection.execute(
            select(
                facts.c.id, facts.c.owner, facts.c.content_hash, facts.c.created_at
            ).where(facts.c.content_hash.in_(some))
        )
        for row in found:
            at = buried.get((row.owner, row.content_hash))
            if at is not None and row.created_at <= at:
                ids.append(row.id)
    return ids


async def _note_gone(
    connection: AsyncConnection, ids: Collection[str], house: str
) -> None:
    """Let the other houses hear of it."""
    insert = insert_into(connection, _gone)
    noted = insert.on_conflict_do_update(
        index_elements=[_gone.c.id],
        set_={"house": house, "noted_at": func.clock_timestamp()},
    )
    rows = ({"id": one, "house": house} for one in dict.fromkeys(ids))
    await insert_all(connection, noted, rows)
