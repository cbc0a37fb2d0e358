"""Vectors from Ollama: of the right model, checked, and in nobody's way."""

import asyncio
from dataclasses import replace

import numpy as np
import pytest

from custom_components.jarvis.ollama.embed import (
    LANE,
    EmbedRequest,
    Place,
    prefixes_of,
    unit_vectors,
)
from custom_components.jarvis.ollama.endpoint import Endpoint, Timeouts
from custom_components.jarvis.ollama.endpoints import Endpoints
from custom_components.jarvis.ollama.errors import OllamaError, Reason
from tests.ollama_server import ScriptedOllama
from tests.ollama_server.models import Model

from .conftest import Connect, request

EMBEDDER = Model(name="bge-m3:latest", capabilities=("embedding",))
ASKED = EmbedRequest("bge-m3", ["Bonjour", "Bonsoir à tous"])
QUICK = Timeouts(connect=0.3, answer=0.3, first=0.3, between=0.3, end=0.3)


@pytest.fixture
def holder(ollama: ScriptedOllama) -> ScriptedOllama:
    """Return a server that holds an embedding model."""
    ollama.models.install(EMBEDDER)
    return ollama


@pytest.fixture
async def both(
    holder: ScriptedOllama, spare: ScriptedOllama, connect: Connect
) -> Endpoints:
    """Return two endpoints that hold it and were looked at."""
    spare.models.install(EMBEDDER)
    endpoints = Endpoints([connect(holder, QUICK), connect(spare, QUICK)])
    for watch in endpoints.watches:
        await watch.async_look()
    holder.requests.clear()
    spare.requests.clear()
    return endpoints


# One endpoint


async def test_unit_vectors(holder: ScriptedOllama, connect: Connect) -> None:
    """A row to each text, of length 1."""
    matrix = await connect(holder).embed(ASKED)

    assert matrix.dtype == np.float32
    assert matrix.shape == (2, EMBEDDER.embedding_length)
    assert np.linalg.norm(matrix, axis=1) == pytest.approx([1, 1])


async def test_what_is_asked(holder: ScriptedOllama, connect: Connect) -> None:
    """Long texts are cut by the model, and it stays loaded; where, is told."""
    endpoint = connect(holder)
    await endpoint.embed(ASKED)
    await endpoint.embed(ASKED, Place.PROCESSOR)

    graphics, processor = [one.body for one in holder.requests]
    assert graphics == {
        "model": "bge-m3",
        "input": ["Bonjour", "Bonsoir à tous"],
        "truncate": True,
        "keep_alive": -1,
    }
    assert processor == graphics | {"options": {"num_gpu": 0}}


@pytest.mark.parametrize(
    "answered",
    [
        [[1.0, 0.0]],
        [[1.0, 0.0], [1.0]],
        [[], []],
        [[1.0, 0.0], [0.0, 0.0]],
        [[1.0, 0.0], [float("nan"), 1.0]],
        [[1.0, 0.0], [float("inf"), 1.0]],
    ],
)
def test_what_is_no_answer(answered: list[list[float]]) -> None:
    """Too few, of other dimensions, not finite or zero: nothing of it is used."""
    with pytest.raises(OllamaError) as caught:
        unit_vectors(answered, ASKED, "here")

    assert caught.value.reason is Reason.GARBLED


@pytest.mark.parametrize(
    ("model", "query", "document"),
    [
        ("bge-m3", "", ""),
        ("bge-m3:567m", "", ""),
        ("nomic-embed-text:v1.5", "search_query: ", "search_document: "),
        ("hf.co/someone/multilingual-e5-large:q8", "query: ", "passage: "),
        ("somebodys-own", "", ""),
    ],
)
def test_prefixes(model: str, query: str, document: str) -> None:
    """Families are known by their names; of others nothing is guessed."""
    assert prefixes_of(model) == (query, document)


def test_instructions_are_for_questions_only() -> None:
    """What is kept is embedded as it is."""
    query, document = prefixes_of("qwen3-embedding:0.6b")

    assert query.startswith("Instruct: ")
    assert query.endswith("\nQuery: ")
    assert not document


# Several endpoints


async def test_the_first_that_holds_it_answers(
    both: Endpoints, holder: ScriptedOllama, spare: ScriptedOllama
) -> None:
    """The owner's order counts; the second hears nothing."""
    await both.embed(ASKED)

    assert len(holder.requests) == 1
    assert not spare.requests


@pytest.mark.parametrize(
    ("kind", "is_well"),
    [
        ("down", False),
        ("unauthorized", False),
        ("missing_model", True),
        ("busy", True),
        ("runner_died", True),
        ("broken_line", True),
        ("stall", True),
    ],
)
async def test_the_next_answers_for_one_that_fails(
    both: Endpoints, holder: ScriptedOllama, kind: str, is_well: bool
) -> None:
    """What only its embedding model fails at costs an endpoint no conversation."""
    first, second = both
    holder.faults.set(kind, path=None if kind == "down" else "/api/embed")

    expected = await second.embed(ASKED)
    assert np.array_equal(await both.embed(ASKED), expected)

    assert both.health(first).well is is_well


