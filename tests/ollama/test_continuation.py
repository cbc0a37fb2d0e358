"""A broken reply is taken up so that nobody hears that it was broken."""

from ollama import Message
import pytest

from custom_components.jarvis.ollama.continuation import (
    Prefilled,
    WholeWords,
    continued,
)
from tests.texts import breaks

from .streams import PIECES, TEXT, pieces, through, whole_words

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


@pytest.mark.parametrize("size", PIECES)
@pytest.mark.parametrize("between", ["", " ", "\n"])
def test_printed_calls_come_whole(size: int, between: str) -> None:
    """Half a call is nothing that could be gone on with; a whole one may be made."""
    call = '<tool_call>{"name": "on", "arguments": {"name": "the lamp"}}</tool_call>'
    text = f"One moment. {call}{between}{call}"
    stream = WholeWords()
    for piece in pieces(text, size):
        stream.feed(piece)
        assert text.startswith(stream.passed + stream.held)
        begun, ended = map(stream.passed.count, ("<tool_call>", "</tool_call>"))
        assert begun == ended
        assert stream.has_called is bool(ended)

    assert stream.has_called
    assert stream.passed + stream.finish() == text


def test_half_a_call_is_dropped() -> None:
    """What is held back at a break is a word, or a call that nobody makes."""
    stream = WholeWords()
    stream.feed('Un instant <tool_call>{"name": "on", "argu')
    stream.drop_half()
    assert (stream.passed, stream.finish()) == ("Un instant ", "")

    stream = WholeWords()
    stream.feed("Un inst")
    stream.drop_half()
    assert stream.finish() == "inst"


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


def test_nothing_more() -> None:
    """A model that had said all may have nothing to add."""
    assert through(Prefilled("C'est fait. "), "", 1) == ""
