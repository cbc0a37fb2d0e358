"""Memories found by their meaning in a turn, with a model that may change or fail."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from typing import Any

import pytest

from custom_components.jarvis.const import (
    CONF_EMBEDDING_MODEL,
    CONF_MODEL,
    CONF_PREFER_LOCAL,
    DOMAIN,
)
from custom_components.jarvis.memory.records import Fact
from custom_components.jarvis.ollama.embed import Place
from custom_components.jarvis.remembering.embedding import Embedding
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from ..conftest import MODEL, async_settle
from ..house import Jarvis
from ..ollama_server import ScriptedOllama
from ..ollama_server.models import GIB, Model

PATIENCE = 30
OLD = Model(name="old-embedder:latest", capabilities=("embedding",), size=GIB)
NEW = replace(OLD, name="new-embedder:latest")
MEANT = "Le vélo de Zoé dort au grenier"
QUESTION = "Quel emplacement pour la bicyclette ?"
MEANINGS = [("vélo", "bicyclette"), ("dort", "emplacement")]


@pytest.fixture
async def jarvis(home: HomeAssistant, ollama: ScriptedOllama) -> AsyncGenerator[Jarvis]:
    """Return a Jarvis that asks a model, and could embed with two others."""
    ollama.meanings = MEANINGS
    for model in (OLD, NEW):
        ollama.models.install(model)
    agent = {CONF_MODEL: MODEL, CONF_PREFER_LOCAL: False}
    entry = await async_settle(home, [ollama.url], agent)
    await entry.runtime_data.background.async_prepared()
    yield Jarvis(home, entry, ollama)
    await home.config_entries.async_unload(entry.entry_id)


def embedding(jarvis: Jarvis) -> Embedding:
    """Return what embeds."""
    found: Embedding = jarvis.entry.runtime_data.embedding
    return found


async def until(holds: Callable[[], Any]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await asyncio.sleep(0.005)


async def choose(jarvis: Jarvis, model: str | None) -> None:
    """Choose an embedding model as the owner does."""
    options = {CONF_EMBEDDING_MODEL: model} if model else {}
    jarvis.hass.config_entries.async_update_entry(jarvis.entry, options=options)
    await jarvis.hass.async_block_till_done()


async def complete(jarvis: Jarvis, model: str) -> None:
    """Wait until a model's vectors are searched and complete."""
    await until(
        lambda: (
            embedding(jarvis).space_model == model and embedding(jarvis).progress == 1.0
        )
    )


async def keep(jarvis: Jarvis, count: int) -> None:
    """Keep facts, one of them with a meaning."""
    memory = jarvis.entry.runtime_data.memory
    facts = [Fact(text=f"Numéro{n} repose{n * 7} parmi{n * 13}") for n in range(count)]
    await memory.repository.add_facts([*facts, Fact(text=MEANT)])
    memory.async_changed(has_facts=True)


def prompt(jarvis: Jarvis) -> str:
    """Return what the model was asked with last."""
    return str(jarvis.ollama.chats[-1]["messages"][-1]["content"])


async def told(jarvis: Jarvis, question: str, words: str) -> bool:
    """Tell whether the model gets to know something when it is asked.

    Recall has 150 ms, which a busy machine may need for the first question.
    """
    for _attempt in range(10):
        await jarvis.say(question, "fr")
        if words in prompt(jarvis):
            return True
    return False


def embedded_with(jarvis: Jarvis) -> list[str]:
    """Return the model of every request for vectors."""
    return [
        str(one.model) for one in jarvis.ollama.requests if one.path == "/api/embed"
    ]


# In a turn


async def test_other_words_that_mean_the_same(jarvis: Jarvis) -> None:
    """Without a common word only the vectors find it."""
    await keep(jarvis, 40)
    await jarvis.say(QUESTION, "fr")
    assert MEANT not in prompt(jarvis)

    await choose(jarvis, "old-embedder")
    await complete(jarvis, "old-embedder")

    assert await told(jarvis, QUESTION, MEANT)


async def test_what_was_just_said_is_found_by_its_meaning(jarvis: Jarvis) -> None:
    """It is embedded as soon as it is kept; forgotten, it is found no more."""
    await keep(jarvis, 40)
    await choose(jarvis, "old-embedder")
    await complete(jarvis, "old-embedder")
    memory = jarvis.entry.runtime_data.memory
    before = (await memory.repository.counts()).vectors
    jarvis.ollama.meanings = [*MEANINGS, ("chat", "minou"), ("croquettes", "repas")]

    await jarvis.say("Souviens-toi que le chat boude ses croquettes", "fr")
    count = sum(before.values()) + 2  # the fact, and the turn it was said in
    async with asyncio.timeout(PATIENCE):
        while sum((await memory.repository.counts()).vectors.values()) < count:
            await asyncio.sleep(0.01)

    assert await told(jarvis, "Quel repas pour minou ?", "boude ses croquettes")


