"""Events that a person wants planned: asked back first, then written."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
import logging
from typing import TYPE_CHECKING, Any

import probatio

from homeassistant.components.calendar import DOMAIN as CALENDAR_DOMAIN
from homeassistant.components.calendar.const import (
    CREATE_EVENT_SERVICE,
    EVENT_END_DATE,
    EVENT_END_DATETIME,
    EVENT_START_DATE,
    EVENT_START_DATETIME,
    EVENT_SUMMARY,
)
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from ...day.asking import Asking
from ...day.sentences import known_days
from ...local.commands.replies import listed
from ...local.questions.events import Event, async_events_of
from ...reminders.when.results import Grain, Moment
from ...reminders.when.told import told
from ..question import Question
from .reading import Planned, writable

if TYPE_CHECKING:
    from ..turn import Turn

_LOGGER = logging.getLogger(__name__)

_TIMEOUT = 10
"""Seconds that a calendar has to write an event; some are far away."""


@dataclass(frozen=True, slots=True)
class PlanQuestion(Question):
    """The question whether events are to be written down."""

    events: Sequence[Planned] = ()


async def async_question(asking: Asking, events: Sequence[Planned]) -> PlanQuestion:
    """Return the question about events, which names what they clash with."""
    language = asking.language
    phrases = known_days(language).plan
    wanted = sorted(events, key=lambda one: one.start.at)
    clashing = await _async_clashing(asking, wanted)
    clash = ""
    if clashing:
        moments = [(one.summary, Moment(one.start, Grain.MINUTE)) for one in clashing]
        clash = phrases["clash"].format(events=_told(moments, language))
    calendars = {one.calendar for one in wanted}
    # Where there is but one, nobody wonders which.
    key = "ask_where" if len(writable(asking)) > 1 and len(calendars) == 1 else "ask"
    text = phrases[key].format(
        events=_told(((one.title, one.start) for one in wanted), language),
        calendar=wanted[0].calendar.names[0],
        clash=clash,
    )
    answered = partial(_async_answered, wanted, language)
    return PlanQuestion(text, answered, events=wanted)


async def _async_answered(
    events: Sequence[Planned], language: str, turn: Turn, yes: bool
) -> str:
    """Write events down for who said yes, one by one; tell which could not be."""
    phrases = known_days(language).plan
    if not yes:
        return phrases["nothing_done"]
    exposed = {
        one.entity_id for one in turn.entry.runtime_data.house.async_get().things
    }
    wanted = {one.calendar.entity_id for one in events}
    # Another may answer than who asked, and rights may have changed meanwhile.
    if not wanted <= exposed or not turn.permission.allows(wanted, control=True):
        return phrases["not_allowed"]
    done = [one for one in events if await _async_written(turn, one)]
    failed = [one.title for one in events if one not in done]
    if not failed:
        return phrases["done"]
    sentences = []
    if done:
        titles = listed([one.title for one in done], language)
        sentences.append(phrases["done_some"].format(events=titles))
    sentences.append(phrases["failed"].format(events=listed(failed, language)))
    return " ".join(sentences)


async def _async_written(turn: Turn, event: Planned) -> bool:
    """Write an event into its calendar as the person who speaks."""
    data: dict[str, Any] = {
        ATTR_ENTITY_ID: event.calendar.entity_id,
        EVENT_SUMMARY: event.title,
    }
    if event.start.grain is Grain.DAY:
        data[EVENT_START_DATE] = event.start.at.date().isoformat()
        data[EVENT_END_DATE] = event.end.date().isoformat()
    else:
        data[EVENT_START_DATETIME] = event.start.at.isoformat()
        data[EVENT_END_DATETIME] = event.end.isoformat()
    try:
        async with asyncio.timeout(_TIMEOUT):
            await turn.hass.services.async_call(
                CALENDAR_DOMAIN,
                CREATE_EVENT_SERVICE,
                data,
                blocking=True,
                context=turn.user_input.context,
            )
    except (HomeAssistantError, probatio.Invalid, TimeoutError) as err:
        _LOGGER.warning("%s did not take an event: %r", event.calendar.entity_id, err)
        return False
    except Exception:
        _LOGGER.exception("%s did not take an event", event.calendar.entity_id)
        return False
    return True


async def _async_clashing(asking: Asking, events: Sequence[Planned]) -> list[Event]:
    """Return the events that are in some of the person's calendars at these times."""
    timed = [one for one in events if one.start.grain is not Grain.DAY]
    if not timed:
        return []
    span = min(one.start.at for one in timed), max(one.end for one in timed)
    known = await async_events_of(
        asking.hass, asking.own(CALENDAR_DOMAIN), span, asking.context
    )
    return [
        there
        for there in known.events
        if not there.whole_day
        and any(
            there.start < one.end and (there.end or there.start) > one.start.at
            for one in timed
        )
    ]


def _told(events: Iterable[tuple[str, Moment]], language: str) -> str:
    """Tell events with their times in a row."""
    one, now = known_days(language).plan["one"], dt_util.now()
    return " ; ".join(
        one.format(what=what, when=told(when, now, language)) for what, when in events
    )
