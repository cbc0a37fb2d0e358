"""Automations from the blueprints of this repository, and what they are tried with."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
import shutil
from typing import Any, override

from homeassistant.components.assist_satellite import (
    AssistSatelliteAnnouncement,
    AssistSatelliteEntityFeature,
)
from homeassistant.components.event import DATA_COMPONENT as EVENTS, EventEntity
from homeassistant.components.light import (
    ATTR_BRIGHTNESS,
    ATTR_RGB_COLOR,
    ColorMode,
    LightEntity,
)
from homeassistant.components.light.const import DATA_COMPONENT as LIGHTS
from homeassistant.components.notify import NotifyEntity
from homeassistant.components.notify.const import DATA_COMPONENT as PHONES
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from tests.reminding.house import Satellite
from tests.source import ROOT

BLUEPRINTS = ROOT / "blueprints"
AUTOMATION = "automation.tried"


async def async_automate(hass: HomeAssistant, name: str, **inputs: Any) -> None:
    """Set up an automation from a blueprint, as if somebody had imported it."""
    target = Path(hass.config.path("blueprints"))
    await hass.async_add_executor_job(
        partial(shutil.copytree, BLUEPRINTS, target, dirs_exist_ok=True)
    )
    automation = {
        "alias": "Tried",
        "use_blueprint": {"path": f"jarvis/{name}.yaml", "input": inputs},
    }
    assert await async_setup_component(hass, "automation", {"automation": automation})
    await hass.async_block_till_done()
    # What does not fit its schema would be unavailable.
    assert hass.states.is_state(AUTOMATION, "on")


async def async_until(is_so: Callable[[], bool]) -> None:
    """Wait for something while an automation is under way, which waits as well."""
    while not is_so():
        await asyncio.sleep(0)


class TalkingSatellite(Satellite):
    """A satellite that can begin to talk; it notes with what."""

    _attr_supported_features = (
        AssistSatelliteEntityFeature.ANNOUNCE
        | AssistSatelliteEntityFeature.START_CONVERSATION
    )

    def __init__(self, room: str) -> None:
        """Stand in a room."""
        super().__init__(room)
        self.began: list[str] = []

    @override
    async def async_start_conversation(
        self, start_announcement: AssistSatelliteAnnouncement
    ) -> None:
        """Note what is said before it listens."""
        self.began.append(start_announcement.message)


class Button(EventEntity):
    """A button as Zigbee2MQTT shows it."""

    _attr_name = "Button"

    def __init__(self) -> None:
        """Know how it can be pressed."""
        self._attr_event_types = ["single", "double"]

    def press(self, kind: str) -> None:
        """Be pressed."""
        self._trigger_event(kind)
        self.async_write_ha_state()


class Lamp(LightEntity):
    """A lamp that has all colours."""

    _attr_name = "Lamp"
    _attr_color_mode = ColorMode.RGB

    def __init__(self) -> None:
        """Be off."""
        self._attr_supported_color_modes = {ColorMode.RGB}
        self._attr_is_on = False

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Shine as it is told to, else as before."""
        self._attr_is_on = True
        self._attr_brightness = kwargs.get(ATTR_BRIGHTNESS, self.brightness or 255)
        self._attr_rgb_color = kwargs.get(ATTR_RGB_COLOR, self.rgb_color)
        self.async_write_ha_state()

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Be off."""
        self._attr_is_on = False
        self.async_write_ha_state()


class Phone(NotifyEntity):
    """A phone that notes what it is sent."""

    _attr_name = "Phone"

    def __init__(self) -> None:
        """Begin with nothing."""
        self.sent: list[str] = []

    @override
    async def async_send_message(self, message: str, title: str | None = None) -> None:
        """Note a message."""
        self.sent.append(message)


async def async_add_button(hass: HomeAssistant) -> Button:
    """Add a button."""
    assert await async_setup_component(hass, "event", {})
    button = Button()
    await hass.data[EVENTS].async_add_entities([button])
    return button


async def async_add_lamp(hass: HomeAssistant) -> Lamp:
    """Add a lamp."""
    assert await async_setup_component(hass, "light", {})
    lamp = Lamp()
    await hass.data[LIGHTS].async_add_entities([lamp])
    return lamp


async def async_add_phone(hass: HomeAssistant) -> Phone:
    """Add a phone."""
    assert await async_setup_component(hass, "notify", {})
    phone = Phone()
    await hass.data[PHONES].async_add_entities([phone])
    return phone
