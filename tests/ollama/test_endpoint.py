"""One endpoint: how it is let in, what it is told, and how each failure is known."""

import asyncio
from unittest.mock import patch

from ollama import ChatResponse
import pytest

from custom_components.jarvis.ollama.endpoint import Endpoint, EndpointConfig, Timeouts
from custom_components.jarvis.ollama.errors import OllamaError, Reason
from tests.ollama_server import ScriptedOllama, load_script

from .conftest import MODEL, Connect, request, text

QUICK = Timeouts(connect=0.3, answer=0.3, first=0.3, between=0.3, end=0.3)


# Being let in


async def test_a_token_is_sent(says: ScriptedOllama, connect: Connect) -> None:
    """With every request, and the server lets us in."""
    says.auth = "s3cret"
    endpoint = connect(says, token="s3cret")

    assert await endpoint.version() == says.version
    assert await endpoint.models() == [MODEL]
    assert "tools" in await endpoint.capabilities(MODEL)
    assert text([part async for part in endpoint.chat(request())]) == "Il fait bon."


async def test_a_name_and_password_are_sent(
    says: ScriptedOllama, connect: Connect
) -> None:
    """As HTTP's basic authentication, accents too."""
    says.auth = ("marie", "été:2026")

    endpoint = connect(says, username="marie", password="été:2026")

    assert await endpoint.version() == says.version


@pytest.mark.parametrize("config", [{}, {"token": "wrong"}, {"username": "marie"}])
async def test_wrong_credentials(
    says: ScriptedOllama, connect: Connect, config: dict[str, str]
) -> None:
    """They are told apart from other failures, in every question."""
    says.auth = "s3cret"
    endpoint = connect(says, **config)

    for ask in (endpoint.version(), endpoint.models(), endpoint.capabilities(MODEL)):
        with pytest.raises(OllamaError) as caught:
            await ask
        assert caught.value.reason is Reason.UNAUTHORIZED
    with pytest.raises(OllamaError) as caught:
        [part async for part in endpoint.chat(request())]
    assert caught.value.reason is Reason.UNAUTHORIZED


async def test_without_credentials_none_are_sent(
    says: ScriptedOllama, connect: Connect
) -> None:
    """Neither ours nor any that lie about in the environment."""
    with patch.dict("os.environ", {"OLLAMA_API_KEY": "environment"}):
        await connect(says).version()

    assert "authorization" not in says.requests[-1].headers


def test_a_name_has_no_secrets() -> None:
    """What people are told of an endpoint, and how it is printed."""
    config = EndpointConfig(
        "https://marie:s3cret@ollama.example:8443/x?key=s3cret",
        token="s3cret",
        password="s3cret",
    )

    assert config.name == "ollama.example:8443"
    assert "token" not in repr(config)
    assert "password" not in repr(config)
    assert EndpointConfig("http://ollama").name == "ollama"


# Going nowhere else


@pytest.mark.parametrize("location", ["elsewhere", "/login"])
async def test_no_redirect_is_followed(
    says: ScriptedOllama, connect: Connect, spare: ScriptedOllama, location: str
) -> None:
    """It may lead out of the house, credentials and all."""
    target = f"{spare.url}/api/chat" if location == "elsewhere" else location
    says.faults.set("redirect", location=target)
    endpoint = connect(says, token="s3cret")

    with pytest.raises(OllamaError):
        await endpoint.version()
    with pytest.raises(OllamaError):
        [part async for part in endpoint.chat(request())]

    assert not spare.requests


async def test_no_proxy_of_the_environment(
    says: ScriptedOllama, connect: Connect, spare: ScriptedOllama
) -> None:
    """A proxy that is set for something else never hears of it."""
    proxies = dict.fromkeys(
        ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"), spare.url
    )
    with patch.dict("os.environ", proxies):
        endpoint = connect(says)
        await endpoint.version()
        [part async for part in endpoint.chat(request())]

    assert len(says.requests) == 2
    assert not spare.requests


# What is asked


async def test_all_fields_arrive(says: ScriptedOllama, connect: Connect) -> None:
    """The model, the window, how long to stay and how to think are always told."""
    tool = {"type": "function", "function": {"name": "f", "parameters": {}}}

    [part async for part in connect(says).chat(request(tools=[tool]))]

    (body,) = says.chats
    assert body["model"] == MODEL
    assert body["options"]["num_ctx"] == 8192
    assert body["keep_alive"] == -1
    assert body["think"] is False
    assert body["stream"] is True
    assert body["messages"] == [{"role": "user", "content": "Bonjour"}]
    assert body["tools"][0]["function"]["name"] == "f"


async def test_one_connection_for_all_turns(
    says: ScriptedOllama, connect: Connect
) -> None:
    """A reply is read to its end, so that the next needs no new connection."""
    opened = _count_connections(says)
    endpoint = connect(says)

    await endpoint.version()
    for _ in range(4):
        [part async for part in endpoint.chat(request())]
    await endpoint.models()

    assert len(opened) == 1


