"""The reckoning of costs beside a real llama.cpp, where one was brought here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import ollama
import pytest

from tests.engine import Engine, Kind as Architecture, found

from .client import chat, serving, spoken
from .cost import Cost, Machine
from .engine import RealEngine
from .kv_cache import Kind
from .models import Model
from .server import ScriptedOllama

pytestmark = pytest.mark.usefixtures("socket_enabled")
needs_engine = pytest.mark.skipif(
    found() is None, reason="python -m tests.engine.bring would bring the engine"
)

ANSWER = "Yes, it is on."
SYSTEM = "".join(f"- lamp {n} of the mill: off, at {n * 7} lumen\n" for n in range(100))
TOOL = {
    "type": "function",
    "function": {"name": "set_lamp", "description": "Sets a lamp. " * 150},
}
CALL = {"function": {"name": "set_lamp", "arguments": {"lamp": "loft"}}}
LONG = "Please set the lamp of the loft, and then tell me how warm it is there. " * 2
KINDS = {
    "llama3.3": (Kind.FULL, Architecture.FULL),
    "gemma4": (Kind.SWA, Architecture.SWA),
    "qwen3.5": (Kind.HYBRID, Architecture.HYBRID),
}


def turns(*texts: str, system: str = SYSTEM) -> list[dict[str, Any]]:
    """Give a conversation."""
    roles = ("user", "assistant")
    said = [{"role": roles[at % 2], "content": text} for at, text in enumerate(texts)]
    return [{"role": "system", "content": system}, *said]


HELLO = turns("Set the lamp.")
CALLED = [
    *HELLO,
    {"role": "assistant", "content": "", "tool_calls": [CALL]},
    {"role": "tool", "tool_name": "set_lamp", "content": "the lamp is on"},
]
# What is asked, one after the other; None is another client in between.
STORY: list[list[dict[str, Any]] | None] = [
    turns("."),
    HELLO,
    turns("Set the lamp.", ANSWER, LONG),
    HELLO,
    CALLED,
    [*CALLED, {"role": "assistant", "content": "Done."}, *turns(LONG)[1:]],
    None,
    turns(LONG),
    turns(LONG, system=f"It is noon.\n{SYSTEM}"),
    turns(LONG, system=f"{SYSTEM}It is noon."),
]


@asynccontextmanager
async def telling(
    layout: str, engine: Engine | None, *, host: bool
) -> AsyncIterator[tuple[ScriptedOllama, ollama.AsyncClient]]:
    """Serve one model of a layout, with a real engine or without."""
    options: dict[str, Any] = {
        "models": [Model(name="it", layout=layout, cache=KINDS[layout][0])],
        "machine": Machine(host_cache=host),
        "engine": engine.url if engine else None,
    }
    async with serving([{"say": ANSWER}], **options) as served:
        yield served


async def costs(layout: str, engine: Engine | None, *, host: bool) -> list[Cost]:
    """Tell the story and give what it cost."""
    async with telling(layout, engine, host=host) as (server, client):
        for messages in STORY:
            if messages is None:
                await server.evict()
                continue
            options: dict[str, Any] = {"options": {"num_ctx": 16384}}
            parts = await chat(client, "it", messages=messages, tools=[TOOL], **options)
            assert spoken(parts) == ANSWER
            counted = parts[-1].prompt_eval_count
            assert counted == server.costs[-1].prompt_tokens
        return server.costs


@needs_engine
@pytest.mark.parametrize("host", [True, False])
@pytest.mark.parametrize("layout", KINDS)
async def test_reckoning_is_like_the_engine(layout: str, host: bool) -> None:
    """What is read again is the same part of every prompt, whoever tells it."""
    options = () if host else ("--cache-ram", "0")
    reckoned = await costs(layout, None, host=host)
    async with Engine(KINDS[layout][1], *options) as engine:
        real = await costs(layout, engine, host=host)
    for ours, theirs in zip(reckoned, real, strict=True):
        assert ours.text == theirs.text
        assert _is_alike(ours, theirs), (ours.as_data(), theirs.as_data())


@needs_engine
async def test_the_engine_is_waited_for() -> None:
    """The answer begins when the engine has read the prompt, and tells its time."""
    async with (
        Engine(Architecture.FULL) as engine,
        telling("llama3.3", engine, host=True) as (server, client),
    ):
        parts = await chat(client, "it", messages=HELLO)
    cost = server.costs[0]
    assert cost.seconds > 0
    assert parts[-1].prompt_eval_duration == pytest.approx(cost.seconds * 1e9, rel=0.01)


async def test_an_engine_that_is_gone() -> None:
    """Without its engine a chat fails as when Ollama's runner died."""
    async with telling("llama3.3", None, host=True) as (server, client):
        server.meter = RealEngine("http://127.0.0.1:9")
        with pytest.raises(ollama.ResponseError, match=r"127\.0\.0\.1:9") as raised:
            await chat(client, "it", messages=HELLO)
    assert raised.value.status_code == 500


def _is_alike(ours: Cost, theirs: Cost) -> bool:
    """Compare by what part was read; windows are as long with any vocabulary."""
    share = ours.processed / ours.prompt_tokens
    expected = theirs.processed / theirs.prompt_tokens
    return abs(share - expected) < 0.05 or abs(ours.processed - theirs.processed) < 60
