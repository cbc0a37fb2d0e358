"""What can be done with which kind of thing: services, and the states that prove it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """How the things of one domain do something."""

    service: str
    """A service of the thing's own domain."""
    reached: frozenset[str] = frozenset()
    """The states in which it is done; none where the state does not tell."""
    intent: str = "HassTurnOn"
    """Home Assistant's name for it."""
    data: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Which argument each value of the sentence goes to, by the value's name."""
    from_off: str | None = None
    """The service for a thing that is off, where it is another."""
    sensitive: bool = False
    """Whether it lets people in or takes protection away."""


def _on(service: str = "turn_on", *reached: str, intent: str = "HassTurnOn") -> Step:
    """Describe what begins something."""
    return Step(service, frozenset(reached or ("on",)), intent)


def _off(service: str = "turn_off", *reached: str, intent: str = "HassTurnOff") -> Step:
    """Describe what ends something."""
    return Step(service, frozenset(reached or ("off",)), intent)


def _sets(service: str, intent: str, **values: str) -> Step:
    """Describe what takes a value."""
    return Step(service, intent=intent, values=values)


def _in_percent(service: str, intent: str, argument: str) -> Step:
    """Describe what takes a percentage, with or without the sign."""
    return _sets(service, intent, percent=argument, number=argument)


_PLAY = Step(
    "media_play", frozenset({"playing"}), "HassMediaUnpause", from_off="turn_on"
)
_OPEN = _on("open_cover", "open", "opening")
_CLOSE = _off("close_cover", "closed", "closing")
_OPEN_VALVE = _on("open_valve", "open", "opening")
_CLOSE_VALVE = _off("close_valve", "closed", "closing")
_DOCK = _off(
    "return_to_base", "returning", "docked", "idle", intent="HassVacuumReturnToBase"
)
_DOCK_MOWER = _off("dock", "returning", "docked", intent="HassLawnMowerDock")
_CLEAN = _on("start", "cleaning", intent="HassVacuumStart")
_MOW = _on("start_mowing", "mowing", intent="HassLawnMowerStartMowing")
_UNLOCK = Step(
    "unlock", frozenset({"unlocked", "unlocking"}), "HassTurnOff", sensitive=True
)
_LOCK = _on("lock", "locked", "locking")
_NOT_OFF = ("on", "idle", "playing", "paused", "standby", "buffering")
_SETS_TEMPERATURE = _sets(
    "set_temperature",
    "HassClimateSetTemperature",
    degrees="temperature",
    number="temperature",
)
_CHANGES_VOLUME = "HassSetVolumeRelative"

