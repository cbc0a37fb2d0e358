"""The memory as lines of JSON: read by people, imported elsewhere without loss."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from itertools import batched
import json
from typing import Any

from .records import Fact, Item, Kind, Origin, Turn
from .repository import OffLimits, Owners, Repository, Tombstone

FORMAT = 1

_AT_ONCE = 200
_HEAD = "jarvis_memory"
_MOMENTS = {"at", "valid_from", "valid_to", "expires_at", "created_at"}


class _Name(StrEnum):
    """What a line is called that is neither a turn nor a fact."""

    TOMBSTONE = "forgotten"
    OFF_LIMITS = "off_limits"


class NotAnExportError(ValueError):
    """A line is not of an export, or of one that is newer than this version."""

    def __init__(self, line: int, why: str) -> None:
        """Take the number of the line, from 1 on, and what is wrong with it."""
        super().__init__(f"line {line}: {why}")
        self.line = line


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
        yield _line(_Name.TOMBSTONE, asdict(tombstone))
    for declared in await repository.off_limits(owners):
        yield _line(_Name.OFF_LIMITS, asdict(declared))
    for items in (Item.TURN, Item.FACT):
        after = None
        while page := await repository.every(
            items, owners=owners, after=after, limit=_AT_ONCE
        ):
            for one in page:
                yield _line(items, asdict(one))
            after = page[-1].id


type _Record = Turn | Fact | Tombstone | OffLimits | None
"""What a line says; None is nothing, or of a kind that a newer version added."""


def check_lines(lines: Iterable[str]) -> int:
    """Read an export without keeping anything; return how many things it has.

    It blocks: for threads only.
    """
    count = 0
    for _number, record in _records(lines):
        count += record is not None
    return count


async def import_lines(repository: Repository, lines: Iterable[str]) -> Imported:
    """Keep what an export says. What is there already stays; again changes nothing.

    The lines are read in threads, some at a time: they may be a file's.
    """
    done = Imported()
    some = batched(_records(lines), _AT_ONCE, strict=False)
    while read := await asyncio.to_thread(next, some, ()):
        done += await _import_some(repository, [record for _number, record in read])
    return done


async def _import_some(repository: Repository, records: Sequence[_Record]) -> Imported:
    turns = [one for one in records if isinstance(one, Turn)]
    facts = [one for one in records if isinstance(one, Fact)]
    tombstones = [one for one in records if isinstance(one, Tombstone)]
    for one in records:
        if isinstance(one, OffLimits):
            await repository.add_off_limits(one)
    if tombstones:
        await repository.add_tombstones(tombstones)
    new_turns = await repository.add_turns(turns) if turns else 0
    new_facts = await repository.add_facts(facts) if facts else 0
    known = len(turns) + len(facts) - new_turns - new_facts
    return Imported(new_turns, new_facts, known)


def _records(lines: Iterable[str]) -> Iterator[tuple[int, _Record]]:
    """Yield what the lines say, with their numbers; the first names the format."""
    is_first = True
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        name, value = _read(number, line)
        if is_first:
            if (name, value) != (_HEAD, FORMAT):
                break
            is_first = False
            continue
        try:
            yield number, _record(name, value)
        except (AttributeError, KeyError, TypeError, ValueError) as err:
            raise NotAnExportError(number, "it lacks what it should say") from err
    if is_first:
        raise NotAnExportError(1, "it does not name this format")


def _record(name: str, value: Mapping[str, Any]) -> _Record:
    """Return what a line says."""
    match name:
        case Item.TURN:
            return _turn(value)
        case Item.FACT:
            return _fact(value)
        case _Name.TOMBSTONE:
            return Tombstone(**_moments(value))
        case _Name.OFF_LIMITS:
            return OffLimits(**_moments(value))
    return None


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


def _read(number: int, line: str) -> tuple[str, Any]:
    """Return what a line is about, and what it says."""
    try:
        ((name, value),) = json.loads(line).items()
    except (ValueError, AttributeError) as err:
        raise NotAnExportError(number, "it is not an object with one name") from err
    return str(name), value
