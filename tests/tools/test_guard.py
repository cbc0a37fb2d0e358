"""The guard: what it turns away, what it passes on, and that it does so once."""

import asyncio
from typing import Any

import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.jarvis.tools.find_entities import FindEntities
from custom_components.jarvis.tools.guard import Guard
from custom_components.jarvis.tools.permission import Permission
from custom_components.jarvis.tools.think_harder import ThinkHarder
from homeassistant.auth.models import User
from homeassistant.core import HomeAssistant
from homeassistant.helpers import llm
from tests.house import Jarvis
from tests.ollama_server import load_script

from .apis import FakeTool

CONTEXT = llm.LLMContext("jarvis", None, "en", "conversation", None)
READING = llm.ToolAnnotations(read_only=True)


async def _call(
    hass: HomeAssistant, guard: Guard, tool: llm.Tool, **arguments: Any
) -> llm.ToolResult:
    """Call a tool through a guard."""
    (guarded,) = guard.wrap([tool])
    result = await guarded.async_call(
        hass, llm.ToolInput(tool.name, arguments), CONTEXT
    )
    assert isinstance(result, llm.ToolResult)
    return result


def test_a_guarded_tool_looks_like_the_tool() -> None:
    """Name, words, parameters and annotations are those of the tool."""
    annotations = llm.ToolAnnotations(
        read_only=True, destructive=False, idempotent=True
    )
    tool = FakeTool("runes", parameters={"x": int}, annotations=annotations)
    tool.title = "Runes"

    (guarded,) = Guard(Permission(None)).wrap([tool])

    for field in (
        "name",
        "title",
        "description",
        "parameters",
        "annotations",
        "integration",
    ):
        assert getattr(guarded, field) is getattr(tool, field), field


async def test_the_context_of_the_turn_is_passed_on(home: HomeAssistant) -> None:
    """The tool hears who calls and from where, which the offer does not depend on."""
    heard: list[llm.LLMContext] = []

    class Listening(FakeTool):
        async def async_call(  # type: ignore[explicit-override]
            self,
            hass: HomeAssistant,
            tool_input: llm.ToolInput,
            llm_context: llm.LLMContext,
        ) -> llm.ToolResult:
            heard.append(llm_context)
            return llm.ToolResult({})

    await _call(home, Guard(Permission(None)), Listening("runes"))

    assert heard == [CONTEXT]


# Arguments


async def test_arguments_that_do_not_fit(home: HomeAssistant) -> None:
    """The model is told what is wrong, and the tool is not called."""
    tool = FakeTool("runes", parameters={probatio.Required("x"): int})

    result = await _call(home, Guard(Permission(None)), tool, x="many")

    assert result.error
    assert "do not fit" in str(result.data["error"])
    assert not tool.calls


@pytest.mark.parametrize(
    "arguments",
    [
        {"entity_id": "switch.chaudiere"},
        {"entity_id": ["light.salon", "switch.chaudiere"]},
        {"deep": {"in": [{"it": "switch.chaudiere"}]}},
    ],
    ids=str,
)
async def test_what_is_not_exposed_is_refused(
    home: HomeAssistant, arguments: dict[str, Any]
) -> None:
    """An id that the owner does not expose is refused, wherever it stands."""
    tool = FakeTool("runes")
    tool.parameters = probatio.Schema({}, extra=probatio.ALLOW_EXTRA)

    result = await _call(home, Guard(Permission(None)), tool, **arguments)

    assert result.error
    assert "switch.chaudiere is not exposed" in str(result.data["error"])
    assert not tool.calls


# Rights


@pytest.mark.parametrize(
    ("annotations", "allowed"),
    [(READING, True), (llm.ToolAnnotations(), False)],
)
async def test_a_reader_only_reads(
    home: HomeAssistant,
    hass_read_only_user: User,
    annotations: llm.ToolAnnotations,
    allowed: bool,
) -> None:
    """What may act is refused to who may only look, whatever the tool is called."""
    tool = FakeTool("runes", annotations=annotations)

    result = await _call(home, Guard(Permission(hass_read_only_user)), tool)

    assert result.error is not allowed
    assert bool(tool.calls) is allowed


async def test_who_may_read_a_part(
    home: HomeAssistant, hass_read_only_user: MockUser
) -> None:
    """Tools of others might tell of all; Jarvis' own are made for the speaker."""
    hass_read_only_user.mock_policy({"entities": {"domains": {"cover": True}}})
    guard = Guard(Permission(hass_read_only_user))
    tool = FakeTool("runes", annotations=READING)
    own = FindEntities(lambda words, most: ["cover.a"], lambda entity_id: "Volet: open")

    assert (await _call(home, guard, tool)).error
    assert (await _call(home, guard, own, words="volet")).data == {
        "devices": ["Volet: open"]
    }
    assert not (await _call(home, guard, ThinkHarder(["code"]), role="code")).error


