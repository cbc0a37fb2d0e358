"""When somebody is reminded of a day, a time, or something that comes again."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from custom_components.jarvis.reminders.records import Reminder
from custom_components.jarvis.reminders.timing import timed, when_of
from custom_components.jarvis.reminders.when.results import Grain, Moment, Recurrence

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 22, 14, 0, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("at", "grain", "due"),
    [
        ("2026-11-23T15:00", Grain.MINUTE, "2026-11-23T15:00:00+01:00"),
        ("2026-11-23", Grain.DAY, "2026-11-23T09:00:00+01:00"),
        # The day has begun: not in the morning any more.
        ("2026-11-22", Grain.DAY, "2026-11-22T15:00:00+01:00"),
    ],
)
def test_a_moment(at: str, grain: Grain, due: str) -> None:
    """A day is told of in the morning, a time at that time."""
    moment = Moment(datetime.fromisoformat(at).replace(tzinfo=PARIS), grain)
    found = timed(moment, NOW)
    assert found is not None
    assert found["due"].isoformat() == due
    assert found["zone"] == "Europe/Paris"


def test_a_rule_begins_with_its_first_time_to_come() -> None:
    """What would have begun this morning begins tomorrow, and counts from today."""
    first = datetime(2026, 11, 22, tzinfo=PARIS)
    found = timed(Recurrence("FREQ=DAILY", first, Grain.DAY), NOW)
    assert found is not None
    assert found["due"].isoformat() == "2026-11-23T09:00:00+01:00"
    again = when_of(Reminder(what="x", **found))
    assert isinstance(again, Recurrence)
    assert again.first.isoformat() == "2026-11-22T09:00:00+01:00"


def test_a_rule_that_is_over() -> None:
    """What never comes again is no time."""
    first = datetime(2026, 11, 20, 8, tzinfo=PARIS)
    over = Recurrence("FREQ=DAILY;COUNT=2", first, Grain.MINUTE)
    assert timed(over, NOW) is None
