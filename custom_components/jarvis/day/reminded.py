"""What somebody is reminded of in a time, beside the events of that time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice

from homeassistant.components.person import DOMAIN as PERSON_DOMAIN
from homeassistant.const import ATTR_ID
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..local.questions.events import Event
from ..local.questions.wording import answers
from ..local.reminders.sentences import known_reminders
from ..people.owner import owners_for
from ..reminders.records import EVERYONE, Reminder
from ..reminders.timing import times
from ..reminders.when.results import Grain
from ..reminding.reminding import Reminding

_DAY = timedelta(days=1)
_MOST_TIMES = 3
"""How often a reminder is told that comes several times on one day."""


async def async_reminders(
    reminding: Reminding, owner: str | None, start: datetime, end: datetime
) -> list[tuple[Reminder, datetime]]:
    """Return what a person hears of in a time, and when; raises `StoreError`.

    Of more than a day each is told once: what comes every day is no news.
    """
    there = await reminding.async_list(owners_for(owner), until=end)
    most = _MOST_TIMES if end - start <= _DAY else 1
    return [
        (one, at)
        for one in there
        for at in islice(sorted(times(one, start, end)), most)
    ]


def as_events(
    hass: HomeAssistant,
    reminders: Sequence[tuple[Reminder, datetime]],
    language: str,
) -> list[Event]:
    """Return reminders as they are told among events."""
    said = answers(language)
    events = []
    for one, at in reminders:
        who = whom(hass, one, language)
        text: str = said["reminder_for" if who else "reminder"]
        start, whole_day = dt_util.as_local(at), one.grain is Grain.DAY
        if whole_day:
            start = dt_util.start_of_local_day(start)
        events.append(Event(text.format(what=one.what, who=who), start, whole_day))
    return events


def whom(hass: HomeAssistant, reminder: Reminder, language: str) -> str:
    """Tell for whom a reminder is where that is not who said it."""
    if not reminder.whom or list(reminder.whom) == [reminder.owner]:
        return ""
    if EVERYONE in reminder.whom:
        return known_reminders(language).say["everyone"]
    names = {
        state.attributes.get(ATTR_ID): state.name
        for state in hass.states.async_all(PERSON_DOMAIN)
    }
    return ", ".join(names.get(one, one) for one in reminder.whom)
