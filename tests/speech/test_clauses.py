"""Texts are cut where both parts can be spoken alone."""

import pytest

from custom_components.jarvis.speech.clauses import clause_at, first_sentences

LONG = "Ceci est une phrase d'un peu plus de quatre-vingts signes, ni plus ni moins ! "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Il fait beau", ""),
        ("Il fait 21.5 degrés", ""),
        ("Il fait beau. ", "Il fait beau. "),
        ("Il fait beau. Sortez", "Il fait beau. "),
        ("Ah ! Sortez", "Ah ! "),
        ("« Sortez ! » dit-il", "« Sortez ! » "),
        ("Écoutez M. Dupont", ""),
        ("Du lait\nDu pain", "Du lait\n"),
        (LONG * 4, LONG * 2),
    ],
)
def test_sentences_while_the_text_is_written(text: str, expected: str) -> None:
    """As many as can be said in one go, and nothing that is not finished."""
    assert text[: first_sentences(text, is_all=False)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("Il fait beau", "Il fait beau"),
        ("Il fait beau. Sortez", "Il fait beau. Sortez"),
        (LONG * 4, LONG * 2),
        ("la" * 200, "la" * 200),
        ("la" * 200 + ". Fin", "la" * 200 + ". "),
    ],
)
def test_sentences_of_the_whole_text(text: str, expected: str) -> None:
    """What is short is one piece; a long sentence is not torn."""
    assert text[: first_sentences(text, is_all=True)] == expected


@pytest.mark.parametrize(
    ("text", "position", "expected"),
    [
        ("Il fait beau, sortez.", 0, 0),
        ("Il fait beau, sortez.", 13, 0),
        ("Il fait beau, sortez.", 14, 14),
        ("Il fait beau, sortez.", 99, 14),
        ("Il fait 21,5 degrés.", 15, 0),
        ("", 3, 0),
    ],
)
def test_the_clause_of_a_position(text: str, position: int, expected: int) -> None:
    """It begins after a mark, and never in a number."""
    assert clause_at(text, position) == expected
