"""What can be measured in a house, and where each measure is found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """Things that tell a measure: by their state, or by an attribute."""

    kinds: frozenset[str]
    attribute: str | None = None
    unit: str = ""
    """The unit of the attribute; temperatures have the house's."""
    full: float = 0
    """The value of the attribute that is a hundred percent, where it is one."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure and its sources, the better first."""

    sources: Sequence[Source]

    @property
    def kinds(self) -> frozenset[str]:
        """All kinds of thing that tell it."""
        return frozenset(kind for source in self.sources for kind in source.kinds)


DEGREES = "degrees"
"""In the place of a unit: the house's own for temperatures."""


def _sensor(*classes: str) -> Source:
    """Describe sensors of some classes."""
    return Source(frozenset(f"sensor.{one}" for one in classes))


def _of(domains: str, attribute: str, unit: str = DEGREES, full: float = 0) -> Source:
    """Describe an attribute of some domains."""
    return Source(frozenset(domains.split()), attribute, unit, full)


_CLASSES = (
    *("apparent_power", "aqi", "carbon_monoxide", "carbon_dioxide", "conductivity"),
    *("current", "data_rate", "data_size", "date", "distance", "duration", "energy"),
    *("energy_storage", "frequency", "gas", "illuminance", "irradiance", "moisture"),
    *("monetary", "nitrogen_dioxide", "nitrogen_monoxide", "nitrous_oxide", "ozone"),
    *("ph", "pm1", "pm10", "pm25", "pm4", "power", "power_factor", "precipitation"),
    *("precipitation_intensity", "reactive_power", "signal_strength"),
    *("sound_pressure", "sulphur_dioxide", "timestamp", "uptime", "voltage"),
    *("volume_storage", "volume_flow_rate", "water", "weight", "wind_direction"),
    *("wind_speed", "absolute_humidity", "radon"),
)
MEASURES: Mapping[str, Measure] = {
    **{one: Measure([_sensor(one)]) for one in _CLASSES},
    "temperature": Measure(
        [
            _sensor("temperature"),
            _of("climate water_heater", "current_temperature"),
        ]
    ),
    "humidity": Measure(
        [
            _sensor("humidity", "moisture"),
            _of("climate humidifier", "current_humidity", "%"),
        ]
    ),
    "target": Measure(
        [
            _of("climate water_heater", "temperature"),
            _of("humidifier", "humidity", "%"),
        ]
    ),
    "battery": Measure(
        [
            _sensor("battery"),
            _of("vacuum lawn_mower device_tracker media_player", "battery_level", "%"),
        ]
    ),
    "pressure": Measure([_sensor("pressure", "atmospheric_pressure")]),
    "voc": Measure(
        [_sensor("volatile_organic_compounds", "volatile_organic_compounds_parts")]
    ),
    "speed": Measure([_sensor("speed", "wind_speed"), _of("fan", "percentage", "%")]),
    "brightness": Measure(
        [_of("light", "brightness", "%", 255), _sensor("illuminance")]
    ),
    "position": Measure(
        [_of("cover", "current_position", "%"), _of("valve", "current_position", "%")]
    ),
    "volume": Measure([_of("media_player", "volume_level", "%", 1), _sensor("volume")]),
    "amount": Measure([_sensor("volume", "volume_storage", "water", "gas", "energy")]),
    "air": Measure(
        [
            _sensor("aqi"),
            _sensor("carbon_dioxide", "pm25", "volatile_organic_compounds"),
        ]
    ),
}
