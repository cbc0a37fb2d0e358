"""The context block: what is true at this moment, in front of the person's words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
import re
from types import MappingProxyType
from typing import Any

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


type Told = Mapping[str, tuple[str, datetime | None]]
"""Lines by what they are about, with the time since when a state is what it is."""

_OPENING = "opening"
_NO_NEWS = "<context>"
"""Begins a block at a time that was told."""
_MAY_BE_UNKNOWN = ("speaker", "room")


@dataclass(frozen=True, slots=True)
class Situation:
    """Who speaks, where, when and in which language."""

    now: datetime
    language: str
    speaker: str | None = None
    area: ar.AreaEntry | None = None
    instructions: str | None = None
    """What an automation that began the conversation says about it."""


def opening(now: datetime, language: str) -> str:
    """Return how a block begins: with what is known before anything was said."""
    return f'<context time="{now:%A %Y-%m-%d %H:%M}" language="{_LANGUAGES[language]}">'


def context_lines(
    hass: HomeAssistant,
    situation: Situation,
    about: Sequence[Item],
    details: Mapping[str, Sequence[str]] = MappingProxyType({}),
    memories: Sequence[str] = (),
) -> Told:
    """Return what could be told, one fact a line.

    Details stand below the entity that they belong to.
    """
    lines: dict[str, tuple[str, datetime | None]] = {
        _OPENING: (opening(situation.now, situation.language), None)
    }
    if situation.speaker:
        lines["speaker"] = (f"speaker: {one_line(situation.speaker)}", None)
    if situation.area:
        room = f"room: {one_line(_room(hass, situation.area))}"
        lines["room"] = (room, None)
    if situation.instructions:
        instructions = one_line(situation.instructions)
        lines["instructions"] = (f"about this conversation: {instructions}", None)
    for item in about[:MOST_STATES]:
        if state := hass.states.get(item.entity_id):
            more = details.get(item.entity_id, ())
            told_lines = [f"- {one_line(told(item, state))}"]
            told_lines += [f"  - {one_line(detail)}" for detail in more]
            lines[item.entity_id] = ("\n".join(told_lines), state.last_updated)
    for memory in memories:
        # Marked one by one: nobody shall take it for what is so by now.
        lines[memory] = (f"- remembered from {one_line(memory)}", None)
    return lines


def untold(lines: Told, known: Told) -> Told:
    """Return what earlier blocks did not tell, or not alike.

    A state that was another one meanwhile is told again: a tool may have told of it.
    """
    gone = {
        name: (f"{name}: unknown", None)
        for name in _MAY_BE_UNKNOWN
        if name in known and name not in lines
    }
    now = {**lines, **gone}
    return {name: told for name, told in now.items() if known.get(name) != told}


def context_block(lines: Told) -> str:
    """Write a block of lines, which may be none."""
    if not lines:
        return ""
    begin, _ = lines.get(_OPENING, (_NO_NEWS, None))
    rest = [line for name, (line, _) in lines.items() if name != _OPENING]
    return "\n".join([begin, *rest, "</context>"])


def with_block(block: str | None, words: str) -> str:
    """Put a block in front of the words, which cannot pretend to be one."""
    words = re.sub(r"<(\s*/?\s*context)", r"‹\1", words, flags=re.IGNORECASE)
    return f"{block}\n{words}" if block else words


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
    more = [
        tell(attribute)
        for name, tell in _ATTRIBUTES.items()
        if (attribute := state.attributes.get(name)) is not None
    ]
    return f"{item.names[0]} ({item.kind}{place}): {', '.join([value, *more])}"


def one_line(text: str) -> str:
    """Return a text on one line and without angle brackets."""
    return " ".join(text.replace("<", "").replace(">", "").split())
