"""The context block: what is true at this moment, in front of the person's words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
import re
from types import MappingProxyType
from typing import Any

from homeassistant.components.weather import DOMAIN as WEATHER_DOMAIN
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import area_registry as ar, floor_registry as fr

from .inventory import Item

MOST_STATES = 40
_LANGUAGES = {"en": "English", "fr": "French"}
_ATTRIBUTES: dict[str, Callable[[Any], str]] = {
    "brightness": lambda value: f"brightness {round(value / 2.55)} %",
    "color_name": lambda value: f"{value}",
    "current_position": lambda value: f"position {value} %",
    "percentage": lambda value: f"{value} %",
    "current_temperature": lambda value: f"measures {value} °",
    "temperature": lambda value: f"set to {value} °",
    "humidity": lambda value: f"humidity {value} %",
    "volume_level": lambda value: f"volume {round(value * 100)} %",
    "media_title": lambda value: f"“{value}”",
    "media_artist": lambda value: f"by {value}",
    "preset_mode": lambda value: f"preset {value}",
    "hvac_action": lambda value: f"{value}",
    "message": lambda value: f"“{value}”",
    "start_time": lambda value: f"from {value}",
}
"""Attributes worth telling, each with how it is told."""
_OF_WEATHER: dict[str, Callable[[Any], str]] = {
    "temperature": lambda value: f"{value} °",
}

type Told = Mapping[str, tuple[str, datetime | None]]
"""Lines by what they are about, with the time since when it is so."""

_CLOCK = "clock"
_MAY_BE_UNKNOWN = ("speaker", "room")
_SLOW = timedelta(minutes=2)
"""So far a clock may be behind until the time is told again."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Who speaks, where and in which language."""

    language: str
    speaker: str | None = None
    area: ar.AreaEntry | None = None


def states_told(hass: HomeAssistant, items: Iterable[Item]) -> Told:
    """Return the states of entities, those first that have been so for longest.

    Wherever one changes, all behind it is read anew: what changes often stands last.
    """
    states = [(item, hass.states.get(item.entity_id)) for item in items]
    known = [(item, state) for item, state in states if state is not None]
    known.sort(key=lambda one: one[1].last_updated)
    return {item.entity_id: _line_of(item, state) for item, state in known}


def situation_told(hass: HomeAssistant, situation: Situation, now: datetime) -> Told:
    """Return what else is known before a word was said; the clock stands last."""
    lines: dict[str, tuple[str, datetime | None]] = {
        "language": (f"language: {_LANGUAGES[situation.language]}", None)
    }
    if situation.area:
        room = f"room: {one_line(_room(hass, situation.area))}"
        lines["room"] = (room, None)
    if situation.speaker:
        lines["speaker"] = (f"speaker: {one_line(situation.speaker)}", None)
    lines[_CLOCK] = (f"time: {now:%A %Y-%m-%d %H:%M}", now)
    return lines


def words_told(
    hass: HomeAssistant,
    about: Sequence[Item],
    details: Mapping[str, Sequence[str]] = MappingProxyType({}),
    memories: Sequence[str] = (),
    instructions: str | None = None,
) -> Told:
    """Return what the words are about, and what an automation says of them.

    Details stand below the entity that they belong to.
    """
    lines: dict[str, tuple[str, datetime | None]] = {}
    if instructions:
        told_of = f"about this conversation: {one_line(instructions)}"
        lines["instructions"] = (told_of, None)
    for item in about[:MOST_STATES]:
        if state := hass.states.get(item.entity_id):
            line, since = _line_of(item, state)
            more = details.get(item.entity_id, ())
            more_lines = [f"  - {one_line(detail)}" for detail in more]
            lines[item.entity_id] = ("\n".join([line, *more_lines]), since)
    for memory in memories:
        # Marked one by one: nobody shall take it for what is so by now.
        lines[memory] = (f"- remembered from {one_line(memory)}", None)
    return lines


def gone(known: Told, lines: Told) -> Told:
    """Return what was known before and is not any more."""
    return {
        name: (f"{name}: unknown", None)
        for name in _MAY_BE_UNKNOWN
        if name in known and name not in lines
    }


def untold(lines: Told, known: Told) -> Told:
    """Return what earlier blocks did not tell, or not alike.

    A state that was another one meanwhile is told again: a tool may have told of it.
    """
    return {
        name: told
        for name, told in lines.items()
        if not _is_known(name, told, known.get(name))
    }


def context_block(lines: Told) -> str:
    """Write a block of lines."""
    return "\n".join(["<context>", *(line for line, _ in lines.values()), "</context>"])


def with_block(block: str | None, words: str) -> str:
    """Put a block in front of the words, which cannot pretend to be one."""
    words = re.sub(r"<(\s*/?\s*context)", r"‹\1", words, flags=re.IGNORECASE)
    return f"{block}\n{words}" if block else words


def _is_known(
    name: str,
    told: tuple[str, datetime | None],
    known: tuple[str, datetime | None] | None,
) -> bool:
    """Tell whether an earlier block said so; of the time, whether nearly so."""
    if name == _CLOCK and known and known[1] and told[1]:
        return told[1] - known[1] < _SLOW
    return told == known


def _line_of(item: Item, state: State) -> tuple[str, datetime | None]:
    """Return the line of an entity's state."""
    return f"- {one_line(told(item, state))}", state.last_updated


def _room(hass: HomeAssistant, area: ar.AreaEntry) -> str:
    """Name a room and its floor."""
    floors = fr.async_get(hass)
    floor = floors.async_get_floor(area.floor_id) if area.floor_id else None
    return f"{area.name} ({floor.name})" if floor else area.name


def told(item: Item, state: State) -> str:
    """Tell the state of an entity in one line."""
    place = f", {item.area.name}" if item.area else ""
    value = state.state
    if unit := state.attributes.get(ATTR_UNIT_OF_MEASUREMENT):
        value = f"{value} {unit}"
    # Of the weather it is what is measured, of all else what was asked for.
    tells = _ATTRIBUTES | (_OF_WEATHER if item.domain == WEATHER_DOMAIN else {})
    more = [
        tell(attribute)
        for name, tell in tells.items()
        if (attribute := state.attributes.get(name)) is not None
    ]
    return f"{item.names[0]} ({item.kind}{place}): {', '.join([value, *more])}"


def one_line(text: str) -> str:
    """Return a text on one line and without angle brackets."""
    return " ".join(text.replace("<", "").replace(">", "").split())
