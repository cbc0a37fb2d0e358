"""The actions, as automations call them: ask, download a model, warm up."""

import asyncio
from typing import Any

import pytest

from custom_components.jarvis.const import DOMAIN
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.setup import async_setup_component

from .conftest import MODEL, async_settle
from .house import Jarvis
from .ollama_server import Kind, ScriptedOllama, load_script
from .turn.requests import newest, turns

COFFEE = {"name": "HassTurnOn", "arguments": {"name": "coffee machine"}}


async def call(
    hass: HomeAssistant, service: str, context: Context | None = None, **data: Any
) -> dict[str, Any]:
    """Call an action and return what it responds."""
    response = await hass.services.async_call(
        DOMAIN,
        service,
        data,
        blocking=True,
        context=context,
        return_response=service == "ask",
    )
    return dict(response or {})


async def refused(hass: HomeAssistant, service: str, **data: Any) -> str:
    """Call an action that fails; return what the owner reads."""
    with pytest.raises(HomeAssistantError) as raised:
        await call(hass, service, **data)
    assert raised.value.translation_domain == DOMAIN
    return str(raised.value)


# Ask


async def test_ask_what_a_model_answers(jarvis_model_only: Jarvis) -> None:
    """The reply comes with how it came about: model, tools, actions, times."""
    jarvis = jarvis_model_only
    live = {"name": "GetLiveContext", "arguments": {"domain": "switch"}}
    jarvis.ollama.script = load_script(
        [
            {"round": 0, "call": [live]},
            {"round": 1, "call": [COFFEE]},
            {"say": "The **coffee** is on its way."},
        ]
    )

    answer = await call(jarvis.hass, "ask", text="Coffee", language="en")

    assert jarvis.states()["switch.machine_a_cafe"] == "on"
    assert answer["reply"] == "The coffee is on its way."
    assert (answer["understood"], answer["error"]) == ("model", None)
    assert answer["model"] == MODEL
    assert [name.rpartition("__")[2] for name in answer["tools"]] == [
        "GetLiveContext",
        "HassTurnOn",
    ]
    (action,) = answer["actions"]
    assert action["tool"].endswith("HassTurnOn")
    assert action["arguments"] == COFFEE["arguments"]
    assert 0 < answer["first_word"] <= answer["seconds"] + 0.001
    assert "data" not in answer


async def test_ask_what_is_understood_locally(jarvis: Jarvis) -> None:
    """Without a model there is none to name."""
    answer = await call(jarvis.hass, "ask", text="Turn on the bedroom light")

    assert jarvis.states()["light.chambre"] == "on"
    assert (answer["understood"], answer["model"]) == ("local", None)
    assert answer["reply"]
    assert not turns(jarvis)


async def test_ask_in_a_language(jarvis_alone: Jarvis) -> None:
    """Where the words do not tell, the language that was expected decides."""
    answer = await call(jarvis_alone.hass, "ask", text="Zzz", language="fr")

    assert answer["reply"].startswith("Désolé")
    assert answer["error"] == "not_understood"


async def test_ask_goes_on_with_a_conversation(jarvis_model_only: Jarvis) -> None:
    """A conversation is known by the name that the automation gives it."""
    jarvis = jarvis_model_only
    jarvis.ollama.script = load_script([{"say": "At seven."}])

    first = await call(jarvis.hass, "ask", text="Wake me", conversation_id="morning")
    await call(jarvis.hass, "ask", text="Who are you", conversation_id="evening")
    apart = str(turns(jarvis)[-1]["messages"])
    await call(jarvis.hass, "ask", text="When?", conversation_id="morning")

    assert first["conversation_id"] == "morning"
    assert "Wake me" not in apart
    words = [one["content"] for one in turns(jarvis)[-1]["messages"][1:]]
    assert [text.rpartition("\n")[2] for text in words] == [
        "Wake me",
        "At seven.",
        "When?",
    ]


async def test_ask_several_things_at_once(jarvis_model_only: Jarvis) -> None:
    """Branches of one automation share a context; each hears of its own turn."""
    jarvis = jarvis_model_only
    jarvis.ollama.script = load_script(
        [
            {"said": "Coffee", "round": 0, "call": [COFFEE], "delay": 0.05},
            {"said": "Coffee", "say": "Coffee is on."},
            {"say": "Hello."},
        ]
    )
    context = Context()

    coffee, hello = await asyncio.gather(
        call(jarvis.hass, "ask", context, text="Coffee"),
        call(jarvis.hass, "ask", context, text="Greetings"),
    )

    assert coffee["reply"] == "Coffee is on."
    assert len(coffee["actions"]) == 1
    assert hello["reply"] == "Hello."
    assert hello["actions"] == hello["tools"] == []


async def test_ask_while_ollama_is_down(jarvis_model_only: Jarvis) -> None:
    """An apology is a reply too; the automation sees why."""
    jarvis = jarvis_model_only
    jarvis.ollama.faults.set(Kind.DOWN)

    answer = await call(jarvis.hass, "ask", text="Sing")

    assert answer["error"] == "unreachable"
    assert "can't reach the language model" in answer["reply"]


# Ask whom


