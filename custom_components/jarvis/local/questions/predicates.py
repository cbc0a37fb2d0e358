"""What can be true of a thing, and in which states it is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..house.things import is_of

_PRESENT = frozenset({"on"})
_ABSENT = frozenset({"off"})
_UNKNOWN = frozenset({"unavailable", "unknown"})


@dataclass(frozen=True, slots=True)
class Predicate:
    """Something that is so or not."""

    states: Mapping[str, frozenset[str]]
    """Kinds of thing, to the states in which it is so."""
    of_place: frozenset[str] = frozenset()
    """Which things "the kitchen" alone means."""
    negated: bool = False
    """Whether it is so in all other states."""
    attribute: str | None = None
    """What tells it instead of the state, where a thing has this."""
    secondary: frozenset[str] = frozenset()
    """Kinds that are meant only where nothing else is."""
    everything: frozenset[str] = frozenset()
    """Which things "devices" and "everything" mean; all that can be so if empty."""

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of thing of which it can be said."""
        return frozenset(self.states)

    def holds(self, kind: str, state: str) -> bool | None:
        """Tell whether it is so; None where nobody knows."""
        if state in _UNKNOWN:
            return None
        wanted = [there for known, there in self.states.items() if is_of(kind, known)]
        return any(state in there for there in wanted) is not self.negated


def _sensors(*classes: str, on: bool = True) -> dict[str, frozenset[str]]:
    """Describe binary sensors that show it."""
    return {f"binary_sensor.{one}": _PRESENT if on else _ABSENT for one in classes}


def _in(states: str, *kinds: str) -> dict[str, frozenset[str]]:
    """Describe things that have one of some states."""
    return {kind: frozenset(states.split()) for kind in kinds}


