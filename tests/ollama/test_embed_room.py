"""Whether an embedding model costs the model its place that people talk to."""

import pytest

from custom_components.jarvis.ollama.embed import Place
from custom_components.jarvis.ollama.endpoint import Endpoint
from custom_components.jarvis.ollama.room import has_room
from tests.ollama_server import ScriptedOllama
from tests.ollama_server.models import GIB, Model

from .conftest import MODEL, Connect, request

EMBEDDER = Model(name="bge-m3:latest", capabilities=("embedding",), size=GIB)
CHATS = {MODEL}


@pytest.fixture
async def endpoint(says: ScriptedOllama, connect: Connect) -> Endpoint:
    """Return an endpoint whose chat model is in memory."""
    says.models.install(EMBEDDER)
    endpoint = connect(says)
    async for _ in endpoint.chat(request()):
        pass
    return endpoint


async def _sees(endpoint: Endpoint, place: Place = Place.GRAPHICS) -> bool | None:
    """Look."""
    return await has_room(endpoint, "bge-m3", CHATS, place)


async def test_both_fit(endpoint: Endpoint) -> None:
    """Both are there afterwards."""
    assert await _sees(endpoint)


async def test_the_chat_model_is_pushed_out(
    endpoint: Endpoint, says: ScriptedOllama
) -> None:
    """Graphics memory holds one of them: on the processor it is no trouble."""
    says.models.room = 6 * GIB
    assert await _sees(endpoint) is False
    assert await _sees(endpoint) is None, "now the chat model is not in memory"

    async for _ in endpoint.chat(request()):
        pass
    assert await _sees(endpoint, Place.PROCESSOR)


async def test_the_chat_model_is_partly_out(
    endpoint: Endpoint, says: ScriptedOllama
) -> None:
    """It was loaded into what was left: both leave, so that it comes back whole."""
    says.models.vram = 3 * GIB

    assert await _sees(endpoint) is False
    assert await endpoint.loaded() == []


async def test_a_chat_model_too_large_by_itself(
    endpoint: Endpoint, says: ScriptedOllama
) -> None:
    """On the processor nothing is taken from it: it is left in peace."""
    says.models.vram = 3 * GIB

    assert await _sees(endpoint, Place.PROCESSOR)


async def test_only_one_model_may_be_loaded(
    endpoint: Endpoint, says: ScriptedOllama
) -> None:
    """Then the processor does not help either."""
    says.models.most_loaded = 1

    assert await _sees(endpoint, Place.PROCESSOR) is False


async def test_unknown_without_a_chat_model(
    says: ScriptedOllama, connect: Connect
) -> None:
    """What is not there cannot be pushed out, and nothing is embedded for it."""
    says.models.install(EMBEDDER)

    assert await _sees(connect(says)) is None
    assert [one.path for one in says.requests] == ["/api/ps"]
