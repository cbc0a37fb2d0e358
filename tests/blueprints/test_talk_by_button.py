"""A button begins a conversation with Jarvis."""

import pytest
from pytest_homeassistant_custom_component.common import async_fire_mqtt_message
from pytest_homeassistant_custom_component.typing import MqttMockHAClient

from homeassistant.components.assist_pipeline import async_get_pipeline
from homeassistant.components.assist_pipeline.pipeline import async_update_pipeline
from tests.house import Jarvis
from tests.reminding.house import Hearing

from .house import TalkingSatellite, async_add_button, async_automate

TOPIC = "zigbee2mqtt/Bouton du bureau/action"


@pytest.fixture
async def satellite(jarvis_alone: Jarvis) -> TalkingSatellite:
    """Return a satellite whose pipeline talks to Jarvis."""
    hass = jarvis_alone.hass
    await async_update_pipeline(
        hass, async_get_pipeline(hass), conversation_engine=jarvis_alone.agent_id
    )
    satellite = TalkingSatellite("Chambre")
    await Hearing(hass).add_satellite("Chambre", satellite)
    return satellite


async def test_an_event_entity(
    jarvis_alone: Jarvis, satellite: TalkingSatellite
) -> None:
    """The press that was chosen lets the satellite listen, no other."""
    hass = jarvis_alone.hass
    button = await async_add_button(hass)
    await async_automate(
        hass,
        "talk_by_button",
        satellite=satellite.entity_id,
        buttons=[button.entity_id],
        greeting="Oui ?",
    )
    button.press("double")
    await hass.async_block_till_done()
    assert satellite.began == []
    for _press in range(2):
        button.press("single")
        await hass.async_block_till_done()
    assert satellite.began == ["Oui ?", "Oui ?"]


@pytest.mark.parametrize("expected_lingering_timers", [True])
async def test_a_topic_of_zigbee2mqtt(
    expected_lingering_timers: bool,
    mqtt_mock: MqttMockHAClient,
    jarvis_alone: Jarvis,
    satellite: TalkingSatellite,
) -> None:
    """Any other trigger does as well, the topic of a button for instance."""
    hass = jarvis_alone.hass
    await async_automate(
        hass,
        "talk_by_button",
        satellite=satellite.entity_id,
        others=[{"trigger": "mqtt", "topic": TOPIC, "payload": "single"}],
        greeting="Yes?",
    )
    for payload in ("double", "single"):
        async_fire_mqtt_message(hass, TOPIC, payload)
        await hass.async_block_till_done()
    assert satellite.began == ["Yes?"]
