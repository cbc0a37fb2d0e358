"""What the device of the memory shows."""

import asyncio
from collections.abc import Callable

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.jarvis.const import CONF_SECOND_HOME
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.helpers import device_registry as dr, entity_registry as er

from .house import Jarvis

type Shown = Callable[[str], str]


@pytest.fixture
def shown(jarvis_alone: Jarvis) -> Shown:
    """Return what reads a sensor of the memory."""

    def read(key: str) -> str:
        registry = er.async_get(jarvis_alone.hass)
        identity = f"{jarvis_alone.entry.entry_id}_memory_{key}"
        entity_id = registry.async_get_entity_id("sensor", "jarvis", identity)
        assert entity_id
        state = jarvis_alone.hass.states.get(entity_id)
        assert state
        return state.state

    return read


async def _counted(jarvis: Jarvis, freezer: FrozenDateTimeFactory) -> None:
    """Wait until what changed was written and counted."""
    hass = jarvis.hass
    await hass.async_block_till_done()
    while jarvis.entry.runtime_data.memory._writing:
        await asyncio.sleep(0)
    freezer.tick(11)
    async_fire_time_changed(hass)
    await hass.async_block_till_done()


async def test_they_count(
    jarvis_alone: Jarvis, shown: Shown, freezer: FrozenDateTimeFactory
) -> None:
    """Facts and turns are counted, also after something was forgotten."""
    hass = jarvis_alone.hass
    await _counted(jarvis_alone, freezer)
    before = shown("facts"), shown("turns")
    await jarvis_alone.say("Remember that the safe is green", "en")
    await jarvis_alone.say("What do you know about the safe?", "en")
    await _counted(jarvis_alone, freezer)
    after = shown("facts"), shown("turns")
    await hass.services.async_call(
        "jarvis", "remember", {"text": "The boiler is from 2009"}, blocking=True
    )
    await _counted(jarvis_alone, freezer)

    assert before == ("0", "0")
    assert after == ("1", "1")
    assert shown("facts") == "2"
    assert 0 <= float(shown("recall_time")) < 60


async def test_only_what_there_is(jarvis_alone: Jarvis, shown: Shown) -> None:
    """Without a second home or an embedding model there is nothing to show of them."""
    assert shown("backlog") == STATE_UNAVAILABLE
    assert shown("embedding_progress") == STATE_UNAVAILABLE


async def test_a_memory_that_cannot_be_used(
    jarvis_alone: Jarvis, shown: Shown, freezer: FrozenDateTimeFactory
) -> None:
    """Nothing is counted where nothing can be read."""
    memory = jarvis_alone.entry.runtime_data.memory
    await memory.async_close()
    memory.async_changed()
    await _counted(jarvis_alone, freezer)

    assert shown("facts") == STATE_UNAVAILABLE


async def test_its_device(jarvis_alone: Jarvis) -> None:
    """The memory is a device of its own, beside agents and endpoints."""
    identity = ("jarvis", f"{jarvis_alone.entry.entry_id}_memory")
    devices = dr.async_get(jarvis_alone.hass).async_get_devices(identifiers={identity})
    (device,) = devices
    assert device.name == "Memory"
    assert CONF_SECOND_HOME not in jarvis_alone.entry.options
