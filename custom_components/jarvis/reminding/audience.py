"""Whom a reminder is for, where they are, and which phones are theirs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from homeassistant.components.binary_sensor import (
    DOMAIN as BINARY_SENSOR_DOMAIN,
    BinarySensorDeviceClass,
)
from homeassistant.components.person import (
    ATTR_DEVICE_TRACKERS,
    ATTR_USER_ID,
    DOMAIN as PERSON_DOMAIN,
)
from homeassistant.const import (
    ATTR_DEVICE_CLASS,
    ATTR_ID,
    STATE_HOME,
    STATE_ON,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
)
from homeassistant.util import dt as dt_util

from ..reminders.records import EVERYONE, Reminder

_SENSES = frozenset(
    {
        BinarySensorDeviceClass.MOTION,
        BinarySensorDeviceClass.OCCUPANCY,
        BinarySensorDeviceClass.PRESENCE,
    }
)
_LATELY = timedelta(minutes=15)
"""For how long somebody is supposed to be where they were sensed."""
_MAYBE_HOME = frozenset({STATE_HOME, STATE_UNKNOWN, STATE_UNAVAILABLE})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is reminded."""

    id: str
    entity_id: str
    user_id: str | None
    trackers: Sequence[str]
    is_home: bool
    """Whether they are at home, or may be."""


@dataclass(frozen=True, slots=True)
class Seen:
    """When somebody was sensed or heard last, and in which room."""

    at: datetime
    room: str


def persons(hass: HomeAssistant) -> list[Person]:
    """Return all who live in the house."""
    return [_person(state) for state in hass.states.async_all(PERSON_DOMAIN)]


def audience(hass: HomeAssistant, reminder: Reminder) -> list[Person]:
    """Return whom a reminder is for; what is the household's is for all."""
    whom = reminder.whom or ((reminder.owner,) if reminder.owner else (EVERYONE,))
    return [one for one in persons(hass) if EVERYONE in whom or one.id in whom]


def rooms(
    hass: HomeAssistant,
    person: Person | None,
    device: str | None,
    heard: Seen | None = None,
) -> list[str]:
    """Return the rooms where somebody may be, the likeliest first.

    Where they are sensed, where anybody is sensed or was heard who can only be them,
    and where they spoke of it; at last where it may have been somebody else.
    """
    found = list(_own_rooms(hass, person)) if person else []
    at_home = [one for one in persons(hass) if one.is_home]
    last = _last_room(hass, heard)
    said_in = room_of_device(hass, device) if device else None
    found += filter(None, (last, said_in) if len(at_home) < 2 else (said_in, last))
    return list(dict.fromkeys(found))


def room_of_device(hass: HomeAssistant, device_id: str) -> str | None:
    """Return the room of a device."""
    device = dr.async_get(hass).async_get(device_id)
    return dr.async_get_effective_area_id(hass, device) if device else None


def room_of(hass: HomeAssistant, entity_id: str) -> str | None:
    """Return the room of an entity."""
    entry = er.async_get(hass).async_get(entity_id)
    if entry is None:
        return None
    if entry.area_id or entry.device_id is None:
        return entry.area_id
    return room_of_device(hass, entry.device_id)


def _person(state: State) -> Person:
    return Person(
        state.attributes.get(ATTR_ID, state.object_id),
        state.entity_id,
        state.attributes.get(ATTR_USER_ID),
        tuple(state.attributes.get(ATTR_DEVICE_TRACKERS, ())),
        state.state in _MAYBE_HOME,
    )


def _own_rooms(hass: HomeAssistant, person: Person) -> Iterator[str]:
    """Yield rooms that something names which belongs to what somebody carries."""
    registry = er.async_get(hass)
    names = {
        area.name.casefold(): area.id for area in ar.async_get(hass).areas.values()
    }
    for tracker in person.trackers:
        entry = registry.async_get(tracker)
        if entry is None or entry.device_id is None:
            continue
        for other in er.async_entries_for_device(registry, entry.device_id):
            state = hass.states.get(other.entity_id)
            if state is not None and state.state.casefold() in names:
                yield names[state.state.casefold()]


def _last_room(hass: HomeAssistant, heard: Seen | None) -> str | None:
    """Return the room where somebody was sensed or heard last."""
    now = dt_util.utcnow()
    sensed = max(
        (
            (state.state == STATE_ON, state.last_changed, room)
            for state in hass.states.async_all(BINARY_SENSOR_DOMAIN)
            if state.attributes.get(ATTR_DEVICE_CLASS) in _SENSES
            and (state.state == STATE_ON or now - state.last_changed < _LATELY)
            and (room := room_of(hass, state.entity_id))
        ),
        default=None,
    )
    is_recent = heard is not None and now - heard.at < _LATELY
    # A sensor that was on before may be the cat's.
    if heard and is_recent and (sensed is None or sensed[1] < heard.at):
        return heard.room
    return sensed[2] if sensed else None
