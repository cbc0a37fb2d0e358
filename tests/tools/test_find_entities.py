"""The tool for houses that are too large for a list in the prompt."""

from collections.abc import AsyncGenerator
import json
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.jarvis.const import CONF_MODEL, CONF_PREFER_LOCAL
from custom_components.jarvis.tools.find_entities import MOST
from custom_components.jarvis.turn.inventory import BUDGET
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.helpers import area_registry as ar, entity_registry as er
from tests.conftest import MODEL, async_prepared, async_settle
from tests.house import Jarvis
from tests.ollama_server import ScriptedOllama, load_script
from tests.ollama_server.tokens import count_tokens
from tests.turn.requests import block, system, turns

ROOMS = 50
LAMP = "light.test_lampe_desk_7"
PLACES = ("desk", "bed", "window", "door", "shelf")
KINDS = {
    "light": ("Lampe", "lamp"),
    "cover": ("Volet", "shutter"),
    "sensor": ("Humidité", "humidity"),
    "switch": ("Prise", "socket"),
}


async def async_furnish_large(hass: HomeAssistant) -> None:
    """Expose a thousand entities more, in fifty rooms."""
    registry = er.async_get(hass)
    for room in range(ROOMS):
        area = ar.async_get(hass).async_create(
            f"Bureau {room}", aliases={f"office {room}"}
        )
        for domain, (french, english) in KINDS.items():
            for place in PLACES:
                name = f"{french} {place} {room}"
                entity_id = registry.async_get_or_create(
                    domain, "test", name, original_name=name
                ).entity_id
                registry.async_update_entity(
                    entity_id,
                    area_id=area.id,
                    aliases=[er.COMPUTED_NAME, f"{english} {place} {room}"],
                )
                hass.states.async_set(entity_id, "off", {"friendly_name": name})
                async_expose_entity(hass, "conversation", entity_id, True)
    await hass.async_block_till_done()


@pytest.fixture
async def large(home: HomeAssistant, ollama: ScriptedOllama) -> AsyncGenerator[Jarvis]:
    """Return a Jarvis in a house with more than a thousand entities."""
    await async_furnish_large(home)
    settings = {CONF_MODEL: MODEL, CONF_PREFER_LOCAL: False}
    entry = await async_settle(home, [ollama.url], settings)
    await async_prepared(entry, ollama)
    yield Jarvis(home, entry, ollama)
    await home.config_entries.async_unload(entry.entry_id)


def offered(jarvis: Jarvis) -> bool:
    """Tell whether the model was offered the tool."""
    tools = turns(jarvis)[-1]["tools"]
    return any(one["function"]["name"].endswith("find_entities") for one in tools)


async def find(jarvis: Jarvis, words: str, **more: Any) -> dict[str, Any]:
    """Let the model look for devices; return what it is given."""
    call = {"name": "find_entities", "arguments": {"words": words}}
    jarvis.ollama.script = load_script(
        [{"round": 0, "call": [call]}, {"say": "That is what there is."}]
    )
    await jarvis.say("Look around", **more)
    result = turns(jarvis)[-1]["messages"][-1]
    assert result["role"] == "tool"
    given: dict[str, Any] = json.loads(result["content"])
    return given


async def test_not_in_a_small_home(jarvis_model_only: Jarvis) -> None:
    """Where all stand in the prompt, there is nothing to look for."""
    await jarvis_model_only.say("Hello")

    assert not offered(jarvis_model_only)
    assert "Machine à café" in system(turns(jarvis_model_only)[-1])


