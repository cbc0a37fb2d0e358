"""What is the second home's alone: rows that must be gone, servers that fail."""

import asyncio

import numpy as np
import pytest

from custom_components.jarvis.memory.feeder import Feeder
from custom_components.jarvis.memory.records import Fact, Item, Turn
from custom_components.jarvis.store.errors import Reason

from .conftest import Local, Second

SECRETS = ("xylophone", "kangourou", "wagonnet", "quincaillerie")


async def test_forgetting_leaves_no_row(local: Local, second: Second) -> None:
    """Given words kept in many ways, when they are forgotten, then no row has them.

    Not the tables' files either, once they are vacuumed.
    """
    await local.repository.switch_outbox(enabled=True)
    feeder = Feeder(local.repository, second.repository)
    turn = Turn(conversation="c", said=f"le {SECRETS[0]} et le {SECRETS[1]}")
    await local.repository.add_turn(turn)
    await local.repository.answer_turn(turn.id, SECRETS[2], {"x": SECRETS[3]}, "m")
    old = await local.repository.add_fact(Fact(text=SECRETS[0], subject=SECRETS[1]))
    fact = await local.repository.supersede(old.id, Fact(text=" ".join(SECRETS[2:])))
    space = await local.repository.begin_space("m", 64, {})
    marked = np.full(64, 0.123)
    await local.repository.put_vectors(space.id, [(turn.id, marked), (fact.id, marked)])
    await local.repository.add_fact(Fact(text="autre chose"))
    await feeder.catch_up()
    assert await _tables_with(second, SECRETS) == {"turn", "fact"}

    await local.repository.forget([turn.id, fact.id])
    await feeder.catch_up()

    second.sql("VACUUM")
    assert await _tables_with(second, SECRETS) == set()
    assert second.sql("SELECT count(*) FROM vector") == ["0"]
    assert second.sql("SELECT count(*) FROM tombstone") == ["2"]
    second.sql("VACUUM FULL", "CHECKPOINT")
    names = second.sql(
        "SELECT pg_relation_filepath(oid) FROM pg_class"
        " WHERE relnamespace = 'jarvis_memory'::regnamespace"
        " AND pg_relation_filepath(oid) IS NOT NULL"
    )
    left = b"".join((second.server.folder / name).read_bytes() for name in names)
    assert b"autre chose" in left
    assert not [word for word in SECRETS if word.encode() in left]


async def _tables_with(second: Second, words: tuple[str, ...]) -> set[str]:
    """Return the tables that have a row with one of some words anywhere in it."""
    tables = second.sql(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'jarvis_memory'"
    )
    wanted = "|".join(words)
    return {
        table
        for table in tables
        if second.sql(
            f"SELECT count(*) FROM {table} t WHERE t::text ~ '{wanted}'"  # noqa: S608
        )
        != ["0"]
    }


class Pauses:
    """Takes the place of sleeping: each pause goes on when the test says so."""

    def __init__(self) -> None:
        """Begin awake."""
        self.seconds: list[float] = []
        self.begun = asyncio.Event()
        self._ended = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        """Wait for the test."""
        self.seconds.append(seconds)
        self.begun.set()
        await self._ended.wait()
        self._ended.clear()

    async def next(self) -> None:
        """Wait until somebody sleeps."""
        await self.begun.wait()
        self.begun.clear()

    def end(self) -> None:
        """Wake them."""
        self._ended.set()


@pytest.fixture
def pauses() -> Pauses:
    """Return the pauses of a feeder."""
    return Pauses()


async def test_the_server_goes_and_comes_back(
    local: Local, second: Second, pauses: Pauses
) -> None:
    """Given a server that is gone, then turns are kept, and it hears of them later."""
    await local.repository.switch_outbox(enabled=True)
    states: list[Reason | None] = []

    def changed(_forgotten: int) -> None:
        states.append(feeder.problem.reason if feeder.problem else None)

    feeder = Feeder(
        local.repository, second.repository, changed=changed, sleep=pauses.sleep
    )
    running = asyncio.create_task(feeder.run())
    await pauses.next()
    second.server.stop("immediate")
    try:
        await local.repository.add_turn(Turn(conversation="c", said="pendant"))
        feeder.wake()
        for _try in range(3):
            await pauses.next()
            pauses.end()
        await pauses.next()
        assert feeder.problem is not None
        assert feeder.problem.reason is Reason.UNREACHABLE
        assert pauses.seconds[1:5] == [1.0, 2.0, 4.0, 8.0]
    finally:
        second.server.start()
    pauses.end()
    await pauses.next()
    running.cancel()
    assert [states[0], states[-1]] == [None, None]
    (arrived,) = await second.repository.every(Item.TURN)
    assert isinstance(arrived, Turn)
    assert arrived.said == "pendant"


async def test_a_read_only_server_keeps_the_outbox(
    local: Local, second: Second
) -> None:
    """Given a server that only reads, then nothing is lost, and it can be recalled."""
    await local.repository.switch_outbox(enabled=True)
    feeder = Feeder(local.repository, second.repository)
    kept = await local.repository.add_fact(Fact(text="la clé"))
    await feeder.catch_up()
    second.server.stop()
    second.server.start(default_transaction_read_only="on")
    try:
        await local.repository.add_fact(Fact(text="le thé"))
        with pytest.raises(Exception, match="read_only"):
            await feeder.catch_up()
        hits = await second.repository.search_terms((None,), ["cle"], items=Item.FACT)
        assert [hit.id for hit in hits] == [kept.id]
        assert await local.repository.outbox_backlog() == 1
    finally:
        second.server.stop()
        second.server.start()
    await feeder.catch_up()
    assert len(await second.repository.facts([None])) == 2
