"""A reply as data of the shape that an automation asks for."""

from typing import Any

import pytest

from homeassistant.core import Event, callback
from homeassistant.exceptions import HomeAssistantError
from tests.conftest import MODEL
from tests.house import Jarvis
from tests.ollama_server import Kind, load_script

from .requests import turns

SCHEMA = {
    "type": "object",
    "properties": {"lights": {"type": "integer"}},
    "required": ["lights"],
}
INTO_SHAPE = "Put the answer into JSON"


async def ask(
    jarvis: Jarvis, text: str, structure: dict[str, Any] = SCHEMA
) -> dict[str, Any]:
    """Ask for data and return the whole answer."""
    answer = await jarvis.hass.services.async_call(
        "jarvis",
        "ask",
        {"text": text, "structure": structure, "language": "en"},
        blocking=True,
        return_response=True,
    )
    assert answer
    return dict(answer)


async def refused(jarvis: Jarvis, text: str, structure: dict[str, Any] = SCHEMA) -> str:
    """Ask for data that does not come; return what the owner reads."""
    with pytest.raises(HomeAssistantError) as raised:
        await ask(jarvis, text, structure)
    assert raised.value.translation_domain == "jarvis"
    return str(raised.value)


def asked_into_shape(jarvis: Jarvis) -> list[dict[str, Any]]:
    """Return the requests for data."""
    return [body for body in jarvis.ollama.chats if body.get("format")]


async def test_ask_for_data(jarvis_model_only: Jarvis) -> None:
    """The reply comes as data too, made by the same model in its own context."""
    jarvis = jarvis_model_only
    jarvis.ollama.script = load_script(
        [
            {"prompt": INTO_SHAPE, "say": '{"lights": 3}'},
            {"say": "Three lights are on."},
        ]
    )

    answer = await ask(jarvis, "How many lights?")

    assert answer["reply"] == "Three lights are on."
    assert answer["data"] == {"lights": 3}
    (asked,) = asked_into_shape(jarvis)
    assert asked["format"] == SCHEMA
    assert "Three lights are on." in asked["messages"][-1]["content"]
    for key in ("model", "options", "think", "keep_alive"):
        assert asked[key] == turns(jarvis)[0][key]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("Three.", "no JSON object"),
        ("{}", "required key not provided at 'lights'"),
        ('{"lights": "three"}', "expected integer at 'lights'"),
        ('{"lights": 3, "lamps": 4}', "at 'lamps'"),
        ('{"lights": 3,}', "this is not JSON"),
        ("[3]", "no JSON object"),
        ('{"lights": 3', "no JSON object"),
    ],
)
async def test_data_is_mended(jarvis_model_only: Jarvis, wrong: str, told: str) -> None:
    """What does not fit goes back to the model with the reason."""
    jarvis = jarvis_model_only
    jarvis.ollama.script = load_script(
        [
            {"prompt": INTO_SHAPE, "say": wrong, "once": True},
            {"prompt": INTO_SHAPE, "say": '```json\n{"lights": 3}\n```'},
            {"say": "Three lights are on."},
        ]
    )

    answer = await ask(jarvis, "How many?")

    assert answer["data"] == {"lights": 3}
    first, second = asked_into_shape(jarvis)
    assert second["messages"][: len(first["messages"])] == first["messages"]
    assert told in second["messages"][-1]["content"]


async def test_an_empty_object_may_be_all_that_is_wanted(
    jarvis_model_only: Jarvis,
) -> None:
    """Where nothing is required, nothing is data."""
    jarvis = jarvis_model_only
    jarvis.ollama.script = load_script(
        [{"prompt": INTO_SHAPE, "say": "{}"}, {"say": "Nobody rang."}]
    )

    answer = await ask(jarvis, "Who rang?", {"type": "object"})

    assert answer["data"] == {}
    assert len(asked_into_shape(jarvis)) == 1


async def test_data_that_never_fits(jarvis_model_only: Jarvis) -> None:
    """After three tries the automation stops with a reason."""
    jarvis = jarvis_model_only
    jarvis.ollama.script = load_script([{"say": "Three lights are on."}])

    message = await refused(jarvis, "How many?")

    assert message.startswith(f"The model {MODEL} did not manage to answer in the")
    assert len(asked_into_shape(jarvis)) == 3


async def test_data_while_ollama_dies(jarvis_model_only: Jarvis) -> None:
    """The reply was there, the data never came: the automation hears why."""
    jarvis = jarvis_model_only
    jarvis.ollama.script = load_script([{"say": "Three lights are on."}])

    @callback
    def die(_event: Event) -> None:
        jarvis.ollama.faults.set(Kind.RUNNER_DIED)

    jarvis.hass.bus.async_listen_once("jarvis_turn", die)

    message = await refused(jarvis, "How many?")

    assert "reports an error of its own" in message


async def test_data_without_a_model(jarvis_alone: Jarvis) -> None:
    """Data takes a model, also where the words were understood without one."""
    message = await refused(jarvis_alone, "Turn on the bedroom light")

    assert message.startswith("I have no language model")
    assert jarvis_alone.states()["light.chambre"] == "off"


@pytest.mark.parametrize(
    ("structure", "fault"),
    [
        ({"type": "objekt"}, "'objekt'"),
        ({"type": "object", "properties": {"lights": 3}}, "got int"),
        ({"type": "array"}, "'type' is not object"),
    ],
)
async def test_a_structure_that_is_none(
    jarvis: Jarvis, structure: dict[str, Any], fault: str
) -> None:
    """Nothing is done where the shape cannot be meant."""
    message = await refused(jarvis, "Turn on the bedroom light", structure)

    assert message.startswith("This structure is not the JSON schema of an object")
    assert fault in message
    assert jarvis.states()["light.chambre"] == "off"


async def test_an_apology_has_no_data(jarvis_model_only: Jarvis) -> None:
    """Where there is no answer, none is put into a shape."""
    jarvis = jarvis_model_only
    jarvis.ollama.faults.set(Kind.DOWN)

    answer = await ask(jarvis, "How many?")

    assert (answer["error"], answer["data"]) == ("unreachable", None)
    assert not asked_into_shape(jarvis)
