"""What is unusual at home: open, unlocked, in danger, empty, gone."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from homeassistant.components.person import DOMAIN as PERSON_DOMAIN
from homeassistant.const import (
    ATTR_DEVICE_CLASS,
    ATTR_ENTITY_ID,
    STATE_HOME,
    STATE_ON,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..local.commands.replies import name
from ..local.house.things import House, Thing, is_of
from ..local.questions.compared import is_low
from ..local.questions.wording import agreed, answers, limited, state_word
from .sentences import known_days

type MayRead = Callable[[str], bool]

_GONE_FOR = timedelta(minutes=10)
"""From here on a device does not merely start anew."""
_NEWS_FOR = timedelta(days=7)
"""Until here it is news that a device does not answer."""
_COME_AND_GO = {"device_tracker", "media_player", "remote"}
"""What is switched off as often as on, and cannot be reached then."""
_DANGERS: Mapping[str, Mapping[str, str]] = {
    **{
        f"binary_sensor.{one}": {STATE_ON: "detected"}
        for one in ("smoke", "gas", "carbon_monoxide", "glass_break")
    },
    "binary_sensor.moisture": {STATE_ON: "wet"},
    "binary_sensor.safety": {STATE_ON: "unsafe"},
    "binary_sensor.tamper": {STATE_ON: "tampered"},
    "binary_sensor.problem": {STATE_ON: "problem"},
    "lock": {"jammed": "jammed"},
    "alarm_control_panel": {"triggered": "triggered"},
}
"""What is dangerous, to the word for it in what answers call states."""
_OPEN: Mapping[str, frozenset[str]] = {
    **{
        f"binary_sensor.{one}": frozenset({STATE_ON})
        for one in ("door", "window", "garage_door", "opening")
    },
    # A shutter is open by day.
    **{
        f"cover.{one}": frozenset({"open", "opening", "closing"})
        for one in ("door", "garage", "gate", "window")
    },
}
_UNLOCKED: Mapping[str, frozenset[str]] = {
    "lock": frozenset({"unlocked", "open", "opening"}),
    "binary_sensor.lock": frozenset({STATE_ON}),
}


class Kind(StrEnum):
    """In which way something is unusual, in the order in which it is told."""

    DANGER = "danger"
    OPEN = "open"
    UNLOCKED = "unlocked"
    LIT = "lit"
    """Lights are on, and nobody is at home."""
    BATTERY = "battery"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something unusual."""

    kind: Kind
    name: str
    state: str = ""
    """Which danger it is."""


def unusual(hass: HomeAssistant, house: House, may_read: MayRead) -> list[Finding]:
    """Return what is unusual among what somebody may know of."""
    things = [one for one in house.things if may_read(one.entity_id)]
    found = [
        *_things(hass, house, things),
        *(Finding(Kind.BATTERY, one) for one in _batteries(hass, may_read)),
        *(Finding(Kind.SILENT, one) for one in _silent(hass, may_read)),
    ]
    order = list(Kind)
    return sorted(dict.fromkeys(found), key=lambda one: order.index(one.kind))


def unusual_told(findings: Sequence[Finding], language: str) -> str:
    """Tell what is unusual, a sentence for each kind; or that nothing is."""
    say = known_days(language).say
    if not findings:
        return say["fine"]
    by_kind: dict[Kind, list[Finding]] = defaultdict(list)
    for one in findings:
        by_kind[one.kind].append(one)
    return " ".join(_told(kind, there, language) for kind, there in by_kind.items())


def _told(kind: Kind, findings: Sequence[Finding], language: str) -> str:
    """Tell the findings of a kind; beyond a few they are counted."""
    say = known_days(language).say
    names = [one.name for one in findings]
    things = limited(names, language, briefly=True)
    if kind is Kind.DANGER:
        each = [
            say["one_danger"].format(
                name=one.name, state=state_word(one.state, [one.name], language)
            )
            for one in findings
        ]
        return say["danger"].format(things=limited(each, language, briefly=True))
    if kind in (Kind.BATTERY, Kind.SILENT):
        return say[kind].format(things=things)
    state = "on" if kind is Kind.LIT else kind
    sentence = _which(things, names, state, language)
    if kind is Kind.LIT:
        return say["nobody_home"].format(lights=sentence)
    return sentence


def _which(things: str, names: Sequence[str], state: str, language: str) -> str:
    """Tell of which things something is so."""
    said = answers(language)
    text: str = said["which"]
    sentence = text.format(
        things=things,
        state=state_word(state, names, language),
        are=agreed(said["are"], names, language),
    )
    return sentence[:1].upper() + sentence[1:]


