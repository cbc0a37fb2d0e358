"""What is measured or forecast: sensors, climate and the weather."""

from datetime import date, datetime
from typing import Any, override

from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.components.climate import (
    ClimateEntity,
    ClimateEntityFeature,
    HVACAction,
    HVACMode,
)
from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorStateClass,
)
from homeassistant.components.weather import (
    Forecast,
    WeatherEntity,
    WeatherEntityFeature,
)
from homeassistant.const import (
    ATTR_TEMPERATURE,
    STATE_ON,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
    UnitOfTemperature,
)
from homeassistant.util import dt as dt_util

from .description import Begin
from .device import Device

_NOTHING = (None, STATE_UNKNOWN, STATE_UNAVAILABLE)
_COLDEST, _HOTTEST = 5.0, 35.0
_ALL_MODES = (HVACMode.OFF, HVACMode.HEAT, HVACMode.COOL, HVACMode.AUTO)


class BinarySensor(Device, BinarySensorEntity):
    """A sensor of two states."""

    @override
    def begin(self, begin: Begin) -> None:
        told = begin.state
        self._attr_is_on = None if told in _NOTHING else told == STATE_ON


class Sensor(Device, SensorEntity):
    """A sensor of numbers, words or moments."""

    @override
    def begin(self, begin: Begin) -> None:
        given = begin.attributes
        unit = given.get("native_unit_of_measurement")
        self._attr_native_unit_of_measurement = unit or given.get("unit_of_measurement")
        self._attr_native_value = self._value(begin.state)
        self._attr_options = given.get("options")
        state_class = given.get("state_class")
        if state_class and self._attr_native_unit_of_measurement:
            word = str(state_class).rpartition(".")[2].lower()
            self._attr_state_class = SensorStateClass(word)

    def _value(self, state: str | None) -> str | date | datetime | None:
        """Return a value as the class of the sensor wants it."""
        if state is None or state in _NOTHING:
            return None
        device_class = self.given.attributes.get("device_class")
        if device_class == SensorDeviceClass.DATE:
            return dt_util.parse_date(state)
        if device_class == SensorDeviceClass.TIMESTAMP:
            return dt_util.parse_datetime(state)
        if self._attr_native_unit_of_measurement:
            try:
                float(state)
            except ValueError:
                return None
        return state


class Climate(Device, ClimateEntity):
    """A thermostat or an air conditioner."""

    _attr_supported_features = (
        ClimateEntityFeature.TARGET_TEMPERATURE
        | ClimateEntityFeature.TURN_ON
        | ClimateEntityFeature.TURN_OFF
    )
    _attr_temperature_unit = UnitOfTemperature.CELSIUS
    _attr_target_temperature_step = 0.5

    @override
    def begin(self, begin: Begin) -> None:
        given = begin.attributes
        modes = given.get("hvac_modes") or _ALL_MODES
        self._attr_hvac_modes = [HVACMode(one) for one in modes]
        known = {mode.value: mode for mode in HVACMode}
        self._attr_hvac_mode = known.get(begin.state or "", HVACMode.HEAT)
        self._attr_target_temperature = begin.number(
            "target_temperature", ATTR_TEMPERATURE
        )
        self._attr_current_temperature = begin.number("current_temperature")
        self._attr_min_temp = begin.number("min_temp") or _COLDEST
        self._attr_max_temp = begin.number("max_temp") or _HOTTEST
        action = given.get("hvac_action")
        self._attr_hvac_action = HVACAction(action) if action else None

    @override
    async def async_set_temperature(self, **kwargs: Any) -> None:
        self._attr_target_temperature = kwargs[ATTR_TEMPERATURE]
        if mode := kwargs.get("hvac_mode"):
            self._attr_hvac_mode = mode
        self.write()

    @override
    async def async_set_hvac_mode(self, hvac_mode: HVACMode) -> None:
        self._attr_hvac_mode = hvac_mode
        self.write()


class Weather(Device, WeatherEntity):
    """The weather, with the forecasts of its description."""

    @override
    def begin(self, begin: Begin) -> None:
        given = begin.attributes
        self._attr_condition = begin.state
        for name in ("temperature", "pressure", "wind_speed", "visibility"):
            number = begin.number(f"native_{name}", name)
            unit = given.get(f"native_{name}_unit") or given.get(f"{name}_unit")
            setattr(self, f"_attr_native_{name}", number)
            setattr(self, f"_attr_native_{name}_unit", unit or _UNITS[name])
        self._attr_humidity = begin.number("humidity")
        self._attr_uv_index = begin.number("uv_index")
        self._attr_supported_features = WeatherEntityFeature(0)
        self._forecasts = {
            "daily": given.get("forecast_daily"),
            "hourly": given.get("forecast_hourly"),
        }
        if self._forecasts["daily"]:
            self._attr_supported_features |= WeatherEntityFeature.FORECAST_DAILY
        if self._forecasts["hourly"]:
            self._attr_supported_features |= WeatherEntityFeature.FORECAST_HOURLY

    @override
    async def async_forecast_daily(self) -> list[Forecast] | None:
        return self._forecasts["daily"]

    @override
    async def async_forecast_hourly(self) -> list[Forecast] | None:
        return self._forecasts["hourly"]


_UNITS = {
    "temperature": "°C",
    "pressure": "hPa",
    "wind_speed": "km/h",
    "visibility": "km",
}
"""What is meant where a description names no unit."""
