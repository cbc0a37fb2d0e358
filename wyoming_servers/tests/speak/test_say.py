"""What is written, and what a voice is given to say."""

from pathlib import Path

import pytest

from jarvis_wyoming.speak import say


def _table(language: str) -> list[tuple[str, str]]:
    r"""The cases of a language: `written ⇒ spoken`, where \\n is the end of a line."""
    files = sorted(Path(__file__).parent.glob(f"cases_{language}*.txt"))
    lines = [line for file in files for line in file.read_text("utf-8").splitlines()]
    rows = [line for line in lines if "⇒" in line]
    pairs = [row.partition("⇒")[::2] for row in rows]
    return [(one[:-1].replace("\\n", "\n"), other.strip()) for one, other in pairs]


@pytest.mark.parametrize(("written", "spoken"), _table("fr"))
def test_says_it_in_french(written: str, spoken: str) -> None:
    """Every row of the table."""
    assert say(written, "fr") == spoken


@pytest.mark.parametrize(("written", "spoken"), _table("en"))
def test_says_it_in_english(written: str, spoken: str) -> None:
    """Every row of the table."""
    assert say(written, "en") == spoken


@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_unsayable_is_left(language: str) -> None:
    """Given every sign there is, what is said are letters and plain punctuation."""
    written = "".join(map(chr, [*range(0x20, 0x2FF), *range(0x2000, 0x2BFF), 0x1F600]))
    spoken = say(" ".join(written), language)
    assert all(letter.isalpha() or letter in " ,;:.!?'-" for letter in spoken)
    assert not any(letter.isdigit() for letter in spoken)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_was_said_can_be_said_again(language: str) -> None:
    """Given the words of every case, they are words already."""
    for _, spoken in _table(language):
        assert say(spoken, language).casefold() == spoken.casefold()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_other_language_is_spoken_too(language: str) -> None:
    """Given sentences of the other one, words come and no figure is left."""
    other = "en" if language == "fr" else "fr"
    for written, spoken in _table(other):
        said = say(written, language)
        assert bool(said) == bool(spoken), written
        assert not any(letter.isdigit() for letter in said), written


def test_the_day_comes_first_outside_the_united_states() -> None:
    """Given the same figures, the country says which is the month."""
    assert say("12/11/2026", "en-GB") == "twelfth of November twenty twenty-six"
    assert say("12/11/2026", "en_US") == "December eleventh twenty twenty-six"


def test_another_language_only_loses_its_markup() -> None:
    """Given German, its numbers are left to the voice."""
    assert say("**Hallo** 🎉, 5 Grad", "de_DE") == "Hallo , 5 Grad"
    assert say("🎉", "de_DE") == ""


def test_a_long_hostile_text_is_said_in_time_that_grows_with_it() -> None:
    """Given what makes careless patterns try for ever, it ends."""
    hostile = '(((( [[[[ 1.1.1. a.a.a. :::: <<<< **** 1 1/2 1x 1- 1" $1- v1. fe80: XX'
    for piece in (*hostile.split(), "1 000 ", "1 h ", "lun. ", "Mon. ", "5 K "):
        say(piece * 2000, "fr")
        say(piece * 2000, "en")
