"""A described home stands in the registries and can be put back."""

from time import perf_counter

import pytest

from homeassistant.components.homeassistant.exposed_entities import async_should_expose
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
)

from . import DeviceHome, async_build_home

HOME = {
    "floors": [{"id": "up", "name": "Upstairs", "level": 1, "aliases": ["top"]}],
    "areas": [
        {"id": "mill", "name": "Mühle", "floor": "up", "aliases": ["mill"]},
        {"name": "Barn", "floor": "Ground"},
    ],
    "devices": [{"id": "ear", "name": "Ear", "area": "mill", "satellite": True}],
    "entities": [
        {"id": "light.mill", "name": "Lamp", "area": "mill", "aliases": ["candle"]},
        {"id": "light.mill", "name": "Other lamp", "area": "Barn", "expose": False},
        {"id": "volets.mühle_süd", "domain": "cover", "name": "Laden", "area": "Loft"},
        {"domain": "media_player", "name": "Radio", "device": "ear"},
        {"id": "person.jane", "name": "Jane", "state": "home"},
        {"id": "switch.pump", "name": "Pump", "state": {"in": "an", "out": "on"}},
    ],
}


@pytest.fixture
async def built(hass: HomeAssistant, bare: HomeAssistant) -> DeviceHome:
    """Return the home."""
    return await async_build_home(hass, HOME)


async def test_keys(built: DeviceHome) -> None:
    """Given keys that collide or are no ids, each entity has an id of its own."""
    assert built.entity_ids == {
        "light.mill": "light.mill",
        "light.mill#2": "light.mill_2",
        "volets.mühle_süd": "cover.muhle_sud",
        "media_player.radio": "media_player.radio",
        "person.jane": "person.jane",
        "switch.pump": "switch.pump",
    }
    states = built.states()
    assert {one: state for one, (state, _) in states.items()} == {
        "light.mill": "off",
        "light.mill_2": "off",
        "cover.muhle_sud": "closed",
        "media_player.radio": "idle",
        "person.jane": "home",
        "switch.pump": "on",
    }
    assert states["cover.muhle_sud"][1]["friendly_name"] == "Laden"


async def test_registries(hass: HomeAssistant, built: DeviceHome) -> None:
    """Given areas by id and by name, the registries have what is described."""
    areas, floors, entities = ar.async_get(hass), fr.async_get(hass), er.async_get(hass)
    mill = areas.async_get_area_by_name("Mühle")
    assert mill
    assert mill.aliases == {"mill"}
    upstairs = floors.async_get_floor(mill.floor_id or "")
    assert upstairs
    assert (upstairs.name, upstairs.level, upstairs.aliases) == ("Upstairs", 1, {"top"})
    where = {
        one: (entry.area_id and areas.areas[entry.area_id].name)
        for one, entry in entities.entities.items()
    }
    assert where == {
        "light.mill": "Mühle",
        "light.mill_2": "Barn",
        "cover.muhle_sud": "Loft",
        "media_player.radio": None,
        "person.jane": None,
        "switch.pump": None,
    }
    lamp = entities.async_get("light.mill")
    assert lamp
    assert lamp.aliases == [er.COMPUTED_NAME, "candle"]
    radio = entities.async_get("media_player.radio")
    assert radio
    assert radio.device_id == built.devices["ear"]
    device = dr.async_get(hass).async_get(built.devices["ear"])
    assert device
    assert device.area_id == mill.id
    exposed = {
        one: async_should_expose(hass, "conversation", one) for one in built.states()
    }
    assert [one for one, is_so in exposed.items() if not is_so] == ["light.mill_2"]


async def test_reset(hass: HomeAssistant, built: DeviceHome) -> None:
    """Given what was done, a reset undoes it and adds what a case sets up."""
    before = built.states()
    await hass.services.async_call(
        "light", "turn_on", {"entity_id": ["light.mill"]}, blocking=True
    )
    hass.states.async_set("person.jane", "not_home")
    assert built.states() != before
    (call,) = built.calls
    assert (call.domain, call.service) == ("light", "turn_on")
    assert call.entity_ids == ("light.mill",)

    await built.async_reset({"volets.mühle_süd": {"state": "open"}})
    set_up = built.states()
    assert built.calls == []
    assert set_up.pop("cover.muhle_sud")[0] == "open"
    assert set_up == {one: two for one, two in before.items() if one in set_up}

    await built.async_reset()
    assert built.states() == before


async def test_remove(hass: HomeAssistant, built: DeviceHome) -> None:
    """Given a home that is removed, the next one finds nothing of it."""
    first = built.states()
    await built.async_remove()
    assert not ar.async_get(hass).areas
    assert not fr.async_get(hass).floors
    assert not er.async_get(hass).entities
    assert built.states() == {}

    again = await async_build_home(hass, HOME)
    assert again.states() == first


async def test_reset_is_fast(hass: HomeAssistant, bare: HomeAssistant) -> None:
    """Given a large home of which little changed, a reset takes a few milliseconds."""
    lamps = [{"id": f"light.lamp_{one}", "name": f"Lamp {one}"} for one in range(300)]
    home = await async_build_home(hass, {"entities": lamps})
    took = []
    for _ in range(5):
        begun = perf_counter()
        await home.async_reset({"light.lamp_7": {"state": "on"}})
        took.append(perf_counter() - begun)
    assert min(took) < 0.01
