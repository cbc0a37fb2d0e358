"""Feasts are known however they are spelled."""

import pytest

from custom_components.jarvis.reminders.when.data import read
from custom_components.jarvis.reminders.when.feasts.names import feast_at


@pytest.mark.parametrize(
    ("words", "language", "feast"),
    [
        ("noel", "fr", "christmas"),
        ("divali", "en", "diwali"),
        ("dipavali", "en", "diwali"),
        ("hannukah", "en", "hanukkah"),
        ("saint patricks day", "en", "patrick"),
        ("st patrick s day", "en", "patrick"),
        ("raksha bandan", "en", "raksha_bandhan"),
        ("lundi de paques", "fr", "easter_monday"),
        ("paques", "fr", "easter"),
    ],
)
def test_spellings(words: str, language: str, feast: str) -> None:
    """Given a spelling, then the feast is found, with all its words."""
    said = words.split()

    assert feast_at(said, 0, language) == (feast, len(said))


def test_other_words_are_none() -> None:
    """Given a usual word, then it is no feast."""
    assert feast_at(["chien"], 0, "fr") == (None, 0)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_names_are_told_apart(language: str) -> None:
    """Given all names of a language, then each is found as its own feast."""
    for feast, entry in read("feasts").items():
        for name in entry.get(language, ()):
            found, _end = feast_at(name.split(), 0, language)
            assert found == feast, name
