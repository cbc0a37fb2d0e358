"""The data files agree with each other, and text is compared as people hear it."""

from collections import Counter
from typing import Any

import pytest

from custom_components.jarvis.local.data import read
from custom_components.jarvis.local.text.words import LANGUAGES, folded, tokens, words
from tests.source import JARVIS

FOLDER = JARVIS / "local" / "data"


def _data(language: str) -> dict[str, Any]:
    """Return a data file as it is."""
    data: dict[str, Any] = read(language, "words")
    return data


def test_every_language_has_its_file() -> None:
    """Each language has a folder, and all folders the same files."""
    folders = [path for path in FOLDER.iterdir() if (path / "words.yaml").exists()]

    assert {folder.name for folder in folders} == set(LANGUAGES)
    names = {frozenset(path.name for path in folder.iterdir()) for folder in folders}
    assert len(names) == 1


def test_same_keys() -> None:
    """What one language has, all have: the parts of the file and the kinds."""
    first, *others = (_data(language) for language in LANGUAGES)

    for other in others:
        assert other.keys() == first.keys()
        assert other["kinds"].keys() == first["kinds"].keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_stands_twice(language: str) -> None:
    """No word is repeated, not even in another spelling."""
    data = _data(language)
    lists = {
        "function_words": data["function_words"],
        "cancel": [folded(phrase) for phrase in data["cancel"]],
        **{
            kind: [folded(word) for word in meant]
            for kind, meant in data["kinds"].items()
        },
    }

    for name, listed in lists.items():
        twice = [word for word, count in Counter(listed).items() if count > 1]
        assert not twice, f"{name} of {language}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_function_words_can_be_met(language: str) -> None:
    """Each is written as an utterance's words are cut, or it would never be found."""
    for word in _data(language)["function_words"]:
        assert tokens(word) == [word]


@pytest.mark.parametrize("language", LANGUAGES)
def test_kinds_are_words(language: str) -> None:
    """Every kind has a word, and none folds to nothing."""
    for kind, meant in words(language).kinds.items():
        assert meant, kind
        assert all(meant), kind


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("Qu'est-ce que c’est ?", ["qu'est-ce", "que", "c'est"]),
        ("Turn on TV-2, please!", ["turn", "on", "tv-2", "please"]),
        ("", []),
        ("… ?!", []),
    ],
)
def test_tokens(text: str, cut: list[str]) -> None:
    """Words in lower case, apostrophes and hyphens within them."""
    assert tokens(text) == cut


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Éteins l’Été !", "eteins l ete"),
        ("  Salle   de\nbain ", "salle de bain"),
        ("tais-toi", "tais toi"),
        ("pm2.5", "pm2 5"),
        ("Sœur", "soeur"),
        ("Straße", "strasse"),
        ("台所", "台所"),
        ("", ""),
    ],
)
def test_folded(text: str, same: str) -> None:
    """Case, accents, punctuation and gaps do not count."""
    assert folded(text) == same
