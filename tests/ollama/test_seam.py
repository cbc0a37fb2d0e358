"""Where a new reply meets a broken one nothing is missing and nothing comes twice."""

import re

import pytest

from custom_components.jarvis.ollama.seam import Rest
from tests.texts import missing, stuttered, twice, words

from .streams import PIECES, TEXT, through, whole_words


@TEXT
@pytest.mark.parametrize("size", PIECES)
def test_the_rest(text: str, size: int) -> None:
    """A model that goes on is heard; a word that it says again may be left out."""
    for said in whole_words(text):
        heard = said + through(Rest(said), text[len(said) :], size)

        assert not missing(text, heard), said
        assert not twice(text, heard), said


@TEXT
@pytest.mark.parametrize("size", PIECES)
def test_begun_anew(text: str, size: int) -> None:
    """A model that begins anew is heard from where it was cut off."""
    for said in whole_words(text):
        heard = said + through(Rest(said), text, size)

        assert words(heard) == words(text), said


@TEXT
@pytest.mark.parametrize("size", PIECES)
@pytest.mark.parametrize(
    "before",
    ["Bien sûr : ", "Of course. ", "Pardon, je reprends depuis le début. ", "Voici\n"],
)
def test_begun_anew_with_words_in_front(text: str, size: int, before: str) -> None:
    """Where more than a few words had been said, the words in front are dropped."""
    for said in whole_words(text):
        heard = said + through(Rest(said), before + text, size)

        assert not missing(text, heard), said
        assert not twice(text, heard), said
        if len(words(said)) >= 4:
            assert words(heard) == words(text), said


@TEXT
@pytest.mark.parametrize("size", PIECES)
@pytest.mark.parametrize("overlap", range(1, 7))
def test_some_words_again(text: str, size: int, overlap: int) -> None:
    """The last words that a model says once more are heard once."""
    for said in whole_words(text):
        again = text[len(" ".join(said.split(" ")[: -overlap - 1])) :]

        heard = said + through(Rest(said), again, size)

        assert not missing(text, heard), said
        assert not twice(text, heard), said


