"""Complaints are answered with what would help."""

import pytest

from .conftest import Spoken


@pytest.mark.parametrize(
    ("room", "said", "reply"),
    [
        ("salon", "Il fait vraiment froid ici", "Je monte le chauffage ?"),
        ("cuisine", "Il fait trop froid dans le salon", "Je monte le chauffage ?"),
        ("chambre_amis", "On se gèle", "J'allume le chauffage ?"),
        ("salon", "J'ai trop chaud", "Je baisse la température ?"),
        ("cuisine", "On étouffe", "J'allume le ventilateur ?"),
        ("cuisine", "C'est beaucoup trop fort", "Je baisse le son ?"),
        ("chambre", "Il fait trop sec", "J'allume l'humidificateur ?"),
    ],
)
async def test_what_would_help(
    spoken: Spoken, room: str, said: str, reply: str
) -> None:
    """The first thing of the room that would make a difference is proposed."""
    spoken.room = room
    assert await spoken.say(said) == reply
    assert not spoken.home.calls


async def test_a_yes_does_it(spoken: Spoken) -> None:
    """What was proposed is done upon a yes, also one that repeats it."""
    spoken.room = "bureau"
    await spoken.say("éteins la lampe du bureau")
    await spoken.say("On n'y voit rien")
    await spoken.say("oui, allume")
    assert spoken.state("light.bureau") == "on"


@pytest.mark.parametrize(
    ("room", "said"),
    [
        ("entree", "Il fait trop sec"),
        ("bureau", "C'est trop fort"),
        ("salon", "Il fait trop froid pour un mois d'août"),
        (None, "On se gèle"),
    ],
)
async def test_nothing_helps(spoken: Spoken, room: str | None, said: str) -> None:
    """Where nothing there would help, it is no wish."""
    spoken.room = room
    assert (await spoken.ask(said)).error
    assert not spoken.home.calls
