"""A briefing: what is planned, the weather, what is unusual; and how it is told."""

import asyncio
from collections.abc import Awaitable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.util import dt as dt_util

from ..local.questions.clock import day_told
from ..local.questions.events import (
    Event,
    async_due,
    async_events_of,
    in_order,
    row,
)
from ..local.questions.services import NoAnswerError
from ..local.questions.times import Span
from ..local.questions.weather import async_forecast, day_of_weather, now_told
from ..local.questions.wording import answers, limited
from ..store.errors import StoreError
from .asking import Asking, names_of
from .reminded import as_events, async_reminders
from .sentences import Part, known_days
from .unusual import Finding, unusual, unusual_told

_TIMEOUT = 5
"""Seconds for the database; it answers within milliseconds."""


@dataclass(slots=True)
class Briefing:
    """What is told of a day."""

    language: str
    day: date
    plans: Sequence[Event] | None = None
    """What is planned; None where that was not asked."""
    weather: str = ""
    unusual: Sequence[Finding] | None = None
    """What is unusual at home; None where that was not asked."""
    silent: list[str] = field(default_factory=list)
    """What was asked and gave no answer."""

    @property
    def speech(self) -> str:
        """All of it in a few sentences."""
        said, sentences = answers(self.language), list[str]()
        if self.plans:
            sentences.append(row(self.plans, self.language))
        elif self.plans is not None and not self.silent:
            text = known_days(self.language).say["nothing_planned"]
            sentences.append(text.format(day=day_told(self.day, self.language)))
        if self.silent:
            things = limited(self.silent, self.language)
            sentences.append(said["no_answer"].format(things=things))
        if self.weather:
            sentences.append(self.weather)
        if self.unusual is not None:
            sentences.append(unusual_told(self.unusual, self.language))
        return " ".join(sentences)


async def async_briefing(
    asking: Asking, parts: Collection[Part] = tuple(Part), day: date | None = None
) -> Briefing:
    """Return what somebody is told of a day, of today unless it is said.

    What fails is named; nothing that fails takes anything else along.
    """
    now = dt_util.now()
    today = now.date()
    told = Briefing(asking.language, day or today)
    start = dt_util.start_of_local_day(told.day)
    end = dt_util.start_of_local_day(told.day + timedelta(days=1))
    span = max(start, now) if start <= now < end else start, end
    work = list[Awaitable[list[str]]]()
    if Part.PLANS in parts:
        work.append(_async_plans(asking, told, span))
    if Part.WEATHER in parts:
        work.append(_async_weather(asking, told, span))
    for silent in await asyncio.gather(*work):
        told.silent += silent
    # Of tomorrow nobody knows.
    if Part.HOME in parts and told.day == today:
        told.unusual = unusual(asking.hass, asking.house, asking.may_read)
    return told


async def _async_plans(asking: Asking, told: Briefing, span: Span) -> list[str]:
    """Add events, what is due and reminders; return what gave no answer."""
    hass, context, language = asking.hass, asking.context, asking.language
    known, due, reminded = await asyncio.gather(
        async_events_of(hass, asking.own("calendar"), span, context),
        async_due(hass, asking.own("todo"), span, context, language),
        _async_reminded(asking, span),
    )
    told.plans = in_order([*known.events, *due.events, *(reminded or ())])
    silent = names_of([*known.silent, *due.silent])
    if reminded is None:
        silent.append(answers(language)["own_reminders"])
    return silent


async def _async_reminded(asking: Asking, span: Span) -> Sequence[Event] | None:
    """Return what the person is reminded of; None where nobody knows."""
    try:
        async with asyncio.timeout(_TIMEOUT):
            there = await async_reminders(asking.reminding, asking.owner, *span)
    except StoreError, TimeoutError:
        return None
    return as_events(asking.hass, there, asking.language)


async def _async_weather(asking: Asking, told: Briefing, span: Span) -> list[str]:
    """Add the forecast of the day, else what the weather is now."""
    silent = list[str]()
    for thing in asking.of_domain("weather"):
        state = asking.hass.states.get(thing.entity_id)
        if state is None or state.state in (STATE_UNAVAILABLE, STATE_UNKNOWN):
            continue
        try:
            days = await async_forecast(asking.hass, thing, state, span, asking.context)
        except NoAnswerError:
            silent = names_of([thing])
            days = []
        sentences = [day_of_weather(day, state, asking.language) for day in days]
        if not days and told.day == dt_util.now().date():
            sentences = [now_told(state, asking.language)]
        told.weather = " ".join(sentences)
        break
    return silent
