"""What is planned: events of a day, the next one, and events that are named."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from ..house.things import Thing
from ..request import Understood
from .asker import Asker
from .clock import day_told, time_told
from .grammar import Asked
from .named import names
from .services import async_get
from .times import Span, span
from .wording import MOST_NAMES

_CALENDARS = frozenset({"calendar"})
_AHEAD = timedelta(days=92)
"""How far ahead an event is looked for where nobody said when."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event of a calendar."""

    summary: str
    start: datetime
    whole_day: bool
    about: str
    """All that is written of it."""


async def async_events(asker: Asker, asked: Asked) -> Understood | None:
    """Tell what is planned in a span of time, or which planned thing is named."""
    there = _calendars(asker, asked)
    phrase = asked.phrase("event")
    when = asked.slots.get("when")
    now = dt_util.now()
    time = span(when, now) if when else (now, now + _AHEAD)
    reminders = await _async_reminders(asker, asked, time)
    if not there:
        return asker.told(reminders, [], about=False) if reminders else None
    asker.allow(there)
    events = await _async_events(asker, there, time)
    nouns = asker.index.nouns
    if phrase:
        events = [
            event
            for event in events
            if names(phrase, event.about, nouns, asker.language)
        ]
        # Words that name no event may mean anything else.
        if not events:
            return None
    if reminders and not events:
        return asker.told(reminders, there, about=False)
    told = _tell(asker, asked, there, events)
    return replace(told, speech=f"{told.speech} {reminders}".strip())


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
    return asker.told(_told(asker, coming[0]), there, about=False)


async def _async_reminders(asker: Asker, asked: Asked, time: Span) -> str:
    """Tell what the person is reminded of then, where all that is planned is asked."""
    if asked.slots.keys() & {"event", "calendar"} or "many" in asked.slots:
        return ""
    request = asker.request
    return await request.later.async_told(*time, request.language)


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


async def _async_events(
    asker: Asker, there: Sequence[Thing], time: Span
) -> list[Event]:
    """Return the events of some calendars in a span of time, in their order."""
    start, end = time
    data = {"start_date_time": start.isoformat(), "end_date_time": end.isoformat()}
    events = []
    for thing in there:
        told = await async_get(asker, thing, "calendar.get_events", data)
        events += [event for one in told.get("events", []) if (event := _event(one))]
    return sorted(events, key=lambda event: event.start)


def _event(told: dict[str, str]) -> Event | None:
    """Read an event."""
    begins = told.get("start", "")
    whole_day = len(begins) == len("2026-01-01")
    if whole_day:
        day = dt_util.parse_date(begins)
        moment = dt_util.start_of_local_day(day) if day else None
    else:
        moment = dt_util.parse_datetime(begins)
    if moment is None:
        return None
    summary = told.get("summary") or ""
    about = f"{summary} {told.get('description') or ''} {told.get('location') or ''}"
    return Event(summary, dt_util.as_local(moment), whole_day, about)


def _tell(
    asker: Asker, asked: Asked, there: Sequence[Thing], events: Sequence[Event]
) -> Understood:
    """Tell some events, or that there are none."""
    said = asker.said
    free = asked.slots.get("many") == "free"
    if not events:
        return asker.told(said["free" if free else "no_events"], there, about=False)
    shown = [_told(asker, event) for event in events[:MOST_NAMES]]
    if len(events) > MOST_NAMES:
        shown.append(said["more"].format(count=len(events) - MOST_NAMES) + ".")
    sentence = " ".join(shown)
    if asked.slots.get("many") == "count":
        sentence = said["events_count"].format(count=len(events), events=sentence)
    elif free:
        sentence = said["not_free"].format(events=sentence)
    elif asked.slots.get("many") == "any":
        sentence = said["events_yes"].format(events=sentence)
    return asker.told(sentence, there, about=False)


def _told(asker: Asker, event: Event) -> str:
    """Tell one event."""
    today: date = dt_util.now().date()
    day = (
        ""
        if event.start.date() == today
        else day_told(event.start.date(), asker.language)
    )
    time = "" if event.whole_day else time_told(event.start, asker.language)
    which = "_".join(name for name, there in (("day", day), ("time", time)) if there)
    text: str = asker.said["event"][which or "now"]
    return text.format(summary=event.summary, day=day, time=time)
