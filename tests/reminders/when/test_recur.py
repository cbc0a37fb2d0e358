"""What comes again comes at the right time, through changes of clocks."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from custom_components.jarvis.reminders.when.read import read
from custom_components.jarvis.reminders.when.recur import following
from custom_components.jarvis.reminders.when.results import Recurrence

from .tables import paris


def again(said: str, now: str) -> Recurrence:
    """Return what comes again when a phrase is said."""
    reading = read(said, paris(now), "fr")
    assert isinstance(reading, Recurrence)
    return reading


def times(recurrence: Recurrence, after: str) -> Iterator[datetime]:
    """Yield the times that come after one."""
    moment: datetime | None = paris(after)
    while moment is not None and (moment := following(recurrence, moment)) is not None:
        yield moment


@pytest.mark.parametrize(
    ("said", "now", "expected"),
    [
        (
            "un lundi sur deux à 9h",
            "2026-03-03T14:00",
            ["2026-03-09T09:00+01:00", "2026-03-23T09:00+01:00"],
        ),
        (
            "tous les jours à 8h",
            "2026-03-28T07:00",
            ["2026-03-28T08:00+01:00", "2026-03-29T08:00+02:00"],
        ),
        (
            "tous les jours à 2h30",
            "2026-03-27T20:00",
            [
                "2026-03-28T02:30+01:00",
                "2026-03-29T03:30+02:00",
                "2026-03-30T02:30+02:00",
            ],
        ),
        (
            "tous les jours à 2h30",
            "2026-03-28T20:00",
            ["2026-03-29T03:30+02:00", "2026-03-30T02:30+02:00"],
        ),
        (
            "tous les jours à 2h30",
            "2026-10-24T20:00",
            ["2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"],
        ),
        (
            "toutes les heures",
            "2026-10-25T00:30",
            [
                "2026-10-25T01:30+02:00",
                "2026-10-25T02:30+02:00",
                "2026-10-25T02:30+01:00",
                "2026-10-25T03:30+01:00",
            ],
        ),
        (
            "le 31 de chaque mois à 8h",
            "2026-01-31T09:00",
            ["2026-02-28T08:00+01:00", "2026-03-31T08:00+02:00"],
        ),
        (
            "tous les ans le 29 février à 8h",
            "2027-01-01T09:00",
            ["2027-02-28T08:00+01:00", "2028-02-29T08:00+01:00"],
        ),
    ],
)
def test_following(said: str, now: str, expected: list[str]) -> None:
    """When time goes on, then it comes when the clocks show the same."""
    found = times(again(said, now), now)

    assert [next(found).isoformat(timespec="minutes") for _ in expected] == expected


def test_end() -> None:
    """Given an end, then it does not come after it."""
    recurrence = again("toutes les deux heures jusqu'à 18h", "2026-03-03T14:00")

    assert [f"{one:%H:%M}" for one in times(recurrence, "2026-03-03T14:00")] == [
        "16:00",
        "18:00",
    ]


@pytest.mark.parametrize(
    "said", ["3 fois toutes les 2 heures", "3 fois tous les soirs à 20h"]
)
def test_count(said: str) -> None:
    """Given how many times, then it comes as often and no more."""
    recurrence = again(said, "2026-03-03T14:00")

    assert len(list(times(recurrence, "2026-03-03T14:00"))) == 3


def test_same_moment_is_not_again() -> None:
    """Given that it has just come, then the next one is a later one."""
    recurrence = again("tous les soirs à 20h", "2026-03-03T14:00")

    after = following(recurrence, recurrence.first)

    assert after == paris("2026-03-04T20:00")