def _things(
    hass: HomeAssistant, house: House, things: Sequence[Thing]
) -> Iterator[Finding]:
    """Yield what is unusual of the things that people talk about."""
    persons = hass.states.async_all(PERSON_DOMAIN)
    is_empty = bool(persons) and all(
        one.state not in (STATE_HOME, STATE_UNKNOWN, STATE_UNAVAILABLE)
        for one in persons
    )
    for thing in things:
        if (state := hass.states.get(thing.entity_id)) is None:
            continue
        called = name(thing, house, things)
        for kind, dangers in _DANGERS.items():
            if is_of(thing.kind, kind) and state.state in dangers:
                yield Finding(Kind.DANGER, called, dangers[state.state])
        for unusual_as, states in ((Kind.OPEN, _OPEN), (Kind.UNLOCKED, _UNLOCKED)):
            if any(
                is_of(thing.kind, kind) and state.state in there
                for kind, there in states.items()
            ):
                yield Finding(unusual_as, called)
        # Of a group its lamps are told.
        is_lamp = thing.domain == "light" and ATTR_ENTITY_ID not in state.attributes
        if is_empty and is_lamp and state.state == STATE_ON:
            yield Finding(Kind.LIT, called)


def _batteries(hass: HomeAssistant, may_read: MayRead) -> Iterator[str]:
    """Yield what has a low battery and is not being charged, by its device."""
    there = [
        (state, entry)
        for state, entry in _known(hass, hass.states.async_all(), may_read)
        if state.domain in ("sensor", "binary_sensor")
        and state.state not in (STATE_UNAVAILABLE, STATE_UNKNOWN)
    ]
    charged = {
        entry.device_id
        for state, entry in there
        if entry
        and state.attributes.get(ATTR_DEVICE_CLASS) == "battery_charging"
        and state.state == STATE_ON
    }
    for state, entry in there:
        if state.attributes.get(ATTR_DEVICE_CLASS) != "battery" or not is_low(state):
            continue
        device_id = entry.device_id if entry else None
        if device_id is None or device_id not in charged:
            yield _device_name(hass, device_id) or state.name


def _silent(hass: HomeAssistant, may_read: MayRead) -> Iterator[str]:
    """Yield devices of which nothing answers; where none of some does, what has them.

    Only what is news: what starts anew will answer, and what is gone for long is known.
    """
    parts: dict[tuple[str, str], list[State]] = defaultdict(list)
    for state, entry in _known(hass, hass.states.async_all(), may_read):
        if entry and entry.device_id and entry.config_entry_id:
            parts[entry.config_entry_id, entry.device_id].append(state)
    by_entry: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    now = dt_util.utcnow()
    for (entry_id, device_id), states in parts.items():
        if _COME_AND_GO.isdisjoint(state.domain for state in states):
            by_entry[entry_id].append((device_id, _is_gone(states, now)))
    for entry_id, devices in by_entry.items():
        gone = [device_id for device_id, is_gone in devices if is_gone]
        config_entry = hass.config_entries.async_get_entry(entry_id)
        if config_entry and len(gone) == len(devices) > 1:
            yield config_entry.title
            continue
        for device_id in gone:
            if called := _device_name(hass, device_id):
                yield called


def _known(
    hass: HomeAssistant, states: Iterable[State], may_read: MayRead
) -> Iterator[tuple[State, er.RegistryEntry | None]]:
    """Yield states that somebody may know of and that are not hidden or Jarvis' own."""
    registry = er.async_get(hass)
    for state in states:
        entry = registry.async_get(state.entity_id)
        if entry and (entry.hidden_by or entry.platform == DOMAIN):
            continue
        if may_read(state.entity_id):
            yield state, entry


def _is_gone(states: Sequence[State], now: datetime) -> bool:
    """Tell whether nothing answers, since some time and not since long."""
    if any(state.state != STATE_UNAVAILABLE for state in states):
        return False
    since = now - max(state.last_changed for state in states)
    return _GONE_FOR <= since <= _NEWS_FOR


def _device_name(hass: HomeAssistant, device_id: str | None) -> str | None:
    """Return what a device is called; None of what is none, such as a service."""
    device = dr.async_get(hass).async_get(device_id) if device_id else None
    if device is None or (
        isinstance(device, dr.DeviceEntry)
        and device.entry_type is dr.DeviceEntryType.SERVICE
    ):
        return None
    return device.name_by_user or device.name
