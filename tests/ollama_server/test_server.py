"""The routes of the scripted Ollama, through the real client."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
import math
from pathlib import Path
import signal
import sys
from typing import Any

import aiohttp
import httpx
import ollama
import pytest

from .client import HELLO, MODEL, PLAIN, WORDS, chat, hung_up, pull, serving, spoken
from .models import GIB, Model
from .server import ScriptedOllama

pytestmark = pytest.mark.usefixtures("socket_enabled")

LAMP = {
    "type": "function",
    "function": {
        "name": "intent__HassTurnOn",
        "description": "Turns on",
        "parameters": {"type": "object", "properties": {"name": {"type": "string"}}},
    },
}


async def post(server: ScriptedOllama, path: str, body: dict[str, Any]) -> Any:
    """Ask what the client has no parameter for; give status and JSON."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(server.url + path, json=body) as response,
    ):
        return response.status, await response.json()


async def test_root_and_version() -> None:
    """It says what it is, and which."""
    async with (
        serving(version="0.31.1") as (server, _),
        httpx.AsyncClient(base_url=server.url) as http,
    ):
        assert (await http.get("/")).text == "Ollama is running"
        assert (await http.head("/")).status_code == 200
        assert (await http.get("/api/version")).json() == {"version": "0.31.1"}
        nowhere = await http.get("/api/nowhere")
    assert (nowhere.status_code, nowhere.text) == (404, "404 page not found")


async def test_tags_and_show() -> None:
    """Installed models are listed and told about."""
    small = Model(name="small", family="tiny", size=GIB, context_length=8192)
    async with serving(models=[MODEL, small]) as (_, client):
        listed = (await client.list()).models
        shown = await client.show("small")
        with pytest.raises(ollama.ResponseError, match="'gone' not found") as raised:
            await client.show("gone")
    assert [model.model for model in listed] == [MODEL, "small:latest"]
    assert listed[1].size == GIB
    assert listed[1].details is not None
    assert listed[1].details.family == "tiny"
    assert shown.capabilities == ["completion", "tools"]
    assert shown.modelinfo is not None
    assert shown.modelinfo["tiny.context_length"] == 8192
    assert raised.value.status_code == 404


async def test_chat_streams_like_ollama() -> None:
    """Pieces of text come first, one final chunk tells the counts."""
    async with serving() as (server, client):
        parts = await chat(client, options={"num_ctx": 8192})
        whole = await client.chat(MODEL, messages=HELLO, think=False)
    *pieces, final = parts
    assert len(pieces) > 5
    assert spoken(parts) == WORDS == whole.message.content
    assert not any(piece.done for piece in pieces)
    assert (final.done, final.done_reason) == (True, "stop")
    assert final.eval_count == len(pieces)
    assert final.prompt_eval_count is not None
    assert final.prompt_eval_count > 0
    assert final.load_duration is not None
    assert final.total_duration is not None
    assert final.total_duration > final.load_duration > 0
    assert [asked.path for asked in server.requests] == ["/api/chat"] * 2
    asked = server.requests[0]
    assert asked.finished
    assert asked.chunks == len(parts)
    assert asked.body["options"] == {"num_ctx": 8192}
    assert asked.headers["user-agent"].startswith("ollama-python/")
    assert server.chats[1]["stream"] is False


async def test_tool_calls_come_whole() -> None:
    """Calls come in one chunk without text, or each in its own."""
    calls = [{"name": "HassTurnOn", "arguments": {"name": x}} for x in ("a", "b")]
    rules: list[dict[str, Any]] = [
        {"round": 0, "model": PLAIN, "call": calls, "separately": True},
        {"round": 0, "say": "Well,", "call": calls},
        {"say": "Done."},
    ]
    answered = [*HELLO, {"role": "tool", "tool_name": "x", "content": "{}"}]
    async with serving(rules) as (_, client):
        together = await chat(client, tools=[LAMP])
        apart = await chat(client, PLAIN, tools=[LAMP])
        after = await chat(client, tools=[LAMP], messages=answered)
        whole = await client.chat(MODEL, messages=HELLO, tools=[LAMP])
    assert [len(part.message.tool_calls or ()) for part in together] == [0, 2, 0]
    assert [len(part.message.tool_calls or ()) for part in apart] == [1, 1, 0]
    called = (together[1].message.tool_calls or ())[1].function
    assert called.name == "intent__HassTurnOn"
    assert called.arguments == {"name": "b"}
    assert together[1].message.content == ""
    assert spoken(after) == "Done."
    assert len(whole.message.tool_calls or ()) == 2


@pytest.mark.parametrize(
    ("model", "think", "thinks"),
    [
        (MODEL, None, True),
        (MODEL, True, True),
        (MODEL, "low", True),
        (MODEL, False, False),
        (PLAIN, None, False),
        (PLAIN, False, False),
        ("gpt-oss:20b", False, True),
    ],
)
async def test_thinking(model: str, think: Any, thinks: bool) -> None:
    """A model that can think does so unless told not to; gpt-oss always does."""
    rules = [{"think": "Let me see.", "say": WORDS}]
    async with serving(rules) as (_, client):
        parts = await chat(client, model, think=think)
    thought = "".join(part.message.thinking or "" for part in parts)
    assert thought == ("Let me see." if thinks else "")
    assert spoken(parts) == WORDS


