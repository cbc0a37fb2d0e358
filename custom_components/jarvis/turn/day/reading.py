"""Events as a model gives them, read into what can be written into a calendar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from homeassistant.components.calendar import DOMAIN as CALENDAR_DOMAIN
from homeassistant.components.calendar.const import CalendarEntityFeature
from homeassistant.const import ATTR_SUPPORTED_FEATURES, STATE_UNAVAILABLE
from homeassistant.util import dt as dt_util

from ...day.asking import Asking, names_of
from ...local.house.things import Thing
from ...local.text.normal import normal
from ...reminders.when.read import read
from ...reminders.when.results import Ambiguous, Grain, Moment
from ...reminders.when.told import told
from ...tools.day import CALENDAR, END, START, TITLE
from ...tools.own_tool import RefusedError

_LASTS = timedelta(hours=1)
"""How long an event is of which nobody says it."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Planned:
    """An event that is to be written into a calendar."""

    title: str
    start: Moment
    end: datetime
    """When it ends; of whole days the midnight after."""
    calendar: Thing


def read_events(
    asking: Asking, events: Sequence[Mapping[str, str]]
) -> Sequence[Planned]:
    """Return the events that are meant; what is not clear is told to the model."""
    there = writable(asking)
    if not there:
        raise RefusedError("There is no calendar that the person may write into.")
    if not all(one[TITLE].strip() for one in events):
        raise RefusedError("An event has no title.")
    starts = [_moment(asking, one[START], dt_util.now()) for one in events]
    return [
        Planned(
            one[TITLE],
            start,
            _end(asking, one.get(END, ""), start, starts),
            _calendar(asking, one.get(CALENDAR, ""), there),
        )
        for one, start in zip(events, starts, strict=True)
    ]


def writable(asking: Asking) -> list[Thing]:
    """Return the calendars of the person into which they may write."""
    return [
        thing
        for thing in asking.own(CALENDAR_DOMAIN)
        if asking.permission.allows([thing.entity_id], control=True)
        and (state := asking.hass.states.get(thing.entity_id))
        and state.state != STATE_UNAVAILABLE
        and state.attributes.get(ATTR_SUPPORTED_FEATURES, 0)
        & CalendarEntityFeature.CREATE_EVENT
    ]


def _moment(asking: Asking, said: str, now: datetime) -> Moment:
    """Return the time that is written down, or that words mean from a moment on."""
    zone = dt_util.get_default_time_zone()
    if len(said) <= len("2026-01-01") and (day := dt_util.parse_date(said)):
        return Moment(datetime.combine(day, time(), zone), Grain.DAY)
    if (at := dt_util.parse_datetime(said)) is not None:
        local = at.astimezone(zone) if at.tzinfo else at.replace(tzinfo=zone)
        return Moment(local, Grain.MINUTE)
    language = asking.language
    reading = read(said.strip(" ,.?!"), now, language, asking.hass.config.country)
    if isinstance(reading, Ambiguous):
        ways = told(reading, now, language)
        raise RefusedError(f"Ask the person which: {ways}?")
    if not isinstance(reading, Moment):
        raise RefusedError(f"{said} is no time to come. Give a date and a time.")
    return reading


def _end(
    asking: Asking, said: str, start: Moment, starts: Sequence[Moment]
) -> datetime:
    """Return when an event ends: as it is said, else when the next one begins."""
    if said:
        last = _moment(asking, said, start.at)
        end = last.at + _DAY if last.grain is Grain.DAY else last.at
        if end <= start.at or (start.grain is Grain.DAY) != (last.grain is Grain.DAY):
            raise RefusedError(f"{said} is no end for what begins at {start.at}.")
        return end
    if start.grain is Grain.DAY:
        return start.at + _DAY
    return min([start.at + _LASTS, *(one.at for one in starts if one.at > start.at)])


def _calendar(asking: Asking, said: str, there: Sequence[Thing]) -> Thing:
    """Return the calendar that is meant, if there is no doubt."""
    found = list(there)
    if said:
        words = set(normal(said, asking.language).split())
        found = [
            thing
            for thing in there
            if said == thing.entity_id
            or any(
                words <= set(normal(one, asking.language).split())
                for one in thing.names
            )
        ]
    if len(found) == 1:
        return found[0]
    names = ", ".join(sorted(names_of(found or there)))
    if not found:
        raise RefusedError(f"There is no such calendar, but these: {names}.")
    raise RefusedError(f"Ask the person which calendar: {names}.")
