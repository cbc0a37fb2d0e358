"""Sensors by what they belong to: the battery of the robot, however that is called."""

from collections.abc import Sequence

from homeassistant.helpers import entity_registry as er

from ..house.found import Found
from ..house.things import Thing, is_of
from ..text.normal import normal
from .asker import Asker
from .grammar import questions
from .measures import MEASURES
from .predicates import PREDICATES


def of_owner(asker: Asker, measure: str, phrase: Sequence[str]) -> Found | None:
    """Return the sensor of a measure that belongs to what a phrase names."""
    kinds = frozenset(kind for one in PREDICATES.values() for kind in one.kinds)
    found = asker.find(_without_measure(asker, measure, phrase), kinds)
    if found is None or len(found.things) != 1:
        return None
    (owner,) = found.things
    source = MEASURES[measure].sources[0]
    if source.attribute is not None:
        return None
    if of_device := _of_device(asker, owner, source.kinds):
        return Found((of_device,), named=True)
    # Its sensor may have one of the other names that it is called by.
    for name in owner.names:
        words = normal(name, asker.language).split()
        told = asker.find(words, source.kinds)
        if told and told.named and len(told.things) == 1:
            return told
    return None


def _without_measure(
    asker: Asker, measure: str, phrase: Sequence[str]
) -> Sequence[str]:
    """Return a phrase without the words of a measure."""
    known = questions(asker.language)
    measured = {
        word
        for said, meant in known.lists["measure"].items()
        if meant == measure
        for word in known.nouns.content(said.split())
    }
    return [
        word
        for word in phrase
        if not measured.intersection(known.nouns.content([word]))
    ]


def _of_device(asker: Asker, owner: Thing, kinds: frozenset[str]) -> Thing | None:
    """Return the one sensor of the same device."""
    registry = er.async_get(asker.request.hass)
    entry = registry.async_get(owner.entity_id)
    if entry is None or entry.device_id is None:
        return None
    there = [
        thing
        for thing in asker.of_kinds(*kinds)
        if (other := registry.async_get(thing.entity_id))
        and other.device_id == entry.device_id
        and any(is_of(thing.kind, kind) for kind in kinds)
    ]
    return there[0] if len(there) == 1 else None
