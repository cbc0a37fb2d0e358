"""The time words of each language, for native speakers to read and extend.

Patterns are matched against folded text (no case, no accents, «l'an» as "l an"). In
angle brackets stand the tables of the language: <n> a number, <unit>, <weekday>,
<month>, <season>, <part> of a day, <day> of a month, <year>. The name before a pattern
says what it means: `when.py` has a function of that name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """How a language speaks of the past."""

    numbers: Mapping[str, int]
    units: Mapping[str, str]
    weekdays: Sequence[str]
    months: Sequence[str]
    seasons: Mapping[str, str]
    """Said and folded to spring, summer, autumn or winter."""
    parts: Mapping[str, tuple[int, int]]
    """Hours from the midnight before."""
    thirds: Mapping[str, int]
    """Which third of a month: early March."""
    feasts: Mapping[str, tuple[int, int]]
    """Month and day."""
    days: Mapping[str, int]
    """Days before today."""
    some: str
    """The number that "the last weeks" means."""
    vague: frozenset[str]
    """Numbers that are none."""
    patterns: Sequence[tuple[str, str]]


ENGLISH = Words(
    numbers={
        word: number
        for number, words in {
            1: "a an one",
            2: "two couple",
            3: "three few",
            4: "four",
            5: "five several",
            6: "six",
            7: "seven",
            8: "eight",
            9: "nine",
            10: "ten",
            11: "eleven",
            12: "twelve",
            20: "twenty",
            30: "thirty",
        }.items()
        for word in words.split()
    },
    units={
        "minute": "minute",
        "hour": "hour",
        "day": "day",
        "night": "day",
        "week": "week",
        "fortnight": "fortnight",
        "month": "month",
        "year": "year",
        "weekend": "weekend",
    },
    weekdays="monday tuesday wednesday thursday friday saturday sunday".split(),
    months="""january february march april may june july august september october
    november december""".split(),
    seasons={
        "spring": "spring",
        "summer": "summer",
        "autumn": "autumn",
        "fall": "autumn",
        "winter": "winter",
    },
    parts={
        "morning": (5, 12),
        "afternoon": (12, 18),
        "evening": (18, 24),
        "night": (18, 30),
    },
    thirds={"early": 0, "the beginning of": 0, "mid": 1, "late": 2, "the end of": 2},
    feasts={
        "christmas eve": (12, 24),
        "christmas day": (12, 25),
        "christmas": (12, 25),
        "new year s eve": (12, 31),
        "new year s day": (1, 1),
        "new year": (1, 1),
        "halloween": (10, 31),
        "valentine s day": (2, 14),
    },
    days={"today": 0, "yesterday": 1, "the day before yesterday": 2},
    some="few",
    vague=frozenset({"few", "several", "couple"}),
    patterns=(
        ("ago", r"(?:a |about )?<n>(?: of)? <unit>s? ago"),
        ("day", r"<days>(?: <part>)?"),
        ("day_part", r"this (?:very )?<part>"),
        ("tonight", r"tonight"),
        ("last_night", r"last night"),
        ("this", r"this <unit>"),
        ("last", r"(?:last|the previous) <unit>"),
        ("before_last", r"the <unit> before last"),
        (
            "lately",
            r"(?:in |over |during |for )?(?:the |these )?(?:last|past) <n> <unit>s?",
        ),
        ("lately", r"(?:in|over|during) (?:the |these )?(?:last|past) <unit>s?"),
        ("other_day", r"the other day|recently|lately"),
        ("weekday", r"(?:on |last |this |since )?<weekday>s?(?: <part>)?"),
        (
            "date",
            r"(?:on )?(?:the )?<day>(?:st|nd|rd|th)?(?: of)? <month>(?:,? <year>)?",
        ),
        ("date", r"(?:on )?<month> (?:the )?<day>(?:st|nd|rd|th)?(?:,? <year>)?"),
        ("month", r"(?:in |during |since )?<third> <month>(?: <year>)?"),
        ("month", r"(?:in|during|last|this|since|all|of|back in) <month>(?: <year>)?"),
        ("month", r"<month>(?: of)? <year>"),
        ("season", r"(?:in |during )?(?:the |of )?<season>(?: of)? <year>"),
        ("season", r"(?:in the|in|during the|this|last|over the) <season>"),
        ("feast", r"(?:on |at |last |for |this )?<feast>(?: <year>)?"),
        ("year", r"(?:in|during|since|of|back in) <year>"),
    ),
)

FRENCH = Words(
    numbers={
        word: number
        for number, words in {
            1: "un une",
            2: "deux",
            3: "trois quelques",
            4: "quatre",
            5: "cinq plusieurs",
            6: "six",
            7: "sept",
            8: "huit",
            9: "neuf",
            10: "dix",
            11: "onze",
            12: "douze",
            15: "quinze",
            20: "vingt",
            30: "trente",
        }.items()
        for word in words.split()
    },
    units={
        "minute": "minute",
        "heure": "hour",
        "jour": "day",
        "nuit": "day",
        "semaine": "week",
        "quinzaine": "fortnight",
        "mois": "month",
        "an": "year",
        "annee": "year",
        "week end": "weekend",
        "weekend": "weekend",
    },
    weekdays="lundi mardi mercredi jeudi vendredi samedi dimanche".split(),
    months="""janvier fevrier mars avril mai juin juillet aout septembre octobre
    novembre decembre""".split(),
    seasons={
        "printemps": "spring",
        "ete": "summer",
        "automne": "autumn",
        "hiver": "winter",
    },
    parts={
        "matin": (5, 12),
        "matinee": (5, 12),
        "midi": (11, 14),
        "apres midi": (12, 18),
        "soir": (18, 24),
        "soiree": (18, 24),
    },
    thirds={
        "debut": 0,
        "au debut de": 0,
        "mi": 1,
        "fin": 2,
        "a la fin de": 2,
    },
    feasts={
        "la veille de noel": (12, 24),
        "noel": (12, 25),
        "nouvel an": (1, 1),
        "le jour de l an": (1, 1),
        "la saint sylvestre": (12, 31),
        "halloween": (10, 31),
        "la saint valentin": (2, 14),
        "la toussaint": (11, 1),
    },
    days={"aujourd hui": 0, "hier": 1, "avant hier": 2},
    some="quelques",
    vague=frozenset({"quelques", "plusieurs"}),
    patterns=(
        ("ago", r"(?:il y a|y a|voici|voila)(?: environ)? <n> <unit>s?"),
        ("lately", r"depuis <n> <unit>s?"),
        ("day", r"(?:depuis )?<days>(?: (?:au )?<part>)?"),
        ("day_part", r"(?:ce|cet|cette) <part>"),
        ("last_night", r"(?:cette nuit|la nuit derniere|la nuit passee)"),
        ("this", r"(?:cette|ce|cet) <unit>"),
        ("last", r"(?:la |l |le )?<unit> (?:derniere?|passee?|precedente?)"),
        ("before_last", r"l avant derniere <unit>"),
        (
            "lately",
            (
                r"(?:pendant |durant |dans )?(?:ces |les |cette |la |l )<n>"
                r" (?:dernier|derniere|passe)s? <unit>s?"
            ),
        ),
        (
            "lately",
            r"(?:pendant |durant |dans )?(?:ces |les )(?:dernier|derniere)s? <unit>s?",
        ),
        ("lately", r"(?:pendant |durant |dans |au cours de )?la derniere <unit>"),
        ("lately", r"ces <n> <unit>s?"),
        ("other_day", r"l autre (?:jour|soir)|recemment|dernierement|ces temps ci"),
        (
            "weekday",
            r"(?:le |ce |depuis )?<weekday>(?: (?:dernier|passe))?(?: <part>)?",
        ),
        ("date", r"(?:le )?(?:<weekday> )?<day>(?:er)? <month>(?: <year>)?"),
        ("month", r"(?:en |depuis |a )?(?:la )?<third> (?:de |d )?<month>(?: <year>)?"),
        (
            "month",
            (
                r"(?:en|(?:au|le) mois de|(?:au|le) mois d|depuis|courant) "
                r"<month>(?: <year>| dernier)?"
            ),
        ),
        ("month", r"<month> (?:<year>|dernier|passe)"),
        (
            "season",
            r"(?:a |l |en |au |de l |pendant l |cet )?<season> (?:de |d )?<year>",
        ),
        (
            "season",
            (
                r"(?:l |le |cet |ce |en |au |pendant l |pendant le )"
                r"<season>(?: dernier| passe)?"
            ),
        ),
        ("season", r"<season> (?:dernier|passe)"),
        ("feast", r"(?:a |pour |au |le )?<feast>(?: <year>| dernier)?"),
        ("year", r"(?:en|depuis|courant) <year>"),
        ("last", r"l <unit> (?:dernier|passe)"),
    ),
)

LANGUAGES: Mapping[str, Words] = {"en": ENGLISH, "fr": FRENCH}
