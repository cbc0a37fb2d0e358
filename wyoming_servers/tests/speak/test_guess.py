"""Which language a text is in."""

import pytest

from jarvis_wyoming.speak import language_of

BOTH = ("fr", "en")


@pytest.mark.parametrize(
    "text",
    [
        "C'est fait.", "Oui.", "Bonjour !", "D'accord.", "Voilà.", "Il fait 21 °C.",
        "Je n'ai pas compris.", "La lumière du salon est allumée.", "Minuteur lancé.",
        "Quinze minutes.", "Volets ouverts.", "Bonne nuit, Nicolas.", "Désolé.",
        "J’ai éteint le chauffage.", "Il est midi.", "Quelle lampe ?", "Très bien",
        "Aujourd'hui, pluie.", "Attends", "L'alarme sonnera à 6h.", "Ajouté.",
        "Je lance Spotify.", "Le mode Home Cinema est prêt.", "22 novembre", "Merci",
        "Batterie : 100 %.", "Consommation : 12,4 kWh", "CPU : 12 %, RAM : 3,2/8 Go",
        "Rien à faire", "Un instant.", "Chambre : 19 °C", "Je regarde…",
    ],
)  # fmt: skip
def test_french_is_heard(text: str) -> None:
    """Given a reply in French, short as it may be, it is told from English."""
    assert language_of(text, ("en", "fr")) == "fr"


@pytest.mark.parametrize(
    "text",
    [
        "Done.", "Yes.", "Hello!", "Okay.", "Sure.", "It's 70 °F.", "I don't know.",
        "The living room light is on.", "Timer started.", "Fifteen minutes.",
        "Good night, Nicolas.", "Sorry.", "I've turned off the heating.", "It's noon.",
        "Which lamp?", "Very well", "Today, rain.", "Wait for it", "Added.", "Opened",
        "The café is open.", "Playing La vie en rose.", "November 22", "Thanks",
        "Noted.", "Humidity: 55%.", "8 billion people.", "CPU: 12%, 1,250 rpm",
        "One moment.", "Bedroom: 66 °F", "Let me look…", "Locked.", "Three are on.",
    ],
)  # fmt: skip
def test_english_is_heard(text: str) -> None:
    """Given a reply in English, short as it may be, it is told from French."""
    assert language_of(text, BOTH) == "en"


@pytest.mark.parametrize("text", ["", "42", "...", "🎉", "21 °C", "15:30", "OK"])
def test_what_tells_nothing_is_in_the_first_language(text: str) -> None:
    """Given numbers or nothing, the default speaks."""
    assert language_of(text, ("fr", "en")) == "fr"
    assert language_of(text, ("en", "fr")) == "en"


def test_an_address_is_in_no_language() -> None:
    """Given words inside an address or code, they tell nothing."""
    assert language_of("https://the.and.of.com/with the `and of the`", BOTH) == "en"
    assert language_of("https://le.la.les.fr/de", ("en", "fr")) == "en"


def test_regions_and_other_languages_may_be_among_them() -> None:
    """Given codes as voices have them, the right one comes back."""
    assert language_of("The light is on.", ("de_DE", "fr_FR", "en_GB")) == "en_GB"
    assert language_of("Das Licht ist an.", ("de_DE", "fr_FR")) == "de_DE"
