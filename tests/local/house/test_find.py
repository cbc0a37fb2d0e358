"""Which things a phrase means, in a small house with both languages' names."""

import pytest

from custom_components.jarvis.local.house.find import find
from custom_components.jarvis.local.house.found import Found, Scope
from custom_components.jarvis.local.house.things import House, Place, Thing
from custom_components.jarvis.local.text.normal import normal

HOUSE = House(
    things=[
        Thing("light.salon_1", ("Plafonnier du salon",), "light", "salon", "ground"),
        Thing("light.salon_2", ("Lampadaire",), "light", "salon", "ground"),
        Thing("light.kitchen", ("Kitchen light",), "light", "kitchen", "ground"),
        Thing("light.bed_left", ("Left bedside lamp",), "light", "bedroom", "upper"),
        Thing("light.bed_right", ("Right bedside lamp",), "light", "bedroom", "upper"),
        Thing("cover.salon", ("Volet salon",), "cover.shutter", "salon", "ground"),
        Thing("cover.bed", ("Volet chambre",), "cover.shutter", "bedroom", "upper"),
        Thing("cover.curtain", ("Rideau",), "cover.curtain", "salon", "ground"),
        Thing("cover.garage", ("Porte de garage",), "cover.garage", "garage", "ground"),
        Thing("lock.entry", ("Smart lock",), "lock", "entry", "ground"),
        Thing("vacuum.robo", ("Roborock Downstairs",), "vacuum", "salon", "ground"),
        Thing("media_player.tv", ("Télé",), "media_player.tv", "salon", "ground"),
        Thing("media_player.box", ("Enceintes",), "media_player.speaker", "kitchen"),
        Thing("switch.coffee", ("Machine à café", "Coffee machine"), "switch"),
        Thing("switch.hood", ("Hotte", "Cooker hood"), "switch"),
    ],
    areas=[
        Place("salon", ("Salon", "Living room")),
        Place("kitchen", ("Cuisine", "Kitchen")),
        Place("bedroom", ("Chambre", "Bedroom")),
        Place("garage", ("Garage",)),
        Place("entry", ("Entrée", "Entry")),
    ],
    floors=[
        Place("ground", ("Rez-de-chaussée",), level=0),
        Place("upper", ("Étage",), level=1),
    ],
)
EVERYTHING = frozenset(thing.domain for thing in HOUSE.things)
LIGHTS = ("light.salon_1", "light.salon_2")
SWITCHES = ("switch.coffee", "switch.hood")
BEDSIDE = ("light.bed_left", "light.bed_right")


def _find(
    phrase: str,
    language: str,
    *,
    kinds: frozenset[str] = EVERYTHING,
    area: str | None = None,
) -> Found | None:
    """Look a phrase up."""
    scope = Scope(
        kinds,
        of_place=frozenset({"light"}),
        of_everything=frozenset({"light"}),
        area=area,
    )
    return find(normal(phrase, language).split(), HOUSE.index(language), scope)


@pytest.mark.parametrize(
    ("phrase", "language", "meant"),
    [
        ("the kitchen light", "en", ("light.kitchen",)),
        ("kitchen lights", "en", ("light.kitchen",)),
        ("the smart lock", "en", ("lock.entry",)),
        ("the entry lock", "en", ("lock.entry",)),
        ("Roborock", "en", ("vacuum.robo",)),
        ("the downstairs vacuum", "en", ("vacuum.robo",)),
        ("the vacuum in the living room", "en", ("vacuum.robo",)),
        ("the living room lights", "en", LIGHTS),
        ("the lights in the living room", "en", LIGHTS),
        ("the light in the living room", "en", LIGHTS),
        (
            "the coffee machine and the cooker hood",
            "en",
            ("switch.coffee", "switch.hood"),
        ),
        ("both bedside lamps", "en", BEDSIDE),
        ("the lights upstairs", "en", BEDSIDE),
        ("everything in the kitchen", "en", ("light.kitchen",)),
        ("the living room and kitchen lights", "en", (*LIGHTS, "light.kitchen")),
        ("all the lights except the kitchen", "en", (*LIGHTS, *BEDSIDE)),
        ("le volet du salon", "fr", ("cover.salon",)),
        ("les volets", "fr", ("cover.salon", "cover.bed")),
        ("les volets d'en haut", "fr", ("cover.bed",)),
        ("les volets sauf dans le salon", "fr", ("cover.bed",)),
        ("la lumière du salon", "fr", LIGHTS),
        ("le salon", "fr", LIGHTS),
        (
            "la lumière de la cuisine et de la chambre",
            "fr",
            ("light.kitchen", *BEDSIDE),
        ),
        ("les deux lampes de la chambre", "fr", BEDSIDE),
        ("le lampadaire", "fr", ("light.salon_2",)),
        ("le lampadaire du salon", "fr", ("light.salon_2",)),
        ("la machine à café", "fr", ("switch.coffee",)),
        ("les enceintes", "fr", ("media_player.box",)),
        ("le rideau", "fr", ("cover.curtain",)),
        ("les persiennes de la chambre", "fr", ("cover.bed",)),
    ],
)
def test_found(phrase: str, language: str, meant: tuple[str, ...]) -> None:
    """Every word is explained by a name, a place or a kind."""
    found = _find(phrase, language)

    assert found is not None
    assert not found.unclear
    assert {thing.entity_id for thing in found.things} == set(meant)


@pytest.mark.parametrize(
    ("phrase", "language"),
    [
        ("the fridge", "en"),
        ("the kitchen light of my aunt", "en"),
        ("the light in the attic", "en"),
        ("the table", "en"),
        ("everything except the moon", "en"),
        ("the lights except the fridge", "en"),
        ("", "en"),
        ("les yeux", "fr"),
        ("la bougie", "fr"),
        ("la lumière chez maman", "fr"),
        ("le volet de la cave", "fr"),
    ],
)
def test_nothing_is_guessed(phrase: str, language: str) -> None:
    """One word that fits nothing, and nothing is meant."""
    assert _find(phrase, language) is None


@pytest.mark.parametrize(
    ("phrase", "language"),
    [("the lamp", "en"), ("the bedside lamp", "en"), ("la lampe de la chambre", "fr")],
)
def test_one_of_several_is_unclear(phrase: str, language: str) -> None:
    """A lamp is one, and nobody can tell which."""
    found = _find(phrase, language)

    assert found is not None
    assert found.unclear


def test_the_own_room_comes_first() -> None:
    """Lights are those where the speaker is; everywhere is everywhere."""
    here = _find("the lights", "en", area="bedroom")
    everywhere = _find("the lights everywhere", "en", area="bedroom")

    assert here is not None
    assert {thing.entity_id for thing in here.things} == set(BEDSIDE)
    assert everywhere is not None
    assert len(everywhere.things) == 5


def test_only_what_can_do_it_is_meant() -> None:
    """What is locked is no garage door."""
    found = _find("the door", "en", kinds=frozenset({"lock"}))

    assert found is not None
    assert [thing.entity_id for thing in found.things] == ["lock.entry"]
