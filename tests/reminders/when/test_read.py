"""Times are understood: alone, and within sentences."""

import pytest

from custom_components.jarvis.reminders.when.read import find, read
from custom_components.jarvis.reminders.when.results import Moment

from .tables import Row, paris, rows, shown

NOW = paris("2026-03-03T14:00")


@pytest.mark.parametrize(
    "row", rows("phrases"), ids=lambda row: f"{row.language}-{row.now:%m-%d}-{row.said}"
)
def test_phrases(row: Row) -> None:
    """Given a clock, when a phrase is said, then what the table tells is meant."""
    assert shown(read(row.said, row.now, row.language)) == row.expected


@pytest.mark.parametrize(
    "row", rows("sentences"), ids=lambda row: f"{row.language}-{row.said}"
)
def test_sentences(row: Row) -> None:
    """When a sentence is said, then its time is found, and what is left of it."""
    found = find(row.said, row.now, row.language)

    told = [shown(found.reading), found.rest] if found else ["nothing", row.said]
    assert told == row.expected


@pytest.mark.parametrize(
    ("said", "code", "country", "expected"),
    [
        ("3/4", "en", "US", "2026-03-04"),
        ("3/4", "en", "GB", "2026-04-03"),
        ("3/4", "en-GB", None, "2026-03-04 | 2026-04-03"),
        ("3/4", "fr", "CA", "2026-04-03"),
        ("13/4", "en", "US", "2026-04-13"),
        ("13/13", "en", None, "no_such_day"),
        ("thanksgiving", "en", "CA", "2026-10-12"),
        ("mother's day", "en", "US", "2026-05-10"),
        ("mother's day", "en", "GB", "2026-03-15"),
        ("fête des mères", "fr", "BE", "2026-05-10"),
        ("labour day", "en", "CA", "2026-09-07"),
    ],
)
def test_countries(said: str, code: str, country: str | None, expected: str) -> None:
    """Given a country, then dates in numbers and feasts are its own."""
    assert shown(read(said, NOW, code, country)) == expected


@pytest.mark.parametrize(
    "said",
    [
        "",
        " , . ",
        "dans 9999999999 ans",
        "in 100000000000000000000 minutes",
        "toutes les 999999999 heures",
        "le 99/99/9999",
        "29/2/1900 saturday",
        "à 99:99",
        "ß ﬁ ½ İ",
        "tous les jours jusqu'à",
    ],
)
@pytest.mark.parametrize("code", ["fr", "en"])
def test_nonsense(said: str, code: str) -> None:
    """Given words that make no time to come, then there is none."""
    assert not isinstance(read(said, NOW, code), Moment)


def test_used_words() -> None:
    """Given a time in two places of a sentence, then both are told in letters."""
    sentence = "Demain, rappelle-moi de sortir le chien à 15h."

    found = find(sentence, NOW, "fr")

    assert found is not None
    assert [sentence[start:end] for start, end in found.used] == ["Demain", "à 15h"]


def test_accents_and_ligatures_keep_their_place() -> None:
    """Given letters that fold to several, then the rest is cut where it was written."""
    found = find("rappelle-moi de fêter la sœur d'Éloïse à 18h", NOW, "fr")

    assert found is not None
    assert found.rest == "rappelle-moi de fêter la sœur d'Éloïse"


def test_unknown_language_is_english() -> None:
    """Given a language without words, then those of English count."""
    assert shown(read("tomorrow", NOW, "de")) == "2026-03-04"
