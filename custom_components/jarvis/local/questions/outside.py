"""What the weather service measures out of doors."""

from collections.abc import Mapping, Sequence

from homeassistant.core import State

from ..house.things import Thing
from ..request import Understood
from .asker import Asker
from .grammar import questions
from .measures import MEASURES
from .wording import quantity

_ATTRIBUTES: Mapping[str, tuple[str, str]] = {
    "temperature": ("temperature", "temperature_unit"),
    "humidity": ("humidity", ""),
    "pressure": ("pressure", "pressure_unit"),
    "wind_speed": ("wind_speed", "wind_speed_unit"),
    "speed": ("wind_speed", "wind_speed_unit"),
}
"""Measures, to the attributes of weather that tell them and their unit."""
_ALWAYS_OUTSIDE = frozenset({"wind_speed"})


async def async_outside(
    asker: Asker, measure: str, phrase: Sequence[str]
) -> Understood | None:
    """Tell a measure of the open air; the house's own sensor before the weather."""
    if measure not in _ATTRIBUTES or not is_outside(asker, measure, phrase):
        return None
    for source in MEASURES[measure].sources:
        if asker.find(phrase, source.kinds, of_place=source.kinds):
            return None
    if (there := weather(asker)) is None:
        return None
    thing, state = there
    name, unit_name = _ATTRIBUTES[measure]
    value = state.attributes.get(name)
    asker.allow([thing])
    if not isinstance(value, int | float):
        return asker.told(asker.no_answer([thing]), [thing], "HassGetWeather")
    unit = str(state.attributes.get(unit_name) or "") if unit_name else "%"
    text: str = asker.said["outside"]
    if measure != "temperature":  # Nobody says half a knot.
        value = int(value)
    sentence = text.format(value=quantity(value, unit, asker.language))
    return asker.told(sentence, [thing], "HassGetWeather")


def weather(asker: Asker) -> tuple[Thing, State] | None:
    """Return the first weather that is known."""
    for thing in asker.of_kinds("weather"):
        if state := asker.known_state(thing):
            return thing, state
    return None


def is_outside(asker: Asker, measure: str, phrase: Sequence[str]) -> bool:
    """Tell whether a phrase says outside, and nothing but that and the measure."""
    known = questions(asker.language)
    words = known.nouns.content(phrase)
    said = {word for out in known.outdoors for word in out}
    measured = {
        word
        for phrase_, meant in known.lists["measure"].items()
        if meant == measure
        for word in known.nouns.content(phrase_.split())
    }
    left = [word for word in words if word not in measured]
    if not left:
        return measure in _ALWAYS_OUTSIDE
    return all(word in said for word in left)