async def test_a_slow_model_costs_only_the_vectors(jarvis: Jarvis) -> None:
    """The turn goes on with what its words find, in the time that recall has."""
    await keep(jarvis, 40)
    await choose(jarvis, "old-embedder")
    await complete(jarvis, "old-embedder")
    jarvis.ollama.requests.clear()
    jarvis.ollama.faults.set("stall", path="/api/embed")

    assert await told(jarvis, "Où est le vélo de Zoé ?", MEANT)

    asked = [one for one in jarvis.ollama.requests if one.path == "/api/embed"]
    assert len(asked) == 1
    assert not asked[0].finished, "nobody waited for it"


@pytest.mark.parametrize("kind", ["runner_died", "broken_line", "down"])
async def test_a_failing_model_costs_only_the_vectors(
    jarvis: Jarvis, kind: str
) -> None:
    """What words find is found."""
    await keep(jarvis, 40)
    await choose(jarvis, "old-embedder")
    await complete(jarvis, "old-embedder")
    jarvis.ollama.faults.set(kind, path=None if kind == "down" else "/api/embed")

    memory = jarvis.entry.runtime_data.memory
    recalled = await memory.async_recall(
        "Où est le vélo de Zoé ?", owners=(None,), language="fr", deadline=5
    )

    assert recalled.items[0].text == MEANT
    assert "vectors" in recalled.missing


# The choice


async def test_no_model_is_chosen(jarvis: Jarvis) -> None:
    """Then nothing is embedded, and there is no progress to show."""
    await keep(jarvis, 3)
    await jarvis.say(QUESTION, "fr")

    assert not embedded_with(jarvis)
    assert embedding(jarvis).progress is None
    assert embedding(jarvis).space_model is None


async def test_chosen_and_put_off_in_place(jarvis: Jarvis) -> None:
    """The owner's choice counts at once, without a reload, and is shown."""
    await keep(jarvis, 40)
    runtime = jarvis.entry.runtime_data
    shown = []
    stop = embedding(jarvis).listen(lambda: shown.append(embedding(jarvis).progress))

    await choose(jarvis, "old-embedder")
    await complete(jarvis, "old-embedder")
    await choose(jarvis, None)
    await until(lambda: runtime.memory.vectors is None)
    stop()

    assert jarvis.entry.runtime_data is runtime
    assert shown[-1] is None
    assert {1.0} < {one for one in shown if one is not None}
    assert embedding(jarvis).space_model is None


async def ask(jarvis: Jarvis, number: int) -> str:
    """Ask, and see that all comes from one space; return the model of the question."""
    memory = jarvis.entry.runtime_data.memory
    vectors = memory.vectors
    question = f"{QUESTION}{'?' * number}"
    recalled = await memory.async_recall(
        question, owners=(None,), language="fr", deadline=10
    )
    assert not recalled.missing
    assert recalled.items[0].text == MEANT
    assert set(recalled.items[0].why) & {"fact_vector"}
    (asked,) = [
        str(one.model)
        for one in jarvis.ollama.requests
        if one.path == "/api/embed" and (one.body or {}).get("input") == [question]
    ]
    if vectors is memory.vectors:
        assert asked == embedding(jarvis).space_model
    return asked


async def test_another_model_in_the_middle_of_use(jarvis: Jarvis) -> None:
    """Every answer comes from one space; a restart loses nothing; the old one goes."""
    await keep(jarvis, 300)
    await choose(jarvis, "old-embedder")
    await complete(jarvis, "old-embedder")
    repository = jarvis.entry.runtime_data.memory.repository
    (old,) = await repository.spaces()

    shown: list[float | None] = []
    stop = embedding(jarvis).listen(lambda: shown.append(embedding(jarvis).progress))
    await choose(jarvis, "new-embedder")
    for number in range(5):
        assert await ask(jarvis, number) == "old-embedder"
    await until(lambda: (embedding(jarvis).progress or 0) > 0.2)
    stop()
    jarvis.ollama.requests.clear()
    assert await jarvis.hass.config_entries.async_reload(jarvis.entry.entry_id)
    stop = embedding(jarvis).listen(lambda: shown.append(embedding(jarvis).progress))
    await until(lambda: embedding(jarvis).space_model is not None)
    asked = [await ask(jarvis, number) for number in range(5, 10)]
    await complete(jarvis, "new-embedder")
    stop()
    asked.append(await ask(jarvis, 10))

    assert (asked[0], asked[-1]) == ("old-embedder", "new-embedder")
    assert sorted(asked, reverse=True) == asked, "and never back"
    progress = [one for one in shown if one is not None]
    assert sorted(progress) == progress
    assert len(set(progress)) > 10
    repository = jarvis.entry.runtime_data.memory.repository
    (new,) = await repository.spaces()
    assert new.id != old.id
    assert (await repository.counts()).vectors == {new.id: 301}


