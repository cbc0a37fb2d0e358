"""Words as recognition writes them are put right by what the house has, or left."""

import pytest

from custom_components.jarvis.local.text.misheard import corrected
from custom_components.jarvis.local.text.normal import normal

from ..house.test_find import HOUSE


@pytest.mark.parametrize(
    ("text", "language", "better"),
    [
        ("turn on the livingroom light", "en", "turn on the living room light"),
        ("turn on the bed room light", "en", "turn on the bedroom light"),
        ("turn on the kichen light", "en", "turn on the kitchen light"),
        ("turn on the kitchen lite", "en", "turn on the kitchen light"),
        ("start the robo rock", "en", "start the roborock"),
        ("allume le lampadère", "fr", "allume le lampadaire"),
        ("ouvre le volé du salon", "fr", "ouvre le volet du salon"),
        ("allume lentrée", "fr", "allume l entree"),
        ("éteint la lampe", "fr", "eteins la lampe"),
    ],
)
def test_put_right(text: str, language: str, better: str) -> None:
    """One letter wrong, two words in one, one in two."""
    index = HOUSE.index(language)

    assert corrected(normal(text, language), index, language) == better


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("turn on the kitchen light", "en"),
        ("baisse la tête", "fr"),
        ("allume la bougie", "fr"),
        ("éteins ton portable", "fr"),
    ],
)
def test_left_alone(text: str, language: str) -> None:
    """What is known, or resembles nothing, stays as it is."""
    assert corrected(normal(text, language), HOUSE.index(language), language) is None
