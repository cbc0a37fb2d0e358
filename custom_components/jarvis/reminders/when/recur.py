"""When something that comes again comes next, through changes of clocks."""

from datetime import UTC, datetime, timedelta

from dateutil.rrule import rrulestr

from .results import Recurrence
from .zones import instant, moved

_STEPS = {"HOURLY": 3600, "MINUTELY": 60, "SECONDLY": 1}
"""Seconds of what is counted by a stopwatch rather than on a calendar."""
_UNTIL = "%Y%m%dT%H%M%SZ"
_SLACK = timedelta(hours=3)
"""More than any change of clocks moves."""


def following(again: Recurrence, moment: datetime) -> datetime | None:
    """Return the first time after a moment; None where there is none.

    The clocks show the same time each time; one that they leave out is moved on, of
    one that they repeat it is the first.
    """
    wall = next_wall(again, moment)
    return None if wall is None else moved(wall)


def next_wall(again: Recurrence, moment: datetime) -> datetime | None:
    """Return the same as the clocks would show it if they were never changed."""
    parts = parts_of(again.rule)
    until = parts.pop("UNTIL", None)
    if parts["FREQ"] in _STEPS:
        found = _stepped(again, parts, moment)
    else:
        found = _on_calendar(again, parts, moment)
    if found is None or (until and instant(found) > until_of(until)):
        return None
    return found


def parts_of(rule: str) -> dict[str, str]:
    """Return the parts of a rule by their names."""
    named = (part.partition("=") for part in rule.split(";"))
    return {name: value for name, _sign, value in named}


def until_of(text: str) -> datetime:
    """Return the end of a rule."""
    return datetime.strptime(text, _UNTIL).replace(tzinfo=UTC)


def until_told(moment: datetime) -> str:
    """Write the end of a rule."""
    return moment.astimezone(UTC).strftime(_UNTIL)


def _stepped(
    again: Recurrence, parts: dict[str, str], moment: datetime
) -> datetime | None:
    """Count in hours that pass, whatever the clocks show."""
    step = timedelta(seconds=_STEPS[parts["FREQ"]] * int(parts.get("INTERVAL", "1")))
    passed = (instant(moment) - instant(again.first)) // step
    steps = max(passed + 1, 0)
    if "COUNT" in parts and steps >= int(parts["COUNT"]):
        return None
    return (instant(again.first) + steps * step).astimezone(again.first.tzinfo)


def _on_calendar(
    again: Recurrence, parts: dict[str, str], moment: datetime
) -> datetime | None:
    """Count in what the clocks show."""
    zone = again.first.tzinfo
    text = ";".join(f"{name}={value}" for name, value in parts.items())
    rule = rrulestr(text, dtstart=again.first.replace(tzinfo=None, fold=0))
    start = moment.astimezone(zone).replace(tzinfo=None) - _SLACK
    for wall in rule.xafter(start, inc=True):
        found: datetime = wall.replace(tzinfo=zone)
        if instant(found) > instant(moment):
            return found
    return None
