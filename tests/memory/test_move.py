"""Moving the memory to the second home and back: all of it, and what a stop costs."""

import numpy as np
import pytest

from custom_components.jarvis.memory.local import LocalRepository
from custom_components.jarvis.memory.move import move_in, move_out
from custom_components.jarvis.memory.records import Fact, Item, Turn
from custom_components.jarvis.memory.repository import ForgottenError, Repository
from custom_components.jarvis.store.database import Database

from .conftest import Local, Second


class StoppedError(Exception):
    """Somebody stops Home Assistant in the middle."""


async def fill(repository: Repository) -> None:
    """Keep some of everything."""
    turns = [
        Turn(conversation="c", said=f"phrase {i}", answered="é", done={"a": [i]})
        for i in range(230)
    ]
    await repository.add_turns(turns)
    facts = [Fact(text=f"fait {i}", source_turn=turns[i].id) for i in range(130)]
    await repository.add_facts(facts)
    await repository.supersede(facts[0].id, Fact(text="fait nouveau"))
    gone = await repository.add_fact(Fact(text="oublié"))
    await repository.forget([gone.id])
    space = await repository.begin_space("m", 4, {})
    ids = [*(one.id for one in turns), *(one.id for one in facts)]
    rows = [(one, np.full(4, 0.5)) for one in ids]
    await repository.put_vectors(space.id, rows)
    await repository.serve_space(space.id)


async def everything(repository: Repository) -> list[Turn | Fact]:
    """Return what a home has."""
    return [*await repository.every(Item.TURN), *await repository.every(Item.FACT)]


async def test_in_and_out_again(local: Local, second: Second) -> None:
    """Given a memory, when it moves there and to a new house, then nothing is lost."""
    await fill(local.repository)
    shares: list[float] = []
    moved = await move_in(local.repository, second.repository, shares.append)
    assert moved.is_complete
    assert (moved.turns, moved.facts, moved.merged) == (230, 131, 0)
    assert shares == sorted(shares)
    assert (len(shares) > 3, shares[-1]) == (True, 1.0)
    assert await everything(second.repository) == await everything(local.repository)
    assert sum((await second.repository.counts()).vectors.values()) == 230 + 129

    database = Database(local.folder / "new" / "memory.db")
    await database.open()
    new = LocalRepository(database, str.split, outbox_enabled=False)
    space = await new.begin_space("m", 4, {})
    moved = await move_out(second.repository, new, shares.append)
    assert moved.is_complete
    assert await everything(new) == await everything(local.repository)
    assert (await new.counts()).vectors == {space.id: 230 + 129}
    with pytest.raises(ForgottenError):
        await new.add_fact(Fact(text="oublié"))
    await database.close()


async def test_a_stop_in_the_middle(local: Local, second: Second) -> None:
    """Given a move that is stopped, when it is begun again, then it goes on there."""
    await fill(local.repository)

    def stop(share: float) -> None:
        if share > 0.5:
            raise StoppedError

    with pytest.raises(StoppedError):
        await move_in(local.repository, second.repository, stop)
    there = len(await everything(second.repository))
    assert 0 < there < 361
    shares: list[float] = []
    moved = await move_in(local.repository, second.repository, shares.append)
    assert moved.is_complete
    assert shares[0] > 0.5  # not all pages again
    assert await everything(second.repository) == await everything(local.repository)


async def test_what_is_not_alike_is_found(local: Local, second: Second) -> None:
    """Given a second home that lost and changed something, then that is told."""
    await fill(local.repository)
    await move_in(local.repository, second.repository, lambda _share: None)
    facts = await local.repository.every(Item.FACT)
    turns = await local.repository.every(Item.TURN)
    second.sql(
        f"DELETE FROM fact WHERE id = '{facts[3].id}'",  # noqa: S608 - our id
        f"UPDATE turn SET said = 'autre' WHERE id = '{turns[7].id}'",  # noqa: S608
    )
    moved = await move_in(local.repository, second.repository, lambda _share: None)
    assert not moved.is_complete
    assert (moved.missing, moved.different) == ([facts[3].id], [turns[7].id])
    assert moved.hash != moved.other_hash