@pytest.mark.parametrize(
    "agent", ["conversation.home_assistant", "conversation.nobody"]
)
async def test_ask_somebody_else(jarvis: Jarvis, agent: str) -> None:
    """Only agents of Jarvis can be asked."""
    message = await refused(jarvis.hass, "ask", text="Hello", agent=agent)

    assert message == f"{agent} is not an agent of Jarvis"


async def test_ask_an_agent(jarvis: Jarvis) -> None:
    """An agent can be named."""
    answer = await call(
        jarvis.hass, "ask", text="Turn on the bedroom light", agent=jarvis.agent_id
    )

    assert answer["error"] is None
    assert jarvis.states()["light.chambre"] == "on"


@pytest.mark.parametrize(
    ("service", "data"),
    [("ask", {"text": "Hello"}), ("pull_model", {"model": MODEL}), ("warm_up", {})],
)
async def test_without_an_entry(
    bare: HomeAssistant, service: str, data: dict[str, Any]
) -> None:
    """The actions are there before Jarvis is set up, and say so."""
    assert await async_setup_component(bare, DOMAIN, {})

    with pytest.raises(ServiceValidationError) as raised:
        await call(bare, service, **data)

    assert str(raised.value) == "Jarvis is not set up"


# Download a model


async def test_pull_a_model(jarvis: Jarvis) -> None:
    """It returns when the model is there; others may follow how far it is."""
    (endpoint,) = jarvis.entry.runtime_data.endpoints
    waiting = asyncio.create_task(
        call(jarvis.hass, "pull_model", model="gemma4:12b", endpoint=endpoint.name)
    )
    await asyncio.sleep(0)
    shares: list[float] = []
    pull, _task = jarvis.entry.runtime_data.pulls.pull(endpoint, "gemma4:12b")
    pull.listen(lambda progress: shares.append(progress.share))

    await waiting

    assert jarvis.ollama.models.find("gemma4:12b")
    assert shares == sorted(shares)
    assert len(set(shares)) > 2
    assert shares[-1] == 1
    paths = [asked.path for asked in jarvis.ollama.requests]
    assert paths.count("/api/pull") == 1


async def test_pull_at_an_endpoint(
    home: HomeAssistant, ollama: ScriptedOllama, spare: ScriptedOllama
) -> None:
    """The first endpoint downloads unless another one is named, in either way."""
    await async_settle(home, [ollama.url, spare.url], {"model": MODEL})

    await call(home, "pull_model", model="gemma4:12b")
    await call(home, "pull_model", model="qwen3.5:4b", endpoint=spare.url.upper())
    await call(
        home, "pull_model", model="llama3.2:3b", endpoint=f"127.0.0.1:{spare.port}"
    )

    assert {one.name for one in ollama.models.installed()} == {MODEL, "gemma4:12b"}
    assert {one.name for one in spare.models.installed()} == {
        MODEL,
        "qwen3.5:4b",
        "llama3.2:3b",
    }


async def test_pull_at_an_unknown_endpoint(jarvis: Jarvis) -> None:
    """Nothing is downloaded anywhere."""
    message = await refused(
        jarvis.hass, "pull_model", model="gemma4:12b", endpoint="elsewhere:1"
    )

    assert message == "elsewhere:1 is not an endpoint of Jarvis"
    assert not jarvis.ollama.requests


async def test_pull_without_endpoints(jarvis_alone: Jarvis) -> None:
    """Without any endpoint there is nothing to download to."""
    message = await refused(jarvis_alone.hass, "pull_model", model="gemma4:12b")

    assert message.startswith("I have no language model")


async def test_pull_an_unknown_model(jarvis: Jarvis) -> None:
    """A name that nobody knows is told at once, and not tried again."""
    message = await refused(jarvis.hass, "pull_model", model="gema4")

    assert message.startswith("There is no model named gema4.")


# Warm up


async def test_warm_up(jarvis_model_only: Jarvis) -> None:
    """The models have read their prompt when it returns: the next turn hardly reads."""
    jarvis = jarvis_model_only
    await jarvis.ollama.evict()
    jarvis.ollama.models.unload(MODEL)
    jarvis.ollama.script = load_script([{"say": "Good morning."}])

    await call(jarvis.hass, "warm_up")

    assert [one["name"] for one in jarvis.ollama.models.as_ps()["models"]] == [MODEL]
    await jarvis.say("Good morning")
    cost = jarvis.ollama.costs[-1]
    assert not cost.loaded
    assert cost.reused > 0.9 * cost.prompt_tokens
    assert "Good morning" in newest(jarvis)


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (Kind.DOWN, "does not answer"),
        (Kind.RUNNER_DIED, "reports an error of its own"),
        (Kind.MISSING_MODEL, "is not installed"),
        (Kind.OLD_VERSION, "is too old"),
    ],
)
async def test_warm_up_that_fails(
    jarvis_model_only: Jarvis, kind: Kind, told: str
) -> None:
    """The owner reads why; once all is well again, it works again."""
    jarvis = jarvis_model_only
    jarvis.ollama.faults.set(kind)

    message = await refused(jarvis.hass, "warm_up")

    assert told in message
    jarvis.ollama.faults.clear()
    await call(jarvis.hass, "warm_up")


async def test_warm_up_without_models(jarvis_alone: Jarvis) -> None:
    """Where there is nothing to warm, nothing fails."""
    await call(jarvis_alone.hass, "warm_up")

    assert not jarvis_alone.ollama.requests
