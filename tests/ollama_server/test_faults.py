"""The faults of the scripted Ollama, as the real client meets them."""

import asyncio
import json

import httpx
import ollama
from pydantic import ValidationError
import pytest

from .client import (
    MODEL,
    PLAIN,
    WORDS,
    chat,
    hung_up,
    listen,
    pull,
    serving,
    spoken,
)
from .faults import Kind

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.mark.parametrize(
    ("kind", "status", "message"),
    [
        (Kind.UNAUTHORIZED, 401, "unauthorized"),
        (Kind.MISSING_MODEL, 404, "try pulling it first"),
        (Kind.NO_TOOLS, 400, "does not support tools"),
        (Kind.NO_THINKING, 400, "does not support thinking"),
        (Kind.BUSY, 503, "server busy"),
        (Kind.RUNNER_DIED, 500, "runner process has terminated"),
        (Kind.NOT_OLLAMA, 404, "404 page not found"),
    ],
)
async def test_faults_with_a_status(kind: Kind, status: int, message: str) -> None:
    """The client raises what Ollama would have answered; then all is well again."""
    async with serving() as (server, client):
        server.faults.set(kind, times=1)
        with pytest.raises(ollama.ResponseError, match=message) as raised:
            await chat(client)
        assert spoken(await chat(client)) == WORDS
    assert raised.value.status_code == status


async def test_a_fault_meets_only_whom_it_is_meant_for() -> None:
    """A path and a model can be named; a lasting fault lasts until it is cleared."""
    async with serving() as (server, client):
        server.faults.set("busy", model=MODEL)
        server.faults.set("unauthorized", path="/api/ps")
        assert spoken(await chat(client, PLAIN)) == WORDS
        assert (await client.list()).models
        for _ in range(2):
            with pytest.raises(ollama.ResponseError, match="busy"):
                await chat(client)
        server.faults.clear("busy")
        assert spoken(await chat(client)) == WORDS
        with pytest.raises(ollama.ResponseError, match="unauthorized"):
            await client.ps()
        server.faults.clear()
        await client.ps()


async def test_down_and_up_again() -> None:
    """Nobody listens, whoever is connected is cut off; later it answers again."""
    async with serving() as (server, client):
        assert (await client.list()).models
        server.faults.set("down")
        with pytest.raises(ConnectionError):
            await client.list()
        with pytest.raises((ConnectionError, httpx.ConnectError)):
            await chat(client)
        url = server.url
        server.faults.clear()
        assert server.url == url
        assert (await client.list()).models


async def test_stopped_while_down() -> None:
    """A server that is down can be stopped, also when it has just come up."""
    async with serving() as (server, _):
        server.faults.set("down")
    async with serving() as (server, _):
        server.faults.set("down")
        server.faults.clear()


async def test_garbage() -> None:
    """Web pages, redirects to them, and another service's JSON are no answers."""
    async with serving() as (server, client):
        for kind in (Kind.HTML, Kind.REDIRECT):
            server.faults.set(kind, times=2)
            with pytest.raises(json.JSONDecodeError):
                await client.list()
            with pytest.raises(json.JSONDecodeError):
                await chat(client)
        server.faults.set("other_json", times=1)
        with pytest.raises(ValidationError):
            await client.list()
        server.faults.set("redirect", times=1, location=f"{server.url}/api/tags")
        async with httpx.AsyncClient() as http:
            answer = await http.get(f"{server.url}/api/tags")
    assert answer.status_code == 307


async def test_old_version() -> None:
    """An old Ollama says its version and knows no capabilities."""
    async with serving() as (server, client):
        server.faults.set("old_version")
        async with httpx.AsyncClient() as http:
            answer = await http.get(f"{server.url}/api/version")
        shown = await client.show(MODEL)
    assert answer.json() == {"version": "0.3.14"}
    assert shown.capabilities is None


async def test_context_truncated_silently() -> None:
    """A small context is not announced: only the count tells."""
    messages = [
        {"role": "user", "content": "heliotrope " + "x" * 8000},
        {"role": "user", "content": "y" * 4000},
    ]
    rules = [{"prompt": "heliotrope", "say": "known"}, {"say": "forgotten"}]
    async with serving(rules) as (server, client):
        server.faults.set("truncated", tokens=256)
        options = {"num_ctx": 8192}
        parts = await chat(client, messages=messages, options=options)
    assert spoken(parts) == "forgotten"
    assert parts[-1].prompt_eval_count == 256


@pytest.mark.parametrize("after", [0, 2])
@pytest.mark.parametrize(
    ("kind", "raises"),
    [
        (Kind.ERROR_LINE, ollama.ResponseError),
        (Kind.BROKEN_LINE, json.JSONDecodeError),
        (Kind.CUT, httpx.RemoteProtocolError),
    ],
)
async def test_faults_in_the_stream(
    kind: Kind, raises: type[Exception], after: int
) -> None:
    """What came before the fault was heard; then the client raises."""
    heard: list[ollama.ChatResponse] = []
    async with serving() as (server, client):
        server.faults.set(kind, after=after, times=1)
        with pytest.raises(raises):
            await listen(client, heard)
        assert spoken(await chat(client)) == WORDS
    assert len(heard) == after
    assert WORDS.startswith(spoken(heard))


async def test_faults_of_whole_answers() -> None:
    """The same faults meet answers that are not streamed."""
    async with serving() as (server, client):
        for kind, raises in (
            (Kind.ERROR_LINE, ollama.ResponseError),
            (Kind.BROKEN_LINE, json.JSONDecodeError),
            (Kind.CUT, httpx.RemoteProtocolError),
        ):
            server.faults.set(kind, path="/api/tags", times=1)
            with pytest.raises(raises):
                await client.list()
        assert (await client.list()).models


async def test_a_pull_that_breaks_installs_nothing() -> None:
    """Only a finished download leaves a model."""
    async with serving(models=[]) as (server, client):
        server.faults.set("error_line", path="/api/pull", after=3, error="disk full")
        with pytest.raises(ollama.ResponseError, match="disk full"):
            await pull(client, MODEL)
        assert not (await client.list()).models


@pytest.mark.parametrize("after", [0, 2])
async def test_stall(after: int) -> None:
    """Silence lasts until the client gives up, and the server can be stopped."""
    heard: list[ollama.ChatResponse] = []
    async with serving() as (server, client):
        server.faults.set("stall", after=after)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(listen(client, heard), 0.2)
        assert await hung_up(server.requests[0])
        assert len(heard) == after


async def test_stall_for_a_while_and_on_other_paths() -> None:
    """A pause can end; silence can meet any route."""
    async with serving() as (server, client):
        server.faults.set("stall", after=1, seconds=0.1, times=1)
        assert spoken(await chat(client)) == WORDS
        server.faults.set("stall", path="/api/tags", times=1)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.list(), 0.1)


async def test_stopping_ends_stalled_connections_at_once() -> None:
    """Stop waits for nobody."""
    async with serving() as (server, client):
        server.faults.set("stall")
        waiting = asyncio.create_task(chat(client))
        await asyncio.sleep(0.1)
        assert server.requests
        began = asyncio.get_running_loop().time()
        await server.stop()
        assert asyncio.get_running_loop().time() - began < 1
        with pytest.raises(httpx.TransportError):
            await waiting
