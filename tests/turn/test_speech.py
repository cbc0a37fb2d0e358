"""What is read aloud: nothing of what was written for the eye, and nothing is lost."""

import pytest

from custom_components.jarvis.turn.speech import SpokenText, spoken

MARKUP = {
    # Emphasis
    "La **lumière** est __éteinte__ pour le *moment*.": (
        "La lumière est éteinte pour le moment."
    ),
    "***tout*** ~~non~~ _oui_": "tout non oui",
    "a**b**c": "abc",
    "*[le guide](https://a.b)* est là": "le guide est là",
    # Headings, rules, quotations
    "# La maison\n\n## Salon\nIl y fait 21 degrés.": (
        "La maison\nSalon\nIl y fait 21 degrés."
    ),
    "---\nFin": "Fin",
    "* * *\nFin": "Fin",
    "***\nFin": "Fin",
    "> cité\nFin": "cité\nFin",
    # Lists
    "- Salon\n* Cuisine\n+ Chambre\n• Bureau\n– Cave": (
        "Salon\nCuisine\nChambre\nBureau\nCave"
    ),
    "Trois :\n1. Un\n2. Deux\n3) Trois": "Trois :\nUn\nDeux\nTrois",
    "1. a\n2. b\nPuis :\n1. c": "a\nb\nPuis :\nc",
    "- **Salon** : -5": "Salon : -5",
    # Code
    "L'état `verrouillé` est lu.": "L'état verrouillé est lu.",
    "```\nporte\n```\nFin": "porte\nFin",
    # Links and addresses
    "Regarde le [guide](https://a.invalid/g?page=2) ou demande.": (
        "Regarde le guide ou demande."
    ),
    "![image](http://x.y/z.png) jolie": "image jolie",
    "Voir https://a.invalid/b?c=d&e=f.": "Voir.",
    "Oui (https://a.invalid), non.": "Oui, non.",
    "Lis (voir https://a.invalid) cela.": "Lis (voir) cela.",
    "www.exemple.invalid est là": "est là",
    # Tables
    "Voici :\n| Pièce | Degrés |\n|:---|---:|\n| Salon | 21,5 |\n\nFin.": (
        "Voici :\nPièce, Degrés.\nSalon, 21,5.\nFin."
    ),
    "| Salon | ✅ |\n| | 19 |\n": "Salon.\n19.",
    # Tags and entities
    "<p>Bonjour <b>toi</b></p><br />\n<|im_end|>": "Bonjour toi",
    'Lis <a href="https://a.b" class="x y">le guide</a> ici': "Lis le guide ici",
    "Tom &amp; Jerry": "Tom & Jerry",
    # Emoji
    "Bonne nuit 😴🌙 ! Dors 👨‍👩‍👧 bien ✨": "Bonne nuit ! Dors bien",
    "✅ **Fait !** 💡": "Fait !",
    "Bonne nuit ( 😴 ) toi": "Bonne nuit toi",
    "1️⃣ un": "1 un",
    "☀️ 25 °C": "25 °C",
    # What is escaped is meant
    r"5 \* 3 font 15": "5 * 3 font 15",
    # Line ends and gaps
    "Un\r\nDeux": "Un\nDeux",
    "Un\n\n\nDeux  trois": "Un\nDeux trois",
    "  devant, derrière  ": "devant, derrière",
    "mot , mot .": "mot, mot.",
    "": "",
    "\n \n": "",
    "---": "",
    "😴": "",
}
PLAIN = [
    "Il fait 19.5 degrés, soit 19,5.",
    "-5 degrés dehors.",
    "Dehors :\n-5 degrés.",
    "+5 degrés",
    "21. Voulez-vous autre chose ?",
    "2026. C'était une bonne année.",
    "5 * 3 = 15 et 2 * 4 = 8, 3*4 = 12.",
    "3 < 5 et 7 > 2, donc 5 <6.",
    "« Qui ? Moi ! » ; oui : l’eau — enfin…",
    "Qu'est-ce que c'est ?",
    "Il [sic] a dit (peut-être) cela.",
    "Une parenthèse (jamais fermée",
    "[pas fermé et la suite",
    "snake_case reste, C# aussi, #1 de même.",
    "Prix : 5 € | 6 $, 10 % de R&D, 25 °C, ½.",
    "Il est 20 h 30.",
    "-",
    "1.",
]


@pytest.mark.parametrize(("written", "said"), MARKUP.items(), ids=repr)
def test_markup_is_not_spoken(written: str, said: str) -> None:
    """What is written for the eye is left out, the words stay."""
    assert spoken(written) == said


@pytest.mark.parametrize("text", PLAIN, ids=repr)
def test_plain_text_is_unchanged(text: str) -> None:
    """Text without markup is spoken as it is, French typography and maths too."""
    assert spoken(text) == text


@pytest.mark.parametrize("text", [*MARKUP, *PLAIN], ids=repr)
def test_pieces_do_not_matter(text: str) -> None:
    """However the text is cut, what is spoken is that of the whole."""
    whole = spoken(text)

    for size in range(1, len(text) + 1):
        assert _streamed(text, size) == whole, f"in pieces of {size}"
    for cut in range(len(text)):
        stream = SpokenText()
        halves = stream.feed(text[:cut]) + stream.feed(text[cut:]) + stream.finish()
        assert halves == whole, f"cut at {cut}"


def test_all_together_in_pieces() -> None:
    """The texts one after another, as one long reply, do not depend on the cuts."""
    text = "\n".join([*MARKUP, *PLAIN])

    assert {_streamed(text, size) for size in range(1, 120)} == {spoken(text)}


@pytest.mark.parametrize(
    ("fed", "released"),
    [
        ("Il fait ", "Il fait"),
        ("Il fait bon dans le sal", "Il fait bon dans le"),
        ("**Oui** et ", "Oui et"),
        ("- Salon et ", "Salon et"),
        ("-5 degrés ", "-5 degrés"),
        ("Il [sic] dit ", "Il [sic] dit"),
        ("5 < 6 et ", "5 < 6 et"),
        ("Fini.\n| A | B ", "Fini."),
        ("Lis [le guide", "Lis"),
        ("Lis <a href=", "Lis"),
        ("- ", ""),
        ("Mo", ""),
    ],
)
def test_speech_begins_early(fed: str, released: str) -> None:
    """Whole words are released at once, half-read markup is not."""
    stream = SpokenText()

    said = "".join(stream.feed(char) for char in fed)

    assert said == released


def test_an_unclosed_bracket_does_not_hold_speech_for_ever() -> None:
    """A bracket that is no link is let go after a while."""
    stream = SpokenText()

    said = stream.feed("Bon [" + "mot " * 100)

    assert said.startswith("Bon [mot mot")


def test_goes_on_after_a_pause() -> None:
    """A tool call in the middle ends a piece, and the words after it stay apart."""
    stream = SpokenText()

    before = stream.feed("Je regarde ") + stream.finish()
    after = stream.feed("et voilà") + stream.finish()

    assert (before, after) == ("Je regarde", " et voilà")


def _streamed(text: str, size: int) -> str:
    """Return what is spoken of a text that comes in pieces of a size."""
    stream = SpokenText()
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    return "".join(stream.feed(piece) for piece in pieces) + stream.finish()
