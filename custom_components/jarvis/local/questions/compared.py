"""Which is the most, what is more than another, totals and averages."""

from collections.abc import Sequence
from statistics import fmean

from homeassistant.const import UnitOfPower
from homeassistant.core import State
from homeassistant.util.unit_conversion import PowerConverter

from ..house.things import Thing
from ..request import Understood
from ..text.normal import normal
from .asker import Asker
from .grammar import Asked, questions
from .measures import MEASURES
from .values import Reading, of_rooms, reading, told
from .wording import MOST_NAMES, quantity

_LOW = 20
"""Percent of charge below which a battery wants attention."""


async def async_most(asker: Asker, asked: Asked) -> Understood | None:
    """Tell which room, or which thing, has the most or the least of something."""
    said = asked.slots.get("most")
    said = said or f"{asked.slots.get('measure', 'battery')} {asked.slots['which']}"
    measure, _, which = said.partition(" ")
    phrase = asked.phrase("more")
    there = _readings(asker, measure, phrase)
    if asked.slots.get("of") == "rooms":
        there = [one for one in there if one.thing.area and not _outdoors(asker, one)]
    if not there:
        return None
    asker.allow([one.thing for one in there])
    pick = max if which == "max" else min
    best = pick(there, key=lambda one: one.value)
    place = asker.request.house.place_name(best.thing.area)
    rooms = asked.slots.get("of") == "rooms"
    name = place if rooms and place else asker.names([best.thing])[0]
    text: str = asker.said["value"]
    sentence = text.format(things=name, value=told(asker, best))
    return asker.told(sentence, [best.thing])


async def async_more(asker: Asker, asked: Asked) -> Understood | None:
    """Tell whether something is more than another."""
    measure, _, which = asked.slots["comparative"].partition(" ")
    if (sides := _sides(asker, asked, measure)) is None:
        return None
    above = sides[0].value - sides[1].value
    is_so = above > 0 if which == "max" else above < 0
    answer = asker.said["yes_word" if is_so else "no_word"]
    return _tell_sides(asker, "compared", sides, answer=answer)


async def async_difference(asker: Asker, asked: Asked) -> Understood | None:
    """Tell by how much two things differ."""
    measure = asked.slots.get("measure", "temperature")
    if (sides := _sides(asker, asked, measure)) is None:
        return None
    apart = abs(sides[0].value - sides[1].value)
    value = quantity(apart, sides[0].unit, asker.language)
    return _tell_sides(asker, "difference", sides, value=value)


async def async_average(asker: Asker, asked: Asked) -> Understood | None:
    """Tell the average of a measure in the house or a part of it."""
    phrase = asked.phrase("target")
    there = _readings(asker, asked.slots["measure"], phrase)
    there = [one for one in there if not _outdoors(asker, one)]
    if not there or len({one.unit for one in there}) > 1:
        return None
    asker.allow([one.thing for one in there])
    value = fmean(one.value for one in there)
    text: str = asker.said["average"]
    sentence = text.format(value=quantity(value, there[0].unit, asker.language))
    return asker.told(sentence, [one.thing for one in there])


async def async_total(asker: Asker, asked: Asked) -> Understood | None:
    """Tell what the house uses: by the sensor of all of it, or by all of them."""
    there = _readings(asker, asked.slots["measure"], ())
    whole = [one for one in there if _is_whole(asker, one)]
    if len(whole) == 1 or len(there) == 1:
        there = whole or there
        asker.allow([there[0].thing])
        text: str = asker.said["value"]
        name = asker.names([there[0].thing])[0]
        sentence = text.format(things=name, value=told(asker, there[0]))
        return asker.told(sentence, [there[0].thing])
    if not there or asked.slots["measure"] != "power":
        return None
    asker.allow([one.thing for one in there])
    watts = sum(
        PowerConverter.convert(one.value, one.unit, UnitOfPower.WATT)
        for one in there
        if one.unit in PowerConverter.VALID_UNITS
    )
    text = asker.said["total"]
    sentence = text.format(
        value=quantity(watts, UnitOfPower.WATT, asker.language), count=len(there)
    )
    return asker.told(sentence, [one.thing for one in there])


