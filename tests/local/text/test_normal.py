"""An utterance becomes plain words, and numbers become digits."""

import pytest

from custom_components.jarvis.local.text.normal import normal, spelled


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("Éteins l’entrée !", "fr", "eteins l entree"),
        ("Mets à vingt-cinq pour cent", "fr", "mets a 25 pour 100"),
        ("quatre-vingt-dix-neuf", "fr", "99"),
        ("vingt et un degrés", "fr", "21 degres"),
        ("dix-neuf degrés et demi", "fr", "19.5 degres"),
        ("19,5 °C", "fr", "19.5 ° c"),
        ("une lampe et un volet", "fr", "une lampe et un volet"),
        ("une heure et demie", "fr", "une heure et demie"),
        ("trois heures et demie", "fr", "3.5 heures"),
        ("à 15h30", "fr", "a 15 h 30"),
        ("Turn on the TV, please?", "en", "turn on the tv , please ?"),
        ("twenty-one percent", "en", "21 percent"),
        ("two and a half hours", "en", "2.5 hours"),
        ("50%", "en", "50 %"),
        ("at 8:30", "en", "at 8:30"),
        ("Cœur", "fr", "coeur"),
        ("…", "fr", ""),
    ],
)
def test_normal(text: str, language: str, words: str) -> None:
    """Case, accents and marks go; what a number is worth stays."""
    assert normal(text, language) == words


def test_spelling_is_found_again() -> None:
    """What goes onto a list is written as it was said."""
    said = spelled("Ajoute des Crème-Brûlée à la liste", "fr")

    assert said.of("creme brulee") == "Crème-Brûlée"
    assert said.of("never said") == "never said"