async def test_embedding_goes_on_after_a_restart_of_ollama(jarvis: Jarvis) -> None:
    """What could not be embedded then is embedded when the endpoint is back."""
    await choose(jarvis, "old-embedder")
    await complete(jarvis, "old-embedder")
    jarvis.ollama.faults.set("down")
    await keep(jarvis, 20)
    (watch,) = jarvis.entry.runtime_data.endpoints.watches
    await until(lambda: not watch.health.well)
    repository = jarvis.entry.runtime_data.memory.repository

    jarvis.ollama.faults.clear()
    await watch.async_look()

    async with asyncio.timeout(PATIENCE):
        while sum((await repository.counts()).vectors.values()) < 21:
            await asyncio.sleep(0.01)


# What the owner has to mend


def missing(hass: HomeAssistant) -> list[dict[str, Any] | None]:
    """Return what is told of missing models, as their repairs get it."""
    return [
        one.data
        for one in ir.async_get(hass).issues.values()
        if one.domain == DOMAIN and one.translation_key == "model_missing"
    ]


async def test_the_model_is_missing(jarvis: Jarvis) -> None:
    """It is told, with where to fetch it to; once it is there it is used."""
    await keep(jarvis, 3)
    background = jarvis.entry.runtime_data.background
    await choose(jarvis, "bge-m3")
    await background.async_prepared()
    endpoint = f"127.0.0.1:{jarvis.ollama.port}"
    assert missing(jarvis.hass) == [{"model": "bge-m3", "endpoint": endpoint}]

    jarvis.ollama.models.install(replace(OLD, name="bge-m3"))
    background.async_prepare()
    await background.async_prepared()

    assert not missing(jarvis.hass)
    await complete(jarvis, "bge-m3")


# Room beside the chat model


async def test_both_models_have_room(jarvis: Jarvis) -> None:
    """Then the graphics card embeds too."""
    await choose(jarvis, "old-embedder")
    await complete(jarvis, "old-embedder")
    await jarvis.entry.runtime_data.background.async_prepared()

    (endpoint,) = jarvis.entry.runtime_data.endpoints
    place = jarvis.entry.runtime_data.endpoints.place(endpoint, "old-embedder")
    assert place is Place.GRAPHICS


async def test_the_chat_model_keeps_its_place(jarvis: Jarvis) -> None:
    """Where both do not fit, the processor embeds, and the chat model is loaded."""
    runtime = jarvis.entry.runtime_data
    jarvis.ollama.models.room = 6 * GIB
    (endpoint,) = runtime.endpoints

    await choose(jarvis, "old-embedder")
    await until(
        lambda: runtime.endpoints.place(endpoint, "old-embedder") is Place.PROCESSOR
    )
    runtime.background.async_prepare()
    await runtime.background.async_prepared()
    await keep(jarvis, 3)
    await until(
        lambda: (
            (
                embedded := [
                    one for one in jarvis.ollama.requests if one.path == "/api/embed"
                ]
            )
            and embedded[-1].body.get("options") == {"num_gpu": 0}
        )
    )

    assert runtime.endpoints.place(endpoint, "old-embedder") is Place.PROCESSOR
    loaded = {one.name: one.in_graphics > 0 for one in await endpoint.loaded()}
    assert loaded == {MODEL: True, "old-embedder:latest": False}


async def test_nothing_is_embedded_where_only_one_model_may_be_loaded(
    jarvis: Jarvis,
) -> None:
    """The model that people talk to stays; memories are found by their words."""
    runtime = jarvis.entry.runtime_data
    jarvis.ollama.models.most_loaded = 1
    (endpoint,) = runtime.endpoints
    await keep(jarvis, 3)

    await choose(jarvis, "old-embedder")
    for place in (Place.PROCESSOR, Place.NOWHERE):
        await until(
            lambda place=place: (  # type: ignore[misc]
                runtime.endpoints.place(endpoint, "old-embedder") >= place
            )
        )
        runtime.background.async_prepare()
        await runtime.background.async_prepared()

    assert [one.name for one in await endpoint.loaded()] == [MODEL]
    assert await told(jarvis, "Où est le vélo de Zoé ?", MEANT)
    assert [one.name for one in await endpoint.loaded()] == [MODEL]
