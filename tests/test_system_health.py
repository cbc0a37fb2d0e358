"""What Home Assistant's system page shows of Jarvis."""

from typing import Any

from pytest_homeassistant_custom_component.common import get_system_health_info

from custom_components.jarvis.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from .conftest import MODEL, async_settle
from .house import Jarvis
from .ollama_server import Kind, ScriptedOllama
from .source import JARVIS, read_json


async def shown(hass: HomeAssistant) -> dict[str, Any]:
    """Return what the page shows."""
    assert await async_setup_component(hass, "system_health", {})
    await hass.async_block_till_done()
    info: dict[str, Any] = await get_system_health_info(hass, DOMAIN)
    return info


async def test_all_is_well(jarvis_model_only: Jarvis) -> None:
    """Endpoints, models and conversations are told, each under a name."""
    await jarvis_model_only.say("Hello")

    info = await shown(jarvis_model_only.hass)

    assert info == {"endpoints_well": "1/1", "models": MODEL, "conversations": 1}
    names = read_json(JARVIS / "translations" / "en.json")["system_health"]["info"]
    assert info.keys() == names.keys()


async def test_an_endpoint_is_ill(
    home: HomeAssistant, ollama: ScriptedOllama, spare: ScriptedOllama
) -> None:
    """Its owner sees how many are left."""
    spare.faults.set(Kind.DOWN)
    entry = await async_settle(home, [ollama.url, spare.url], {"model": MODEL})
    await entry.runtime_data.background.async_prepared()

    assert (await shown(home))["endpoints_well"] == "1/2"


async def test_without_endpoints(jarvis_alone: Jarvis) -> None:
    """Nothing to be well is no fault."""
    assert await shown(jarvis_alone.hass) == {
        "endpoints_well": "0/0",
        "models": "-",
        "conversations": 0,
    }


async def test_not_set_up(bare: HomeAssistant) -> None:
    """Without an entry there is nothing to tell."""
    assert await async_setup_component(bare, DOMAIN, {})

    assert await shown(bare) == {}
