"""What is the local home's alone: bytes on the disk, the outbox, copies of its file."""

import asyncio

import numpy as np
import pytest

from custom_components.jarvis.memory.local import LocalRepository
from custom_components.jarvis.memory.records import Fact, Item, Turn
from custom_components.jarvis.memory.repository import Op, Sent

from .conftest import Local

SECRETS = ("xylophone", "kangourou", "wagonnet", "quincaillerie")


async def _fill(repository: LocalRepository) -> None:
    """Keep some hundred things, so that the index has more than one page."""
    await repository.add_turns(
        [
            Turn(conversation=f"c{i}", said=f"phrase {i} mot{i % 50} suite{i * 7}")
            for i in range(800)
        ]
    )
    await repository.add_facts([Fact(text=f"fait {i} sujet{i}") for i in range(300)])


@pytest.mark.parametrize("during", [False, True], ids=["at rest", "while others read"])
async def test_forgetting_leaves_no_byte(local: Local, during: bool) -> None:
    """Given words kept in many ways, when they are forgotten, then no file has them."""
    repository = local.repository
    await _fill(repository)
    turn = Turn(conversation="c", said=f"le {SECRETS[0]} et le {SECRETS[1]}")
    await repository.add_turn(turn)
    await repository.answer_turn(turn.id, f"un {SECRETS[2]}", {"x": SECRETS[3]}, "m")
    old = await repository.add_fact(Fact(text=SECRETS[0], subject=SECRETS[1]))
    fact = await repository.supersede(old.id, Fact(text=f"{SECRETS[2]} {SECRETS[3]}"))
    space = await repository.begin_space("m", 64, {})
    marked = np.full(64, 0.123, np.float16)
    await repository.put_vectors(space.id, [(turn.id, marked), (fact.id, marked)])
    await _fill(repository)
    stop = asyncio.Event()

    async def read() -> None:
        while not stop.is_set():
            await repository.search_terms((None,), ["phrase"], items=Item.TURN)

    reading = asyncio.create_task(read()) if during else None
    assert all(word.encode() in local.bytes_of_all_files() for word in SECRETS)

    assert await repository.forget([turn.id, fact.id]) == 3

    left = local.bytes_of_all_files()
    assert not [word for word in SECRETS if word.encode() in left]
    assert marked.tobytes() not in left
    stop.set()
    if reading is not None:
        await reading
    await local.database.close()
    left = local.bytes_of_all_files()
    assert not [word for word in SECRETS if word[:5].encode() in left]


async def test_the_outbox_names_changes_in_their_order(local: Local) -> None:
    """Given changes, then the second home is told of each, and of nobody's words."""
    repository = local.repository
    turn = Turn(conversation="c", said="secret")
    await repository.add_turn(turn)
    await repository.answer_turn(turn.id, "oui")
    old = await repository.add_fact(Fact(text="un"))
    new = await repository.supersede(old.id, Fact(text="deux"))
    space = await repository.begin_space("m", 2, {})
    await repository.put_vectors(space.id, [(new.id, np.ones(2))])
    entries = await repository.outbox(20)
    assert [(entry.op, entry.sent, entry.item) for entry in entries] == [
        (Op.PUT, Sent.TURN, turn.id),
        (Op.PUT, Sent.TURN, turn.id),
        (Op.PUT, Sent.FACT, old.id),
        (Op.PUT, Sent.FACT, new.id),
        (Op.PUT, Sent.FACT, old.id),
        (Op.PUT, Sent.SPACE, space.id),
        (Op.PUT, Sent.VECTORS, space.id),
    ]
    assert entries[-1].payload == {"items": [new.id]}
    await repository.forget([turn.id])
    entries = await repository.outbox(20)
    assert [entry.op for entry in entries if entry.item == turn.id] == [Op.FORGET]
    await repository.outbox_failed(entries[0].seq)
    assert (await repository.outbox(1))[0].tries == 1
    await repository.outbox_done(entries[1].seq)
    assert await repository.outbox_backlog() == len(entries) - 2
    # Numbers are not given twice, so nothing late can be taken for something old.
    await repository.outbox_done(entries[-1].seq)
    await repository.add_fact(Fact(text="trois"))
    assert (await repository.outbox(1))[0].seq > entries[-1].seq


async def test_without_a_second_home_nothing_is_put_by(local: Local) -> None:
    """Given no second home, then the outbox stays empty."""
    repository = LocalRepository(local.database, str.split, outbox_enabled=False)
    fact = await repository.add_fact(Fact(text="un"))
    await repository.forget([fact.id])
    assert await repository.outbox_backlog() == 0


async def test_a_stop_in_the_middle_of_a_change_of_models(local: Local) -> None:
    """Given vectors of a space that serves no more, then `tidy` deletes them."""
    repository = local.repository
    facts = [Fact(text=f"fait {i}") for i in range(450)]
    await repository.add_facts(facts)
    space = await repository.begin_space("m", 2, {})
    await repository.put_vectors(space.id, [(fact.id, np.ones(2)) for fact in facts])
    chunks = [chunk async for chunk in repository.vectors(space.id)]
    assert sum(len(chunk.ids) for chunk in chunks) == 450
    async with local.database.write() as connection:
        await connection.exec_driver_sql("UPDATE embedding_space SET state = 'retired'")
    assert await repository.spaces() == []
    await repository.tidy()
    assert (await repository.counts()).vectors == {}
