"""Somebody who comes or goes, and rooms in which somebody is, as triggers."""

from collections.abc import Sequence
from dataclasses import dataclass

from homeassistant.components.person import DOMAIN as PERSON_DOMAIN
from homeassistant.components.zone import DOMAIN as ZONE_DOMAIN, ENTITY_ID_HOME
from homeassistant.const import (
    ATTR_ENTITY_ID,
    ATTR_ID,
    STATE_HOME,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import State
from homeassistant.helpers import entity_registry as er, label_registry as lr

from ...local.house.things import Thing
from ...local.reminders.awaiting import Condition, Is
from ...local.text.normal import normal
from ...local.text.words import folded
from ...reminders.records import Edge, Trigger
from ...reminding.triggers import is_so
from .said import person_named
from .waiter import Cannot, Outcome, Waiter, Whose

_GROUP = "group"
_PEOPLE = frozenset({PERSON_DOMAIN, _GROUP})
_PRESENCE = tuple(
    f"binary_sensor.{one}" for one in ("occupancy", "presence", "motion", "moving")
)
_TRACKERS = "device_trackers"
"""The attribute of a person that names what follows them."""


@dataclass(frozen=True, slots=True)
class _Zone:
    """A zone, and the state of who is in it."""

    entity_id: str
    state: str


_HOME = _Zone(ENTITY_ID_HOME, STATE_HOME)


@dataclass(frozen=True, slots=True)
class _People:
    """Who is meant."""

    entity_ids: Sequence[str]
    is_any: bool = False


def coming(waiter: Waiter, said: Condition) -> Outcome:
    """Return what waits for somebody to arrive, or to leave."""
    who, place = said.get("who"), said.get("place")
    if place and not who and _zone(waiter, place) is None and _areas(waiter, place):
        return occupied(waiter, said, place)
    if not who and waiter.owner is None:
        return Whose(lambda name: _of_named(waiter, said, name))
    people = _people(waiter, said)
    if isinstance(people, Cannot):
        return people
    return _coming(waiter, said, people)


def occupied(waiter: Waiter, said: Condition, room: str) -> Outcome:
    """Return what waits for somebody to be in a room, or for nobody to be there."""
    areas = _areas(waiter, room)
    if not areas:
        return waiter.cannot("unknown_place", place=_where(said))
    there = [
        thing.entity_id
        for kind in _PRESENCE
        for thing in waiter.house.things
        if thing.kind == kind and thing.area in areas
    ]
    if not there:
        return waiter.cannot("no_presence", room=_where(said))
    waiter.allow(there)
    gone = said.wants in (Is.VACANT, Is.GO)
    return Trigger(
        there[0],
        "on",
        Edge.LEAVE if gone else Edge.ENTER,
        others=tuple(there[1:]),
        is_any=not gone,
        said=said.said,
    )


def _where(said: Condition) -> str:
    return said.spelled("room") or said.spelled("place")


def _of_named(waiter: Waiter, said: Condition, name: str) -> Outcome:
    """Return what waits for somebody who was named when it was asked who speaks."""
    people = _named(waiter, normal(name, waiter.language).strip(" ,?"), name)
    return people if isinstance(people, Cannot) else _coming(waiter, said, people)


def _coming(waiter: Waiter, said: Condition, people: _People) -> Outcome:
    """Return what waits for some people to be in a zone, or out of it."""
    place = said.get("place")
    zone = _zone(waiter, place) if place else _HOME
    if zone is None:
        return waiter.cannot("unknown_place", place=said.spelled("place"))
    if not place and said.wants is Is.GO:
        zone = _here(waiter, people)

    def waiting(ids: Sequence[str], *, is_any: bool) -> Trigger:
        first, *others = ids
        return Trigger(
            first,
            zone.state,
            Edge.LEAVE if said.wants is Is.GO else Edge.ENTER,
            also=(zone.entity_id,),
            others=tuple(others),
            is_any=is_any,
            said=said.said,
        )

    trigger = waiting(people.entity_ids, is_any=False)
    if not people.is_any:
        return trigger
    # "When somebody gets home" waits for those who are away, not for those who are in.
    ahead = [
        one
        for one in people.entity_ids
        if not is_so(waiter.hass, waiting([one], is_any=False))
    ]
    return waiting(ahead, is_any=True) if ahead else trigger


def _people(waiter: Waiter, said: Condition) -> _People | Cannot:
    """Return who is meant; nobody who is named is the one who speaks."""
    who, known = said.get("who"), waiter.known
    if not who:
        return _by_id(waiter, waiter.owner, "")
    if who in known.pronouns and waiter.whom is not None:
        return _by_id(waiter, waiter.whom, said.spelled("who"))
    if who in known.everyone | known.someone:
        return _everyone(waiter, is_any=who in known.someone)
    return _named(waiter, who, said.spelled("who") or who)


def _everyone(waiter: Waiter, *, is_any: bool) -> _People | Cannot:
    """Return all who live here and may be known of."""
    there = [
        thing.entity_id
        for thing in waiter.house.things
        if thing.domain == PERSON_DOMAIN
    ]
    own = _own(waiter, waiter.owner)
    ids = list(dict.fromkeys([*there, *([own.entity_id] if own else [])]))
    if not ids:
        return waiter.cannot("unknown_person", name=waiter.say["everyone"])
    waiter.allow(there)
    return _located(waiter, ids, is_any=is_any)


def _named(waiter: Waiter, who: str, spelled: str) -> _People | Cannot:
    """Return those of a name: of a person, a group, or a label."""
    if (found := waiter.find(who, _PEOPLE)) and (
        len(found.things) == 1 or not found.unclear or _is_several(waiter, who)
    ):
        waiter.allow([thing.entity_id for thing in found.things])
        ids = [one for thing in found.things for one in _members(waiter, thing)]
        return _located(waiter, ids)
    if labelled := _labelled(waiter, who):
        waiter.allow(labelled)
        return _located(waiter, labelled)
    hidden = person_named(waiter.hass, who) or person_named(waiter.hass, spelled)
    if hidden is not None:
        return _by_id(waiter, hidden, spelled)
    key = "unknown_group" if _is_several(waiter, who) else "unknown_person"
    return waiter.cannot(key, who=spelled, name=spelled)


def _by_id(waiter: Waiter, owner: str | None, name: str) -> _People | Cannot:
    """Return a person of the house; of others than the speaker only who is exposed."""
    state = _own(waiter, owner)
    if state is None:
        return waiter.cannot("unknown_person", name=name)
    if owner != waiter.owner:
        if waiter.house.thing(state.entity_id) is None:
            return waiter.cannot("not_exposed", name=state.name)
        waiter.allow([state.entity_id])
    return _located(waiter, [state.entity_id])


def _own(waiter: Waiter, owner: str | None) -> State | None:
    """Return the entity of a person."""
    return next(
        (
            state
            for state in waiter.hass.states.async_all(PERSON_DOMAIN)
            if owner is not None and state.attributes.get(ATTR_ID) == owner
        ),
        None,
    )


def _located(
    waiter: Waiter, entity_ids: Sequence[str], *, is_any: bool = False
) -> _People | Cannot:
    """Return some people, unless nothing ever tells where one of them is."""
    for entity_id in entity_ids:
        state = waiter.hass.states.get(entity_id)
        if state is None or (
            state.state in (STATE_UNKNOWN, STATE_UNAVAILABLE)
            and state.domain == PERSON_DOMAIN
            and not state.attributes.get(_TRACKERS)
        ):
            name = state.name if state else entity_id
            return waiter.cannot("no_location", name=name)
    return _People(entity_ids, is_any)


def _members(waiter: Waiter, thing: Thing) -> Sequence[str]:
    """Return who a person or a group is."""
    state = waiter.hass.states.get(thing.entity_id)
    if state is None or state.domain != _GROUP:
        return (thing.entity_id,)
    return tuple(state.attributes.get(ATTR_ENTITY_ID) or (thing.entity_id,))


def _labelled(waiter: Waiter, who: str) -> list[str]:
    """Return the exposed persons with a label of this name."""
    wanted = waiter.content(who)
    ids = [
        entry.entity_id
        for label in lr.async_get(waiter.hass).async_list_labels()
        if waiter.content(normal(label.name, waiter.language)) == wanted
        for entry in er.async_entries_for_label(
            er.async_get(waiter.hass), label.label_id
        )
        if entry.domain == PERSON_DOMAIN
    ]
    return [one for one in ids if waiter.house.thing(one)]


def _is_several(waiter: Waiter, who: str) -> bool:
    """Tell whether words mean several people: «les enfants», "the kids"."""
    first, *rest = who.split()
    if not rest:
        return False
    articles = waiter.index.nouns.plural_articles
    return first in articles or rest[-1].endswith("s") or rest[-1] == "children"


def _zone(waiter: Waiter, place: str) -> _Zone | None:
    """Return the zone of a name."""
    if not (said := waiter.content(place)):
        return None
    if said in {waiter.content(one) for one in waiter.known.home}:
        return _HOME
    zones = waiter.hass.states.async_all(ZONE_DOMAIN)
    for name in waiter.alike(place):
        wanted = waiter.content(name)
        for zone in zones:
            called = waiter.content(normal(zone.name, waiter.language))
            if wanted in (called, folded(zone.name)):
                return _of_state(zone)
    return None


def _here(waiter: Waiter, people: _People) -> _Zone:
    """Return the zone that somebody leaves who says at work "when I leave"."""
    zones = waiter.hass.states.async_all(ZONE_DOMAIN)
    states = map(waiter.hass.states.get, people.entity_ids)
    at = {state.state for state in states if state}
    return next((_of_state(one) for one in zones if at == {one.name}), _HOME)


def _of_state(zone: State) -> _Zone:
    is_home = zone.entity_id == ENTITY_ID_HOME
    return _HOME if is_home else _Zone(zone.entity_id, zone.name)


def _areas(waiter: Waiter, room: str) -> set[str]:
    """Return the areas of a name."""
    nouns = waiter.index.nouns
    if waiter.area and tuple(room.split()) in nouns.here:
        return {waiter.area}
    return set(waiter.index.places.get(nouns.content(room.split()), ()))
