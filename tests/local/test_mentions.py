"""Which devices of a house of about thirty the words are about."""

import pytest

from custom_components.jarvis.local.mentions import Candidate, mentioned

GROUND = ("Rez-de-chaussée", "ground floor")
UPSTAIRS = ("Étage", "upstairs")
PLACES = {
    "salon": ("Salon", "living room", *GROUND),
    "cuisine": ("Cuisine", "kitchen", *GROUND),
    "entree": ("Entrée", "hall", *GROUND),
    "chambre": ("Chambre", "bedroom", *UPSTAIRS),
    "sdb": ("Salle de bain", "bathroom", *UPSTAIRS),
    "bureau": ("Bureau", "office", *UPSTAIRS),
    "jardin": ("Jardin", "garden"),
    "garage": ("Garage",),
    "": (),
}
# Entity, kind, area, names.
HOUSE = """\
light.salon|light|salon|Lumière du salon|living room light
light.lampadaire|light|salon|Lampadaire|floor lamp
light.cuisine|light|cuisine|Lumière de la cuisine|kitchen light
light.chambre|light|chambre|Lumière de la chambre|bedroom light
light.chevet|light|chambre|Lampe de chevet|bedside lamp
light.sdb|light|sdb|Miroir|mirror
light.jardin|light|jardin|Guirlande|string lights
switch.cafe|switch|cuisine|Machine à café|coffee machine
switch.prise_tele|switch.outlet|salon|Prise de la télé|TV outlet
switch.arrosage|switch|jardin|Arrosage|sprinkler
cover.salon|cover.shutter|salon|Volet du salon|living room blind
cover.chambre|cover.shutter|chambre|Volet de la chambre|bedroom blind
cover.garage|cover.garage|garage|Porte du garage|garage door
lock.entree|lock|entree|Porte d'entrée|front door
climate.salon|climate|salon|Chauffage|heating
climate.chambre|climate|chambre|Clim de la chambre|bedroom air conditioner
fan.sdb|fan|sdb|VMC|extractor
media_player.tele|media_player.tv|salon|Télé|TV
media_player.cuisine|media_player.speaker|cuisine|Enceinte de la cuisine
vacuum.gaston|vacuum|salon|Gaston
sensor.t_salon|sensor.temperature|salon|Température du salon
sensor.t_chambre|sensor.temperature|chambre|Température de la chambre
sensor.t_dehors|sensor.temperature|jardin|Température extérieure|outdoor temperature
sensor.h_sdb|sensor.humidity|sdb|Humidité de la salle de bain
sensor.conso|sensor.power||Consommation
sensor.telephone|sensor.battery||Téléphone de Marie
binary_sensor.f_cuisine|binary_sensor.window|cuisine|Fenêtre de la cuisine
binary_sensor.f_bureau|binary_sensor.window|bureau|Fenêtre du bureau
binary_sensor.entree|binary_sensor.motion|entree|Mouvement dans l'entrée
weather.maison|weather||Météo
person.marie|person||Marie
person.john|person||John
todo.courses|todo||Liste de courses|shopping list"""
CANDIDATES = [
    Candidate(entity_id, names, kind, PLACES[area], area or None)
    for entity_id, kind, area, *names in (
        line.split("|") for line in HOUSE.splitlines()
    )
]
LIGHTS = "salon lampadaire cuisine chambre chevet sdb jardin"
FIRST = {
    # One name
    "Allume la lumière du salon": "light.salon",
    "Turn on the living room light": "light.salon",
    "LA LAMPE DE CHEVET !": "light.chevet",
    "la lumiere du salon": "light.salon",
    "Lance Gaston": "vacuum.gaston",
    "Fais-moi un café": "switch.cafe",
    "Make me a coffee": "switch.cafe",
    "Est-ce que la porte d'entrée est verrouillée ?": "lock.entree",
    "Is the front door locked?": "lock.entree",
    "Ajoute du lait à la liste de courses": "todo.courses",
    "Put milk on the shopping list": "todo.courses",
    "Mets le son plus fort à la télé": "media_player.tele",
    "Quelle est la température extérieure ?": "sensor.t_dehors",
    "Où est Marie ?": "person.marie",
    "Where is John?": "person.john",
    # A kind
    "Passe l'aspirateur": "vacuum.gaston",
    "Combien on consomme ?": "sensor.conso",
    "What's the weather like?": "weather.maison",
    "Ouvre le garage": "cover.garage",
    "Open the garage": "cover.garage",
    "Who is at home?": "person.john person.marie",
    # Plural
    "Éteins les lumières": "light." + LIGHTS.replace(" ", " light."),
    "Turn off all the lights": "light." + LIGHTS.replace(" ", " light."),
    "Ferme les volets": "cover.salon cover.chambre",
    "Close the blinds": "cover.salon cover.chambre",
    "Are any windows open?": "binary_sensor.f_cuisine binary_sensor.f_bureau",
    "Les fenêtres sont-elles fermées ?": (
        "binary_sensor.f_cuisine binary_sensor.f_bureau"
    ),
    # A kind in an area
    "Quelle température fait-il dans la chambre ?": "sensor.t_chambre",
    "How warm is it in the bedroom?": "sensor.t_chambre climate.chambre",
    "C'est humide dans la salle de bain ?": "sensor.h_sdb",
    "Is it humid in the bathroom?": "sensor.h_sdb",
    "Y a-t-il du mouvement dans l'entrée ?": "binary_sensor.entree",
    # A whole area, a floor
    "Éteins tout dans la cuisine": (
        "light.cuisine switch.cafe media_player.cuisine binary_sensor.f_cuisine"
    ),
    "Allume les lumières du rez-de-chaussée": (
        "light.cuisine light.salon light.lampadaire"
    ),
    "Turn on the lights on the ground floor": (
        "light.cuisine light.salon light.lampadaire"
    ),
}
UPSTAIRS_ALL = {
    candidate.entity_id for candidate in CANDIDATES if "Étage" in candidate.areas
}


