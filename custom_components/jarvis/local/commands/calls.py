"""The service calls that a command comes down to, and what makes one delicate."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from homeassistant.components.cover import CoverDeviceClass, CoverEntityFeature
from homeassistant.components.media_player import MediaPlayerEntityFeature
from homeassistant.const import ATTR_SUPPORTED_FEATURES, ATTR_TEMPERATURE, STATE_OFF
from homeassistant.core import HomeAssistant, State

from ..house.things import Thing
from .actions import ACTIONS, Step
from .command import Command

_STEPS: Mapping[str, float] = {
    "brightness_step_pct": 20,
    "volume_level": 10,
    "temperature": 1,
    "humidity": 5,
    "percentage_step": 20,
    "position": 20,
}
"""How far "a bit more" goes, by what is changed."""
_MEASURED = {"position": "current_position"}
"""Attributes that have another name than the argument that sets them."""
_LETS_IN = frozenset({CoverDeviceClass.GARAGE, CoverDeviceClass.GATE})
_ACTIVE = frozenset(
    {
        "on",
        "playing",
        "open",
        "opening",
        "cleaning",
        "mowing",
        "buffering",
        "heat",
        "cool",
    }
)
_ACTS_ON: Mapping[str, frozenset[str]] = {
    "turn_off": _ACTIVE | {"idle", "paused"},
    "stop": _ACTIVE,
    "close": frozenset({"open", "opening"}),
    "pause": frozenset({"playing", "cleaning", "mowing", "buffering"}),
    "play": frozenset({"paused"}),
    "next": frozenset({"playing", "paused"}),
    "previous": frozenset({"playing", "paused"}),
    "mute": frozenset({"playing"}),
    "unmute": frozenset({"playing"}),
    "set": frozenset({"playing"}),
    "raise": frozenset({"playing", "on"}),
    "lower": frozenset({"playing", "on"}),
    "dock": frozenset({"cleaning", "mowing", "paused", "idle"}),
}
"""The states in which something makes sense: «mets en pause» means what plays."""


@dataclass(frozen=True, slots=True)
class Call:
    """One service call, for all the things that take it alike."""

    domain: str
    service: str
    data: Mapping[str, Any]
    things: tuple[Thing, ...]
    step: Step


def narrowed(hass: HomeAssistant, command: Command, area: str | None) -> Command:
    """Return a command for the one of its things that it makes sense for, if one is.

    What plays in the speaker's own room comes before what plays elsewhere.
    """
    if not command.found.unclear:
        return command
    sensible = _ACTS_ON.get(command.do, frozenset())
    active = [
        thing
        for thing in command.found.things
        if (state := hass.states.get(thing.entity_id)) and state.state in sensible
    ]
    there = active or list(command.found.things)
    there = [thing for thing in there if area and thing.area == area] or active
    if len(there) != 1:
        return command
    found = replace(command.found, things=tuple(there), unclear=False)
    return replace(command, found=found)


def is_sensitive(command: Command) -> bool:
    """Tell whether a command opens the house to others."""
    return any(
        ACTIONS[command.do][thing.domain].sensitive
        or (command.do == "open" and thing.kind.partition(".")[2] in _LETS_IN)
        for thing in command.found.things
    )


def intent_of(command: Command) -> str:
    """Return Home Assistant's name for what a command does."""
    return ACTIONS[command.do][command.found.things[0].domain].intent


def calls(hass: HomeAssistant, command: Command) -> list[Call]:
    """Return the service calls of a command, things that need the same together."""
    together: dict[tuple[str, str, tuple[tuple[str, Any], ...]], list[Thing]] = (
        defaultdict(list)
    )
    steps: dict[str, Step] = {}
    for thing in command.found.things:
        step = ACTIONS[command.do][thing.domain]
        steps[thing.domain] = step
        state = hass.states.get(thing.entity_id)
        service, data = _service(command, step, thing, state)
        together[thing.domain, service, tuple(data.items())].append(thing)
    return [
        Call(domain, service, dict(data), tuple(things), steps[domain])
        for (domain, service, data), things in together.items()
    ]


def _service(
    command: Command, step: Step, thing: Thing, state: State | None
) -> tuple[str, dict[str, Any]]:
    """Return the service for one thing and its data."""
    features = state.attributes.get(ATTR_SUPPORTED_FEATURES, 0) if state else 0
    if step.from_off and state and state.state == STATE_OFF:
        return step.from_off, {}
    if command.do in ("raise", "lower"):
        return _relative(command, step, state, features)
    data = dict(step.data) | dict(_values(command, step))
    service = step.service
    match thing.domain, data:
        case "light", {"brightness_pct": 0}:
            return "turn_off", {}
        case "cover", {"position": 0} if not features & CoverEntityFeature.SET_POSITION:
            return "close_cover", {}
        case "cover", {"position": 100} if (
            not features & CoverEntityFeature.SET_POSITION
        ):
            return "open_cover", {}
        case "media_player", _ if service == "media_stop" and not (
            features & MediaPlayerEntityFeature.STOP
        ):
            return "media_pause", {}
    return service, data


def _values(command: Command, step: Step) -> Iterator[tuple[str, Any]]:
    """Return the arguments that the values of a sentence make."""
    for name, value in command.values.items():
        if (argument := step.values.get(name)) is None:
            continue
        if argument == "volume_level":
            yield argument, value / 100
        elif argument == ATTR_TEMPERATURE:
            yield argument, value
        else:
            yield argument, round(value) if isinstance(value, float) else value


def _relative(
    command: Command, step: Step, state: State | None, features: int
) -> tuple[str, dict[str, Any]]:
    """Return the service that makes something more or less."""
    argument = step.values.get("step")
    if argument is None:
        return step.service, {}
    sign = 1 if command.do == "raise" else -1
    said = command.values.get("step")
    amount = sign * (said if said is not None else _STEPS[argument])
    if argument == "brightness_step_pct":
        return step.service, {argument: round(amount)}
    if argument == "percentage_step":
        return step.service, {argument: abs(round(amount))} if said else {}
    if (
        argument == "volume_level"
        and said is None
        and features & MediaPlayerEntityFeature.VOLUME_STEP
    ):
        return step.service, {}
    now = state.attributes.get(_MEASURED.get(argument, argument)) if state else None
    if now is None:
        # The device does not tell where it stands: as far as it goes, or a refusal.
        return (
            ("open_cover" if sign > 0 else "close_cover", {})
            if (argument == "position")
            else (step.service, {})
        )
    if argument == "volume_level":
        level = min(1.0, max(0.0, now + amount / 100))
        return "volume_set", {argument: round(level, 2)}
    if argument == ATTR_TEMPERATURE:
        return step.service, {argument: now + amount}
    return step.service, {argument: round(min(100, max(0, now + amount)))}
