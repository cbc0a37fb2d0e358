"""What an owner attaches to a report says much, and nothing that is secret."""

import json
from typing import Any

from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.jarvis.const import DOMAIN, SUBENTRY_CONVERSATION
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from .conftest import MODEL, async_settle
from .house import ENTITIES, Jarvis
from .ollama_server import Kind, ScriptedOllama, load_script

TOKEN = "token-that-nobody-shall-see"
USER = "user-that-nobody-shall-see"
PASSWORD = "password-that-nobody-shall-see"
PERSONA = "You know that the key lies under the third flower pot."
WORDS = "The wine is hidden behind the boiler."


async def test_nothing_secret(
    home: HomeAssistant,
    ollama: ScriptedOllama,
    spare: ScriptedOllama,
    hass_client: ClientSessionGenerator,
) -> None:
    """Neither what lets Jarvis in, nor where Ollama is, nor who said what."""
    ollama.auth = TOKEN
    spare.auth = (USER, PASSWORD)
    ollama.script = load_script([{"say": WORDS}])
    agent = {"model": MODEL, "prompt": PERSONA, "num_ctx": 16384, "prefer_local": False}
    entry = MockConfigEntry(
        domain=DOMAIN,
        data={
            "endpoints": [
                {"url": ollama.url, "token": TOKEN},
                {"url": spare.url, "username": USER, "password": PASSWORD},
            ]
        },
        subentries_data=[
            ConfigSubentryData(
                data=agent,
                subentry_type=SUBENTRY_CONVERSATION,
                title="Jarvis",
                unique_id=None,
            )
        ],
    )
    entry.add_to_hass(home)
    assert await async_setup_component(home, "diagnostics", {})
    assert await home.config_entries.async_setup(entry.entry_id)
    await home.async_block_till_done()
    reply = await Jarvis(home, entry, ollama).say("Where is the wine hidden?")
    assert reply.speech == WORDS

    told = await get_diagnostics_for_config_entry(home, hass_client, entry)

    text = json.dumps(told, ensure_ascii=False)
    hidden = [TOKEN, USER, PASSWORD, PERSONA, WORDS, "wine", "127.0.0.1"]
    hidden += [str(ollama.port), str(spare.port), home.config.location_name]
    hidden += [name for names, _ in ENTITIES.values() for name in names]
    assert not [secret for secret in hidden if secret in text]
    # What helps is there.
    assert "16384" in text
    assert MODEL in text
    assert ollama.version in text
    assert dict_of(told)["exposed_entities"] == len(ENTITIES)
    assert dict_of(told)["conversations"] == 1


async def test_while_ollama_is_down(
    home: HomeAssistant, ollama: ScriptedOllama, hass_client: ClientSessionGenerator
) -> None:
    """A report can be made just when something fails, and says what."""
    assert await async_setup_component(home, "diagnostics", {})
    entry = await async_settle(home, [ollama.url], {"model": MODEL})
    ollama.faults.set(Kind.DOWN)

    told = await get_diagnostics_for_config_entry(home, hass_client, entry)

    assert "unreachable" in json.dumps(told)
    assert str(ollama.port) not in json.dumps(told)


def dict_of(told: Any) -> dict[str, Any]:
    """Return a report as the dictionary that it is."""
    assert isinstance(told, dict)
    return told
