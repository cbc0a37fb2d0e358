"""How the second home hears of everything, and houses of what others forgot."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from custom_components.jarvis.memory.feeder import Feeder
from custom_components.jarvis.memory.local import LocalRepository
from custom_components.jarvis.memory.postgres import PostgresRepository
from custom_components.jarvis.memory.records import Fact, Item, Turn
from custom_components.jarvis.memory.repository import ForgottenError, OffLimits
from custom_components.jarvis.store.database import Database
from custom_components.jarvis.store.errors import Reason, StoreError
from custom_components.jarvis.store.postgres import PostgresDatabase

from .conftest import Local, Second

PAUL = "paul"


@dataclass
class House:
    """A house with its own home, and its way to the one that all share."""

    local: LocalRepository
    second: PostgresRepository
    feeder: Feeder

    async def everything(self) -> list[Turn | Fact]:
        """Return what the house has."""
        return [*await self.local.every(Item.TURN), *await self.local.every(Item.FACT)]


@pytest.fixture
async def here(local: Local, second: Second) -> House:
    """Return the house of the tests, fed for the first time."""
    await local.repository.switch_outbox(enabled=True)
    feeder = Feeder(local.repository, second.repository)
    return House(local.repository, second.repository, feeder)


@pytest.fixture
async def there(second: Second, tmp_path: Path) -> AsyncGenerator[House]:
    """Return another house that shares the second home."""
    database = Database(tmp_path / "there" / "memory.db")
    await database.open()
    server = PostgresDatabase(second.server.url(second.name))
    local = LocalRepository(database, str.split)
    await local.switch_outbox(enabled=True)
    repository = PostgresRepository(server, str.split, "there")
    yield House(local, repository, Feeder(local, repository))
    await database.close()
    await server.close()


async def shared(second: Second) -> list[Turn | Fact]:
    """Return what the second home has."""
    repository = second.repository
    return [*await repository.every(Item.TURN), *await repository.every(Item.FACT)]


async def test_changes_arrive_in_their_order(here: House, second: Second) -> None:
    """Given changes of all kinds, when they are fed, then both homes are alike."""
    said = Turn(conversation="c", said="bonjour", owner=PAUL)
    await here.local.add_turn(said)
    await here.feeder.catch_up()
    await here.local.answer_turn(said.id, "salut", {"a": [1]}, "m")
    old = await here.local.add_fact(Fact(text="rendez-vous lundi", owner=PAUL))
    new = await here.local.supersede(old.id, Fact(text="mardi", owner=PAUL))
    space = await here.local.begin_space("m", 4, {"query": "q"})
    await here.local.put_vectors(space.id, [(new.id, np.full(4, 0.5))])
    await here.local.serve_space(space.id)
    await here.local.add_off_limits(OffLimits("o", "santé", PAUL, datetime.now(UTC)))
    await here.feeder.catch_up()

    assert await shared(second) == await here.everything()
    there = await second.repository.space_like(space)
    assert there is not None
    chunk = await second.repository.vectors_of(there.id, [new.id])
    assert chunk.matrix.tolist() == [[0.5] * 4]
    assert await second.repository.off_limits() == await here.local.off_limits()
    assert (here.feeder.backlog, here.feeder.is_filled) == (0, True)


async def test_what_was_kept_before_is_filled_in(here: House, second: Second) -> None:
    """Given a memory before the second home was chosen, then it is brought there.

    A stop in the middle costs nothing, and what is forgotten meanwhile is not sent.
    """
    await here.local.switch_outbox(enabled=False)
    await here.local.add_turns(
        [Turn(conversation="c", said=f"phrase {i}") for i in range(250)]
    )
    await here.local.add_facts([Fact(text=f"fait {i}") for i in range(120)])
    buried = await here.local.add_fact(Fact(text="oublié", owner=PAUL))
    await here.local.forget([buried.id])
    await here.local.switch_outbox(enabled=True)
    pages = 0
    receive = here.second.receive

    async def broken(*arguments: object, **more: object) -> None:
        nonlocal pages
        pages += 1
        if pages == 2:
            raise StoreError(Reason.UNREACHABLE)
        await receive(*arguments, **more)  # type: ignore[arg-type]

    here.second.receive = broken  # type: ignore[method-assign]
    with pytest.raises(StoreError):
        await here.feeder.catch_up()
    turns = await here.local.every(Item.TURN)
    await here.local.forget([turns[120].id])
    await here.feeder.catch_up()

    assert pages == 1 + 1 + 2 + 2  # none of the first page again
    assert await shared(second) == await here.everything()
    assert len(await shared(second)) == 249 + 120
    with pytest.raises(ForgottenError):
        await second.repository.add_fact(Fact(text="oublié", owner=PAUL))


async def test_feeding_twice_changes_nothing(here: House, second: Second) -> None:
    """Given a stop before the outbox heard that all arrived, then nothing doubles."""
    old = await here.local.add_fact(Fact(text="un"))
    await here.local.add_turn(Turn(conversation="c", said="bonjour"))
    entries = await here.local.outbox(10)
    await here.feeder.catch_up()
    await here.local.supersede(old.id, Fact(text="deux"))
    await here.feeder.catch_up()
    before = await shared(second)
    await here.feeder._send(entries)
    await here.feeder.fill_anew()
    await here.feeder.catch_up()
    assert await shared(second) == before == await here.everything()


async def test_what_one_house_forgets_no_house_has(
    here: House, there: House, second: Second
) -> None:
    """Given the same memories in two houses, when one forgets, then the other too."""
    fact = await here.local.add_fact(Fact(text="code un", owner=PAUL))
    turn = Turn(conversation="c", said="le code est un", owner=PAUL)
    await here.local.add_turn(turn)
    await there.local.add_turn(turn)  # moved there once
    like = await there.local.add_fact(Fact(text="Code un.", owner=PAUL))
    await here.feeder.catch_up()
    await there.feeder.catch_up()
    assert len(await shared(second)) == 2  # one sentence, once

    await here.local.forget([fact.id, turn.id])
    await here.feeder.catch_up()
    await there.feeder.catch_up()

    assert await there.local.get_many([like.id, turn.id]) == {}
    assert await shared(second) == []
    with pytest.raises(ForgottenError):
        await there.local.add_fact(Fact(text="code un", owner=PAUL))
    # Somebody asks for it: that counts more than that it was forgotten elsewhere.
    asked = await there.local.add_fact(Fact(text="code un", owner=PAUL), force=True)
    await there.feeder.catch_up()
    assert await shared(second) == [asked]


async def test_what_came_from_elsewhere_can_be_forgotten(
    here: House, there: House, second: Second
) -> None:
    """Given a memory of another house, when it is forgotten here, then it is gone."""
    fact = await there.local.add_fact(Fact(text="leur secret"))
    said = Turn(conversation="c", said="leur secret")
    await there.local.add_turn(said)
    await there.feeder.catch_up()
    await here.local.forget([fact.id, said.id])
    await here.feeder.catch_up()
    assert await shared(second) == []
    await there.feeder.catch_up()
    assert await there.everything() == []
    assert [it.content_hash for it in await there.local.tombstones()] == [
        fact.content_hash
    ]


async def test_nothing_is_set_back(here: House, there: House, second: Second) -> None:
    """Given a fact corrected in another house, then an older state changes nothing."""
    old = await here.local.add_fact(Fact(text="lundi", owner=PAUL))
    await here.feeder.catch_up()
    await there.local.add_fact(old)  # as the other house read it
    new = await there.local.supersede(old.id, Fact(text="mardi", owner=PAUL))
    await there.feeder.catch_up()
    await here.feeder.fill_anew()
    await here.feeder.catch_up()
    assert await second.repository.facts([PAUL]) == [new]


async def test_the_same_sentence_superseded_in_another_house(
    here: House, there: House, second: Second
) -> None:
    """Given one sentence learned in two houses, then a correction in one counts."""
    await here.local.add_fact(Fact(text="lundi", owner=PAUL))
    await here.feeder.catch_up()
    like = await there.local.add_fact(Fact(text="lundi", owner=PAUL))
    new = await there.local.supersede(like.id, Fact(text="mardi", owner=PAUL))
    await there.feeder.catch_up()
    assert await second.repository.facts([PAUL]) == [new]


async def test_a_model_is_everybodys(here: House, there: House, second: Second) -> None:
    """Given two houses with one model, then its vectors go with the last of them."""
    for house in (here, there):
        fact = await house.local.add_fact(Fact(text=f"fait {house is here}"))
        space = await house.local.begin_space("m", 2, {})
        await house.local.put_vectors(space.id, [(fact.id, np.ones(2))])
        await house.local.serve_space(space.id)
        await house.feeder.catch_up()
    (common,) = await second.repository.spaces()
    assert (await second.repository.counts()).vectors == {common.id: 2}
    for house, left in ((here, 2), (there, 0)):
        other = await house.local.begin_space("n", 2, {})
        await house.local.serve_space(other.id)
        await house.feeder.catch_up()
        await second.repository.tidy()
        vectors = (await second.repository.counts()).vectors
        assert vectors.get(common.id, 0) == left


async def test_what_the_server_cannot_hold_is_set_aside(
    here: House, second: Second
) -> None:
    """Given words that PostgreSQL cannot hold, then the others arrive all the same."""
    good = [Turn(conversation="c", said=f"phrase {i}") for i in range(3)]
    await here.feeder.catch_up()
    await here.local.add_turn(good[0])
    await here.local.add_turn(Turn(conversation="c", said="un \0 zéro"))
    await here.local.add_turns(good[1:])
    await here.feeder.catch_up()
    assert await shared(second) == good
    assert here.feeder.backlog == 0
    assert len(here.feeder.set_aside) == 1
    await here.feeder.catch_up()
    assert len(here.feeder.set_aside) == 1


async def test_forgetting_is_noted_while_there_is_no_second_home(
    here: House, second: Second
) -> None:
    """Given a second home that was left, when it is back, then it forgets too."""
    fact = await here.local.add_fact(Fact(text="secret"))
    said = Turn(conversation="c", said="secret")
    await here.local.add_turn(said)
    await here.feeder.catch_up()
    await here.local.switch_outbox(enabled=False)
    await here.local.forget([fact.id, said.id])
    kept = await here.local.add_fact(Fact(text="gardé"))
    await here.local.switch_outbox(enabled=True)
    await here.feeder.catch_up()
    assert await shared(second) == [kept]


async def test_two_houses_write_at_the_same_time(
    here: House, there: House, second: Second
) -> None:
    """Given two houses that learn the same and other things, then nothing is lost."""
    for name, house in (("ici", here), ("là", there)):
        await house.local.add_facts(
            [Fact(text=f"{name} {i}" if i % 2 else f"commun {i}") for i in range(60)]
        )
    await asyncio.gather(here.feeder.catch_up(), there.feeder.catch_up())
    texts = [one.text for one in await second.repository.facts([None], limit=200)]
    assert len(texts) == len(set(texts)) == 30 + 30 + 30
    assert (here.feeder.set_aside, there.feeder.set_aside) == ([], [])


async def test_excluded_turns_stay_here(here: House, second: Second) -> None:
    """Given «ne retiens pas cette conversation», then only this house has it."""
    said = Turn(conversation="c", said="secret")
    await here.local.add_turn(said)
    await here.feeder.catch_up()
    await here.local.exclude("c")
    await here.feeder.catch_up()
    assert await shared(second) == []
    await here.feeder.catch_up()
    assert await here.everything() == [replace(said, excluded=True)]
