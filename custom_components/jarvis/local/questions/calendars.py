"""What is planned: events of a day, the next one, and events that are named."""

from collections.abc import Sequence
from datetime import timedelta

from homeassistant.components.person import ATTR_USER_ID
from homeassistant.core import State
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from ..house.things import Thing
from ..request import Understood
from .asker import Asker
from .events import (
    Event,
    async_due,
    async_events_of,
    event_told,
    in_order,
    row,
    without_others,
)
from .grammar import Asked, questions
from .named import names
from .services import NoAnswerError
from .times import Span, span
from .wording import limited

_CALENDARS = frozenset({"calendar"})
_AHEAD = timedelta(days=92)
"""How far ahead an event is looked for where nobody said when."""


async def async_events(asker: Asker, asked: Asked) -> Understood | None:
    """Tell what is planned in a span of time, or which planned thing is named."""
    if _is_about_all(asked):
        return await _async_planned(asker, asked)
    there = _calendars(asker, asked)
    if not there:
        return None
    asker.allow(there)
    events = await _async_events(asker, there, _span(asked))
    if phrase := asked.phrase("event"):
        nouns = asker.index.nouns
        events = [
            event
            for event in events
            if names(phrase, event.about, nouns, asker.language)
        ]
        # Words that name no event may mean anything else.
        if not events:
            return None
    return asker.told(_tell(asker, asked, events), there, about=False)


async def async_next_event(asker: Asker, asked: Asked) -> Understood | None:
    """Tell the next event."""
    there = _calendars(asker, asked)
    if not there:
        return None
    asker.allow(there)
    now = dt_util.now()
    events = await _async_events(asker, there, (now, now + _AHEAD))
    coming = [event for event in events if event.start > now or event.whole_day]
    if not coming:
        return asker.told(asker.said["no_events"], there, about=False)
    return asker.told(event_told(coming[0], asker.language), there, about=False)


def _is_about_all(asked: Asked) -> bool:
    """Tell whether all is meant that is planned, and not certain events."""
    return not asked.slots.keys() & {"event", "calendar"} and (
        asked.slots.get("many", "any") == "any"
    )


async def _async_planned(asker: Asker, asked: Asked) -> Understood:
    """Tell what is planned in a time: events, what is due, and reminders."""
    request, time = asker.request, _span(asked)
    calendars = _own(asker, _calendars(asker, asked))
    lists = _own(asker, asker.of_kinds("todo"))
    context = request.user_input.context
    known = await async_events_of(request.hass, calendars, time, context)
    due = await async_due(request.hass, lists, time, context, asker.language)
    reminded = await request.later.async_reminded(*time, asker.language)
    events = in_order([*known.events, *due.events, *(reminded or ())])
    silent = asker.names([*known.silent, *due.silent])
    if reminded is None:
        silent.append(asker.said["own_reminders"])
    sentences = []
    if events or not silent:
        sentences.append(_tell(asker, asked, events))
    if silent:
        things = limited(silent, asker.language)
        sentences.append(asker.said["no_answer"].format(things=things))
    return asker.told(" ".join(sentences), calendars, about=False)


def _calendars(asker: Asker, asked: Asked) -> list[Thing]:
    """Return the calendars that are meant: all, or those that are named."""
    if not (phrase := asked.phrase("calendar")):
        registry = er.async_get(asker.request.hass)
        # What is in Jarvis' own is told besides.
        return [
            one
            for one in asker.of_kinds("calendar")
            if (entry := registry.async_get(one.entity_id)) is None
            or entry.platform != DOMAIN
        ]
    found = asker.find(phrase, _CALENDARS)
    return list(found.things) if found else []


def _own(asker: Asker, things: Sequence[Thing]) -> list[Thing]:
    """Return the calendars or lists of the speaker, or of all: «qu'est-ce qu'on a».

    Of several those are left out that the speaker may not know.
    """
    request = asker.request
    allowed = [
        one for one in things if request.allows({"entity_id": [one.entity_id]}, False)
    ]
    if not allowed:
        asker.allow(things)
    things = allowed
    if questions(asker.language).together & set(request.text.split()):
        return things
    user_id = request.user_input.context.user_id

    def is_speaker(person: State) -> bool:
        return bool(user_id) and person.attributes.get(ATTR_USER_ID) == user_id

    return without_others(request.hass, things, is_speaker, asker.language)


def _span(asked: Asked) -> Span:
    """Return the time that is meant."""
    now = dt_util.now()
    when = asked.slots.get("when")
    return span(when, now) if when else (now, now + _AHEAD)


async def _async_events(
    asker: Asker, there: Sequence[Thing], time: Span
) -> Sequence[Event]:
    """Return the events of some calendars; raises where one does not tell."""
    request = asker.request
    known = await async_events_of(request.hass, there, time, request.user_input.context)
    if known.silent:
        raise NoAnswerError(known.silent[0])
    return known.events


def _tell(asker: Asker, asked: Asked, events: Sequence[Event]) -> str:
    """Tell some events, or that there are none."""
    said, many = asker.said, asked.slots.get("many")
    if not events:
        return str(said["free" if many == "free" else "no_events"])
    sentence = row(events, asker.language)
    ways = {"count": "events_count", "free": "not_free", "any": "events_yes"}
    if many not in ways:
        return sentence
    return str(said[ways[many]].format(count=len(events), events=sentence))
