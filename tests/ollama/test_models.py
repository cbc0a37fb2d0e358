"""Which model to start with, what its names mean, and how it is asked to think."""

import pytest

from custom_components.jarvis.ollama.models import (
    RECOMMENDED,
    choose_model,
    same_model,
    think_value,
)
from tests.ollama_server import Model, ScriptedOllama

from .conftest import Connect

FAMILIES = ["gemma4:12b", "qwen3.5", "llama3.3:70b", "hf.co/a/b-gguf:Q4_K_M"]
LEVELS = ["gpt-oss", "gpt-oss:20b", "gpt-oss:120b-cloud", "someone/gpt-oss:20b"]


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("off", False),
        ("on", True),
        ("low", "low"),
        ("medium", "medium"),
        ("high", "high"),
    ],
)
@pytest.mark.parametrize("model", FAMILIES)
def test_most_think_or_not(model: str, setting: str, value: object) -> None:
    """On and off are truth values, and it is never left out."""
    sent = think_value(model, setting)

    assert sent == value
    assert type(sent) is type(value)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("off", "low"),
        ("on", "medium"),
        ("low", "low"),
        ("medium", "medium"),
        ("high", "high"),
    ],
)
@pytest.mark.parametrize("model", LEVELS)
def test_some_know_only_levels(model: str, setting: str, value: str) -> None:
    """Off is the lowest level, with a tag or an owner in the name too."""
    assert think_value(model, setting) == value


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("llama3.3", "llama3.3:latest", True),
        ("llama3.3:70b", "llama3.3:70b", True),
        ("llama3.3", "llama3.3:70b", False),
        ("gemma4:12b", "gemma4:26b", False),
        ("someone/model", "someone/model:latest", True),
        ("host:5000/a/model", "host:5000/a/model:latest", True),
        ("someone/model", "model", False),
    ],
)
def test_names(one: str, other: str, same: bool) -> None:
    """No tag means latest, and a port is no tag."""
    assert same_model(one, other) is same
    assert same_model(other, one) is same


async def _chosen(
    server: ScriptedOllama, connect: Connect, *models: str | Model
) -> str:
    """Return what is chosen where these models are installed."""
    server.models.remove("scripted:latest")
    for model in models:
        server.models.install(model)
    endpoint = connect(server)
    return await choose_model(endpoint, await endpoint.models())


async def test_the_best_known_is_chosen(
    ollama: ScriptedOllama, connect: Connect
) -> None:
    """A recommended one, the best of them, whatever else is there."""
    assert await _chosen(ollama, connect, "own:1b", "qwen3.5:4b", "gpt-oss:20b") == (
        "gpt-oss:20b"
    )


async def test_else_one_that_can_use_tools(
    ollama: ScriptedOllama, connect: Connect
) -> None:
    """The first that the server says it of."""
    chosen = await _chosen(
        ollama,
        connect,
        Model(name="embed:1", capabilities=("embedding",)),
        Model(name="mute:1", capabilities=("completion",)),
        Model(name="able:1"),
    )

    assert chosen == "able:1"


async def test_else_the_best_to_get(ollama: ScriptedOllama, connect: Connect) -> None:
    """Where nothing fits, a name to pull."""
    only = Model(name="mute:1", capabilities=("completion",))

    assert await _chosen(ollama, connect, only) == RECOMMENDED[0].name
