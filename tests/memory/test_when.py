"""Time words as ranges of the past, in both languages and around the ends of years."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from custom_components.jarvis.memory.when import span, without

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 18, 15, 30, tzinfo=PARIS)
"""A Wednesday."""

FRENCH = """
qu'a-t-on dit hier ? | 2026-11-17 | 2026-11-18
hier soir | 2026-11-17 18:00 | 2026-11-18
avant-hier | 2026-11-16 | 2026-11-17
aujourd'hui | 2026-11-18 | 2026-11-19
ce matin | 2026-11-18 05:00 | 2026-11-18 12:00
cet après-midi | 2026-11-18 12:00 | 2026-11-18 18:00
cette nuit | 2026-11-17 18:00 | 2026-11-18 08:00
la nuit dernière | 2026-11-17 18:00 | 2026-11-18 08:00
cette semaine | 2026-11-16 | 2026-11-23
la semaine dernière | 2026-11-09 | 2026-11-16
la semaine passée | 2026-11-09 | 2026-11-16
ce mois-ci | 2026-11-01 | 2026-12-01
le mois dernier | 2026-10-01 | 2026-11-01
l'an dernier | 2025-01-01 | 2026-01-01
l'année dernière | 2025-01-01 | 2026-01-01
cette année | 2026-01-01 | 2027-01-01
le week-end dernier | 2026-11-13 18:00 | 2026-11-16
ce week-end | 2026-11-13 18:00 | 2026-11-16
il y a trois jours | 2026-11-15 | 2026-11-16
il y a deux semaines | 2026-11-01 | 2026-11-08
il y a quinze jours | 2026-11-01 | 2026-11-08
il y a un mois | 2026-10-01 | 2026-11-01
il y a deux mois | 2026-09-01 | 2026-10-01
il y a un an | 2025-10-01 | 2026-01-01
il y a deux heures | 2026-11-18 13:00 | 2026-11-18 14:00
il y a dix minutes | 2026-11-18 15:17:30 | 2026-11-18 15:22:30
mardi | 2026-11-17 | 2026-11-18
mardi dernier | 2026-11-17 | 2026-11-18
mercredi | 2026-11-11 | 2026-11-12
lundi soir | 2026-11-16 18:00 | 2026-11-17
le 8 mai | 2026-05-08 | 2026-05-09
le 8 mai 2023 | 2023-05-08 | 2023-05-09
le 1er décembre | 2025-12-01 | 2025-12-02
mardi 3 mars 2026 | 2026-03-03 | 2026-03-04
en mars | 2026-03-01 | 2026-04-01
en décembre | 2025-12-01 | 2026-01-01
en novembre | 2026-11-01 | 2026-12-01
en mars 2023 | 2023-03-01 | 2023-04-01
au mois d'août | 2026-08-01 | 2026-09-01
mars dernier | 2026-03-01 | 2026-04-01
début mars | 2026-03-01 | 2026-03-11
fin octobre | 2026-10-21 | 2026-11-01
à la fin d'avril | 2026-04-21 | 2026-05-01
mi-juillet | 2026-07-11 | 2026-07-21
l'été dernier | 2026-06-01 | 2026-09-01
cet été | 2026-06-01 | 2026-09-01
en hiver | 2025-12-01 | 2026-03-01
l'hiver dernier | 2025-12-01 | 2026-03-01
cet automne | 2026-09-01 | 2026-12-01
l'automne dernier | 2025-09-01 | 2025-12-01
à l'été 2024 | 2024-06-01 | 2024-09-01
au printemps | 2026-03-01 | 2026-06-01
à Noël | 2025-12-24 | 2025-12-27
Noël dernier | 2025-12-24 | 2025-12-27
au nouvel an | 2025-12-31 | 2026-01-03
en 2023 | 2023-01-01 | 2024-01-01
depuis lundi | 2026-11-16 | 2026-11-18 15:30
depuis trois jours | 2026-11-15 | 2026-11-18 15:30
depuis hier | 2026-11-17 | 2026-11-18 15:30
ces trois derniers jours | 2026-11-15 | 2026-11-19
les deux dernières semaines | 2026-11-04 | 2026-11-19
ces derniers jours | 2026-11-15 | 2026-11-19
la dernière heure | 2026-11-18 14:30 | 2026-11-18 15:30
l'autre jour | 2026-11-04 | 2026-11-19
récemment | 2026-11-04 | 2026-11-19
avant-hier soir | 2026-11-16 18:00 | 2026-11-17
l'avant-dernière semaine | 2026-11-02 | 2026-11-09
08/05/2023 | 2023-05-08 | 2023-05-09
2023-05-08 | 2023-05-08 | 2023-05-09
j'ai été malade | - | -
demain | - | -
la semaine prochaine | - | -
où est la clé | - | -
le lave-linge de mars | - | -
quatre jours de pluie | - | -
le mois de mai | 2026-05-01 | 2026-06-01
dimanche après-midi | 2026-11-15 12:00 | 2026-11-15 18:00
l'été de 2022 | 2022-06-01 | 2022-09-01
"""
ENGLISH = """
what did we say yesterday? | 2026-11-17 | 2026-11-18
yesterday evening | 2026-11-17 18:00 | 2026-11-18
the day before yesterday | 2026-11-16 | 2026-11-17
today | 2026-11-18 | 2026-11-19
this morning | 2026-11-18 05:00 | 2026-11-18 12:00
this afternoon | 2026-11-18 12:00 | 2026-11-18 18:00
tonight | - | -
last night | 2026-11-17 18:00 | 2026-11-18 08:00
this week | 2026-11-16 | 2026-11-23
last week | 2026-11-09 | 2026-11-16
the week before last | 2026-11-02 | 2026-11-09
this month | 2026-11-01 | 2026-12-01
last month | 2026-10-01 | 2026-11-01
last year | 2025-01-01 | 2026-01-01
this year | 2026-01-01 | 2027-01-01
last weekend | 2026-11-13 18:00 | 2026-11-16
this weekend | 2026-11-13 18:00 | 2026-11-16
three days ago | 2026-11-15 | 2026-11-16
two weeks ago | 2026-11-01 | 2026-11-08
a month ago | 2026-10-01 | 2026-11-01
two months ago | 2026-09-01 | 2026-10-01
a year ago | 2025-10-01 | 2026-01-01
an hour ago | 2026-11-18 14:00 | 2026-11-18 15:00
ten minutes ago | 2026-11-18 15:17:30 | 2026-11-18 15:22:30
a couple of days ago | 2026-11-13 | 2026-11-19
a few days ago | 2026-11-12 | 2026-11-19
on Tuesday | 2026-11-17 | 2026-11-18
last Tuesday | 2026-11-17 | 2026-11-18
Wednesday | 2026-11-11 | 2026-11-12
Monday evening | 2026-11-16 18:00 | 2026-11-17
on 8 May 2023 | 2023-05-08 | 2023-05-09
May 8, 2023 | 2023-05-08 | 2023-05-09
on the 8th of May | 2026-05-08 | 2026-05-09
March 3rd | 2026-03-03 | 2026-03-04
in March | 2026-03-01 | 2026-04-01
in December | 2025-12-01 | 2026-01-01
last March | 2026-03-01 | 2026-04-01
in March 2023 | 2023-03-01 | 2023-04-01
March 2023 | 2023-03-01 | 2023-04-01
early March | 2026-03-01 | 2026-03-11
at the end of October | 2026-10-21 | 2026-11-01
in mid-July | 2026-07-11 | 2026-07-21
last summer | 2026-06-01 | 2026-09-01
this summer | 2026-06-01 | 2026-09-01
in winter | 2025-12-01 | 2026-03-01
last winter | 2025-12-01 | 2026-03-01
in the fall | 2026-09-01 | 2026-12-01
the summer of 2024 | 2024-06-01 | 2024-09-01
last spring | 2026-03-01 | 2026-06-01
at Christmas | 2025-12-24 | 2025-12-27
last Christmas | 2025-12-24 | 2025-12-27
on New Year's Eve | 2025-12-30 | 2026-01-02
in 2023 | 2023-01-01 | 2024-01-01
since Monday | 2026-11-16 | 2026-11-18 15:30
in the last three days | 2026-11-15 | 2026-11-19
over the past two weeks | 2026-11-04 | 2026-11-19
in the last hour | 2026-11-18 14:30 | 2026-11-18 15:30
during the past month | 2026-10-18 | 2026-11-19
the other day | 2026-11-04 | 2026-11-19
recently | 2026-11-04 | 2026-11-19
2023-05-08 | 2023-05-08 | 2023-05-09
may I go | - | -
we march on | - | -
tomorrow | - | -
next week | - | -
in the spring | 2026-03-01 | 2026-06-01
the fall of my bike | - | -
on Sunday afternoon | 2026-11-15 12:00 | 2026-11-15 18:00
back in 2021 | 2021-01-01 | 2022-01-01
since March | 2026-03-01 | 2026-11-18 15:30
over the last weeks | 2026-10-28 | 2026-11-19
during last May | 2026-05-01 | 2026-06-01
7 days of rain | - | -
"""
AROUND_NEW_YEAR = """
fr | 2027-01-01 00:30 | hier soir | 2026-12-31 18:00 | 2027-01-01
fr | 2027-01-01 09:00 | le mois dernier | 2026-12-01 | 2027-01-01
fr | 2027-01-02 09:00 | la semaine dernière | 2026-12-21 | 2026-12-28
fr | 2027-01-02 09:00 | cette semaine | 2026-12-28 | 2027-01-04
fr | 2027-01-02 09:00 | en décembre | 2026-12-01 | 2027-01-01
fr | 2027-01-02 09:00 | l'an dernier | 2026-01-01 | 2027-01-01
fr | 2027-01-02 09:00 | il y a deux mois | 2026-11-01 | 2026-12-01
fr | 2027-01-02 09:00 | à Noël | 2026-12-24 | 2026-12-27
fr | 2027-01-02 09:00 | cet hiver | 2026-12-01 | 2027-03-01
fr | 2027-01-02 09:00 | l'hiver dernier | 2025-12-01 | 2026-03-01
fr | 2027-01-02 09:00 | le 31 décembre | 2026-12-31 | 2027-01-01
fr | 2027-01-02 09:00 | fin décembre | 2026-12-21 | 2027-01-01
fr | 2027-03-01 09:00 | il y a trois mois | 2026-12-01 | 2027-01-01
fr | 2026-12-31 23:59 | en décembre | 2026-12-01 | 2027-01-01
fr | 2027-03-01 09:00 | le 29 février | 2024-02-29 | 2024-03-01
en | 2027-01-01 00:30 | yesterday | 2026-12-31 | 2027-01-01
en | 2027-01-01 09:00 | last month | 2026-12-01 | 2027-01-01
en | 2027-01-01 09:00 | last night | 2026-12-31 18:00 | 2027-01-01 08:00
en | 2027-01-03 09:00 | last Monday | 2026-12-28 | 2026-12-29
en | 2027-01-03 09:00 | this weekend | 2027-01-01 18:00 | 2027-01-04
en | 2027-01-03 09:00 | last weekend | 2026-12-25 18:00 | 2026-12-28
en | 2027-01-03 09:00 | a week ago | 2026-12-24 | 2026-12-31
en | 2027-01-03 09:00 | on New Year's Day | 2026-12-31 | 2027-01-03
en | 2027-01-03 09:00 | in the last three months | 2026-10-03 | 2027-01-04
en | 2027-01-03 09:00 | a year ago | 2025-12-01 | 2026-03-01
en | 2027-12-05 09:00 | last winter | 2026-12-01 | 2027-03-01
"""


def lines(table: str) -> list[list[str]]:
    """Split a table into its cells."""
    return [
        [cell.strip() for cell in line.split("|")]
        for line in table.strip().splitlines()
    ]


CASES = [
    *(["fr", NOW.isoformat(), *cells] for cells in lines(FRENCH)),
    *(["en", NOW.isoformat(), *cells] for cells in lines(ENGLISH)),
    *lines(AROUND_NEW_YEAR),
]


@pytest.mark.parametrize(
    ("language", "now", "said", "start", "end"),
    CASES,
    ids=[f"{one[0]}: {one[2]} ({one[1][:10]})" for one in CASES],
)
def test_ranges(language: str, now: str, said: str, start: str, end: str) -> None:
    """Given a clock, words mean a range of the past, or none."""
    moment = datetime.fromisoformat(now).replace(tzinfo=PARIS)
    found = span(said, moment, language)
    if start == "-":
        assert found is None
        return
    assert found is not None
    assert found.start == datetime.fromisoformat(start).replace(tzinfo=PARIS)
    assert found.end == datetime.fromisoformat(end).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("language", "question", "said", "rest"),
    [
        ("fr", "Qu'est-ce que Paul a dit hier soir ?", "hier soir", "paul"),
        ("fr", "Où étais-je mardi 3 mars 2026 ?", "mardi 3 mars 2026", "etais je"),
        ("en-GB", "Who called on Monday evening?", "on monday evening", "who called"),
        (None, "What did we eat last week?", "last week", "what did we eat"),
        (None, "Qu'a-t-on mangé la semaine dernière ?", "la semaine derniere", "mange"),
    ],
)
def test_in_a_question(
    language: str | None, question: str, said: str, rest: str
) -> None:
    """The words of a time are found in a question, and can be taken out of it."""
    found = span(question, NOW, language)
    assert found is not None
    assert found.said == said
    plain = without(question, found)
    assert rest in plain
    assert said not in plain


def test_days_are_the_persons() -> None:
    """A day begins at the person's midnight, and lasts 25 hours when clocks go back."""
    found = span("hier", datetime(2026, 10, 26, 8, tzinfo=PARIS), "fr")
    assert found is not None
    assert found.end.timestamp() - found.start.timestamp() == 25 * 3600
    other = ZoneInfo("America/New_York")
    assert found.holds(datetime(2026, 10, 24, 18, 30, tzinfo=other))
    assert not found.holds(datetime(2026, 10, 24, 17, 30, tzinfo=other))
    assert not found.holds(found.end)
    assert found.holds(found.end - timedelta(seconds=1))
