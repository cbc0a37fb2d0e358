"""Lights blink when a reminder is told, and are as they were afterwards."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from homeassistant.setup import async_setup_component
from tests.house import Jarvis
from tests.reminding.course import async_add
from tests.reminding.house import Hearing

from .house import async_add_lamp, async_automate


@pytest.mark.parametrize(
    "before", [{"brightness": 80, "rgb_color": (0, 0, 255)}, None], ids=["on", "off"]
)
async def test_it_blinks_and_is_as_before(
    jarvis_alone: Jarvis,
    hearing: Hearing,
    before: dict[str, Any] | None,
) -> None:
    """Twice in red, then blue and dim again, or off."""
    hass = jarvis_alone.hass
    assert await async_setup_component(hass, "scene", {})
    lamp = await async_add_lamp(hass)
    await hass.services.async_call(
        "light",
        "turn_on" if before else "turn_off",
        {"entity_id": lamp.entity_id, **(before or {})},
        blocking=True,
    )
    await async_automate(
        hass,
        "reminder_light",
        reminders="event.reminders_reminder",
        lights=[lamp.entity_id],
        color=[255, 0, 0],
        times=2,
    )
    events = async_capture_events(hass, "state_changed")
    await async_add(jarvis_alone, hours=0)
    assert hearing.shown()

    states = [
        event.data["new_state"]
        for event in events
        if event.data["entity_id"] == lamp.entity_id
    ]
    seen = [
        (one.state, one.attributes["brightness"], one.attributes["rgb_color"])
        for one in states
    ]
    red = ("on", 255, (255, 0, 0))
    assert [one for one in seen if one == red] == [red, red]
    last = hass.states.get(lamp.entity_id)
    assert last is not None
    if before is None:
        assert last.state == "off"
    else:
        assert {key: last.attributes[key] for key in before} == before
