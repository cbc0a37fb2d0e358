"""Recall: from a question to memories, in time, of the right people, or to nothing."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, override
import zlib

import numpy as np
import pytest

from custom_components.jarvis.memory.local import LocalRepository
from custom_components.jarvis.memory.near import LocalNearest, Question
from custom_components.jarvis.memory.recall import (
    Budget,
    Recalled,
    Vectors,
    recall,
)
from custom_components.jarvis.memory.records import Fact, Item, Turn
from custom_components.jarvis.memory.repository import Hit
from custom_components.jarvis.memory.terms import terms
from custom_components.jarvis.memory.vectors import VectorIndex
from custom_components.jarvis.store.database import Database

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
ANNA, PAUL = "person.anna", "person.paul"
DIMENSIONS = 64
MEANINGS = {"voitur": "auto", "automobil": "auto"}
"""Terms that the vectors below know to mean the same."""


async def embed(text: str) -> Question:
    """Return the direction (dimensions,) of a text: the sum of its words'."""
    total = np.zeros(DIMENSIONS, np.float32)
    for word in terms(text, "fr"):
        seed = zlib.crc32(MEANINGS.get(word, word).encode())
        random = np.random.default_rng(seed)
        total += random.standard_normal(DIMENSIONS, dtype=np.float32)
    return (total / max(float(np.linalg.norm(total)), 1e-6)).astype(np.float32)


class Slow(LocalRepository):
    """A repository whose full text takes its time, or fails."""

    text_delay = 0.0
    text_error: Exception | None = None

    @override
    async def search_each(self, *args: Any, **more: Any) -> dict[Item, list[Hit]]:
        await asyncio.sleep(self.text_delay)
        if self.text_error:
            raise self.text_error
        return await super().search_each(*args, **more)


@pytest.fixture
async def repository(tmp_path: Path) -> AsyncIterator[Slow]:
    """Return a repository in a file of its own."""
    database = Database(tmp_path / "memory.db")
    await database.open()
    yield Slow(database, terms)
    await database.close()


type Ask = Callable[..., Awaitable[Recalled]]


@pytest.fixture
def ask(repository: Slow) -> Ask:
    """Return what asks as Anna, with time enough unless told otherwise."""

    async def asked(question: str, **more: Any) -> Recalled:
        plain = {
            "owners": (ANNA, None),
            "now": NOW,
            "language": "fr",
            "repository": repository,
            "deadline": 10.0,
        }
        return await recall(question, **{**plain, **more})

    return asked


def turn(said: str, days: float = 1, owner: str | None = ANNA, **more: Any) -> Turn:
    """Say something some days ago."""
    at = NOW - timedelta(days=days)
    return Turn(conversation="c", said=said, at=at, owner=owner, **more)


async def vectors(repository: LocalRepository, owners: Collection[Any]) -> Vectors:
    """Embed everything that is there."""
    space = await repository.begin_space("test", DIMENSIONS, {})
    index = VectorIndex(DIMENSIONS)
    kept: list[Turn | Fact] = [*await repository.turns(owners)]
    kept += await repository.facts(owners)
    rows = [(one.id, await embed(one.words)) for one in kept]
    await repository.put_vectors(space.id, rows)
    index.add(
        [one.id for one in kept],
        [one.owner for one in kept],
        [Item.FACT if isinstance(one, Fact) else Item.TURN for one in kept],
        np.stack([row for _, row in rows]),
    )
    return Vectors(embed, LocalNearest(repository, space.id, index))


def texts(recalled: Recalled) -> list[str]:
    """Return what is recalled."""
    return [one.text for one in recalled.items]


KEY = "La clé du portail est dans le tiroir bleu"


async def test_by_words_alone(repository: Slow, ask: Ask) -> None:
    """Given no embedding model, words and their forms are enough."""
    await repository.add_turns(
        [turn("Il fait froid dans la chambre"), turn("Quelle belle journée")]
    )
    kept = await repository.add_fact(Fact(text=KEY, owner=ANNA, created_at=NOW))
    recalled = await ask("où sont les clés du portail ?")
    assert texts(recalled) == [KEY]
    (item,) = recalled.items
    assert (item.id, item.item, item.when) == (kept.id, Item.FACT, NOW)
    assert item.why["fact_text"] == pytest.approx(1.0)
    assert sum(item.why.values()) == pytest.approx(item.score)
    assert recalled.missing == {}


async def test_by_meaning(repository: Slow, ask: Ask) -> None:
    """Given vectors, another word for the same is found."""
    await repository.add_turns([turn("Ma voiture est chez Martin")])
    await repository.add_turns(
        [turn(f"Phrase {n} du bruit {n * 7}") for n in range(40)]
    )
    near = await vectors(repository, [ANNA])
    assert not texts(await ask("mon automobile ?"))
    recalled = await ask("mon automobile ?", vectors=near)
    assert texts(recalled)[0] == "Ma voiture est chez Martin"
    assert recalled.items[0].why["turn_vector"] == pytest.approx(1.0)


