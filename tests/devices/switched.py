"""What is switched: lights, switches, fans and humidifiers."""

from typing import Any, override

from homeassistant.components.fan import FanEntity, FanEntityFeature
from homeassistant.components.humidifier import HumidifierEntity
from homeassistant.components.light import (
    ATTR_BRIGHTNESS,
    ATTR_COLOR_TEMP_KELVIN,
    ATTR_HS_COLOR,
    ATTR_RGB_COLOR,
    ATTR_RGBW_COLOR,
    ATTR_RGBWW_COLOR,
    ATTR_XY_COLOR,
    ColorMode,
    LightEntity,
)
from homeassistant.components.switch import SwitchEntity
from homeassistant.const import STATE_ON, STATE_UNKNOWN

from .description import Begin
from .device import Device

_COLORS = {
    ATTR_COLOR_TEMP_KELVIN: ColorMode.COLOR_TEMP,
    ATTR_HS_COLOR: ColorMode.HS,
    ATTR_RGB_COLOR: ColorMode.RGB,
    ATTR_RGBW_COLOR: ColorMode.RGBW,
    ATTR_RGBWW_COLOR: ColorMode.RGBWW,
    ATTR_XY_COLOR: ColorMode.XY,
}
"""What a color is told in, and the mode that it puts a lamp into."""
_ANY_COLOR = (ColorMode.RGB, ColorMode.COLOR_TEMP)
"""What a lamp can do of which nothing is said."""


class Lamp(Device, LightEntity):
    """A lamp; what it is not told when it goes on stays as it was."""

    @override
    def begin(self, begin: Begin) -> None:
        given = begin.attributes
        modes = given.get("supported_color_modes") or _ANY_COLOR
        mode = given.get("color_mode") or modes[0]
        self._attr_supported_color_modes = {ColorMode(one) for one in modes}
        self._attr_color_mode = ColorMode(mode if isinstance(mode, str) else mode[0])
        brightness = begin.number(ATTR_BRIGHTNESS)
        self._attr_brightness = None if brightness is None else int(brightness)
        for name in _COLORS:
            value = given.get(name)
            if isinstance(value, list):
                value = tuple(value)
            setattr(self, f"_attr_{name}", value)
        self._attr_is_on = (
            begin.state == STATE_ON if begin.state else bool(self._attr_brightness)
        )

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        self._attr_is_on = True
        self._attr_brightness = kwargs.get(ATTR_BRIGHTNESS, self._attr_brightness)
        for name, mode in _COLORS.items():
            if name in kwargs:
                setattr(self, f"_attr_{name}", kwargs[name])
                self._attr_color_mode = mode
        self.write()

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        self._attr_is_on = False
        self.write()


class Switch(Device, SwitchEntity):
    """A switch or a socket."""

    @override
    def begin(self, begin: Begin) -> None:
        self._attr_is_on = begin.state == STATE_ON

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        self._attr_is_on = True
        self.write()

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        self._attr_is_on = False
        self.write()


class Fan(Device, FanEntity):
    """A fan with a speed, which begins to turn at its highest."""

    _attr_supported_features = (
        FanEntityFeature.TURN_ON
        | FanEntityFeature.TURN_OFF
        | FanEntityFeature.SET_SPEED
    )
    _attr_percentage: int | None

    @override
    def begin(self, begin: Begin) -> None:
        speed = begin.number("percentage") or 0
        is_on = begin.state == STATE_ON if begin.state else bool(speed)
        self._attr_percentage = int(speed or 100) if is_on else 0
        if "oscillating" in begin.attributes:
            self._attr_supported_features |= FanEntityFeature.OSCILLATE
            self._attr_oscillating = bool(begin.attributes["oscillating"])

    @override
    async def async_turn_on(
        self,
        percentage: int | None = None,
        preset_mode: str | None = None,
        **kwargs: Any,
    ) -> None:
        await self.async_set_percentage(percentage or self._attr_percentage or 100)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self.async_set_percentage(0)

    @override
    async def async_set_percentage(self, percentage: int) -> None:
        self._attr_percentage = percentage
        self.write()

    @override
    async def async_oscillate(self, oscillating: bool) -> None:
        self._attr_oscillating = oscillating
        self.write()


class Humidifier(Device, HumidifierEntity):
    """A humidifier."""

    @override
    def begin(self, begin: Begin) -> None:
        self._attr_is_on = begin.state == STATE_ON
        if begin.state == STATE_UNKNOWN:
            self._attr_is_on = None
        self._attr_target_humidity = begin.number("humidity") or 50
        self._attr_current_humidity = begin.number("current_humidity")

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        self._attr_is_on = True
        self.write()

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        self._attr_is_on = False
        self.write()

    @override
    async def async_set_humidity(self, humidity: int) -> None:
        self._attr_target_humidity = humidity
        self.write()