async def test_the_prompt_stays_within_its_budget(large: Jarvis) -> None:
    """A thousand entities are counted by room instead of named."""
    large.ollama.script = load_script([{"say": "Hello."}])

    reply = await large.say("Hello")

    assert reply.speech == "Hello."
    assert offered(large)
    text = system(turns(large)[-1])
    assert "Lampe desk 7" not in text
    assert "Bureau 7 / office 7: 5 cover, 5 light, 5 sensor, 5 switch" in text
    devices = text[text.index("Devices of this home") :]
    assert count_tokens(devices) < 1.2 * BUDGET
    prompt = large.ollama.costs[-1]
    assert prompt.prompt_tokens < 8192 * 0.7


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("lamp desk 7", "Lampe desk 7"),
        ("la lampe desk 7", "Lampe desk 7"),
        ("Volets window 31", "Volet window 31"),
        ("shutter window 31", "Volet window 31"),
        ("humidite shelf 49", "Humidité shelf 49"),
        ("machine a cafe", "Machine à café"),
        ("the coffee machine", "Machine à café"),
    ],
)
async def test_finds_by_words(large: Jarvis, words: str, first: str) -> None:
    """Names in either language, with or without accents, in singular or plural."""
    found = await find(large, words)

    assert found["devices"][0].startswith(f"{first} (")


@pytest.mark.parametrize(
    ("words", "kind", "room"),
    [
        ("lights office 12", "light", "Bureau 12"),
        ("les lumières du bureau 12", "light", "Bureau 12"),
        ("volets du bureau 3", "cover", "Bureau 3"),
        ("lights upstairs", "light", "Chambre"),
        ("lumières de l'étage", "light", "Chambre"),
    ],
)
async def test_finds_by_kind_and_place(
    large: Jarvis, words: str, kind: str, room: str
) -> None:
    """What is of that kind in that place comes first, with its state."""
    found = await find(large, words)

    best = found["devices"][: 5 if "Bureau" in room else 1]
    for line in best:
        assert f"({kind}, {room}): off" in line


async def test_tells_the_state_of_now(large: Jarvis) -> None:
    """What it tells is true at the time of the call."""
    large.hass.states.async_set(LAMP, "on", {"brightness": 255})

    found = await find(large, "lamp desk 7")

    assert found["devices"][0] == (
        "Lampe desk 7 (light, Bureau 7): on, brightness 100 %"
    )


async def test_not_too_many(large: Jarvis) -> None:
    """Words that mean hundreds do not fill the context."""
    found = await find(large, "lights")

    assert len(found["devices"]) == MOST


async def test_nothing_fits(large: Jarvis) -> None:
    """The model is told to try other words."""
    found = await find(large, "xylophone")

    assert found["error"].startswith("No device fits")


async def test_what_is_hidden_is_not_found(
    large: Jarvis, hass_read_only_user: MockUser
) -> None:
    """Neither what is not exposed nor what the speaker may not see."""
    async_expose_entity(large.hass, "conversation", LAMP, False)
    await large.hass.async_block_till_done()
    found = await find(large, "lampe desk 7")
    domains = dict.fromkeys(("cover", "sensor", "switch"), True)
    hass_read_only_user.mock_policy({"entities": {"domains": domains}})
    context = Context(user_id=hass_read_only_user.id)
    own = await find(large, "desk 8", context=context)

    assert found["devices"]
    assert not any("Lampe desk 7 (" in line for line in found["devices"])
    assert own["devices"]
    assert "Volet desk 8 (" in str(own)
    assert "Lampe" not in str(own)


async def test_what_was_found_can_be_controlled(large: Jarvis) -> None:
    """The names that it tells are those that Home Assistant's tools take."""
    calls: list[ServiceCall] = []
    large.hass.services.async_register("light", "turn_on", calls.append)
    turn_on = {"name": "HassTurnOn", "arguments": {"name": "{device}"}}
    look = {"name": "find_entities", "arguments": {"words": "lamp desk 7"}}
    large.ollama.script = load_script(
        [
            {"round": 0, "call": [look]},
            {"round": 1, "result": r'\["(?P<device>[^(]+) \(', "call": [turn_on]},
            {"failed": False, "say": "It is on."},
        ]
    )

    reply = await large.say("Please light up the desk of number seven")

    assert reply.speech.endswith("It is on.")
    assert [call.data["entity_id"] for call in calls] == [[LAMP]]


async def test_words_still_bring_their_states(large: Jarvis) -> None:
    """What the words name stands in the context, without any call."""
    await large.say("Is the lamp desk 7 too bright?")

    assert any(line.startswith("- Lampe desk 7 (") for line in block(large))
