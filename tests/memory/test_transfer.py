"""What is exported is imported elsewhere as it was."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from custom_components.jarvis.memory.local import LocalRepository
from custom_components.jarvis.memory.records import Fact, Kind, Origin, Turn
from custom_components.jarvis.memory.repository import OffLimits, Repository
from custom_components.jarvis.memory.transfer import (
    NotAnExportError,
    check_lines,
    export_lines,
    import_lines,
)
from custom_components.jarvis.store.database import Database

WORDS = ("clé", "ÉTÉ", "🦓", '"', "\\", "\u2028", "\t", "naïf", "'", "portail", "{}")
OWNERS = (None, "paul", "anna")
MONDAY = datetime(2026, 11, 16, 8, tzinfo=UTC)


@pytest.fixture
async def elsewhere(tmp_path: Path) -> AsyncGenerator[Repository]:
    """Return an empty home on another machine."""
    database = Database(tmp_path / "elsewhere" / "memory.db")
    await database.open()
    yield LocalRepository(database, str.split)
    await database.close()


def _text(chance: Random) -> str:
    return " ".join(chance.choices(WORDS, k=chance.randint(1, 9))) + str(chance)


def _moment(chance: Random) -> datetime:
    return MONDAY + timedelta(microseconds=chance.randrange(10**12))


def _turn(chance: Random) -> Turn:
    return Turn(
        conversation=_text(chance),
        said=_text(chance),
        at=_moment(chance),
        owner=chance.choice(OWNERS),
        language=chance.choice(("fr", "en", None)),
        answered=chance.choice((None, "", _text(chance))),
        done={"tools": [_text(chance)], "n": chance.random()},
        excluded=chance.random() < 0.2,
    )


def _fact(chance: Random, number: int) -> Fact:
    return Fact(
        text=f"{_text(chance)} {number}",
        kind=chance.choice(list(Kind)),
        owner=chance.choice(OWNERS),
        origin=chance.choice(list(Origin)),
        confidence=chance.random(),
        importance=chance.random(),
        valid_from=chance.choice((None, _moment(chance))),
        source_turn=chance.choice((None, "t")),
        created_at=_moment(chance),
    )


@pytest.mark.parametrize("seed", range(4))
async def test_there_and_back(
    repository: Repository, elsewhere: Repository, seed: int
) -> None:
    """Given anything that is kept, corrected or forgotten, then nothing is lost."""
    chance = Random(seed)  # noqa: S311 - the same each time
    facts = [_fact(chance, number) for number in range(20)]
    await repository.add_turns([_turn(chance) for _ in range(20)])
    await repository.add_facts(facts)
    for number, old in enumerate(facts[:5]):
        await repository.supersede(old.id, _fact(chance, 100 + number))
    await repository.forget([facts[6].id])
    await repository.add_off_limits(OffLimits("o", _text(chance), "paul", MONDAY))
    lines = [line async for line in export_lines(repository)]

    await import_lines(elsewhere, lines)

    assert [line async for line in export_lines(elsewhere)] == lines
    assert check_lines(lines) == len(lines) - 1
    await import_lines(repository, [line async for line in export_lines(elsewhere)])
    assert [line async for line in export_lines(repository)] == lines


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        (["", "hello"], 2),
        (['{"jarvis_memory": 1}', "", '{"fact": {"kind": "note"}}'], 3),
        (['{"jarvis_memory": 1}', '{"fact": {"text": "x"}}', "[]"], 3),
        (['{"jarvis_memory": 2}'], 1),
    ],
)
def test_the_line_that_is_wrong(lines: list[str], wrong: int) -> None:
    """Given a line that is not of an export, then its number is told."""
    with pytest.raises(NotAnExportError) as raised:
        check_lines(lines)
    assert raised.value.line == wrong
