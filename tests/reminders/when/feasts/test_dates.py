"""Feasts are on the days on which people keep them."""

from datetime import date

import pytest

from custom_components.jarvis.reminders.when.data import read
from custom_components.jarvis.reminders.when.feasts.dates import day_of


@pytest.mark.parametrize(
    ("feast", "days"),
    [
        ("easter", ["2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28"]),
        ("orthodox_easter", ["2024-05-05", "2025-04-20", "2026-04-12"]),
        ("pentecost", ["2024-05-19", "2026-05-24"]),
        ("mothers_fr", ["2024-05-26", "2026-05-31", "2023-06-04", "2012-06-03"]),
        ("advent", ["2024-12-01", "2025-11-30", "2026-11-29"]),
        ("thanksgiving", ["2024-11-28", "2025-11-27", "2026-11-26"]),
        ("election_day", ["2024-11-05", "2026-11-03", "2028-11-07"]),
        ("kings_day_nl", ["2024-04-27", "2025-04-26"]),
        ("boss_day", ["2024-10-16", "2022-10-17"]),
        ("victoria_day", ["2024-05-20", "2026-05-18"]),
        ("rosh_hashanah", ["2024-10-02", "2025-09-22", "2026-09-11"]),
        ("hanukkah", ["2024-12-25", "2025-12-14", "2026-12-04"]),
        ("passover", ["2024-04-22", "2025-04-12", "2026-04-01"]),
        ("purim", ["2024-03-23", "2025-03-13", "2026-03-02"]),
        ("yom_haatzmaut", ["2024-05-13", "2025-04-30", "2026-04-21"]),
        ("eid_al_fitr", ["2022-05-02", "2024-04-10", "2025-03-30", "2026-03-20"]),
        ("eid_al_adha", ["2023-06-28", "2024-06-16", "2025-06-06"]),
        ("ramadan", ["2023-03-23", "2025-03-01", "2026-02-18"]),
        ("diwali", ["2023-11-12", "2024-10-31", "2026-11-08"]),
        ("holi", ["2024-03-25", "2025-03-14"]),
        ("ugadi", ["2023-03-22", "2024-04-09", "2025-03-30"]),
        ("ganesh_chaturthi", ["2023-09-19", "2024-09-07", "2025-08-27"]),
        ("makar_sankranti", ["2024-01-15", "2025-01-14"]),
        ("chinese_new_year", ["2023-01-22", "2024-02-10", "2025-01-29", "2026-02-17"]),
        ("summer", ["2024-06-20", "2025-06-21", "2026-06-21"]),
        ("winter", ["2023-12-22", "2024-12-21", "2026-12-21"]),
    ],
)
def test_days(feast: str, days: list[str]) -> None:
    """Given a feast, then it is on the days that calendars of these years have."""
    found = [day_of(feast, int(day[:4])) for day in days]

    assert found == list(map(date.fromisoformat, days))


@pytest.mark.parametrize("feast", read("feasts"))
def test_every_feast_has_a_day(feast: str) -> None:
    """Given any feast of the data, then it has a day in (nearly) each year to come."""
    found = {year: day_of(feast, year) for year in range(2020, 2060)}

    there = {year: day for year, day in found.items() if day is not None}
    assert all(day.year == year for year, day in there.items())
    assert len(there) > len(found) / 2


def test_a_year_with_two_of_a_feast() -> None:
    """Given a year that has two such days, then the first one is told."""
    found = day_of("islamic_new_year", 2008)

    assert found is not None
    assert found.month == 1