async def async_batteries(asker: Asker, asked: Asked) -> Understood | None:
    """Tell which batteries are low, or whether one is."""
    kinds = frozenset({"sensor.battery", "binary_sensor.battery"})
    phrase = asked.phrase("target", "more")
    found = asker.find(phrase, kinds, of_place=kinds) if phrase else None
    if phrase and found is None:
        return None
    things = found.things if found else asker.of_kinds(*kinds)
    if not things:
        return None
    asker.allow(things)
    low = [thing for thing in things if _is_low(asker, thing)]
    known = [thing for thing in things if asker.known_state(thing)]
    if not known:
        return asker.told(asker.no_answer(things[:MOST_NAMES]), things)
    wants_low = asked.slots.get("state", "low") == "low"
    whether = asked.slots.get("many") != "which"
    if not low:
        text = "batteries_fine" if not (whether and wants_low) else "no_battery_low"
        if not wants_low:
            text = "yes_batteries_fine"
        sentence: str = asker.said[text]
        return asker.told(sentence, things[:MOST_NAMES], about=False)
    told_low = "batteries_low"
    if whether:
        told_low = "yes_batteries_low" if wants_low else "no_batteries_low"
    text = asker.said[told_low]
    names = [_battery(asker, thing) for thing in low[:MOST_NAMES]]
    sentence = text.format(things=asker.said["and"].join(names), count=len(low))
    return asker.told(sentence, low)


def _sides(asker: Asker, asked: Asked, measure: str) -> tuple[Reading, Reading] | None:
    """Return the two that are compared, if each is one and both can be."""
    sides = [
        _readings(asker, measure, asked.phrase(name)) for name in ("target", "other")
    ]
    if any(len(there) != 1 for there in sides):
        return None
    (one,), (other,) = sides
    return (one, other) if one.unit == other.unit else None


def _tell_sides(
    asker: Asker, text: str, sides: tuple[Reading, Reading], **values: str
) -> Understood:
    """Tell of two things and what was found of both."""
    one, other = sides
    things = [one.thing, other.thing]
    asker.allow(things)
    template: str = asker.said[text]
    sentence = template.format(
        one=_placed(asker, one),
        one_value=told(asker, one),
        other=_placed(asker, other),
        other_value=told(asker, other),
        **values,
    )
    return asker.told(sentence, things)


def _readings(asker: Asker, measure: str, phrase: Sequence[str]) -> list[Reading]:
    """Return what all things of a place measure; all of the house without a phrase."""
    for source in MEASURES[measure].sources:
        if phrase:
            found = asker.find(phrase, source.kinds, of_place=source.kinds)
            things = list(found.things) if found else []
        else:
            things = asker.of_kinds(*source.kinds)
        there = [
            one
            for thing in of_rooms(asker, things)
            if (one := reading(asker, thing, source)) and one.text is None
        ]
        if there:
            return there
    return []


def _placed(asker: Asker, one: Reading) -> str:
    """Name the place of a thing, or the thing."""
    place = asker.request.house.place_name(one.thing.area)
    return place or asker.names([one.thing])[0]


def _outdoors(asker: Asker, one: Reading) -> bool:
    """Tell whether a thing measures out of doors."""
    known = questions(asker.language)
    names = [*one.thing.names]
    for place in asker.request.house.areas:
        if place.identity == one.thing.area:
            names += place.names
    said = {word for words in known.outdoors for word in words}
    return any(
        word in said
        for name in names
        for word in known.nouns.content(_words(name, asker.language))
    )


def _is_whole(asker: Asker, one: Reading) -> bool:
    """Tell whether a sensor is called the one of the whole house."""
    totals = questions(asker.language).lists["total"]
    return any(
        word in totals
        for name in one.thing.names
        for word in _words(name, asker.language)
    )


def _is_low(asker: Asker, thing: Thing) -> bool:
    """Tell whether a battery wants attention."""
    state = asker.known_state(thing)
    return state is not None and is_low(state)


def is_low(state: State) -> bool:
    """Tell whether the state of a battery, which is known, wants attention."""
    if state.domain == "binary_sensor":
        return state.state == "on"
    try:
        return float(state.state) < _LOW
    except ValueError:
        return state.state == "low"


def _battery(asker: Asker, thing: Thing) -> str:
    """Name a battery with its charge, where that is known."""
    name = asker.names([thing])[0]
    one = reading(asker, thing, None) if thing.domain == "sensor" else None
    return f"{name} ({told(asker, one)})" if one else name


def _words(name: str, language: str) -> list[str]:
    """Return the words of a name."""
    return normal(name, language).split()