@pytest.mark.parametrize(
    ("model", "options", "status", "message"),
    [
        ("gone", {}, 404, 'model "gone" not found, try pulling it first'),
        (PLAIN, {"think": True}, 400, f'"{PLAIN}" does not support thinking'),
        ("tinyllama", {"tools": [LAMP]}, 400, "tinyllama does not support tools"),
        ("embeddinggemma", {}, 400, '"embeddinggemma" does not support chat'),
        (MODEL, {"keep_alive": "-1s"}, 400, "invalid duration"),
        (MODEL, {"keep_alive": "10"}, 400, "missing unit in duration"),
    ],
)
async def test_chats_that_are_refused(
    model: str, options: dict[str, Any], status: int, message: str
) -> None:
    """What a model cannot do is said before anything is streamed."""
    async with serving() as (_, client):
        with pytest.raises(ollama.ResponseError, match=message) as raised:
            await chat(client, model, **options)
    assert raised.value.status_code == status


async def test_unreadable_requests() -> None:
    """A request without a model, a strange way to think and no JSON are refused."""
    async with serving() as (server, _):
        no_model = await post(server, "/api/chat", {"messages": HELLO})
        body = {"model": MODEL, "messages": HELLO, "think": "hard"}
        no_level = await post(server, "/api/chat", body)
        async with httpx.AsyncClient() as http:
            no_json = await http.post(f"{server.url}/api/chat", content="{")
    assert no_model == (400, {"error": "model is required"})
    assert no_level[0] == 400
    assert no_json.status_code == 400


async def test_what_no_rule_answers_is_an_error() -> None:
    """A script with a hole says so, and where."""
    async with serving([{"said": "lampe", "say": "x"}]) as (_, client):
        with pytest.raises(ollama.ResponseError, match=r"no rule.*Bonjour") as raised:
            await chat(client)
    assert raised.value.status_code == 500


async def test_models_in_memory() -> None:
    """A chat loads a model for as long as asked; without messages it only loads."""
    async with serving() as (_, client):
        assert not (await client.ps()).models
        loaded = await client.chat(MODEL, messages=[], keep_alive=-1)
        await chat(client, PLAIN, options={"num_ctx": 8192}, keep_alive="10m")
        first, second = (await client.ps()).models
        again = await chat(client, PLAIN, options={"num_ctx": 8192})
        larger = await chat(client, PLAIN, options={"num_ctx": 16384})
        unloaded = await client.chat(MODEL, messages=[], keep_alive=0)
        await chat(client, PLAIN, keep_alive=0)
        left = (await client.ps()).models
    assert (loaded.done, loaded.done_reason) == (True, "load")
    assert unloaded.done_reason == "unload"
    assert (first.name, first.context_length) == (MODEL, 4096)
    assert (second.name, second.context_length) == (PLAIN, 8192)
    assert second.size == second.size_vram
    assert first.expires_at is not None
    assert second.expires_at is not None
    now = datetime.now(UTC)
    assert first.expires_at > now + timedelta(days=365)
    assert timedelta(minutes=9) < second.expires_at - now < timedelta(minutes=11)
    assert again[-1].load_duration == 0
    assert larger[-1].load_duration
    assert not left


async def test_a_model_expires_and_spills() -> None:
    """After its time it is gone; without room it lies partly outside the GPU."""
    async with serving() as (server, client):
        server.models.vram = 4 * GIB
        await chat(client, keep_alive=0.05)
        during = (await client.ps()).models
        await asyncio.sleep(0.1)
        after = (await client.ps()).models
    assert during[0].size_vram == 4 * GIB
    assert during[0].size is not None
    assert during[0].size > 4 * GIB
    assert not after


async def test_long_chats_lose_their_oldest_messages() -> None:
    """What does not fit is dropped silently, unless that is forbidden."""
    long = [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "The secret word is heliotrope. " + "x" * 4000},
        {"role": "assistant", "content": "I will remember."},
        {"role": "user", "content": "Which word?"},
    ]
    rules = [{"prompt": "heliotrope", "say": "known"}, {"say": "forgotten"}]
    options = {"num_ctx": 512}
    async with serving(rules) as (server, client):
        fits = await chat(client, messages=long, options={"num_ctx": 4096})
        cut = await chat(client, messages=long, options=options)
        body = {"model": MODEL, "messages": long, "options": options}
        refused = await post(server, "/api/chat", body | {"truncate": False})
    assert (spoken(fits), spoken(cut)) == ("known", "forgotten")
    assert fits[-1].prompt_eval_count is not None
    assert fits[-1].prompt_eval_count > 1000
    assert cut[-1].prompt_eval_count is not None
    assert cut[-1].prompt_eval_count < 512
    assert refused == (400, {"error": "the input length exceeds the context length"})


