"""What requests cost: reading again only what changed, and real time."""

import asyncio
from time import monotonic
from typing import Any

import httpx
import ollama
import pytest

from .client import chat, hung_up, serving, spoken
from .cost import Machine
from .kv_cache import Kind, KvCache, Slot
from .models import Model
from .tokens import count_tokens, tokenize

pytestmark = pytest.mark.usefixtures("socket_enabled")

SYSTEM = "".join(
    f"- lamp {n} of the mill: off, brightness {n * 7}\n" for n in range(150)
)
ANSWER = "The lamp of the mill is on."
TOOL = {
    "type": "function",
    "function": {"name": "set_lamp", "description": "Sets a lamp. " * 150},
}


def home(layout: str = "gemma4", cache: Kind = Kind.FULL, name: str = "home") -> Model:
    """Give a model of a layout."""
    return Model(name=name, layout=layout, cache=cache)


def turns(*texts: str, system: str = SYSTEM) -> list[dict[str, Any]]:
    """Give a conversation."""
    roles = ("user", "assistant")
    said = [{"role": roles[at % 2], "content": text} for at, text in enumerate(texts)]
    return [{"role": "system", "content": system}, *said]


async def ask(
    client: ollama.AsyncClient, messages: list[dict[str, Any]], **options: Any
) -> ollama.ChatResponse:
    """Ask the only model and give the final chunk."""
    options = {"options": {"num_ctx": 16384}, **options}
    return (await chat(client, "home", messages=messages, **options))[-1]


def test_tokens() -> None:
    """About four letters are a token, and equal beginnings are equal tokens."""
    text = "Allume la lampe du moulin, s'il te plaît. <|turn>user\n42 lumens"
    tokens = tokenize(text)
    assert "".join(tokens) == text
    assert 2.5 < len(text) / len(tokens) < 4.5
    assert "<|turn>" in tokens
    for at in range(len(tokens)):
        assert tokenize("".join(tokens[:at])) == tokens[:at]


@pytest.mark.parametrize("kind", list(Kind))
async def test_appending_is_cheap(kind: Kind) -> None:
    """What was read and said is not read again, whatever the model."""
    models = [home(cache=kind)]
    async with serving([{"say": ANSWER}], models=models) as (server, client):
        first = await ask(client, turns("Turn on the lamp."))
        second = await ask(client, turns("Turn on the lamp.", ANSWER, "Thank you."))
    before, after = server.costs
    assert (before.reused, before.processed) == (0, before.prompt_tokens)
    assert after.processed < 20
    assert after.reused + after.processed == after.prompt_tokens
    assert second.prompt_eval_count == after.prompt_tokens
    assert (second.prompt_eval_duration or 0) < (first.prompt_eval_duration or 0) / 10


@pytest.mark.parametrize(
    ("kind", "start", "end", "user"),
    [
        (Kind.FULL, "most", "some", "some"),
        (Kind.SWA, "all", "all", "some"),
        (Kind.HYBRID, "all", "all", "window"),
    ],
)
async def test_where_a_prompt_changes(
    kind: Kind, start: str, end: str, user: str
) -> None:
    """Most models begin anew when the system text changes anywhere."""
    system = SYSTEM + "- gate of the mill: shut\n" * 100
    changed = {
        start: turns("Hello.", system="It is noon.\n" + system),
        end: turns("Hello.", system=f"{SYSTEM}It is noon.\n{'- gate: shut\n' * 99}"),
        user: turns("It is noon. Hello.", system=system),
    }
    for share, messages in changed.items():
        models = [home(cache=kind)]
        async with serving([{"say": ANSWER}], models=models) as (server, client):
            await ask(client, turns("Hello.", system=system))
            await ask(client, messages)
        cost = server.costs[-1]
        part = cost.processed / cost.prompt_tokens
        match share:
            case "all":
                assert cost.reused == 0
            case "most":
                assert 0.9 < part < 1
            case "window":
                assert 500 < cost.processed < 540
            case "some":
                assert part < 0.5


async def test_tools_in_the_last_message_cost_every_turn() -> None:
    """Llama reads its tools anew whenever something is said."""
    costs = {}
    for layout in ("llama3.3", "qwen3.5"):
        models = [home(layout)]
        async with serving([{"say": ANSWER}], models=models) as (server, client):
            await ask(client, turns("Hello."), tools=[TOOL])
            await ask(client, turns("Hello.", ANSWER, "Thanks."), tools=[TOOL])
        costs[layout] = server.costs[-1].processed
    assert costs["llama3.3"] > count_tokens("Sets a lamp. " * 150)
    assert costs["qwen3.5"] < 40