@pytest.mark.parametrize(("text", "meant"), FIRST.items())
def test_meant_comes_first(text: str, meant: str) -> None:
    """What is meant leads the list, whatever else may be in it."""
    expected = set(meant.split())

    found = mentioned(text, CANDIDATES, 40)

    assert set(found[: len(expected)]) == expected


@pytest.mark.parametrize(
    "text", ["Éteins tout à l'étage", "Turn everything off upstairs"]
)
def test_a_floor(text: str) -> None:
    """A floor means all that is on it and nothing else."""
    assert set(mentioned(text, CANDIDATES, 40)) == UPSTAIRS_ALL


@pytest.mark.parametrize(
    ("text", "room", "first"),
    [
        ("Allume la lumière", "cuisine", "light.cuisine"),
        ("Allume la lumière", "chambre", "light.chambre"),
        ("Turn on the light", "salon", "light.salon"),
        ("Ferme le volet", "chambre", "cover.chambre"),
        ("J'ai froid", "chambre", "climate.chambre"),
        ("I'm cold", "salon", "climate.salon"),
    ],
)
def test_the_own_room_breaks_ties(text: str, room: str, first: str) -> None:
    """Where a room is not named, it is the one that the person is in."""
    assert mentioned(text, CANDIDATES, 40, room)[0] == first


def test_a_named_room_is_stronger_than_the_own() -> None:
    """Another room, once named, is meant."""
    found = mentioned("Allume la lumière de la cuisine", CANDIDATES, 40, "chambre")

    assert found[0] == "light.cuisine"


@pytest.mark.parametrize(
    "text",
    ["", "?!", "bonjour", "Raconte-moi une blague", "Tell me a joke", "Et éteins-la"],
)
def test_nothing_is_meant(text: str) -> None:
    """Words that name nothing mean nothing, in any room."""
    assert mentioned(text, CANDIDATES, 40) == []
    assert mentioned(text, CANDIDATES, 40, "salon") == []


def test_no_house() -> None:
    """Without devices nothing can be meant."""
    assert mentioned("Allume la lumière", [], 40) == []


def test_unlikely_ones_are_left_out() -> None:
    """What shares a filler or a faint likeness with the words is not told."""
    found = mentioned("Allume la lumière du salon", CANDIDATES, 40)

    assert "vacuum.gaston" not in found
    assert "lock.entree" not in found


def test_no_more_than_wanted() -> None:
    """The list is cut at the limit, its likeliest stay; the order is stable."""
    found = mentioned("Éteins les lumières", CANDIDATES, 3)

    assert found == mentioned("Éteins les lumières", CANDIDATES[::-1], 40)[:3]
    assert len(found) == 3
