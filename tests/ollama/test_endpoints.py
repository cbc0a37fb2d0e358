"""Several endpoints: the owner's order, and the next one when one fails."""

import logging

import pytest

from custom_components.jarvis.ollama.endpoint import Timeouts
from custom_components.jarvis.ollama.endpoints import Endpoints
from custom_components.jarvis.ollama.errors import OllamaError, Reason
from tests.ollama_server import ScriptedOllama, load_script

from .conftest import Connect, request, text

QUICK = Timeouts(connect=0.3, answer=0.3, first=0.3, between=0.3, end=0.3)


@pytest.fixture
def both(says: ScriptedOllama, spare: ScriptedOllama, connect: Connect) -> Endpoints:
    """Return two endpoints whose models say other things."""
    spare.script = load_script([{"say": ["Ici ", "le ", "second."]}])
    return Endpoints([connect(says, QUICK), connect(spare, QUICK)])


async def _answer(endpoints: Endpoints) -> str:
    """Return what is answered."""
    return text([part async for part in endpoints.chat(request())])


async def test_the_first_is_asked(
    both: Endpoints, says: ScriptedOllama, spare: ScriptedOllama
) -> None:
    """As long as it is well, the second hears nothing."""
    assert await _answer(both) == "Il fait bon."
    assert len(says.chats) == 1
    assert not spare.requests


@pytest.mark.parametrize(
    "kind",
    [
        "down",
        "unauthorized",
        "missing_model",
        "busy",
        "runner_died",
        "html",
        "redirect",
        "not_ollama",
        "other_json",
        "error_line",
        "broken_line",
        "cut",
        "stall",
    ],
)
async def test_the_next_answers_for_one_that_fails(
    both: Endpoints, says: ScriptedOllama, kind: str
) -> None:
    """Before its first piece, whatever fails at an endpoint is not the person's."""
    says.faults.set(kind)

    assert await _answer(both) == "Ici le second."


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("no_tools", Reason.NO_TOOLS), ("no_thinking", Reason.NO_THINKING)],
)
async def test_what_is_wrong_with_the_request_is_told(
    both: Endpoints,
    says: ScriptedOllama,
    spare: ScriptedOllama,
    kind: str,
    reason: Reason,
) -> None:
    """It would be wrong everywhere: nobody else is asked."""
    says.faults.set(kind)

    with pytest.raises(OllamaError) as caught:
        await _answer(both)

    assert caught.value.reason is reason
    assert not spare.requests


async def test_the_first_failure_is_told(
    both: Endpoints, says: ScriptedOllama, spare: ScriptedOllama
) -> None:
    """Where all fail, it is about the endpoint that the owner prefers."""
    says.faults.set("runner_died")
    spare.faults.set("busy")

    with pytest.raises(OllamaError) as caught:
        await _answer(both)

    assert caught.value.reason is Reason.SERVER_ERROR
    assert caught.value.endpoint.endswith(str(says.port))


async def test_no_endpoint() -> None:
    """Without any there is nobody to ask."""
    endpoints = Endpoints([])

    assert not endpoints
    with pytest.raises(OllamaError) as caught:
        await _answer(endpoints)
    assert caught.value.reason is Reason.NO_ENDPOINT


async def test_one_that_failed_is_asked_last(
    both: Endpoints, says: ScriptedOllama, spare: ScriptedOllama
) -> None:
    """The next turns do not wait for it; where the other fails too, it is tried."""
    says.faults.set("runner_died", times=1)

    assert await _answer(both) == "Ici le second."
    assert await _answer(both) == "Ici le second."
    assert len(says.chats) == 1
    spare.faults.set("runner_died", times=1)
    assert await _answer(both) == "Il fait bon."


async def test_it_comes_back_once_it_is_well(
    both: Endpoints, says: ScriptedOllama
) -> None:
    """A look that finds it well gives it its place again."""
    says.faults.set("down")
    assert await _answer(both) == "Ici le second."
    assert await _answer(both) == "Ici le second."

    says.faults.clear()
    await both.watches[0].async_look()

    assert await _answer(both) == "Il fait bon."


async def test_said_once_when_lost_and_once_when_back(
    both: Endpoints,
    says: ScriptedOllama,
    spare: ScriptedOllama,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The log has one line for each, however often it is asked."""
    caplog.set_level(logging.INFO, "custom_components.jarvis")
    says.faults.set("runner_died")
    spare.faults.set("runner_died")
    for _ in range(3):
        with pytest.raises(OllamaError):
            await _answer(both)
    says.faults.clear()
    for _ in range(3):
        await _answer(both)

    logged = [
        (record.levelname, record.getMessage())
        for record in caplog.records
        if record.name.startswith("custom_components.")
        and f":{says.port}" in record.getMessage()
    ]
    assert [level for level, _ in logged] == ["WARNING", "INFO"]
    assert "server_error" in logged[0][1]
    assert logged[1][1].endswith("is back")


async def test_all_connections_are_closed(both: Endpoints) -> None:
    """Nothing can be asked after the end."""
    await _answer(both)

    await both.close()

    for endpoint in both:
        assert endpoint._http.is_closed


@pytest.mark.parametrize("kind", ["error_line", "broken_line", "cut", "stall"])
async def test_breaks_after_the_end(
    both: Endpoints, says: ScriptedOllama, spare: ScriptedOllama, kind: str
) -> None:
    """A reply that is whole is not gone on with, and whoever gave it is well."""
    says.faults.set(kind, path="/api/chat", at_end=True)

    assert await _answer(both) == "Il fait bon."

    assert not spare.chats
    assert both.watches[0].health.well


async def test_breaks_after_a_call(
    ollama: ScriptedOllama, spare: ScriptedOllama, connect: Connect
) -> None:
    """The call is passed on and ends the reply: nobody is asked to make it again."""
    for server in (ollama, spare):
        server.script = load_script(
            [{"say": "Je regarde.", "call": [{"name": "HassTurnOn"}]}]
        )
    ollama.faults.set("cut", after=99)

    endpoints = Endpoints([connect(ollama), connect(spare)])
    parts = [part async for part in endpoints.chat(request())]

    assert text(parts) == "Je regarde."
    assert sum(len(part.message.tool_calls or ()) for part in parts) == 1
    assert parts[-1].done
    assert not spare.chats
