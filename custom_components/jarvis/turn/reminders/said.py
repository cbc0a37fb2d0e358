"""How reminders are told aloud, and which of them some words mean."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from homeassistant.components.person import DOMAIN as PERSON_DOMAIN
from homeassistant.const import ATTR_ID
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ...day.reminded import whom
from ...local.questions.grammar import questions
from ...local.questions.times import Span, span
from ...local.reminders.sentences import known_reminders
from ...local.text.normal import normal
from ...local.text.words import folded
from ...memory.terms import terms
from ...reminders.records import Edge, Kind, Reminder, Trigger
from ...reminders.timing import OF_A_DAY, timed as fields_of
from ...reminders.when.read import Found, find, read
from ...reminders.when.results import Grain, Moment, Reading, Recurrence
from ...reminders.when.told import told

MOST_TOLD = 5
"""Reminders that are told one by one."""
_MINUTE = timedelta(minutes=1)
_TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_NOON = 12


def time_in(hass: HomeAssistant, text: str, language: str) -> Found | None:
    """Return the time within a sentence, and what is left of it."""
    return find(text, dt_util.now(), language, hass.config.country)


def time_of(hass: HomeAssistant, text: str, language: str) -> Reading | None:
    """Return the time that words mean that say nothing else."""
    return read(text.strip(" ,.?!"), dt_util.now(), language, hass.config.country)


def timed(draft: Reminder, when: Moment | Recurrence) -> Reminder | None:
    """Return a reminder that comes at a time; None where that never comes.

    What is for a day is told with its hour: nobody said that.
    """
    fields = fields_of(when, dt_util.now())
    if fields is None:
        return None
    if fields["grain"] is Grain.DAY:
        fields["grain"] = Grain.HOUR
    return replace(draft, **fields, trigger=None)


def is_over(when: Moment | Recurrence) -> bool:
    """Tell whether the hour at which people are reminded on a day is past already."""
    if not isinstance(when, Moment) or when.grain is not Grain.DAY:
        return False
    return datetime.combine(when.at, OF_A_DAY, when.at.tzinfo) <= dt_util.now()


def moved_to(
    hass: HomeAssistant, reminder: Reminder, said: str, found: Found, language: str
) -> Reading:
    """Return the time to which a reminder is moved: an hour alone is of its own day."""
    at = reminder.next_at
    if not isinstance(found.reading, Moment) or at is None:
        return found.reading
    words = " ".join(said[start:end] for start, end in found.used)
    days = known_reminders(language).days
    if not days.isdisjoint(normal(words, language).split()):
        return found.reading
    own = dt_util.as_local(at)
    midnight = own.replace(hour=0, minute=0, second=0, microsecond=0) - _MINUTE
    ways = [
        again.reading
        for now in (midnight, midnight + _DAY / 2)
        if (again := find(said, now, language, hass.config.country))
        and isinstance(again.reading, Moment)
        and again.reading.at.date() == own.date()
        and again.reading.at > dt_util.now()
    ]
    return min(ways, key=lambda one: abs(one.at - own), default=found.reading)


def span_of(hass: HomeAssistant, said: str, language: str) -> Span | None:
    """Return the time that a day, a part of it or a week means."""
    now = dt_util.now()
    meant = questions(language).lists["when"].get(normal(said, language))
    if meant is not None:
        return span(meant, now)
    reading = time_of(hass, said, language)
    if not isinstance(reading, Moment) or reading.grain is not Grain.DAY:
        return None
    return reading.at, reading.at + _DAY


def within(
    reminders: Iterable[Reminder], start: datetime, end: datetime
) -> list[Reminder]:
    """Return what comes in a time, due as it comes there first."""
    found = []
    for one in reminders:
        at = one.next_at
        if at is not None and at < start:
            at = one.after(start - _TICK)
        if at is not None and start <= at < end:
            found.append(replace(one, due=at, again_at=None))
    return sorted(found, key=lambda one: one.due or end)


def about(reminders: Iterable[Reminder], said: str, language: str) -> list[Reminder]:
    """Return what has all the words that count among some, else most of them."""
    if not (wanted := set(terms(said, language))):
        return []
    there = [(one, wanted & set(terms(one.what, language))) for one in reminders]
    whole = [one for one, words in there if words == wanted]
    return whole or [one for one, words in there if 2 * len(words) > len(wanted)]


def at_time(reminders: Iterable[Reminder], when: Moment | Recurrence) -> list[Reminder]:
    """Return what comes at a time, or on a day."""
    at = when.at if isinstance(when, Moment) else when.first
    return [
        one
        for one in reminders
        if one.next_at is not None and _is_at(dt_util.as_local(one.next_at), at, when)
    ]


def person_named(hass: HomeAssistant, said: str) -> str | None:
    """Return the person of a name, or of a first name that only one has."""
    wanted = folded(said)
    named = {
        state.attributes[ATTR_ID]: folded(state.name)
        for state in hass.states.async_all(PERSON_DOMAIN)
        if ATTR_ID in state.attributes
    }
    whole = [one for one, name in named.items() if name == wanted]
    first = [one for one, name in named.items() if name.split()[:1] == [wanted]]
    found = whole or first
    return found[0] if len(found) == 1 else None


class Teller:
    """Tells reminders in one language."""

    def __init__(self, hass: HomeAssistant, language: str) -> None:
        """Take the words of the language."""
        self._hass = hass
        self._language = language
        self.say: Mapping[str, str] = known_reminders(language).say

    def when(self, reminder: Reminder) -> str:
        """Tell when it comes."""
        now = dt_util.now()
        again = reminder.recurrence
        at = reminder.next_at
        if again is not None and reminder.again_at is None:
            return told(again, now, self._language)
        if at is None:
            return self.event(reminder.trigger) if reminder.trigger else ""
        return told(Moment(at, reminder.grain), now, self._language)

    def event(self, trigger: Trigger) -> str:
        """Tell what is waited for."""
        if trigger.said:
            return trigger.said
        state = self._hass.states.get(trigger.entity_id)
        name = state.name if state else trigger.entity_id
        key = "state" if trigger.edge is Edge.ENTER else "state_left"
        return self.say[key].format(thing=name, state=trigger.state)

    def who(self, reminder: Reminder) -> str:
        """Tell for whom it is where that is not who said it."""
        return whom(self._hass, reminder, self._language)

    def noted(self, reminder: Reminder) -> str:
        """Confirm what was written down."""
        when = self.when(reminder)
        who = self.who(reminder)
        if not when:
            return self.say["noted_without_time"].format(what=reminder.what)
        key = "noted_for" if who else "noted"
        if _is_event(reminder):
            key = "noted_event_for" if who else "noted_event"
        if reminder.kind is Kind.COMMAND:
            key = "noted_command"
        return self.say[key].format(what=reminder.what, when=when, who=who)

    def one(self, reminder: Reminder) -> str:
        """Tell one of several."""
        when, who = self.when(reminder), self.who(reminder)
        key = "one_for" if who else "one"
        if reminder.rung is not None and reminder.again_at is None:
            key = "one_now"
        elif not when:
            key = "one_without_time"
        elif reminder.next_at is None:
            key = "one_event" if _is_event(reminder) else "one_awaited"
            key += "_for" if who else ""
        return self.say[key].format(what=reminder.what, when=when, who=who)

    def several(self, reminders: Sequence[Reminder]) -> str:
        """Tell some in a row, and how many more there are."""
        text = " ; ".join(self.one(one) for one in reminders[:MOST_TOLD])
        more = len(reminders) - MOST_TOLD
        if more > 0:
            return self.say["more"].format(reminders=text, count=more)
        return text

    def planned(self, reminders: Sequence[Reminder]) -> str:
        """Tell all that is to come."""
        key = "planned_one" if len(reminders) == 1 else "planned"
        told_all = self.several(reminders)
        return self.say[key].format(count=len(reminders), reminders=told_all)


def _is_event(reminder: Reminder) -> bool:
    """Tell whether what is told is that the event itself came about."""
    trigger = reminder.trigger
    return trigger is not None and trigger.said.endswith(reminder.what)


def _is_at(own: datetime, at: datetime, when: Moment | Recurrence) -> bool:
    """Tell whether a time is the one that is meant; of what recurs the hour counts."""
    if isinstance(when, Recurrence):
        return (own.hour, own.minute) == (at.hour, at.minute)
    if when.grain is Grain.DAY:
        return own.date() == at.date()
    return abs(own - at) < _MINUTE or (
        # «Le rappel de 15h» may be tomorrow's.
        (own.hour % _NOON, own.minute) == (at.hour % _NOON, at.minute)
    )
