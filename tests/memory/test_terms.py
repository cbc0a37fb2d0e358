"""The terms of texts: the same for what means the same, in both languages."""

import pytest

from custom_components.jarvis.memory.terms import terms

SAME = [
    ("fr", "régler réglé réglée réglés regle", 1),
    ("fr", "lumière lumières lumiere LUMIÈRES", 1),
    ("fr", "préfère préférée préférer", 1),
    ("fr", "acheter achète acheté achetés", 1),
    ("fr", "cœur coeur coeurs", 1),
    ("en", "allergy allergies", 1),
    ("en", "paint paints painted painting", 1),
    ("en", "café cafe", 1),
    ("fr", "porte portail", 2),
]


@pytest.mark.parametrize(("language", "words", "count"), SAME)
def test_forms_of_a_word(language: str, words: str, count: int) -> None:
    """Forms of a word are one term, with and without accents."""
    assert len({tuple(terms(word, language)) for word in words.split()}) == count


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Où est-ce que j'ai mis la clé n° 12 ?", "fr", ["mis", "cle", "12"]),
        ("L’été, c'est à 20,5 degrés", "fr-CA", ["ete", "20", "5", "degr"]),
        ("Where is my wife's blue key?", "en", ["wife", "blue", "key"]),
        ("The car is in the garage, the car!", "en", ["car", "garag", "car"]),
        ("Le thé de mon fils", "fr", ["the", "fil"]),
        ("", "fr", []),
        ("qu'est-ce que c'est ?", "fr", []),
    ],
)
def test_terms(text: str, language: str, expected: list[str]) -> None:
    """Numbers are kept, small words are not, order and repetitions are."""
    assert terms(text, language) == expected


def test_unknown_language() -> None:
    """A text that shows its language is read in it, else in both."""
    french = "Le chauffage de la chambre est réglé sur 19"
    assert terms(french) == terms(french, "fr")
    english = "The heating of the bedroom is set to 19"
    assert terms(english, "de") == terms(english, "en")
    assert set(terms("bleue")) == {
        *terms("bleue", "fr"),
        *terms("bleue", "en"),
    }
    # What means something in one of the languages is no small word.
    assert terms("car") == ["car"]