async def test_own_and_household_only(repository: Slow, ask: Ask) -> None:
    """Paul's memories are not Anna's; an unknown speaker hears the household's."""
    for owner in (ANNA, PAUL, None):
        await repository.add_fact(Fact(text=f"Le code est {owner}", owner=owner))
    near = await vectors(repository, [ANNA, PAUL, None])
    for how in (None, near):
        found = set(texts(await ask("le code", vectors=how)))
        assert found == {f"Le code est {ANNA}", "Le code est None"}
        found = set(texts(await ask("le code", owners=(None,), vectors=how)))
        assert found == {"Le code est None"}


async def test_time_words(repository: Slow, ask: Ask) -> None:
    """What was said at the time that is meant comes first, or alone."""
    await repository.add_turns(
        [
            turn("On mange du poisson au dîner", days=9, id="last week"),
            turn("On mange du poulet au dîner", days=1, id="yesterday"),
            turn("On mange des pâtes au dîner", days=60, id="long ago"),
        ]
    )
    recalled = await ask("qu'a-t-on mangé la semaine dernière ?")
    assert recalled.span is not None
    assert recalled.items[0].id == "last week"
    assert recalled.items[0].why["dated"] > 0
    everything = await ask("qu'est-ce que j'ai dit hier ?")
    assert [one.id for one in everything.items] == ["yesterday"]


async def test_nothing_relevant(repository: Slow, ask: Ask) -> None:
    """What shares one word of many is withheld, for the trace alone."""
    await repository.add_turns([turn("Le portail est ouvert")])
    recalled = await ask(
        "Raconte une longue histoire drôle avec un dragon derrière un portail magique"
    )
    assert not recalled.items
    assert [one.text for one in recalled.withheld] == ["Le portail est ouvert"]
    assert not (await ask("xyzzy")).withheld
    assert not (await ask("")).items


async def test_somebody_else(repository: Slow, ask: Ask) -> None:
    """What is known of Paul is no answer about Marie."""
    for name in ("Paul", "Marie"):
        await repository.add_fact(
            Fact(text=f"{name} aime le chocolat", subject=name, owner=ANNA)
        )
    await repository.add_fact(
        Fact(text="Paul est allergique aux noix", subject="Paul", owner=ANNA)
    )
    assert texts(await ask("Paul est-il allergique aux noix ?"))[0].startswith("Paul")
    assert not texts(await ask("Marie est-elle allergique aux noix ?"))
    assert texts(await ask("que sais-tu de Marie ?")) == ["Marie aime le chocolat"]


async def test_budget(repository: Slow, ask: Ask) -> None:
    """No more is told than there is room for; what is too long is skipped."""
    facts = [Fact(text=f"Le portail numéro {n} est vert", owner=ANNA) for n in range(9)]
    long = Fact(text="Le portail vert " + "grince fort " * 200, owner=ANNA)
    await repository.add_facts([*facts, long])
    assert len(texts(await ask("portail vert", budget=Budget(items=4)))) == 4
    recalled = await ask("portail vert", budget=Budget(tokens=20))
    assert len(texts(recalled)) == 2
    few = await ask("portail vert", budget=Budget(least_share=0.999))
    assert len(texts(few)) < 9


async def test_deadline(repository: Slow, ask: Ask) -> None:
    """What is not there in time is left out, and the rest is told in time."""
    await repository.add_fact(Fact(text=KEY, owner=ANNA))
    near = await vectors(repository, [ANNA])
    repository.text_delay = 30.0
    loop = asyncio.get_running_loop()
    began = loop.time()
    recalled = await ask("la clé du portail", vectors=near, deadline=1.0)
    assert loop.time() - began < 2.0
    assert recalled.missing == {"text": "late"}
    assert texts(recalled) == [KEY]

    recalled = await ask("la clé du portail", deadline=0.05)
    assert recalled.missing["text"] == "late"
    assert not recalled.items


async def test_failures(repository: Slow, ask: Ask) -> None:
    """One search that fails does not cost what the other finds."""
    await repository.add_fact(Fact(text=KEY, owner=ANNA))
    near = await vectors(repository, [ANNA])

    async def gone(_question: str) -> Question:
        raise OSError("no endpoint")

    broken = Vectors(gone, near.nearest)
    recalled = await ask("la clé du portail", vectors=broken)
    assert texts(recalled) == [KEY]
    assert recalled.missing == {"vectors": "OSError"}

    repository.text_error = OSError("disk")
    recalled = await ask("la clé du portail", vectors=broken)
    failed = dict.fromkeys(("text", "vectors"), "OSError")
    assert recalled == Recalled(missing=failed)


async def test_cancelled(repository: Slow, ask: Ask) -> None:
    """Given that the turn ends, its searches end too."""
    repository.text_delay = 30.0
    task = asyncio.ensure_future(ask("la clé"))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0)
    assert len(asyncio.all_tasks()) == 1
