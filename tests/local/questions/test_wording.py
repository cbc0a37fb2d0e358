"""Numbers, lists of names and agreement."""

import pytest

from custom_components.jarvis.local.questions.grammar import questions
from custom_components.jarvis.local.questions.named import names
from custom_components.jarvis.local.questions.wording import (
    limited,
    number,
    quantity,
    state_word,
)
from custom_components.jarvis.local.text.normal import normal


@pytest.mark.parametrize(
    ("value", "language", "told"),
    [
        (21.46, "fr", "21,5"),
        (21.0, "en", "21"),
        (-0.01, "en", "0"),
        (1250.4, "en", "1250"),
    ],
)
def test_number(value: float, language: str, told: str) -> None:
    """No more decimals than matter, with the mark of the language."""
    assert number(value, language) == told


def test_quantity() -> None:
    """A space stands before the percent sign in French only."""
    assert quantity(12, "%", "fr") == "12 %"
    assert quantity(12, "%", "en") == "12%"
    assert quantity(0.25, "kWh", "en") == "0.25 kWh"


def test_limited() -> None:
    """Beyond a few names the rest is counted."""
    many = [f"A{at}" for at in range(7)]

    assert limited(many[:2], "fr") == "A0 et A1"
    assert limited(many, "en") == "A0, A1, A2, A3, A4 and 2 more"
    assert limited(many[:4], "en", briefly=True) == "A0, A1, A2 and A3"
    assert limited(many, "en", briefly=True) == "A0, A1, A2 and 4 more"


@pytest.mark.parametrize(
    ("named", "told"),
    [
        (["Porte du garage"], "ouverte"),
        (["Volet"], "ouvert"),
        (["Porte", "Fenêtre"], "ouvertes"),
        (["Porte", "Volet"], "ouverts"),
    ],
)
def test_agreement(named: list[str], told: str) -> None:
    """A state takes gender and number of the names."""
    assert state_word("open", named, "fr") == told


@pytest.mark.parametrize(
    ("said", "written", "is_named"),
    [
        ("cook", "Cook dinner", True),
        ("cooking", "Cook dinner", True),
        ("visiting", "Liza visit", True),
        ("the dentist appointment", "Dentist", False),
        ("car", "Cardiologist", False),
    ],
)
def test_named(said: str, written: str, is_named: bool) -> None:
    """Every word must be there, in whatever form."""
    nouns = questions("en").nouns

    assert names(normal(said, "en").split(), written, nouns, "en") is is_named