async def test_a_reply_that_is_left_is_ended(
    ollama: ScriptedOllama, connect: Connect
) -> None:
    """Who stops listening closes the stream, so that the server stops too."""
    ollama.script = load_script([{"say": ["mot "] * 200, "delay": 0.02}])
    parts = connect(ollama).chat(request())

    await anext(parts)
    await parts.aclose()

    for _ in range(100):
        if ollama.requests[-1].hung_up:
            break
        await asyncio.sleep(0.02)
    assert ollama.requests[-1].hung_up
    assert ollama.requests[-1].chunks < 100


# Failures


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("down", Reason.UNREACHABLE),
        ("unauthorized", Reason.UNAUTHORIZED),
        ("html", Reason.NOT_OLLAMA),
        ("redirect", Reason.NOT_OLLAMA),
        ("not_ollama", Reason.NOT_OLLAMA),
        ("other_json", Reason.NOT_OLLAMA),
        ("old_version", Reason.TOO_OLD),
        ("stall", Reason.STALLED),
    ],
)
async def test_no_usable_server(
    says: ScriptedOllama, connect: Connect, kind: str, reason: Reason
) -> None:
    """The version is asked for to know whether there is an Ollama at all."""
    says.faults.set(kind)
    endpoint = connect(says, QUICK)

    with pytest.raises(OllamaError) as caught:
        await endpoint.version()

    assert caught.value.reason is reason
    assert caught.value.endpoint == f"127.0.0.1:{says.port}"


@pytest.mark.parametrize("after", [0, 2])
@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("error_line", Reason.SERVER_ERROR),
        ("broken_line", Reason.GARBLED),
        ("cut", Reason.INTERRUPTED),
        ("stall", Reason.STALLED),
    ],
)
async def test_a_reply_that_breaks(
    says: ScriptedOllama, connect: Connect, kind: str, reason: Reason, after: int
) -> None:
    """What came before is there, and then the cause."""
    says.faults.set(kind, after=after)
    heard: list[ChatResponse] = []

    with pytest.raises(OllamaError) as caught:
        await _listen(connect(says, QUICK), heard)

    assert caught.value.reason is reason
    assert text(heard) == "Il fait "[: 8 if after else 0]


async def test_patience_is_of_each_piece(
    ollama: ScriptedOllama, connect: Connect
) -> None:
    """A slow reply is well as long as each of its pieces comes in time."""
    ollama.script = load_script([{"say": ["mot "] * 8, "delay": 0.1}])

    parts = [part async for part in connect(ollama, QUICK).chat(request())]

    assert text(parts) == "mot " * 8


async def test_a_model_may_take_long_to_load(
    says: ScriptedOllama, connect: Connect
) -> None:
    """The first piece has a patience of its own."""
    says.faults.set("stall", seconds=0.4, path="/api/chat")
    patient = Timeouts(connect=0.3, answer=0.3, first=2, between=0.3)

    parts = [part async for part in connect(says, patient).chat(request())]

    assert text(parts) == "Il fait bon."


@pytest.mark.parametrize("lost", [0, 1])
async def test_while_it_loads_it_is_looked_after(
    says: ScriptedOllama, connect: Connect, lost: int
) -> None:
    """Who answers small questions is waited for, though one of them goes astray."""
    says.faults.set("stall", seconds=1, path="/api/chat")
    if lost:
        says.faults.set("stall", path="/api/version", times=lost)
    patient = Timeouts(connect=0.2, answer=0.2, first=60, between=0.3, look=0.1)

    parts = [part async for part in connect(says, patient).chat(request())]

    assert text(parts) == "Il fait bon."
    assert sum(one.path == "/api/version" for one in says.requests) > 1


async def test_a_machine_that_is_gone_is_not_waited_for(
    says: ScriptedOllama, connect: Connect
) -> None:
    """It says nothing to any question, long before a model would be loaded."""
    says.faults.set("stall")
    patient = Timeouts(connect=0.2, answer=0.2, first=3600, between=0.3, look=0.1)

    async with asyncio.timeout(30):
        with pytest.raises(OllamaError) as caught:
            [part async for part in connect(says, patient).chat(request())]

    assert caught.value.reason is Reason.STALLED


async def _listen(endpoint: Endpoint, heard: list[ChatResponse]) -> None:
    """Keep what comes of a reply, also when it ends badly."""
    async for part in endpoint.chat(request()):
        heard.append(part)  # noqa: PERF401 - an error keeps what came before


def _count_connections(server: ScriptedOllama) -> list[object]:
    """Return a list that fills with the connections that the server sees."""
    seen: list[object] = []
    runner = server._runner
    assert runner
    web = runner.server
    assert web
    original = web.connection_made

    def made(handler: object, transport: asyncio.Transport) -> None:
        seen.append(transport)
        original(handler, transport)  # type: ignore[arg-type]

    web.connection_made = made  # type: ignore[method-assign]
    return seen
