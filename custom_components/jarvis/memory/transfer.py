"""The memory as lines of JSON: read by people, imported elsewhere without loss."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from itertools import batched
import json
from typing import Any

from .records import Fact, Item, Kind, Origin, Turn
from .repository import OffLimits, Owners, Repository, Tombstone

FORMAT = 1

_AT_ONCE = 200
_HEAD = "jarvis_memory"
_TOMBSTONE = "forgotten"
_OFF_LIMITS = "off_limits"
_MOMENTS = {"at", "valid_from", "valid_to", "expires_at", "created_at"}


class NotAnExportError(ValueError):
    """A line is not of an export, or of one that is newer than this version."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought."""

    turns: int = 0
    facts: int = 0
    known: int = 0
    """Lines that brought nothing new, or what was forgotten here."""

    def __add__(self, other: Imported) -> Imported:
        return Imported(
            self.turns + other.turns, self.facts + other.facts, self.known + other.known
        )


async def export_lines(
    repository: Repository, owners: Owners | None = None
) -> AsyncIterator[str]:
    """Give one line for each thing that is kept, of some people or of all."""
    yield _line(_HEAD, FORMAT)
    for tombstone in await repository.tombstones(owners):
        yield _line(_TOMBSTONE, asdict(tombstone))
    for declared in await repository.off_limits(owners):
        yield _line(_OFF_LIMITS, asdict(declared))
    for items in (Item.TURN, Item.FACT):
        after = None
        while page := await repository.every(
            items, owners=owners, after=after, limit=_AT_ONCE
        ):
            for one in page:
                yield _line(items, asdict(one))
            after = page[-1].id


async def import_lines(repository: Repository, lines: Iterable[str]) -> Imported:
    """Keep what an export says. What is there already stays; again changes nothing."""
    done = Imported()
    written = (line for line in lines if line.strip())
    if _read(next(written, "{}")) != (_HEAD, FORMAT):
        raise NotAnExportError("the first line does not name this format")
    for some in batched(written, _AT_ONCE, strict=False):
        done += await _import_some(repository, [_read(line) for line in some])
    return done


async def _import_some(
    repository: Repository, read: Sequence[tuple[str, Any]]
) -> Imported:
    try:
        tombstones = [
            Tombstone(**_moments(it)) for name, it in read if name == _TOMBSTONE
        ]
        declared = [
            OffLimits(**_moments(it)) for name, it in read if name == _OFF_LIMITS
        ]
        turns = [_turn(it) for name, it in read if name == Item.TURN]
        facts = [_fact(it) for name, it in read if name == Item.FACT]
    except (AttributeError, TypeError, ValueError) as err:
        raise NotAnExportError("a line lacks what it should say") from err
    for one in declared:
        await repository.add_off_limits(one)
    if tombstones:
        await repository.add_tombstones(tombstones)
    new_turns = await repository.add_turns(turns) if turns else 0
    new_facts = await repository.add_facts(facts) if facts else 0
    known = len(turns) + len(facts) - new_turns - new_facts
    return Imported(new_turns, new_facts, known)


def _turn(values: Mapping[str, Any]) -> Turn:
    return Turn(**_known(Turn, values))


def _fact(values: Mapping[str, Any]) -> Fact:
    known = _known(Fact, values)
    kind = Kind(known.pop("kind", Kind.NOTE))
    origin = Origin(known.pop("origin", Origin.SAID))
    return Fact(kind=kind, origin=origin, **known)


def _known(record: type[Turn | Fact], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that a record has; what a newer version added is left out."""
    names = {field.name for field in fields(record)}
    return {name: it for name, it in _moments(values).items() if name in names}


def _moments(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values with moments where there are times in ISO 8601."""
    return {
        name: _moment(it) if it and name in _MOMENTS else it
        for name, it in values.items()
    }


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _line(name: str, value: Any) -> str:
    return json.dumps({name: value}, ensure_ascii=False, default=_iso)


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _read(line: str) -> tuple[str, Any]:
    """Return what a line is about, and what it says."""
    try:
        ((name, value),) = json.loads(line).items()
    except (ValueError, AttributeError) as err:
        raise NotAnExportError("a line is not an object with one name") from err
    return str(name), value
