"""What is pressed or chosen: scenes, scripts, buttons, selects and numbers."""

from typing import Any, override

from homeassistant.components.button import ButtonEntity
from homeassistant.components.number import NumberEntity
from homeassistant.components.scene import BaseScene
from homeassistant.components.script import ScriptEntity
from homeassistant.components.script.config import SCRIPT_ENTITY_SCHEMA
from homeassistant.components.select import SelectEntity
from homeassistant.core import HomeAssistant

from .description import Begin, Given
from .device import Device


class Scene(Device, BaseScene):
    """A scene that only remembers that it was called."""

    @override
    def begin(self, begin: Begin) -> None:
        # No other way leads back to a scene that was never called.
        self._BaseScene__last_activated = begin.state

    @override
    async def _async_activate(self, **kwargs: Any) -> None:
        self._async_record_activation()
        self.write()


class EmptyScript(Device, ScriptEntity):
    """A script without steps: that it ran is all that it leaves."""

    def __init__(self, hass: HomeAssistant, given: Given, entity_id: str) -> None:
        """Make the script; its service is called like its entity."""
        config = SCRIPT_ENTITY_SCHEMA({"alias": given.name, "sequence": []})
        key = entity_id.partition(".")[2]
        ScriptEntity.__init__(self, hass, key, config, None, None)
        Device.__init__(self, hass, given, entity_id)
        self._attr_unique_id = key

    @override
    def begin(self, begin: Begin) -> None:
        self.script.last_triggered = None


class Button(Device, ButtonEntity):
    """A button."""

    @override
    def begin(self, begin: Begin) -> None:
        # No other way leads back to a button that was never pressed.
        self.__dict__.pop("state", None)
        self._ButtonEntity__last_pressed_isoformat = begin.state

    @override
    async def async_press(self) -> None:
        """Do nothing: the state tells the time."""


class Select(Device, SelectEntity):
    """A choice of words."""

    @override
    def begin(self, begin: Begin) -> None:
        options = [str(one) for one in begin.attributes.get("options") or ()]
        self._attr_options = options
        self._attr_current_option = begin.state or next(iter(options), None)

    @override
    async def async_select_option(self, option: str) -> None:
        self._attr_current_option = option
        self.write()


class Number(Device, NumberEntity):
    """A number that can be set."""

    @override
    def begin(self, begin: Begin) -> None:
        given = begin.attributes
        self._attr_native_min_value = begin.number("min") or 0
        maximum = begin.number("max")
        self._attr_native_max_value = 100 if maximum is None else maximum
        self._attr_native_step = begin.number("step") or 1
        self._attr_native_unit_of_measurement = given.get("unit_of_measurement")
        self._attr_native_value = float(begin.state) if begin.state else None

    @override
    async def async_set_native_value(self, value: float) -> None:
        self._attr_native_value = value
        self.write()
