"""Moving the memory from one home to the other: by pages, resumable, then verified."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
import hashlib
import json
from typing import Any

from .local import MOVED_IN, LocalRepository
from .postgres import PostgresRepository
from .records import Fact, Item, Turn
from .repository import Repository

_MOVED_OUT = "moved_out"

_AT_ONCE = 100
_STEPS = (Item.TURN, Item.FACT)
_MAY_GO_ON = {"superseded_by", "valid_to", "source_turn"}
"""What may have become of a fact in the other home already."""

type Progress = Callable[[float], None]
"""Called with the share that is done."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far a move has come: behind an item, of the pages of one kind."""

    step: int = -1
    """-1 before what is no page, then the kinds; behind the last it is done."""
    after: str | None = None
    done: int = 0
    """How many items that is."""

    @property
    def is_end(self) -> bool:
        """Tell whether everything is moved."""
        return self.step >= len(_STEPS)


@dataclass(slots=True)
class Verified:
    """What is in both homes, by count and by hash."""

    turns: int = 0
    facts: int = 0
    merged: int = 0
    """Facts of which the other home has the same sentence, or has forgotten it."""
    missing: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)
    hash: str = ""
    """Of all that is in both, in the order of the ids."""
    other_hash: str = ""

    @property
    def is_complete(self) -> bool:
        """Tell whether the other home has everything as it is here."""
        return not self.missing and self.hash == self.other_hash


async def move_in(
    local: LocalRepository, second: PostgresRepository, progress: Progress
) -> Verified:
    """Bring everything to the second home; a stop in between costs nothing."""
    total = await _size(local)
    place = await begun(local, second, MOVED_IN)
    while not place.is_end:
        place = await fill_some(local, second, place)
        progress(min(place.done / total, 1.0) if total else 1.0)
    progress(1.0)
    return await verify(local, second)


async def move_out(
    second: PostgresRepository, local: LocalRepository, progress: Progress
) -> Verified:
    """Bring everything from the second home here; a stop in between costs nothing."""
    total = await _size(second)
    place = await begun(local, second, _MOVED_OUT)
    while not place.is_end:
        if place.step < 0:
            await local.add_tombstones(await second.tombstones())
            for declared in await second.off_limits():
                await local.add_off_limits(declared)
            place = Place(0)
        else:
            page = await second.every(
                _STEPS[place.step], after=place.after, limit=_AT_ONCE
            )
            await local.receive(page)
            await _vectors_out(second, local, page)
            place = _behind(place, page)
        await _note(local, second, _MOVED_OUT, place)
        progress(min(place.done / total, 1.0) if total else 1.0)
    progress(1.0)
    await local.set_mark(_MOVED_OUT, "")  # the next move begins anew
    return await verify(second, local)


async def begun(local: LocalRepository, second: PostgresRepository, mark: str) -> Place:
    """Return how far the move from or to this very second home has come."""
    home, *noted = (await local.mark(mark) or " ").split(" ")
    if home != await second.identity():
        return Place()
    step, done, after = noted
    return Place(int(step), after or None, int(done))


async def fill_some(
    local: LocalRepository, second: PostgresRepository, place: Place
) -> Place:
    """Send a page to the second home; return how far that is."""
    if place.step < 0:
        await second.bury(await local.tombstones())
        for declared in await local.off_limits():
            await second.add_off_limits(declared)
        for space in await local.spaces():
            await second.join(space)
        place = Place(0)
    else:
        page = await local.every(_STEPS[place.step], after=place.after, limit=_AT_ONCE)
        if page:
            await second.receive(page)
            await _vectors_in(local, second, page)
        place = _behind(place, page)
    await _note(local, second, MOVED_IN, place)
    return place


async def verify(
    source: LocalRepository | PostgresRepository,
    target: LocalRepository | PostgresRepository,
) -> Verified:
    """Compare what is to be in both homes, one by one."""
    verified = Verified()
    here, there = hashlib.sha256(), hashlib.sha256()
    for items in _STEPS:
        after = None
        while page := await source.every(items, after=after, limit=_AT_ONCE):
            after = page[-1].id
            shared = [one for one in page if not _stays(one)]
            await _compare(shared, target, verified, here, there)
    verified.hash, verified.other_hash = here.hexdigest(), there.hexdigest()
    return verified


async def _compare(
    page: Sequence[Turn | Fact],
    target: LocalRepository | PostgresRepository,
    verified: Verified,
    here: Any,
    there: Any,
) -> None:
    """Compare a page with what the other home has of it."""
    found = await target.get_many([one.id for one in page])
    absent = [one for one in page if one.id not in found]
    accounted = await target.accounted([one for one in absent if isinstance(one, Fact)])
    verified.merged += len(accounted)
    verified.missing += [one.id for one in absent if one.id not in accounted]
    for one in page:
        if one.id not in found:
            continue
        if isinstance(one, Turn):
            verified.turns += 1
        else:
            verified.facts += 1
        mine, other = _lasting(one), _lasting(found[one.id])
        here.update(mine)
        there.update(other)
        if mine != other:
            verified.different.append(one.id)


def _behind(place: Place, page: Sequence[Turn | Fact]) -> Place:
    """Return the place behind a page."""
    if not page:
        return Place(place.step + 1, done=place.done)
    return Place(place.step, page[-1].id, place.done + len(page))


async def _note(
    local: LocalRepository, second: PostgresRepository, mark: str, place: Place
) -> None:
    home = await second.identity()
    await local.set_mark(mark, f"{home} {place.step} {place.done} {place.after or ''}")


async def _vectors_in(
    local: LocalRepository, second: PostgresRepository, page: Sequence[Turn | Fact]
) -> None:
    for space in await local.spaces():
        chunk = await local.vectors_of(space.id, [one.id for one in page])
        if chunk.ids:
            await second.receive_vectors(space.id, chunk)


async def _vectors_out(
    second: PostgresRepository, local: LocalRepository, page: Sequence[Turn | Fact]
) -> None:
    """Bring vectors that can be compared here; the others are made anew."""
    for space in await local.spaces():
        theirs = await second.space_like(space)
        if theirs is None:
            continue
        chunk = await second.vectors_of(theirs.id, [one.id for one in page])
        rows = list(zip(chunk.ids, chunk.matrix, strict=True))
        await local.put_vectors(space.id, rows)


async def _size(repository: Repository) -> int:
    counts = await repository.counts()
    return counts.turns + counts.facts + counts.past_facts


def _stays(one: Turn | Fact) -> bool:
    """Tell what is not sent elsewhere."""
    return isinstance(one, Turn) and one.excluded


def _lasting(one: Turn | Fact) -> bytes:
    """Return what is the same of a record in every home."""
    left_out = _MAY_GO_ON if isinstance(one, Fact) else set[str]()
    values = {key: it for key, it in asdict(one).items() if key not in left_out}
    return json.dumps(values, sort_keys=True, default=_iso).encode()


def _iso(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
