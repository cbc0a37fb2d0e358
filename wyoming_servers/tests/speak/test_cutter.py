"""Pieces of a text that grows."""

from collections.abc import Callable
import re

import pytest

from jarvis_wyoming.speak import Cutter

MOST = 120


def _pieces(
    chunks: list[str], most: int = MOST, *, eager_first: bool = True
) -> list[str]:
    """What is taken when each piece is asked for as soon as there is more text."""
    cutter, pieces = Cutter(), list[str]()

    def take() -> None:
        while piece := cutter.take(most, eager=eager_first and not pieces):
            pieces.append(piece)

    for chunk in chunks:
        cutter.feed(chunk)
        take()
    cutter.end()
    take()
    assert cutter.done
    return pieces


def _whole(text: str) -> list[str]:
    return [text]


def _letters(text: str) -> list[str]:
    return [*text]


def _words(text: str) -> list[str]:
    """Words with the space before them, as models stream them."""
    return re.findall(r" *[^ ]+", text)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("C'est fait.", ["C'est fait."]),
        ("Oui. La lampe est allumée. Autre chose ?",
         ["Oui.", "La lampe est allumée.", "Autre chose ?"]),
        ("Bonjour Nicolas, il fait vingt degrés dehors et le soleil brille.",
         ["Bonjour Nicolas,", "il fait vingt degrés dehors et le soleil brille."]),
        ("Bien sûr, il fait vingt degrés dehors et le soleil brille.",
         ["Bien sûr,", "il fait vingt degrés dehors et le soleil brille."]),
        ("Good night, and sleep well after this long day.",
         ["Good night,", "and sleep well after this long day."]),
        ("Chauffage : 21 °C.", ["Chauffage : 21 °C."]),
        ("Oui, il fait vingt degrés dehors et le soleil brille.",
         ["Oui, il fait vingt degrés dehors et le soleil brille."]),
        ("M. Dupont et Mme. Durand sont là. Bien.",
         ["M. Dupont et Mme. Durand sont là.", "Bien."]),
        ("Il fait 21.5 °C et 3,5 kWh. Oui.", ["Il fait 21.5 °C et 3,5 kWh.", "Oui."]),
        ("Du pain, p. ex. bis. Oui.", ["Du pain, p. ex. bis.", "Oui."]),
        ("Du lait, etc. et du pain. Oui.", ["Du lait, etc. et du pain.", "Oui."]),
        ("Du lait, etc. Et du pain.", ["Du lait, etc.", "Et du pain."]),
        ("Mr. Smith met Dr. Brown at 3 p.m. on Monday. Yes.",
         ["Mr. Smith met Dr. Brown at 3 p.m. on Monday.", "Yes."]),
        ("See www.example.com/a.b?c. Go.", ["See www.example.com/a.b?c.", "Go."]),
        ("It was J. R. R. Tolkien. Yes.", ["It was J. R. R. Tolkien.", "Yes."]),
        ("1. Lait\n2. Pain\n3. Œufs", ["1. Lait", "2. Pain", "3. Œufs"]),
        ("Voici :\n- lait\n- pain", ["Voici :", "- lait", "- pain"]),
        ("Une phrase\nqui continue. Oui.", ["Une phrase\nqui continue.", "Oui."]),
        ("« Bonjour ! » dit-il. Oui.", ["« Bonjour !", "» dit-il.", "Oui."]),
        ("Attends... Je vois. Voilà !", ["Attends...", "Je vois.", "Voilà !"]),
        ("Room No. 5 is so. No. Not me.", ["Room No. 5 is so.", "No.", "Not me."]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("split", [_whole, _letters, _words])
def test_cuts_at_sentences_and_the_first_clause(
    text: str, pieces: list[str], split: Callable[[str], list[str]]
) -> None:
    """However the text comes, the pieces are the same."""
    assert _pieces(split(text)) == pieces


@pytest.mark.parametrize(
    "held",
    [
        "[la page, ici](https://exemple.fr/a, b)", "`du code, ici. Oui`",
        '<a href="x, y. Z">', "![une image, belle. Oui](x.png)",
    ],
)  # fmt: skip
def test_never_cuts_inside_a_mark(held: str) -> None:
    """Given a link, code or a tag with commas in it, it stays whole."""
    text = f"Regarde donc bien {held} maintenant. Voilà."
    for chunks in ([text], _letters(text)):
        assert _pieces(chunks) == [f"Regarde donc bien {held} maintenant.", "Voilà."]


def test_a_date_keeps_its_year() -> None:
    """Given a comma before a number, it parts no clauses."""
    text = "Please remember November 3, 2026 at noon, in the park. Yes."
    assert _pieces([text])[0] == "Please remember November 3, 2026 at noon,"


def test_an_unknown_abbreviation_does_not_end_a_sentence() -> None:
    """Given a dot with small letters behind it, the sentence goes on."""
    text = "Le tarif abc. est de deux euros. Oui."
    assert _pieces([text])[0] == "Le tarif abc. est de deux euros."


def test_a_sentence_needs_no_capital_behind_it() -> None:
    """Given a sentence and a space, it is taken before the next word has come."""
    cutter = Cutter()
    cutter.feed("La lampe est allumée.")
    assert cutter.take(MOST, eager=False) is None
    cutter.feed(" ")
    assert cutter.take(MOST, eager=False) == "La lampe est allumée."


def test_a_clause_is_taken_before_its_sentence_ends() -> None:
    """Given somebody who waits, a comma is enough."""
    cutter = Cutter()
    cutter.feed("Il fait vingt et un degrés,")
    assert cutter.take(MOST, eager=False) is None
    assert cutter.take(MOST, eager=True) == "Il fait vingt et un degrés,"


def test_a_comma_behind_a_number_waits_for_what_follows() -> None:
    """Given 21, it may be 21,5 yet."""
    cutter = Cutter()
    cutter.feed("Il fait en ce moment 21,")
    assert cutter.take(MOST, eager=True) is None
    cutter.feed("5 degrés, et")
    assert cutter.take(MOST, eager=True) == "Il fait en ce moment 21,5 degrés,"


def test_a_short_clause_waits_for_more() -> None:
    """Given a clause of three letters, it is spoken with the next one."""
    cutter = Cutter()
    cutter.feed("Oui, bien sûr que je peux le faire, si")
    assert cutter.take(MOST, eager=True) == "Oui, bien sûr que je peux le faire,"


def test_a_sentence_that_is_too_short_takes_the_next_clause_along() -> None:
    """Given a voice that needs time, «Oui.» alone would leave a gap behind it."""
    cutter = Cutter()
    cutter.feed("Oui. ")
    assert cutter.take(MOST, eager=True, least=20) == "Oui."
    cutter.feed("Oui. Quand la porte est ouverte, la lampe s'allume.")
    assert cutter.take(MOST, eager=True, least=20) == "Oui. Quand la porte est ouverte,"


def test_pieces_grow_with_what_is_allowed() -> None:
    """Given one sentence of many clauses, each piece has as many as fit."""
    clause = "une clause de mots simples,"
    text = " ".join([clause] * 12) + " fin."
    cutter = Cutter()
    cutter.feed(text)
    cutter.end()
    sizes = [len(cutter.take(most, eager=False) or "") for most in (40, 80, 160)]
    assert sizes == [27, 55, 139]


def test_code_is_one_empty_block_and_never_kept_back() -> None:
    """Given code that streams, the word for it comes at once, and nothing of it."""
    text = "Voici le code :\n```python\nprint('a, b. C')\n\nx = 1\n```\nVoilà, fini."
    for chunks in ([text], _letters(text)):
        assert _pieces(chunks) == ["Voici le code :", "```\n```", "Voilà, fini."]
    assert _pieces(["```\nwithout an end, and more. Yes"]) == ["```\n```"]


def test_what_has_no_marks_is_cut_at_small_words() -> None:
    """Given 1 MB without any mark, pieces stay small and nothing is lost."""
    text = "la lampe du salon est allumée et la porte du garage reste ouverte " * 200
    pieces = _pieces([text])
    assert max(map(len, pieces)) <= 2 * MOST
    assert " ".join(pieces).split() == text.split()


def test_a_million_letters_without_a_space_come_in_pieces() -> None:
    """Given 1 MB of one word, pieces stay small."""
    pieces = _pieces(["x" * 1_000_000])
    assert sum(map(len, pieces)) == 1_000_000
    assert max(map(len, pieces)) <= 2000


def test_a_bracket_that_never_closes_does_not_hold_the_text_for_ever() -> None:
    """Given half a link, the text goes on soon."""
    text = "Voici [une parenthèse. " + "Elle ne ferme jamais. " * 40
    assert len(_pieces(_letters(text))) > 10


def test_nothing_is_lost_in_any_chunking() -> None:
    """Given chunks of any size, the pieces are the text."""
    text = (
        "Bonjour ! Il est 15h30, et il fait 21,5 °C (max. 25 °C). Voici :\n\n"
        "1. **Pain**, lait\n2. Œufs, etc.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nVoilà…"
    )
    for size in range(1, 40):
        chunks = [text[at : at + size] for at in range(0, len(text), size)]
        assert "".join("".join(_pieces(chunks)).split()) == "".join(text.split())