@pytest.mark.parametrize("host", [True, False])
async def test_another_client(host: bool) -> None:
    """Somebody else's prompt costs the prefix, unless the host keeps it."""
    machine = Machine(host_cache=host)
    options: dict[str, Any] = {"models": [home()], "machine": machine}
    async with serving([{"say": ANSWER}], **options) as (server, client):
        await ask(client, turns("Hello."))
        await server.evict()
        await ask(client, turns("Hello again."))
        async with httpx.AsyncClient(base_url=server.url) as http:
            await http.post("/_scripted/evict", json={"model": "other:latest"})
            listed = (await http.get("/_scripted/costs")).json()
            texts = (await http.get("/_scripted/costs?text")).json()
        await ask(client, turns("Hello again."))
    reused = [cost.reused for cost in server.costs]
    assert reused[0] == 0
    assert (reused[1] > 1000) is host
    assert reused[2] > 1000
    assert listed[1]["reused"] == reused[1]
    assert listed[1]["layout"] == "gemma4"
    assert "text" not in listed[0]
    assert texts[0]["text"].startswith("<bos><|turn>system\n- lamp 0")


async def test_time_is_real() -> None:
    """The first token waits for loading and reading, the others for speaking."""
    machine = Machine(prefill=20_000, decode=100, load=0.1)
    options: dict[str, Any] = {"models": [home()], "machine": machine}
    async with serving([{"say": ANSWER}], **options) as (_, client):
        cold, cold_parts = await _first_token(client)
        warm, parts = await _first_token(client)
        begun = monotonic()
        whole = await client.chat("home", turns("Hello."))
        took = monotonic() - begun
    final = parts[-1]
    assert cold > 0.1 + 2000 / 20_000
    assert warm < 0.1
    assert cold_parts[-1].load_duration == 100_000_000
    assert final.load_duration == 0
    assert final.eval_duration == (final.eval_count or 0) * 10_000_000
    assert took > (whole.eval_count or 0) / 100


async def test_one_slot_queues_and_two_do_not() -> None:
    """Whoever comes second waits, or meets a slot that knows nothing."""
    reused, waited = {}, {}
    for slots in (1, 2):
        machine = Machine(slots=slots, prefill=20_000)
        options: dict[str, Any] = {"models": [home()], "machine": machine}
        async with serving([{"say": ANSWER}], **options) as (server, client):
            both = [ask(client, turns(text)) for text in ("Hello.", "Good night.")]
            await asyncio.gather(*both)
        reused[slots] = server.costs[1].reused
        waited[slots] = max(cost.waited for cost in server.costs)
    assert reused[1] > 1000
    assert reused[2] == 0
    assert waited[1] > 0.05 > waited[2]


async def test_what_was_read_until_cancelled_stays() -> None:
    """A warm-up that is cut off was not for nothing."""
    machine = Machine(prefill=4_000)
    options: dict[str, Any] = {"models": [home()], "machine": machine}
    async with serving([{"say": ANSWER}], **options) as (server, client):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.25):
                await ask(client, turns("."))
        assert await hung_up(server.requests[0])
        await ask(client, turns("Hello."))
    cut, then = server.costs
    assert cut.cancelled
    assert 0 < cut.processed < cut.prompt_tokens
    assert then.reused == cut.processed


async def test_another_context_loads_anew() -> None:
    """A model that is loaded again has forgotten everything."""
    async with serving([{"say": ANSWER}], models=[home()]) as (server, client):
        await ask(client, turns("Hello."))
        await ask(client, turns("Hello."), options={"num_ctx": 8192})
        await client.chat("home", messages=[], keep_alive=0)
        await ask(client, turns("Hello."), options={"num_ctx": 8192})
    assert [cost.reused for cost in server.costs] == [0, 0, 0]
    assert all(cost.loaded for cost in server.costs)


def test_checkpoint_before_the_user() -> None:
    """Where the engine marks the user's message, only that is read again."""
    prompt = tokenize(SYSTEM) + tokenize("user: x" * 400)
    mark = count_tokens(SYSTEM)
    cache = KvCache(Kind.HYBRID)
    slot = cache.take(prompt)
    assert cache.begin(slot, prompt) == 0
    cache.read(slot, prompt, len(prompt), [mark])
    other = tokenize(SYSTEM) + tokenize("user: y" * 400)
    assert cache.begin(slot, other) == mark


def test_a_window_from_the_host_reaches_back_less() -> None:
    """What the host kept of a window can only go back to a checkpoint."""
    prompt, other = tokenize(SYSTEM), tokenize("Someone else. " * 300)
    cache = KvCache(Kind.SWA)

    def read(tokens: list[str]) -> tuple[Slot, int]:
        slot = cache.take(tokens)
        kept = cache.begin(slot, tokens)
        cache.read(slot, tokens, len(tokens))
        slot.busy = False
        return slot, kept

    read(prompt)
    assert read([*prompt[:-20], "x"])[1] == len(prompt) - 20
    read(other)
    assert read([*prompt[:-30], "y"])[1] == len(prompt) - 516


async def _first_token(
    client: ollama.AsyncClient,
) -> tuple[float, list[ollama.ChatResponse]]:
    begun = monotonic()
    first = 0.0
    parts = []
    messages = turns("Hello.")
    async for part in await client.chat("home", messages, stream=True):
        first = first or monotonic() - begun
        parts.append(part)
    assert spoken(parts) == ANSWER
    return first, parts
