"""What something measures: temperatures, batteries, volumes, whatever has a value."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import (
    ATTR_DEVICE_CLASS,
    ATTR_UNIT_OF_MEASUREMENT,
    STATE_IDLE,
    STATE_PAUSED,
    STATE_PLAYING,
)
from homeassistant.core import State
from homeassistant.helpers import area_registry as ar
from homeassistant.util import dt as dt_util

from ..house.found import Found
from ..house.things import Thing
from ..request import Understood
from ..text.normal import normal
from .asker import Asker
from .clock import day_told, time_told
from .finding import measures_in
from .grammar import Asked
from .measures import DEGREES, MEASURES, Source
from .outside import async_outside
from .owners import of_owner
from .states import status
from .wording import MOST_NAMES, quantity

_NAMED = frozenset(
    {"sensor", "number", "input_number", "input_text", "counter", "select"}
    | {"input_select", "input_datetime", "text", "date", "datetime", "time", "timer"}
)
"""What is asked for by its name alone: "what's the next birthday?"."""
_SETTING = "setting"
"""In the place of a measure: whatever a thing is set to."""
_SETTINGS = ("target", "brightness", "position", "volume", "speed")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a thing measures."""

    thing: Thing
    value: float
    unit: str
    text: str | None = None
    """What is told where it is no number."""


async def async_value(asker: Asker, asked: Asked) -> Understood | None:
    """Tell what something measures."""
    phrase = asked.phrase("target", "more")
    said = asked.slots.get("measure")
    if not said and (found := asker.called(phrase, _NAMED)):
        return _tell(asker, found, None)
    if said == _SETTING:
        wanted = [*_SETTINGS]
    else:
        wanted = [said] if said else measures_in(phrase, asker.language)
    for measure in wanted:
        if outside := await async_outside(asker, measure, phrase):
            return outside
        if understood := _measured(asker, measure, phrase):
            return understood
    found = asker.find(phrase, _NAMED) if not said else None
    if found and _is_whole_name(asker, found, phrase):
        return _tell(asker, found, None)
    return None


def reading(asker: Asker, thing: Thing, source: Source | None) -> Reading | None:
    """Return what a thing measures now; None where it does not tell."""
    state = asker.known_state(thing)
    if state is None:
        return None
    if source is None or source.attribute is None:
        unit = str(state.attributes.get(ATTR_UNIT_OF_MEASUREMENT) or "")
        try:
            return Reading(thing, float(state.state), unit)
        except ValueError:
            return Reading(thing, 0, "", _text(asker, state))
    value = state.attributes.get(source.attribute)
    if not isinstance(value, int | float):
        return None
    if source.full:
        value = round(100 * value / source.full)
    unit = source.unit
    if unit == DEGREES:
        unit = asker.request.hass.config.units.temperature_unit
    return Reading(thing, float(value), unit)


def told(asker: Asker, one: Reading) -> str:
    """Return a value as it is said."""
    if one.text is not None:
        return one.text
    return quantity(one.value, one.unit, asker.language)


def of_rooms(asker: Asker, things: Sequence[Thing]) -> list[Thing]:
    """Return things, of a room only the one that stands for it, if one does."""
    areas = ar.async_get(asker.request.hass)
    standing: dict[str, set[str]] = {}
    for area in {thing.area for thing in things if thing.area}:
        if entry := areas.async_get_area(area):
            ids = {entry.temperature_entity_id, entry.humidity_entity_id}
            there = {thing.entity_id for thing in things if thing.area == area}
            standing[area] = {one for one in ids if one in there}
    return [
        thing
        for thing in things
        if not standing.get(thing.area or "")
        or thing.entity_id in standing[thing.area or ""]
    ]


def _measured(asker: Asker, measure: str, phrase: Sequence[str]) -> Understood | None:
    """Tell a measure from the first source that has a value."""
    silent: tuple[Found, Source] | None = None
    for source in MEASURES[measure].sources:
        if (found := _meant(asker, phrase, source)) is None:
            continue
        if _tells(asker, found, source):
            return _tell(asker, found, source)
        if silent is None and (found.named or len(found.things) == 1):
            silent = found, source
    if owned := of_owner(asker, measure, phrase):
        return _tell(asker, owned, None)
    # It is known what is meant, only not what it measures: a player that is off.
    return _tell(asker, *silent) if silent else None


def _meant(asker: Asker, phrase: Sequence[str], source: Source) -> Found | None:
    """Return the things that tell a measure and that a phrase means."""
    if phrase:
        return asker.find(phrase, source.kinds, of_place=source.kinds)
    things = asker.of_kinds(*source.kinds)
    things = asker.in_area(things, asker.request.area) or things
    for wanted in ({STATE_PLAYING}, {STATE_PAUSED, STATE_IDLE}):
        active = [
            thing
            for thing in things
            if (state := asker.state(thing)) and state.state in wanted
        ]
        things = active or things
    return Found(tuple(things)) if things else None


def _tells(asker: Asker, found: Found, source: Source) -> bool:
    """Tell whether at least one thing has a value, or cannot be asked now."""
    return source.attribute is None or any(
        reading(asker, thing, source) or not asker.known_state(thing)
        for thing in found.things
    )


def _is_whole_name(asker: Asker, found: Found, phrase: Sequence[str]) -> bool:
    """Tell whether things were called by whole names, and not by a room alone."""
    nouns = asker.index.nouns
    said = set(nouns.content(phrase))
    return all(
        any(
            said.issuperset(nouns.content(normal(name, asker.language).split()))
            for name in thing.names
        )
        for thing in found.things
    )


def _tell(asker: Asker, found: Found, source: Source | None) -> Understood | None:
    """Tell what some things measure."""
    things = found.things if found.named else of_rooms(asker, found.things)
    if len(things) > MOST_NAMES:
        return None
    asker.allow(things)
    sentences = []
    for thing in things:
        if one := reading(asker, thing, source):
            text: str = asker.said["value"]
            name = asker.names([thing])[0]
            sentences.append(text.format(things=name, value=told(asker, one)))
        else:
            # A lamp that is off has no brightness.
            sentences.append(status(asker, thing))
    # Home Assistant asks for the temperature of a room so, whatever measures it.
    warmth = not found.named and source in MEASURES["temperature"].sources
    intent = "HassClimateGetTemperature" if warmth else "HassGetState"
    return asker.told(" ".join(sentences), things, intent, found=found)


def _text(asker: Asker, state: State) -> str:
    """Return a state that is no number as it is said."""
    match state.attributes.get(ATTR_DEVICE_CLASS):
        case SensorDeviceClass.TIMESTAMP if moment := dt_util.parse_datetime(
            state.state
        ):
            return moment_told(asker, dt_util.as_local(moment))
        case SensorDeviceClass.DATE if day := dt_util.parse_date(state.state):
            return day_told(day, asker.language)
    return state.state


def moment_told(asker: Asker, moment: datetime) -> str:
    """Return a moment as it is said: the time alone if it is today."""
    time = time_told(moment, asker.language)
    today: date = dt_util.now().date()
    if moment.date() == today:
        return time
    text: str = asker.said["day_and_time"]
    return text.format(day=day_told(moment.date(), asker.language), time=time)