async def test_num_predict_ends_an_answer() -> None:
    """An answer that may not be longer says why it ended."""
    async with serving() as (_, client):
        parts = await chat(client, options={"num_predict": 3})
    assert len(parts) == 4
    assert parts[-1].done_reason == "length"


async def test_pull() -> None:
    """A download tells how far it is; then the model is there."""
    async with serving(models=[]) as (_, client):
        lines = await pull(client, MODEL)
        installed = [model.model for model in (await client.list()).models]
        whole = await client.pull(PLAIN)
        with pytest.raises(ollama.ResponseError, match="file does not exist"):
            await pull(client, "no-such-model")
        with pytest.raises(ollama.ResponseError, match="file does not exist"):
            await client.pull("no-such-model")
    assert (lines[0].status, lines[-1].status) == ("pulling manifest", "success")
    done = [line.completed for line in lines if line.completed is not None]
    assert done == sorted(done)
    assert done[-1] == lines[1].total
    assert installed == [MODEL]
    assert whole.status == "success"


async def test_embed() -> None:
    """Embeddings are unit vectors; what is alike is near, what is the same is equal."""
    texts = ["Lumière du salon", "la lumiere du salon", "quarterly tax report"]
    async with serving() as (_, client):
        light, same, other = (await client.embed("embeddinggemma", texts)).embeddings
        single = await client.embed("embeddinggemma", texts[0], dimensions=64)
        with pytest.raises(ollama.ResponseError, match="embeddings"):
            await client.embed(MODEL, "x")
        with pytest.raises(ollama.ResponseError, match="exceeds the context"):
            await client.embed("embeddinggemma", "x" * 9000, truncate=False)

    def near(one: Sequence[float], two: Sequence[float]) -> float:
        return math.fsum(a * b for a, b in zip(one, two, strict=True))

    assert near(light, light) == pytest.approx(1.0)
    assert near(light, same) > 0.7
    assert near(light, other) < 0.3
    assert len(light) == 256
    assert len(single.embeddings[0]) == 64
    assert single.prompt_eval_count == 4


@pytest.mark.parametrize(
    ("auth", "header"),
    [
        ("token", "Bearer token"),
        (("jean", "secret"), "Basic amVhbjpzZWNyZXQ="),
    ],
)
async def test_auth(auth: Any, header: str) -> None:
    """Behind a proxy with a password only those come in who have it."""
    async with serving(auth=auth) as (server, client):
        with pytest.raises(ollama.ResponseError) as raised:
            await client.list()
        headers = {"authorization": header}
        async with ollama.AsyncClient(server.url, headers=headers) as known:
            assert (await known.list()).models
    assert raised.value.status_code == 401


async def test_side_routes() -> None:
    """Script, faults and requests can be reached from another process."""
    async with serving() as (server, client), aiohttp.ClientSession(server.url) as web:
        script = "- say: Changed."
        async with web.post("/_scripted/script", data=script) as response:
            assert await response.json() == {"rules": 1}
        async with web.post("/_scripted/script", data="- no") as response:
            assert response.status == 400
        fault = {"kind": "busy", "times": 1}
        async with web.post("/_scripted/faults", json=fault) as response:
            assert response.status == 200
        for wrong in ({"kind": "down"}, {"kind": "strange"}, {"name": "busy"}):
            async with web.post("/_scripted/faults", json=wrong) as response:
                assert response.status == 400
        with pytest.raises(ollama.ResponseError, match="busy"):
            await chat(client)
        assert spoken(await chat(client)) == "Changed."
        async with web.post("/_scripted/faults", json={"kind": "busy"}) as response:
            assert response.status == 200
        async with web.post("/_scripted/faults", json={"clear": True}) as response:
            assert response.status == 200
        await chat(client)
        async with web.get("/_scripted/requests") as response:
            asked = await response.json()
    assert [(each["path"], each["status"]) for each in asked] == [
        ("/api/chat", 503),
        ("/api/chat", 200),
        ("/api/chat", 200),
    ]


async def test_delay_and_a_client_that_hangs_up() -> None:
    """Chunks take their time, and a client that leaves is noticed."""
    async with serving([{"say": ["a", "b"] * 50, "delay": 0.05}]) as (server, client):
        began = asyncio.get_running_loop().time()
        stream = await client.chat(MODEL, messages=HELLO, stream=True)
        heard = []
        async for part in stream:
            heard.append(part.message.content)
            if len(heard) == 3:
                break
        took = asyncio.get_running_loop().time() - began
        await stream.aclose()  # type: ignore[attr-defined]
        assert await hung_up(server.requests[0])
    assert heard == ["a", "b", "a"]
    assert took > 0.09
    assert not server.requests[0].finished


async def test_on_its_own() -> None:
    """Started alone it tells its URL first, and ends when it is told to."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.ollama_server", "--port", "0"),
        *("--model", "mine:1b", MODEL),
        cwd=Path(__file__).parents[2],
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    url = (await process.stdout.readline()).decode().strip()
    async with ollama.AsyncClient(url) as client:
        models = [model.model for model in (await client.list()).models]
        answer = spoken(await chat(client))
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0
    assert models == ["mine:1b", MODEL]
    assert answer.startswith("Bonjour")
