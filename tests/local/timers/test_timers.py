"""Timers in the words of a household."""

import pytest

from custom_components.jarvis.local.text.normal import normal
from custom_components.jarvis.local.timers.timers import asked_of_timers

from ..conftest import Spoken


@pytest.mark.parametrize(
    ("language", "said", "do", "slots"),
    [
        ("fr", "mets un minuteur de dix minutes", "start", {}),
        ("fr", "minuteur pâtes 5 minutes", "start", {"name": "pates"}),
        ("fr", "minuteur 5 minutes pour le gâteau", "start", {"name": "gateau"}),
        ("fr", "compte deux minutes", "start", {}),
        ("fr", "préviens-moi dans une heure", "start", {}),
        ("fr", "annule le minuteur", "cancel", {}),
        ("fr", "arrête le minuteur des pâtes", "cancel", {"which": "pates"}),
        ("fr", "supprime tous les minuteurs", "cancel_all", {}),
        ("fr", "rajoute deux minutes au minuteur", "increase", {}),
        ("fr", "prolonge le minuteur de 5 minutes", "increase", {}),
        ("fr", "enlève une minute au minuteur", "decrease", {}),
        ("fr", "mets le minuteur en pause", "pause", {}),
        ("fr", "reprends le minuteur", "resume", {}),
        ("fr", "il reste combien de temps", "status", {}),
        ("fr", "où en est le minuteur", "status", {}),
        ("en", "set a ten minute timer", "start", {}),
        ("en", "five minute pasta timer", "start", {"name": "pasta"}),
        ("en", "wake me in half an hour", "start", {}),
        ("en", "stop the pizza timer", "cancel", {"which": "pizza"}),
        ("en", "cancel all timers", "cancel_all", {}),
        ("en", "add 5 minutes to the timer", "increase", {}),
        ("en", "take two minutes off the timer", "decrease", {}),
        ("en", "pause the timer", "pause", {}),
        ("en", "resume the timer", "resume", {}),
        ("en", "how much time is left", "status", {}),
    ],
)
def test_what_is_asked(
    language: str, said: str, do: str, slots: dict[str, str]
) -> None:
    """The most literal reading comes first."""
    asked = asked_of_timers(normal(said, language), language)[0]

    assert asked.do == do
    words = ("name", "which", "place")
    assert {name: asked.said(name) for name in words if name in asked.slots} == slots


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "mets la table dans dix minutes"),
        ("fr", "ajoute du sel"),
        ("fr", "combien de fenêtres sont ouvertes"),
        ("en", "add a pinch of salt"),
        ("en", "stop the music"),
        ("en", "how long is the film"),
        ("en", "set the table and start a timer for 5 minutes"),
        ("fr", "mets un minuteur de 10 minutes et éteins la hotte"),
    ],
)
def test_what_is_no_timer(language: str, said: str) -> None:
    """Sentences about other things are left alone."""
    assert not asked_of_timers(normal(said, language), language)


async def test_a_named_timer_keeps_its_spelling(spoken: Spoken) -> None:
    """A name is told as it was written, and found again without its accents."""
    reply = await spoken.say("Minuteur pour le gâteau de 40 minutes")
    assert reply == "Minuteur « gâteau » de 40 minutes lancé."

    assert "40 minutes" in await spoken.say(
        "combien de temps reste-t-il pour le gateau ?"
    )
    assert await spoken.say("annule le minuteur du gateau") == "Minuteur annulé."
    assert not spoken.timers()


async def test_several_timers_are_told_apart(spoken: Spoken) -> None:
    """Who means one of several is told which there are."""
    await spoken.say("minuteur pâtes 10 minutes")
    await spoken.say("minuteur de 20 minutes")

    reply = await spoken.say("annule le minuteur")
    assert "pâtes ou celui de 20 minutes" in reply
    assert spoken.timers() == [600, 1200]

    assert await spoken.say("annule le minuteur de 20 minutes") == "Minuteur annulé."
    assert spoken.timers() == [600]


async def test_where_no_timer_can_ring(spoken: Spoken) -> None:
    """A device without timers is told so."""
    spoken.room = None
    reply = await spoken.say("mets un minuteur d'un quart d'heure")
    assert reply == "Cet appareil ne sait pas faire sonner un minuteur."


async def test_a_timer_is_taken_back(spoken: Spoken) -> None:
    """«Annule ça» stops what was just started, and nothing older."""
    await spoken.say("minuteur pâtes 10 minutes")
    await spoken.say("minuteur de 20 minutes")

    await spoken.say("annule ça")

    assert spoken.timers() == [600]


async def test_an_unknown_name(spoken: Spoken) -> None:
    """A timer that there is not is told, where a timer was meant."""
    reply = await spoken.say("annule le minuteur des frites")
    assert reply == "Je ne trouve pas ce minuteur."
