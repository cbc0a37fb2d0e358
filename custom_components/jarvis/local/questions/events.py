"""What stands in calendars and lists for a time, gathered and told in its order."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from homeassistant.components.person import DOMAIN as PERSON_DOMAIN
from homeassistant.core import Context, HomeAssistant, State
from homeassistant.util import dt as dt_util

from ..house.things import Thing
from ..text.normal import normal
from .clock import day_told, time_told
from .services import NoAnswerError, async_tell
from .times import Span
from .wording import MOST_NAMES, answers


@dataclass(frozen=True, slots=True)
class Event:
    """An event of a calendar, or whatever else is at a time."""

    summary: str
    start: datetime
    whole_day: bool
    about: str = ""
    """All that is written of it."""
    end: datetime | None = None
    is_late: bool = False
    """Whether it should have been before: its day says nothing."""


@dataclass(frozen=True, slots=True)
class Known:
    """What some calendars or lists told, and those that did not."""

    events: Sequence[Event] = ()
    silent: Sequence[Thing] = ()


async def async_events_of(
    hass: HomeAssistant, calendars: Sequence[Thing], span: Span, context: Context
) -> Known:
    """Return the events of calendars in a time; what fails takes nothing along."""
    start, end = span
    data = {"start_date_time": start.isoformat(), "end_date_time": end.isoformat()}
    told, silent = await _async_all(
        hass, calendars, "calendar.get_events", data, context
    )
    events = [
        _within(event, start)
        for one in told
        for entry in one.get("events", [])
        if (event := _event(entry))
    ]
    return Known(in_order(events), silent)


async def async_due(
    hass: HomeAssistant,
    lists: Sequence[Thing],
    span: Span,
    context: Context,
    language: str,
) -> Known:
    """Return what is to be done in a time, and what should have been by now."""
    data = {"status": ["needs_action"]}
    told, silent = await _async_all(hass, lists, "todo.get_items", data, context)
    items = [item for one in told for item in one.get("items", [])]
    events = [_due(item, span, language) for item in items]
    return Known(in_order(event for event in events if event), silent)


def in_order(events: Iterable[Event]) -> list[Event]:
    """Return events in the order in which they come, whole days first."""
    return sorted(
        events, key=lambda event: (event.is_late, event.start, not event.whole_day)
    )


def row(events: Sequence[Event], language: str) -> str:
    """Tell events one by one; of many the first, and how many more there are."""
    shown = [event_told(event, language) for event in events[:MOST_NAMES]]
    if len(events) > MOST_NAMES:
        more = answers(language)["more"].format(count=len(events) - MOST_NAMES)
        shown.append(f"{more}.")
    return " ".join(shown)


def event_told(event: Event, language: str) -> str:
    """Tell one event."""
    if event.is_late:
        return _sentence(f"{event.summary}.")
    today: date = dt_util.now().date()
    day = "" if event.start.date() == today else day_told(event.start.date(), language)
    at = "" if event.whole_day else time_told(event.start, language)
    which = "_".join(name for name, there in (("day", day), ("time", at)) if there)
    text: str = answers(language)["event"][which or "now"]
    return _sentence(text.format(summary=event.summary, day=day, time=at))


def without_others(
    hass: HomeAssistant,
    things: Sequence[Thing],
    is_speaker: Callable[[State], bool],
    language: str,
) -> list[Thing]:
    """Leave out calendars and lists that bear the name of somebody else of the house.

    Nothing but its name tells whose a calendar is. One without a name is everybody's,
    and so are all of them to somebody who is nobody of the house.
    """
    persons = hass.states.async_all(PERSON_DOMAIN)
    own = {_first(one, language) for one in persons if is_speaker(one)}
    if not own:
        return list(things)
    others = {_first(one, language) for one in persons} - own
    return [
        thing
        for thing in things
        if not (others & (said := _words(thing, language))) or own & said
    ]


async def _async_all(
    hass: HomeAssistant,
    things: Sequence[Thing],
    service: str,
    data: dict[str, Any],
    context: Context,
) -> tuple[list[dict[str, Any]], list[Thing]]:
    """Ask some things the same at once; return the answers, and who gave none."""

    async def tell(thing: Thing) -> dict[str, Any] | Thing:
        try:
            return await async_tell(hass, thing, service, data, context)
        except NoAnswerError:
            return thing

    told = await asyncio.gather(*map(tell, things))
    return (
        [one for one in told if not isinstance(one, Thing)],
        [one for one in told if isinstance(one, Thing)],
    )


def _event(told: Mapping[str, str]) -> Event | None:
    """Read an event."""
    if (begin := _moment(told.get("start", ""))) is None:
        return None
    start, whole_day = begin
    summary = told.get("summary") or ""
    about = f"{summary} {told.get('description') or ''} {told.get('location') or ''}"
    end = _moment(told.get("end", ""))
    return Event(summary, start, whole_day, about, end[0] if end else None)


def _within(event: Event, start: datetime) -> Event:
    """Return an event that began on a day before as one of the whole first day."""
    first = dt_util.start_of_local_day(start)
    if event.start >= first:
        return event
    return replace(event, start=first, whole_day=True)


def _due(item: Mapping[str, str], span: Span, language: str) -> Event | None:
    """Return an item that is to be done in a time; None for any other.

    What is for a day is not for its noon.
    """
    if (due := _moment(item.get("due") or "")) is None:
        return None
    at, whole_day = due
    start, end = span
    is_late = at < dt_util.start_of_local_day(start)
    is_whole = end == dt_util.start_of_local_day(end)
    if at >= end or (is_late and not start <= dt_util.now() < end):
        return None
    if (whole_day or is_late) and not is_whole:
        return None
    summary = item.get("summary") or ""
    text: str = answers(language)["overdue" if is_late else "due"]
    said = text.format(item=summary)
    return _within(Event(said, at, whole_day, summary, is_late=is_late), start)


def _moment(told: str) -> tuple[datetime, bool] | None:
    """Read a time, and whether it is a whole day."""
    if len(told) == len("2026-01-01"):
        day = dt_util.parse_date(told)
        if day is None:
            return None
        return datetime.combine(day, time(), dt_util.get_default_time_zone()), True
    moment = dt_util.parse_datetime(told)
    return (dt_util.as_local(moment), False) if moment else None


def _sentence(text: str) -> str:
    """Return a text with a capital letter in front."""
    return text[:1].upper() + text[1:]


def _first(person: State, language: str) -> str:
    """Return the first name of a person."""
    return normal(person.name, language).partition(" ")[0]


def _words(thing: Thing, language: str) -> set[str]:
    """Return the words of all names of a thing."""
    return {word for name in thing.names for word in normal(name, language).split()}
