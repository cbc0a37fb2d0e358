"""A broken reply is taken up so that nobody hears that it was broken."""

from collections.abc import Iterator
import re

from ollama import Message
import pytest

from custom_components.jarvis.ollama.continuation import (
    Prefilled,
    Rest,
    WholeWords,
    continued,
)
from tests.texts import TEXTS, breaks, missing, twice, words

PIECES = (1, 3, 7, 1000)
"""Characters that come at once."""
TEXT = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)


def pieces(text: str, size: int) -> Iterator[str]:
    """Cut a text as a stream brings it."""
    return (text[start : start + size] for start in range(0, len(text), size))


def through(stream: Prefilled | Rest | WholeWords, text: str, size: int) -> str:
    """Return what a stream lets through of a text."""
    return "".join(map(stream.feed, pieces(text, size))) + stream.finish()


def whole_words(text: str) -> list[str]:
    """Return every beginning of a text that ends with a whole word and a space."""
    return [text[: match.end()] for match in re.finditer(r"\s+", text)]


# Whole words


@TEXT
@pytest.mark.parametrize("size", PIECES)
def test_words_come_whole(text: str, size: int) -> None:
    """Nothing is lost, and no piece ends within a word."""
    stream = WholeWords()
    for piece in pieces(text, size):
        stream.feed(piece)
        assert text.startswith(stream.passed)
        assert stream.passed + stream.held == text[: len(stream.passed + stream.held)]
        assert not stream.passed or stream.passed[-1].isspace()

    assert stream.passed + stream.finish() == text
    assert stream.passed == text
    assert not stream.held


# What is asked for


def test_prefill_ends_without_a_space() -> None:
    """Models write a word with the space before it; two spaces would confuse them."""
    question = Message(role="user", content="Et alors ?")

    (first, prefill) = continued([question], "Il fait ", prefill=True)

    assert first is question
    assert (prefill.role, prefill.content) == ("assistant", "Il fait")


def test_the_rest_is_asked_for() -> None:
    """What was said stands before the request to go on."""
    question = Message(role="user", content="Et alors ?")

    messages = continued([question], "Il fait ", prefill=False)

    assert [one.role for one in messages] == ["user", "assistant", "user"]
    assert messages[1].content == "Il fait"
    assert "exactly where it ended" in (messages[2].content or "")


# Prefill


@TEXT
@pytest.mark.parametrize("size", PIECES)
@pytest.mark.parametrize("trims", [True, False], ids=["trimmed", "as it is"])
def test_prefill(text: str, size: int, trims: bool) -> None:
    """Whatever the place of the break, each word comes once, in order.

    Some templates trim what was said, and the model then begins with the space.
    """
    for cut in breaks(text):
        said = text[:cut]
        rest = text[len(said.rstrip()) if trims else cut :]

        heard = said + through(Prefilled(said), rest, size)

        assert heard.split() == text.split(), said
        assert "  " not in heard, said


@TEXT
@pytest.mark.parametrize("size", PIECES)
def test_an_engine_repeats_the_prefill(text: str, size: int) -> None:
    """It is taken off, however short it is."""
    for cut in breaks(text):
        said = text[:cut]

        heard = said + through(Prefilled(said), text, size)

        assert heard.split() == text.split(), said


@pytest.mark.parametrize("size", PIECES)
def test_few_words_twice(size: int) -> None:
    """Words that are meant to be said twice are no repetition of the prefill."""
    for text in ("Très, très bien.", "Non, non, non !", "non non", "2 2 2"):
        for said in whole_words(text):
            rest = text[len(said.rstrip()) :]

            heard = said + through(Prefilled(said), rest, size)

            assert heard.split() == text.split(), said


def test_a_reply_that_begins_like_the_prefill() -> None:
    """What only looks like it at first is not swallowed."""
    said = "Il fait beau dans le "

    assert through(Prefilled(said), "Il fait beau partout.", 1).split() == [
        *("Il", "fait", "beau", "partout.")
    ]
    assert through(Prefilled(said), "Il fait", 1) == "Il fait"


# The rest


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
        if len(said.split()) >= 4:
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


def test_new_words_come_soon() -> None:
    """A reply that is plainly new is not held back for longer than ten words."""
    stream = Rest("Il fait vingt degrés dans le salon et le volet est ")
    numbers = [str(number) for number in range(20)]

    heard = [number for number in numbers if stream.feed(f"{number} ")]

    assert heard[0] == "8"


def test_nothing_more() -> None:
    """A model that had said all may have nothing to add."""
    assert through(Rest("C'est fait. "), "", 1) == ""
    assert through(Rest("C'est fait. "), "C'est fait.", 1) == ""
    assert through(Prefilled("C'est fait. "), "", 1) == ""