async def test_an_unknown_user_may_nothing(home: HomeAssistant) -> None:
    """Neither look nor act."""
    guard = Guard(Permission(None, known=False))
    own = FindEntities(lambda words, most: ["cover.a"], lambda entity_id: "Volet: open")

    for annotations in (READING, llm.ToolAnnotations()):
        tool = FakeTool("runes", annotations=annotations)
        assert (await _call(home, guard, tool)).error
        assert not tool.calls
    assert (await _call(home, guard, own, words="volet")).error


# Repetition


async def test_the_same_call_again_is_not_made(home: HomeAssistant) -> None:
    """Its result is given again, with a word about it."""
    guard, tool = Guard(Permission(None)), FakeTool("runes")

    first = await _call(home, guard, tool)
    again = await _call(home, guard, tool)

    assert len(tool.calls) == 1
    assert first.data == {"calls": 1}
    assert again.data["result"] == {"calls": 1}
    assert "not made again" in str(again.data["note"])


async def test_the_same_call_at_once_is_made_once(home: HomeAssistant) -> None:
    """Two calls of one reply that are the same wait for one result."""
    release = asyncio.Event()

    async def wait() -> llm.ToolResult:
        await release.wait()
        return llm.ToolResult({"runes": "wet"})

    guard, tool = Guard(Permission(None)), FakeTool("runes", wait)
    calls = [asyncio.create_task(_call(home, guard, tool)) for _ in range(3)]
    await asyncio.sleep(0)
    release.set()
    results = await asyncio.gather(*calls)

    assert len(tool.calls) == 1
    assert [one.data.get("result", one.data) for one in results] == [
        {"runes": "wet"}
    ] * 3


async def test_after_another_action_it_may_be_made_again(home: HomeAssistant) -> None:
    """On, off, on: each is meant."""
    guard = Guard(Permission(None))
    on, off = FakeTool("on"), FakeTool("off")

    for tool in (on, off, on, off):
        await _call(home, guard, tool)

    assert (len(on.calls), len(off.calls)) == (2, 2)


async def test_looking_in_between_is_no_action(home: HomeAssistant) -> None:
    """On, look, on: the second adds nothing; a look is fresh after an action."""
    guard = Guard(Permission(None))
    on, look = FakeTool("on"), FakeTool("look", annotations=READING)

    for tool in (look, on, look, on, look):
        await _call(home, guard, tool)

    assert (len(on.calls), len(look.calls)) == (1, 2)


async def test_a_cancelled_call_does_not_block_the_next(home: HomeAssistant) -> None:
    """Whoever waits for a call that was cut off is not left waiting."""

    async def hang() -> llm.ToolResult:
        await asyncio.Event().wait()
        raise AssertionError

    guard, tool = Guard(Permission(None)), FakeTool("runes", hang)
    first = asyncio.create_task(_call(home, guard, tool))
    second = asyncio.create_task(_call(home, guard, tool))
    await asyncio.sleep(0)
    first.cancel()

    async with asyncio.timeout(1):
        ended = await asyncio.gather(first, second, return_exceptions=True)

    assert all(isinstance(one, BaseException) for one in ended)


async def test_when_closed_nothing_is_called(home: HomeAssistant) -> None:
    """At the end of a turn the model is told to answer."""
    guard, tool = Guard(Permission(None)), FakeTool("runes")
    guard.closed = True

    result = await _call(home, guard, tool)

    assert result.error
    assert not tool.calls


async def test_a_model_that_repeats_itself_acts_once(
    jarvis_model_only: Jarvis,
) -> None:
    """In a whole turn too: the same call in two rounds reaches the device once."""
    jarvis = jarvis_model_only
    toggle = {"name": "HassTurnOn", "arguments": {"name": "coffee machine"}}
    jarvis.ollama.script = load_script(
        [
            {"round": 0, "call": [toggle, toggle]},
            {"round": 2, "call": [toggle]},
            {"say": "It is on."},
        ]
    )
    actions: list[str] = []
    jarvis.hass.bus.async_listen(
        "call_service",
        lambda event: actions.append(f"{event.data['domain']}.{event.data['service']}"),
    )

    await jarvis.say("Coffee")

    assert actions.count("switch.turn_on") == 1
