"""Facts: each once, superseded rather than overwritten, not learned once forgotten."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from itertools import batched

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ...store.schema import fact as facts, tombstone as tombstones
from ..records import Fact, Kind, now
from ..repository import ForgottenError, Sent, UnknownError
from .outbox import Box
from .rows import FACT_COLUMNS, MOST_IDS, Terms, fact_of, fact_row, insert_all
from .turns import remove_vectors

type Sameness = tuple[str | None, Kind, str]
"""Owner, kind and hash: there is one current fact of each."""


async def add(
    connection: AsyncConnection,
    added: Sequence[Fact],
    terms: Callable[[str], Terms],
    box: Box,
    *,
    force: bool,
) -> list[Fact | None]:
    """Return for each fact what is kept: itself, its like, or None where forgotten."""
    kept: list[Fact | None] = []
    for some in batched(added, MOST_IDS, strict=False):
        kept += await _add_some(connection, some, terms, box, force=force)
    return kept


async def _add_some(
    connection: AsyncConnection,
    added: Sequence[Fact],
    terms: Callable[[str], Terms],
    box: Box,
    *,
    force: bool,
) -> list[Fact | None]:
    by_id, current = await _known(connection, added)
    forgotten = set[tuple[str | None, str]]()
    if force:
        await _unbury(connection, added)
    else:
        forgotten = await _buried(connection, added)
    kept: list[Fact | None] = []
    new: list[Fact] = []
    for fact in added:
        like = by_id.get(fact.id)
        if fact.superseded_by is None and like is None:
            like = current.get(_sameness(fact))
        if like is not None and (like.id == fact.id or not like.is_past(now())):
            kept.append(like)
        elif _is_buried(fact, forgotten):
            kept.append(None)
        else:
            if like is not None:  # it held before, and holds again
                await _replace(connection, like, fact, box)
            kept.append(fact)
            new.append(fact)
            by_id[fact.id] = fact
            if fact.superseded_by is None:
                current[_sameness(fact)] = fact
    if new:
        rows = (fact_row(fact, terms(fact.words)) for fact in new)
        await insert_all(connection, facts, rows)
        # Somebody's wish counts more than that it was forgotten in another house.
        wish = {"asked": True} if force else None
        await box.put(connection, Sent.FACT, [fact.id for fact in new], wish)
    return kept


async def supersede(
    connection: AsyncConnection,
    old_id: str,
    new_fact: Fact,
    terms: Callable[[str], Terms],
    box: Box,
    *,
    force: bool,
) -> Fact:
    """Put a fact in the place of the newest that stands in the place of the old one."""
    old = await _newest(connection, old_id)
    if _sameness(old) == _sameness(new_fact) and not old.is_past(now()):
        return old
    (kept,) = await add(connection, [new_fact], terms, box, force=force)
    if kept is None:
        raise ForgottenError(new_fact.content_hash)
    # Adding it may have done so already: it held before, and holds again.
    if (await _by_id(connection, old.id)).superseded_by == old.superseded_by:
        await _replace(connection, old, kept, box)
    return kept


async def end(
    connection: AsyncConnection, fact_id: str, at: datetime, box: Box
) -> None:
    """Note that a fact holds no longer."""
    await _by_id(connection, fact_id)
    await connection.execute(
        update(facts).where(facts.c.id == fact_id).values(valid_to=at)
    )
    await remove_vectors(connection, [fact_id])
    await box.put(connection, Sent.FACT, [fact_id])


async def by_id(connection: AsyncConnection, fact_id: str) -> Fact | None:
    """Return a fact."""
    found = await connection.execute(select(*FACT_COLUMNS).where(facts.c.id == fact_id))
    row = found.one_or_none()
    return None if row is None else fact_of(row)


async def not_buried(
    connection: AsyncConnection, received: Sequence[Fact], asked: Collection[str]
) -> list[Fact]:
    """Return the facts that may be kept; those that are asked for may be for good."""
    kept: list[Fact] = []
    for some in batched(received, MOST_IDS, strict=False):
        await _unbury(connection, [fact for fact in some if fact.id in asked])
        buried = await _buried(connection, some)
        kept += [fact for fact in some if not _is_buried(fact, buried)]
    return kept


async def accounted(connection: AsyncConnection, known: Sequence[Fact]) -> set[str]:
    """Return the ids of facts that are said by others, or were forgotten."""
    ids = set[str]()
    for some in batched(known, MOST_IDS, strict=False):
        gone = await _buried(connection, some)
        hashes = [fact.content_hash for fact in some]
        found = await connection.execute(
            select(facts.c.owner, facts.c.content_hash).where(
                facts.c.content_hash.in_(hashes)
            )
        )
        said = {(row.owner, row.content_hash) for row in found}
        ids |= {
            fact.id
            for fact in some
            if (fact.owner, fact.content_hash) in said or _is_buried(fact, gone)
        }
    return ids


async def _replace(connection: AsyncConnection, old: Fact, new: Fact, box: Box) -> None:
    """Make a fact the past of another."""
    begin = new.valid_from or new.created_at
    until = min(old.valid_to, begin) if old.valid_to else begin
    await connection.execute(
        update(facts)
        .where(facts.c.id == old.id)
        .values(superseded_by=new.id, valid_to=until)
    )
    await remove_vectors(connection, [old.id])
    await box.put(connection, Sent.FACT, [old.id])


async def _newest(connection: AsyncConnection, fact_id: str) -> Fact:
    """Follow what superseded a fact to its end; what expired leaves the chain open."""
    fact = await _by_id(connection, fact_id)
    while fact.superseded_by is not None:
        newer = await by_id(connection, fact.superseded_by)
        if newer is None:
            break
        fact = newer
    return fact


async def _by_id(connection: AsyncConnection, fact_id: str) -> Fact:
    fact = await by_id(connection, fact_id)
    if fact is None:
        raise UnknownError(fact_id)
    return fact


async def _known(
    connection: AsyncConnection, added: Sequence[Fact]
) -> tuple[dict[str, Fact], dict[Sameness, Fact]]:
    """Return what is there of facts, by id and by what makes two the same."""
    ids = [fact.id for fact in added]
    hashes = [fact.content_hash for fact in added]
    found = await connection.execute(select(*FACT_COLUMNS).where(facts.c.id.in_(ids)))
    by_id = {fact.id: fact for fact in map(fact_of, found)}
    found = await connection.execute(
        select(*FACT_COLUMNS).where(
            facts.c.content_hash.in_(hashes), facts.c.superseded_by.is_(None)
        )
    )
    return by_id, {_sameness(fact): fact for fact in map(fact_of, found)}


async def _buried(
    connection: AsyncConnection, added: Sequence[Fact]
) -> set[tuple[str | None, str]]:
    """Return of which facts there are tombstones."""
    hashes = [fact.content_hash for fact in added]
    found = await connection.execute(
        select(tombstones.c.owner, tombstones.c.content_hash).where(
            tombstones.c.content_hash.in_(hashes)
        )
    )
    return {(row.owner, row.content_hash) for row in found}


def _is_buried(fact: Fact, buried: Collection[tuple[str | None, str]]) -> bool:
    """Tell whether a fact was forgotten by its owner or by the household."""
    return any((owner, fact.content_hash) in buried for owner in (fact.owner, None))


async def _unbury(connection: AsyncConnection, added: Sequence[Fact]) -> None:
    """Remove the tombstones of facts that somebody asks to be kept."""
    for fact in added:
        await connection.execute(
            delete(tombstones).where(
                tombstones.c.content_hash == fact.content_hash,
                tombstones.c.owner.is_not_distinct_from(fact.owner)
                | tombstones.c.owner.is_(None),
            )
        )


def _sameness(fact: Fact) -> Sameness:
    return fact.owner, fact.kind, fact.content_hash
