"""What goes on in the house, hour by hour: who is where, sleeps, is busy or talks."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
import random
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Paris")
PEOPLE = ("ann", "ben", "chloe")
PHONES = ("ann", "ben")
"""Whose phones the app is on."""
ROOMS = ("Salon", "Cuisine", "Chambre")
ASLEEP, MEETING = "input_boolean.asleep", "binary_sensor.meeting"
HOME, AWAY, WORK = "home", "not_home", "Bureau"
HERE, BUSY, GONE = "idle", "responding", "unavailable"
"""What a satellite does."""
QUIET_FROM, QUIET_TO = time(22), time(7)
NEVER = datetime(2100, 1, 1, tzinfo=UTC)


def at(day: date, clock: time | str) -> datetime:
    """Return a moment by the clocks of the house; one that is left out comes later."""
    shown = time.fromisoformat(clock) if isinstance(clock, str) else clock
    return datetime.combine(day, shown, ZONE).astimezone(UTC)


def local(moment: datetime) -> datetime:
    """Return a moment as the clocks of the house show it."""
    return moment.astimezone(ZONE)


@dataclass(frozen=True, slots=True)
class Down:
    """A time in which Home Assistant does not run."""

    begin: datetime
    end: datetime
    is_clean: bool
    """Whether it was stopped, or vanished."""


@dataclass(slots=True)
class Life:
    """A week of a house, known from its beginning."""

    begin: datetime
    end: datetime
    downs: Sequence[Down] = ()
    changes: dict[str, list[tuple[datetime, str]]] = field(default_factory=dict)
    """The states of each thing and person from some moments on."""

    def state(self, what: str, moment: datetime) -> str:
        """Return how something is at a moment."""
        changes = self.changes[what]
        return changes[bisect_right(changes, moment, key=lambda one: one[0]) - 1][1]

    def is_up(self, moment: datetime) -> bool:
        """Tell whether Home Assistant runs."""
        return not any(down.begin <= moment < down.end for down in self.downs)

    def up_from(self, moment: datetime) -> datetime:
        """Return when it runs, from a moment on."""
        return next(
            (down.end for down in self.downs if down.begin <= moment < down.end), moment
        )

    def is_silent(self, moment: datetime, people: Iterable[str]) -> bool:
        """Tell whether these must not be spoken to."""
        shown = local(moment).time()
        if shown >= QUIET_FROM or shown < QUIET_TO:
            return True
        if self.state(ASLEEP, moment) == "on" or self.state(MEETING, moment) == "on":
            return True
        return all(self.state(one, moment) != HOME for one in people)

    def voices(self, moment: datetime, until: datetime) -> list[str]:
        """Return the rooms whose satellites can speak all the time."""
        return [
            room
            for room in ROOMS
            if self.state(room, moment) == HERE
            and not any(moment < when <= until for when, _ in self.changes[room])
        ]

    def welcome_from(self, moment: datetime, people: Sequence[str]) -> datetime:
        """Return when these may be spoken to, from a moment on."""
        ends = [down.end for down in self.downs]
        days = (self.end - self.begin).days + 2
        first = local(self.begin).date()
        ends += [at(first + timedelta(days=day), QUIET_TO) for day in range(days)]
        ends += [when for one in self.changes.values() for when, _ in one]
        for when in sorted({moment, *(end for end in ends if end > moment)}):
            if self.is_up(when) and not self.is_silent(when, people):
                return when
        return NEVER


def lived(begin: date, days: int, dice: random.Random) -> Life:
    """Make up what goes on in some days."""
    first, last = at(begin, "00:00"), at(begin + timedelta(days=days), "00:00")
    life = Life(first, last)
    for what, state in (
        *((person, HOME) for person in PEOPLE),
        *((room, HERE) for room in ROOMS),
        (ASLEEP, "on"),
        (MEETING, "off"),
    ):
        life.changes[what] = [(first - timedelta(days=1), state)]
    for number in range(days):
        _live(life, begin + timedelta(days=number), dice)
    # One comes home when it is quiet already; when that is over nothing changes.
    _replace(
        life, "ben", late_day(life), [("19:50:17", AWAY), ("22:40:17", HOME)], "17:00"
    )
    morning = late_day(life) + timedelta(days=1)
    _replace(life, ASLEEP, morning, [("06:40:17", "off"), ("23:20:17", "on")], "00:00")
    return life


def late_day(life: Life) -> date:
    """Return the day at whose evening one comes home late."""
    return local(life.end).date() - timedelta(days=2)


def _live(life: Life, day: date, dice: random.Random) -> None:
    """Live one day."""

    def around(clock: str, minutes: int = 15) -> datetime:
        # Never at the minute at which anything is due.
        return at(day, clock) + timedelta(
            minutes=dice.randint(-minutes, minutes), seconds=17 + dice.randint(0, 20)
        )

    is_weekend = day.weekday() >= 5
    _add(life, ASLEEP, around("09:00" if is_weekend else "06:55", 25), "off")
    _add(life, ASLEEP, around("23:00", 30), "on")
    if is_weekend:
        for person in dice.sample(PEOPLE, 2):
            _add(life, person, around("14:00"), AWAY)
            _add(life, person, around("17:10"), HOME)
    else:
        for person, leaves, returns in (
            ("ann", "08:10", "18:00"),
            ("ben", "09:10", "16:40"),
            ("chloe", "08:00", "16:10"),
        ):
            _add(life, person, around(leaves), AWAY)
            _add(life, person, around(leaves) + timedelta(minutes=35), WORK)
            _add(life, person, around(returns) - timedelta(minutes=35), AWAY)
            _add(life, person, around(returns), HOME)
    for hour in ("10:30", "19:00"):
        begin = around(hour, 20)
        _add(life, MEETING, begin, "on")
        _add(life, MEETING, begin + timedelta(minutes=dice.randint(10, 40)), "off")
    for room in ROOMS:
        for hour in ("07:40", "12:20", "16:50", "20:30"):
            begin = around(hour, 20)
            _add(life, room, begin, BUSY)
            _add(life, room, begin + timedelta(seconds=dice.randint(30, 170)), HERE)
        if dice.random() < 0.4:
            begin = around("14:00", 45)
            _add(life, room, begin, GONE)
            _add(life, room, begin + timedelta(minutes=dice.randint(20, 70)), HERE)


def _add(life: Life, what: str, moment: datetime, state: str) -> None:
    life.changes[what].append((moment, state))
    life.changes[what].sort()


def _replace(
    life: Life, what: str, day: date, states: Sequence[tuple[str, str]], since: str
) -> None:
    """Let the evening of a day be another one."""
    begin, end = at(day, since), at(day + timedelta(days=1), "00:00")
    kept = [one for one in life.changes[what] if not begin <= one[0] < end]
    first = life.state(what, begin)
    life.changes[what] = sorted(
        [*kept, (begin, first), *((at(day, clock), state) for clock, state in states)]
    )
