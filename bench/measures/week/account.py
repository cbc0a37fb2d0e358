"""Accounts for every time that had to come: how it was told, and what was wrong."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from .life import NEVER, Life, local
from .plans import Due, Kind, Plan, dues

_AT_ONCE = timedelta(seconds=90)
"""How late anything may be shown or done."""
_SOON = timedelta(seconds=150)
"""How late it may be said, while one voice after the other is busy."""
_REACTION = timedelta(seconds=1)
_RINGS_FOR = timedelta(minutes=3, seconds=20)
_COMMAND_LATEST = timedelta(hours=1)
_FEW = 2
"""Rings of a timer that are listed, besides the last one."""
_AGAIN = ("Je vous le rappelle", "Reminder again")


class How(StrEnum):
    """How something reaches people."""

    ALOUD = "aloud"
    PHONE = "phone"
    SHOWN = "shown"
    RUN = "run"


@dataclass(frozen=True, slots=True)
class Note:
    """Something that reached people, and when."""

    moment: datetime
    how: How
    where: str
    words: str

    @property
    def is_again(self) -> bool:
        """Whether it was told before and nobody confirmed it."""
        return self.words.startswith(_AGAIN)


@dataclass(slots=True)
class Entry:
    """One time that had to come, and what came of it."""

    due: Due
    was_down: timedelta
    """How long Home Assistant did not run from then on."""
    notes: list[Note] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def told(self) -> str:
        """Tell it in a line."""
        due, plan = self.due, self.due.plan
        whom = "all" if plan.is_for_all else ", ".join(plan.people)
        notes = self.notes
        if plan.kind is Kind.TIMER and len(notes) > _FEW:
            notes = [*notes[:_FEW], notes[-1]]
        how = "; ".join(
            f"{one.how}{' again' if one.is_again else ''}"
            f"{f' {one.where}' if one.how is not How.RUN and one.where else ''}"
            f" {_clock(one.moment, due.moment)}"
            for one in notes
        )
        why = f" ({due.why})" if due.why else ""
        held = ""
        if self.was_down:
            held = f"; late by {self.was_down}, as Home Assistant was down"
        elif self.held:
            held = f"; held until {_clock(self.held, due.moment)}"
        wrong = f"  ** {', '.join(self.wrong)}" if self.wrong else ""
        when = f"{local(due.moment):%a %d %H:%M:%S}"
        return f"{when}  {whom:5}  {plan.what}{why}: {how or 'nothing'}{held}{wrong}"

    @property
    def held(self) -> datetime | None:
        """When it was said that could not be said at its time."""
        by = self.due.moment + self.was_down + _SOON
        said = [one.moment for one in self.notes if one.how is How.ALOUD]
        return said[0] if said and said[0] > by else None


@dataclass(slots=True)
class Account:
    """All that had to come."""

    entries: list[Entry]
    unwanted: list[Note]
    """What came though nobody waited for it."""
    early: list[Note]
    in_quiet: list[Note]

    def having(self, wrong: str) -> int:
        """Count the times with something wrong."""
        return sum(wrong in one.wrong for one in self.entries)

    @property
    def told(self) -> int:
        """How many times were told or done."""
        return sum(bool(one.notes) for one in self.entries)


def account(plans: Sequence[Plan], life: Life, notes: Iterable[Note]) -> Account:
    """Compare what came with what had to come."""
    entries = {
        plan.what: [
            Entry(due, life.up_from(due.moment) - due.moment)
            for due in dues(plan, life)
        ]
        for plan in plans
    }
    by_words = {plan.about or plan.what: plan for plan in plans}
    every = [entry for one in entries.values() for entry in one]
    every.sort(key=lambda entry: entry.due.moment)
    result = Account(every, [], [], [])
    for note in notes:
        plan = next(plan for what, plan in by_words.items() if what in note.words)
        is_quiet = life.is_silent(note.moment, plan.people)
        # Whoever sets a timer at night wants it to ring.
        if note.how is How.ALOUD and is_quiet and plan.kind is not Kind.TIMER:
            result.in_quiet.append(note)
        moment = note.moment + _REACTION
        own = entries[plan.what]
        came = [one for one in own if one.due.moment <= moment]
        if not came:
            (result.early if own else result.unwanted).append(note)
        elif came[-1].due.until < note.moment - _REACTION:
            result.unwanted.append(note)
        else:
            came[-1].notes.append(note)
    for entry in every:
        entry.wrong = [*_wrong(entry, life)]
    return result


def _wrong(entry: Entry, life: Life) -> Iterable[str]:
    """Tell what is wrong with the telling of one time."""
    due, plan, notes = entry.due, entry.due.plan, entry.notes
    up = life.up_from(due.moment)
    if due.until <= up:
        return
    if not notes:
        yield "lost"
        return
    if min(one.moment for one in notes) > up + _AT_ONCE:
        yield "late"
    if plan.kind is Kind.COMMAND:
        runs = sum(one.how is How.RUN for one in notes)
        if runs > 1 or (runs and up - due.moment > _COMMAND_LATEST):
            yield "doubled"
        elif not runs and up - due.moment <= _COMMAND_LATEST:
            yield "not run"
        return
    said = [one for one in notes if one.how is How.ALOUD]
    if plan.kind is Kind.TIMER:
        yield from _rung_wrong(due, said, life)
        return
    for again in (False, True):
        rooms = Counter(one.where for one in said if one.is_again is again)
        most = max(rooms.values(), default=0) if plan.is_for_all else rooms.total()
        if most > 1:
            yield "doubled"
    yield from _said_late(due, said, life)


def _rung_wrong(due: Due, said: Sequence[Note], life: Life) -> Iterable[str]:
    """Tell whether a timer rang elsewhere or not at all, or did not end."""
    begin = life.up_from(due.moment)
    ends = begin + _RINGS_FOR
    rooms = {one.where for one in said}
    if due.plan.room in life.voices(begin, ends) and rooms != {due.plan.room}:
        yield "not said"
    if any(one.moment > ends for one in said):
        yield "doubled"


def _said_late(due: Due, said: Sequence[Note], life: Life) -> Iterable[str]:
    """Tell whether it was not said as soon as that was welcome and possible."""
    people = due.plan.people
    welcome = life.welcome_from(life.up_from(due.moment), people)
    by = welcome + _SOON if welcome < NEVER else NEVER
    is_possible = (
        by < min(due.until, life.end)
        and life.is_up(by)
        and not life.is_silent(by, people)
        and life.voices(welcome, by)
    )
    if is_possible and not any(one.moment <= by for one in said):
        yield "said late" if said else "not said"


def _clock(moment: datetime, due: datetime) -> str:
    """Return a time of day, with the day where it is another one."""
    shown, day = local(moment), local(due).date()
    return f"{shown:%H:%M:%S}" if shown.date() == day else f"{shown:%a %H:%M:%S}"
