"""What an owner sees of the servers for speech: sensors, repairs, diagnostics."""

import json

import pytest
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.jarvis.const import DOMAIN
from custom_components.jarvis.speech import health
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
from homeassistant.setup import async_setup_component

from .house import Jarvis
from .speech.servers import Scripted, Start
from .speech_home import async_give, async_look


@pytest.fixture
async def alone(jarvis_alone: Jarvis) -> Jarvis:
    """Return a Jarvis without a model, in a home with pipelines."""
    assert await async_setup_component(jarvis_alone.hass, "assist_pipeline", {})
    return jarvis_alone


def devices(jarvis: Jarvis) -> dict[str, str]:
    """Return the ids of the devices of servers by their names."""
    registry = dr.async_get(jarvis.hass)
    return {
        device.name: device.id
        for device in dr.async_entries_for_config_entry(registry, jarvis.entry.entry_id)
        if device.name and device.name.startswith("Wyoming")
    }


def reachable(jarvis: Jarvis, server: Scripted) -> State:
    """Return the sensor of a server."""
    device = devices(jarvis)[f"Wyoming {server.address}"]
    (entity,) = er.async_entries_for_device(er.async_get(jarvis.hass), device)
    state = jarvis.hass.states.get(entity.entity_id)
    assert state
    return state


def repairs(hass: HomeAssistant) -> list[dict[str, str] | None]:
    """Return what the repairs of lost servers say."""
    return [
        issue.translation_placeholders
        for issue in ir.async_get(hass).issues.values()
        if (issue.domain, issue.translation_key) == (DOMAIN, "speech_server_lost")
    ]


async def test_a_server_is_reachable(alone: Jarvis, start_speech: Start) -> None:
    """It says what it hears, and with how many voices it speaks."""
    server = await start_speech(hears=["fr", "en"], voices={"siwis": ["fr_FR"]})

    await async_give(alone.hass, alone.entry, server)

    state = reachable(alone, server)
    assert state.state == "on"
    assert state.attributes["device_class"] == "connectivity"
    assert state.attributes["failure"] is None
    assert state.attributes["hears"] == ["fr", "en"]
    assert state.attributes["voices"] == 1


async def test_a_server_goes_and_is_back(alone: Jarvis, start_speech: Start) -> None:
    """The sensor says so, and why."""
    server = await start_speech(hears=["fr"])
    await async_give(alone.hass, alone.entry, server)

    await server.stop()
    await async_look(alone.hass, alone.entry)
    ill = reachable(alone, server)
    await server.start()
    await async_look(alone.hass, alone.entry)

    assert (ill.state, ill.attributes["failure"]) == ("off", "unreachable")
    assert reachable(alone, server).state == "on"


async def test_devices_follow_the_settings(alone: Jarvis, start_speech: Start) -> None:
    """A server that was taken out leaves nothing behind."""
    first, second = await start_speech(hears=["fr"]), await start_speech(hears=["fr"])
    await async_give(alone.hass, alone.entry, first, second)
    assert devices(alone).keys() == {
        f"Wyoming {first.address}",
        f"Wyoming {second.address}",
    }

    await async_give(alone.hass, alone.entry, second)

    assert devices(alone).keys() == {f"Wyoming {second.address}"}
    assert reachable(alone, second).state == "on"


async def test_a_server_that_does_not_come_back(
    alone: Jarvis, start_speech: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It becomes a repair, which is gone when the server is back or taken out."""
    monkeypatch.setattr(health, "LOST_AFTER", 3)
    server = await start_speech(hears=["fr"])
    await async_give(alone.hass, alone.entry, server)
    await server.stop()
    await async_look(alone.hass, alone.entry)
    assert not repairs(alone.hass)

    for _ in range(3):
        await async_look(alone.hass, alone.entry)
    assert repairs(alone.hass) == [{"server": str(server.address)}]

    await server.start()
    await async_look(alone.hass, alone.entry)
    assert not repairs(alone.hass)

    await server.stop()
    for _ in range(3):
        await async_look(alone.hass, alone.entry)
    assert repairs(alone.hass)
    await async_give(alone.hass, alone.entry)
    assert not repairs(alone.hass)
    await server.start()


async def test_diagnostics(
    alone: Jarvis, start_speech: Start, hass_client: ClientSessionGenerator
) -> None:
    """They say what the servers offer, and not where they are."""
    server = await start_speech(hears=["fr"], voices={"siwis": ["fr_FR"]})
    await async_give(alone.hass, alone.entry, server)
    assert await async_setup_component(alone.hass, "diagnostics", {})

    told = json.dumps(
        await get_diagnostics_for_config_entry(alone.hass, hass_client, alone.entry)
    )

    assert "siwis" in told
    assert "127.0.0.1" not in told
    assert str(server.port) not in told