async def test_who_failed_is_asked_last(
    both: Endpoints, holder: ScriptedOllama
) -> None:
    """Questions do not wait for the same failure again and again."""
    holder.faults.set("runner_died", path="/api/embed", times=1)
    await both.embed(ASKED)
    await both.embed(ASKED)

    assert len(holder.requests) == 1


async def test_nobody_can(
    both: Endpoints, holder: ScriptedOllama, spare: ScriptedOllama
) -> None:
    """The first failure is told."""
    holder.faults.set("busy", path="/api/embed")
    spare.faults.set("runner_died", path="/api/embed")

    with pytest.raises(OllamaError) as caught:
        await both.embed(ASKED)

    assert caught.value.reason is Reason.BUSY


async def test_only_the_very_model(
    both: Endpoints, holder: ScriptedOllama, spare: ScriptedOllama
) -> None:
    """Another digest makes other vectors: such an endpoint is not asked."""
    first, second = both
    spare.models.install(replace(EMBEDDER, version=2))
    await second.models()
    digest = second.digest("bge-m3")
    assert digest != first.digest("bge-m3:latest")
    spare.requests.clear()

    await both.embed(replace(ASKED, digest=digest))
    assert not holder.requests
    assert len(spare.requests) == 1

    with pytest.raises(OllamaError) as caught:
        await both.embed(replace(ASKED, digest="of neither"))
    assert caught.value.reason is Reason.MODEL_MISSING


async def test_another_model_of_the_same_name_is_news(
    both: Endpoints, holder: ScriptedOllama
) -> None:
    """Who pulls it anew may get other vectors."""
    told: list[Endpoint] = []
    both.listen(told.append)
    holder.models.install(replace(EMBEDDER, version=2))

    await both.watches[0].async_look()
    await both.watches[0].async_look()

    assert told == [both.watches[0].endpoint]


async def test_nowhere(both: Endpoints, holder: ScriptedOllama) -> None:
    """Where it would push out who talks, nothing is embedded."""
    first, _ = both
    both.put(first, "bge-m3", Place.NOWHERE)

    await both.embed(ASKED)

    assert not holder.requests


async def test_no_endpoint() -> None:
    """Nobody is there to ask."""
    with pytest.raises(OllamaError) as caught:
        await Endpoints().embed(ASKED)

    assert caught.value.reason is Reason.NO_ENDPOINT


# People first


async def _until(*, asked: int, of: ScriptedOllama) -> None:
    """Wait until a server was asked so often."""
    async with asyncio.timeout(5):
        while len(of.requests) < asked:
            await asyncio.sleep(0.005)


async def test_documents_give_way_to_a_conversation(
    both: Endpoints, holder: ScriptedOllama
) -> None:
    """Whoever talks ends a batch, which is told to be cut short."""
    first, _ = both
    holder.faults.set("stall", path="/api/embed", seconds=60)
    batch = asyncio.create_task(both.embed_in_background(ASKED))
    await _until(asked=1, of=holder)

    async with first.lane.person("what a chat begins with"):
        assert await batch is None


async def test_a_question_ends_documents_but_no_warm_up(
    both: Endpoints, holder: ScriptedOllama
) -> None:
    """Only jobs of embedding models are in its way; what the other reads is wanted."""
    first, _ = both
    holder.faults.set("stall", path="/api/embed", seconds=60, times=1)
    batch = asyncio.create_task(both.embed_in_background(ASKED))
    await _until(asked=1, of=holder)
    await both.embed(ASKED)
    assert await batch is None

    began, go = asyncio.Event(), asyncio.Event()

    async def warm_up() -> None:
        began.set()
        await go.wait()

    job = asyncio.create_task(first.lane.background(warm_up, "a chat's prefix"))
    await began.wait()
    await both.embed(ASKED)
    go.set()
    assert await job


async def test_a_question_does_not_wait_for_anybody(
    both: Endpoints, holder: ScriptedOllama
) -> None:
    """Not for a person who is being answered either: it is another model."""
    first, _ = both

    async with first.lane.person(request().prefix):
        assert len(await both.embed(ASKED)) == 2


async def test_nothing_begins_while_a_question_is_embedded(both: Endpoints) -> None:
    """The turn that it belongs to comes next."""
    first, _ = both
    has_begun = False

    async def work() -> None:
        nonlocal has_begun
        has_begun = True

    async with first.lane.beside(LANE):
        job = asyncio.create_task(first.lane.background(work))
        for _turn in range(5):
            await asyncio.sleep(0)
        assert not has_begun
    assert await job