ACTIONS: Mapping[str, Mapping[str, Step]] = {
    "turn_on": {
        "light": _on(),
        "switch": _on(),
        "input_boolean": _on(),
        "fan": _on(),
        "humidifier": _on(),
        "siren": _on(),
        "automation": _on(),
        "media_player": _on("turn_on", *_NOT_OFF),
        "climate": _on(
            "turn_on", "heat", "cool", "auto", "heat_cool", "dry", "fan_only"
        ),
        "water_heater": _on("turn_on", "eco", "electric", "gas", "performance"),
        "vacuum": _CLEAN,
        "lawn_mower": _MOW,
        "valve": _OPEN_VALVE,
        "scene": Step("turn_on"),
        "script": Step("turn_on"),
        "button": Step("press"),
        "input_button": Step("press"),
    },
    "turn_off": {
        "light": _off(),
        "switch": _off(),
        "input_boolean": _off(),
        "fan": _off(),
        "humidifier": _off(),
        "siren": _off(),
        "automation": _off(),
        "script": _off(),
        "media_player": _off("turn_off", "off", "standby"),
        "climate": _off(),
        "water_heater": _off(),
        "vacuum": _DOCK,
        "lawn_mower": _DOCK_MOWER,
        "valve": _CLOSE_VALVE,
    },
    "open": {"cover": _OPEN, "valve": _OPEN_VALVE},
    "close": {"cover": _CLOSE, "valve": _CLOSE_VALVE},
    "lock": {"lock": _LOCK},
    "unlock": {"lock": _UNLOCK},
    "start": {
        "vacuum": _CLEAN,
        "lawn_mower": _MOW,
        "media_player": _PLAY,
        "fan": _on(),
        "switch": _on(),
        "climate": _on(
            "turn_on", "heat", "cool", "auto", "heat_cool", "dry", "fan_only"
        ),
        "humidifier": _on(),
        "valve": _OPEN_VALVE,
        "scene": Step("turn_on"),
        "script": Step("turn_on"),
        "button": Step("press"),
        "input_button": Step("press"),
    },
    "stop": {
        "cover": Step("stop_cover", intent="HassStopMoving"),
        "media_player": _off("media_stop", "idle", "off", "paused", "on", "standby"),
        "vacuum": _DOCK,
        "lawn_mower": _DOCK_MOWER,
        "fan": _off(),
        "switch": _off(),
        "light": _off(),
        "climate": _off(),
        "humidifier": _off(),
        "siren": _off(),
        "script": _off(),
        "valve": _CLOSE_VALVE,
    },
    "toggle": {
        domain: Step("toggle", intent="HassToggle")
        for domain in (
            *("light", "switch", "input_boolean", "fan", "cover", "humidifier"),
            *("media_player", "climate", "automation", "siren", "valve"),
        )
    },
    "play": {"media_player": _PLAY},
    "pause": {
        "media_player": _on("media_pause", "paused", intent="HassMediaPause"),
        "vacuum": _on("pause", "paused"),
        "lawn_mower": _on("pause", "paused"),
    },
    "next": {"media_player": Step("media_next_track", intent="HassMediaNext")},
    "previous": {
        "media_player": Step("media_previous_track", intent="HassMediaPrevious")
    },
    "mute": {
        "media_player": Step(
            "volume_mute",
            intent="HassMediaPlayerMute",
            data={"is_volume_muted": True},
        )
    },
    "unmute": {
        "media_player": Step(
            "volume_mute",
            intent="HassMediaPlayerUnmute",
            data={"is_volume_muted": False},
        )
    },
    "dock": {"vacuum": _DOCK, "lawn_mower": _DOCK_MOWER},
    "clean": {"vacuum": _CLEAN},
    "mow": {"lawn_mower": _MOW},
    "locate": {"vacuum": Step("locate")},
    "set": {
        "light": _sets(
            "turn_on",
            "HassLightSet",
            percent="brightness_pct",
            number="brightness_pct",
            colour="color_name",
            kelvin="color_temp_kelvin",
        ),
        "cover": _in_percent("set_cover_position", "HassSetPosition", "position"),
        "valve": _in_percent("set_valve_position", "HassSetPosition", "position"),
        "fan": _in_percent("set_percentage", "HassFanSetSpeed", "percentage"),
        "media_player": _in_percent("volume_set", "HassSetVolume", "volume_level"),
        "humidifier": _in_percent("set_humidity", "HassHumidifierSetpoint", "humidity"),
        "climate": _SETS_TEMPERATURE,
        "water_heater": _SETS_TEMPERATURE,
        "number": _sets("set_value", "HassSetPosition", number="value"),
        "input_number": _sets("set_value", "HassSetPosition", number="value"),
    },
    "set_mode": {
        "climate": _sets("set_hvac_mode", "HassClimateSetHvacMode", mode="hvac_mode")
    },
    "raise": {
        "light": _sets("turn_on", "HassLightSet", step="brightness_step_pct"),
        "media_player": _sets("volume_up", _CHANGES_VOLUME, step="volume_level"),
        "climate": _sets(
            "set_temperature", "HassClimateSetTemperature", step="temperature"
        ),
        "fan": _sets("increase_speed", "HassFanSetSpeed", step="percentage_step"),
        "cover": _sets("set_cover_position", "HassSetPosition", step="position"),
        "humidifier": _sets("set_humidity", "HassHumidifierSetpoint", step="humidity"),
    },
    "lower": {
        "light": _sets("turn_on", "HassLightSet", step="brightness_step_pct"),
        "media_player": _sets("volume_down", _CHANGES_VOLUME, step="volume_level"),
        "climate": _sets(
            "set_temperature", "HassClimateSetTemperature", step="temperature"
        ),
        "fan": _sets("decrease_speed", "HassFanSetSpeed", step="percentage_step"),
        "cover": _sets("set_cover_position", "HassSetPosition", step="position"),
        "humidifier": _sets("set_humidity", "HassHumidifierSetpoint", step="humidity"),
    },
}
"""What people ask for, to the domains that can do it, to how they do it."""

_SOUND = frozenset({"media_player"})
OF_PLACE: Mapping[str, frozenset[str]] = {
    "turn_on": frozenset({"light"}),
    "turn_off": frozenset({"light"}),
    "set": frozenset({"light"}),
    "clean": frozenset({"vacuum"}),
    "play": _SOUND,
    "pause": _SOUND,
    "next": _SOUND,
    "previous": _SOUND,
    "mute": _SOUND,
    "unmute": _SOUND,
}
"""Which things "the kitchen" alone means."""
OF_EVERYTHING: Mapping[str, frozenset[str]] = {
    "turn_on": frozenset({"light"}),
    "turn_off": frozenset({"light", "fan", "media_player"}),
    "open": frozenset({"cover"}),
    "close": frozenset({"cover"}),
    "lock": frozenset({"lock"}),
    "unlock": frozenset({"lock"}),
    "clean": frozenset({"vacuum"}),
    "stop": _SOUND,
    "pause": _SOUND,
    "mute": _SOUND,
}
"""Which things "everything" means: not sockets, a freezer may hang on one."""