_SWITCHED = (
    *("light", "switch", "input_boolean", "fan", "humidifier", "siren", "automation"),
    *("script", "remote", "binary_sensor", "group", "schedule"),
)
_SECONDARY = frozenset({"binary_sensor", "group", "schedule", "automation"})
_RUNS = _in("heat cool auto heat_cool dry fan_only", "climate") | _in(
    "eco electric gas performance high_demand heat_pump on", "water_heater"
)
_MOVES = _in("cleaning returning", "vacuum") | _in("mowing returning", "lawn_mower")
_OPENED = _in("open opening closing", "valve")
_PLAYS = _in("playing buffering", "media_player")
_DETECTS = (
    *("motion", "occupancy", "presence", "smoke", "gas", "carbon_monoxide"),
    *("moisture", "sound", "vibration", "light", "power", "moving", "heat", "cold"),
    *("problem", "safety", "tamper", "glass_break", "battery_charging", "update"),
    *("connectivity", "plug", "running", ""),
)
_OPENINGS = ("door", "window", "garage_door", "opening")
_PEOPLE = ("motion", "occupancy", "presence", "moving")
_BASE: Mapping[str, Predicate] = {
    "on": Predicate(
        _in("on", *_SWITCHED)
        | _in("on idle playing paused buffering", "media_player")
        | _RUNS
        | _MOVES
        | _OPENED
        | _in(
            "armed_home armed_away armed_night armed_vacation armed_custom_bypass"
            " triggered arming pending",
            "alarm_control_panel",
        ),
        frozenset({"light"}),
        everything=frozenset({"light", "switch", "fan", "media_player", "humidifier"}),
        secondary=_SECONDARY,
    ),
    "open": Predicate(
        _in("open opening closing", "cover") | _OPENED | _sensors(*_OPENINGS, ""),
        frozenset(f"binary_sensor.{one}" for one in _OPENINGS),
    ),
    "locked": Predicate(
        _in("locked", "lock") | _sensors("lock", on=False), frozenset({"lock"})
    ),
    "playing": Predicate(_PLAYS, frozenset({"media_player"})),
    "paused": Predicate(_in("paused", "media_player", "vacuum", "lawn_mower", "timer")),
    "home": Predicate(_in("home", "person", "device_tracker") | _sensors("presence")),
    "running": Predicate(
        _in("on", "switch", "fan", "script", "humidifier", "siren", "input_boolean")
        | _sensors("running", "moving", "power", "")
        | _RUNS
        | _MOVES
        | _OPENED
        | _PLAYS
        | _in("active", "timer")
    ),
    "cleaning": Predicate(_in("cleaning", "vacuum")),
    "mowing": Predicate(_in("mowing", "lawn_mower")),
    "docked": Predicate(_in("docked", "vacuum", "lawn_mower")),
    "charging": Predicate(_sensors("battery_charging")),
    "heating": Predicate(_in("heating preheating", "climate"), attribute="hvac_action"),
    "cooling": Predicate(_in("cooling", "climate"), attribute="hvac_action"),
    "armed": Predicate(
        _in(
            "armed_home armed_away armed_night armed_vacation armed_custom_bypass",
            "alarm_control_panel",
        )
    ),
    "triggered": Predicate(
        _in("triggered", "alarm_control_panel") | _sensors(*_DETECTS)
    ),
    "detected": Predicate(_sensors(*_DETECTS)),
    "low": Predicate(_sensors("battery")),
    "wet": Predicate(_sensors("moisture"), frozenset({"binary_sensor.moisture"})),
    "occupied": Predicate(
        _sensors(*_PEOPLE, ""), frozenset(f"binary_sensor.{one}" for one in _PEOPLE)
    ),
    "cold": Predicate(_sensors("cold")),
    "hot": Predicate(_sensors("heat")),
    "connected": Predicate(_sensors("connectivity") | _in("home", "device_tracker")),
    "plugged": Predicate(_sensors("plug", "battery_charging")),
    "powered": Predicate(_sensors("power")),
    "safe": Predicate(_sensors("safety", on=False)),
    "vibrating": Predicate(_sensors("vibration")),
    "moving": Predicate(
        _sensors("motion", "moving", "vibration") | _in("opening closing", "cover"),
        frozenset({"binary_sensor.motion"}),
    ),
    "problem": Predicate(_sensors("problem")),
    "tampered": Predicate(_sensors("tamper")),
    "available": Predicate(_sensors("update") | _in("on", "update")),
}
_OPPOSITES = {
    "off": "on",
    "closed": "open",
    "unlocked": "locked",
    "away": "home",
    "disarmed": "armed",
    "clear": "detected",
    "normal": "low",
    "dry": "wet",
    "empty": "occupied",
    "disconnected": "connected",
    "unplugged": "plugged",
    "unsafe": "safe",
    "still": "moving",
    "stopped": "running",
    "updated": "available",
}
PREDICATES: Mapping[str, Predicate] = {
    **_BASE,
    **{name: replace(_BASE[other], negated=True) for name, other in _OPPOSITES.items()},
}
"""What people ask, by the names that the data files give it."""
INSTEAD = {"open": "locked", "closed": "locked", "charging": "docked"}
"""What is told where nobody knows what was asked: of a door only its lock."""


def opposite(name: str) -> str | None:
    """Return what is so where something is not."""
    if name in _OPPOSITES:
        return _OPPOSITES[name]
    return next((one for one, other in _OPPOSITES.items() if other == name), None)


_SENSORS: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(_OPENINGS, ("open", "closed")),
    **dict.fromkeys(
        ("motion", "smoke", "gas", "carbon_monoxide", "sound", "vibration", "light"),
        ("detected", "clear"),
    ),
    "occupancy": ("occupied", "empty"),
    "presence": ("home", "away"),
    "battery": ("low", "normal"),
    "battery_charging": ("charging", "not_charging"),
    "cold": ("cold", "normal"),
    "heat": ("hot", "normal"),
    "connectivity": ("connected", "disconnected"),
    "lock": ("unlocked", "locked"),
    "moisture": ("wet", "dry"),
    "moving": ("moving", "still"),
    "plug": ("plugged", "unplugged"),
    "power": ("powered", "off"),
    "problem": ("problem", "ok"),
    "running": ("running", "stopped"),
    "safety": ("unsafe", "safe"),
    "tamper": ("tampered", "clear"),
    "update": ("available", "updated"),
}
"""Classes of binary sensors, to what "on" and "off" mean."""


def described(kind: str, state: str) -> str:
    """Return the name of what a state means for a kind of thing."""
    domain, _, device_class = kind.partition(".")
    if state == "not_home":
        return "away"
    if domain == "binary_sensor" and state in ("on", "off"):
        on, off = _SENSORS.get(device_class, ("on", "off"))
        return on if state == "on" else off
    return state