@pytest.mark.parametrize("size", PIECES)
def test_begun_anew_after_much(size: int) -> None:
    """However much was said, all of it is recognised."""
    text = " ".join(f"The lamp number {number} is on." for number in range(200))
    said = text[: len(text) // 2].rpartition(" ")[0] + " "

    assert (said + through(Rest(said), text, size)).split() == text.split()


def test_a_word_twice() -> None:
    """What is written otherwise the second time is meant: no word is lost."""
    assert through(Rest("C'est très, "), "très bien.", 3) == "très bien."
    assert through(Rest("Il est dans "), "dans le salon.", 3) == "le salon."


def test_the_end_may_differ() -> None:
    """A model that ends a sentence in other words goes on where they begin."""
    said = "Il fait vingt degrés dans le salon et "

    rest = through(Rest(said), "Il fait vingt degrés dans le salon, mais il pleut.", 3)

    assert said + rest == ("Il fait vingt degrés dans le salon et mais il pleut.")


def test_sentences_may_begin_alike() -> None:
    """A new sentence that begins like the first one is heard whole."""
    said = "La porte du garage est ouverte. "
    new = "La porte du garage est aussi sale. Bon."

    assert through(Rest(said), new, 3) == new


def test_whole_sentences_again() -> None:
    """Of a reply that goes another way only the sentences that were said are gone."""
    said = "La porte du garage est ouverte. Il fait plutôt froid ce soir. Le "
    new = "La porte du garage est ouverte. Il pleut beaucoup. Bon."

    assert through(Rest(said), new, 3) == "Il pleut beaucoup. Bon."


def test_what_goes_on_is_heard_at_once() -> None:
    """A word that goes on with the sentence, and was not said, waits for no other."""
    stream = Rest("Il fait vingt degrés dans le salon et le volet est ")

    assert stream.feed("ouvert ") == "ouvert "


def test_new_words_come_soon() -> None:
    """A reply that is plainly new is not held back for longer than ten words."""
    stream = Rest("Il fait vingt degrés dans le salon et le volet est ")
    names = [f"N{number}" for number in range(20)]

    heard = [name for name in names if stream.feed(f"{name} ")]

    assert heard[0] == "N8"


@TEXT
@pytest.mark.parametrize("size", PIECES)
@pytest.mark.parametrize("before", ["", "Bien sûr : ", "Sorry, once more: ", "… "])
def test_the_sentence_again(text: str, size: int, before: str) -> None:
    """A model that begins the broken sentence anew is heard from where it was cut."""
    for said in whole_words(text):
        begun = _last_sentence(said)
        if before.strip("… ") and len(words(begun)) < 4:
            continue
        if not begun:
            continue
        again = before + text[len(said) - len(begun) :]

        heard = said + through(Rest(said), again, size)

        assert not missing(text, heard), said
        assert not twice(text, heard), said
        assert not stuttered(text, heard), said


@TEXT
@pytest.mark.parametrize("size", PIECES)
@pytest.mark.parametrize("overlap", range(4))
@pytest.mark.parametrize("before", ["...", "… ", ", "])
def test_words_again_with_other_punctuation(
    text: str, size: int, overlap: int, before: str
) -> None:
    """Dots in front of the rest are not heard, and hide nothing that came before."""
    for said in whole_words(text):
        again = text[len(" ".join(said.split(" ")[: -overlap - 1])) :].lstrip()

        heard = said + through(Rest(said), before + again, size)

        assert not missing(text, heard), said
        assert not twice(text, heard), said
        assert "..." not in heard.removeprefix(said), said


@pytest.mark.parametrize("size", PIECES)
@pytest.mark.parametrize(
    ("said", "new", "heard"),
    [
        ("dans le salon, ", "salon et la cuisine", "dans le salon, et la cuisine"),
        ("in the kitchen ", "Kitchen, and", "in the kitchen , and"),
        ("le chauffage ? ", "chauffage? Dehors", "le chauffage ? Dehors"),
        ("le chauffage ? ", "chauffage ? Dehors", "le chauffage ? Dehors"),
        ("le chauffage ", "chauffage ? Dehors", "le chauffage ? Dehors"),
        ("dans le salon ", "salon. Dehors", "dans le salon . Dehors"),
        ("soit 12 % ", "12 % de moins", "soit 12 % de moins"),
        ("soit 12 % ", "% de moins", "soit 12 % de moins"),
        ("Il dit « Bonjour ", "« Bonjour » et sort", "Il dit « Bonjour » et sort"),
        ("Oui, ", "Oui, il pleut", "Oui, il pleut"),
        ("Non, ", "non, il pleut", "Non, non, il pleut"),
        ("Ho ho ", "ho, la porte", "Ho ho ho, la porte"),
        ("Il fait ", "… fait vingt", "Il fait vingt"),
    ],
)
def test_seams(said: str, new: str, heard: str, size: int) -> None:
    """Words and stops stand at the seam once; the spoken text closes the gaps."""
    assert said + through(Rest(said), new, size) == heard


@pytest.mark.parametrize("size", PIECES)
def test_what_goes_on_as_it_began(size: int) -> None:
    """A continuation that comes to the first words again is none that begins anew."""
    said = "La porte du garage "
    new = "est fermée. La porte du garage est verrouillée."

    assert through(Rest(said), new, size) == new


@pytest.mark.parametrize("size", PIECES)
def test_the_last_sentence_may_end_otherwise(size: int) -> None:
    """What was said of it is not said again where it then differs."""
    said = "La porte est ouverte. Il fait vingt degrés dans le "
    new = "Bien sûr : Il fait vingt degrés dans la cuisine."

    assert through(Rest(said), new, size) == "la cuisine."


def _last_sentence(said: str) -> str:
    """Return what was said of a sentence or line that had not ended."""
    return re.split(r"(?<=[.!?…])\s+|\n+", said)[-1]
