"""Timers in the words of a household."""

import pytest

from custom_components.jarvis.local.text.normal import normal
from custom_components.jarvis.local.timers.durations import (
    rounded,
    told as duration_told,
)
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


@pytest.fixture(params=[True, False], ids=["counts", "counts not"])
def spoken_anywhere(request: pytest.FixtureRequest, spoken: Spoken) -> Spoken:
    """Return a house where what hears counts timers itself, and one where not."""
    spoken.counts = request.param
    return spoken


async def test_a_named_timer_keeps_its_spelling(spoken_anywhere: Spoken) -> None:
    """A name is told as it was written, and found again without its accents."""
    spoken = spoken_anywhere
    reply = await spoken.say("Minuteur pour le gâteau de 40 minutes")
    assert reply == "Minuteur « gâteau » de 40 minutes lancé."

    assert "40 minutes" in await spoken.say(
        "combien de temps reste-t-il pour le gateau ?"
    )
    assert await spoken.say("annule le minuteur du gateau") == "Minuteur annulé."
    assert await spoken.running() == spoken.timers() == []


async def test_several_timers_are_told_apart(spoken_anywhere: Spoken) -> None:
    """Who means one of several is told which there are."""
    spoken = spoken_anywhere
    await spoken.say("minuteur pâtes 10 minutes")
    await spoken.say("minuteur de 20 minutes")

    reply = await spoken.say("annule le minuteur")
    assert "pâtes ou celui de 20 minutes" in reply
    assert await spoken.running() == [600, 1200]
    assert spoken.timers() == ([600, 1200] if spoken.counts else [])

    assert await spoken.say("annule le minuteur de 20 minutes") == "Minuteur annulé."
    assert await spoken.running() == [600]


PASTA, PIZZA = "Pâtes : il reste 15 minutes.", "Pizza: 17 minutes left."
EVERYTHING = {
    "fr": [
        ("minuteur pâtes de 10 minutes", "Minuteur « pâtes » de 10 minutes lancé."),
        ("ajoute 2 minutes au minuteur pâtes", "C'est noté : 2 minutes de plus."),
        ("enlève une minute au minuteur", "C'est noté : 1 minute de moins."),
        ("mets le minuteur des pâtes en pause", "Minuteur en pause."),
        ("il reste combien ?", "Pâtes, en pause : il reste 11 minutes."),
        ("mets le minuteur en pause", "Je ne trouve pas ce minuteur."),
        ("reprends le minuteur", "Minuteur relancé."),
        ("encore 4 minutes", "C'est noté : 4 minutes de plus."),
        ("minuteur de 3 minutes", "Minuteur de 3 minutes lancé."),
        (
            "quels minuteurs tournent ?",
            f"2 minuteurs. Celui de 3 minutes : il reste 3 minutes. {PASTA}",
        ),
        ("annule tous les minuteurs", "2 minuteurs annulés."),
        ("il reste combien ?", "Aucun minuteur en cours."),
    ],
    "en": [
        ("set a pizza timer for 12 minutes", 'Timer "pizza" set for 12 minutes.'),
        ("add 2 minutes to the pizza timer", "All right, 2 minutes more."),
        ("take a minute off the timer", "All right, 1 minute less."),
        ("pause the pizza timer", "Timer paused."),
        ("how much time is left?", "Pizza, paused: 13 minutes left."),
        ("pause the timer", "I cannot find that timer."),
        ("resume the timer", "Timer resumed."),
        ("4 more minutes", "All right, 4 minutes more."),
        ("set a timer for 3 minutes", "Timer set for 3 minutes."),
        (
            "which timers are running?",
            f"2 timers. The one of 3 minutes: 3 minutes left. {PIZZA}",
        ),
        ("cancel all timers", "2 timers cancelled."),
        ("how much time is left?", "No timers."),
    ],
}


@pytest.mark.parametrize("spoken", ["fr", "en"], indirect=True)
async def test_everything_done_with_one(spoken_anywhere: Spoken) -> None:
    """A timer is lengthened, shortened, paused, resumed and told."""
    spoken = spoken_anywhere
    for words, reply in EVERYTHING[spoken.language]:
        assert await spoken.say(words) == reply, words


async def test_rooms_tell_timers_apart(spoken: Spoken) -> None:
    """Where somebody speaks says which one is meant, and so does a room's name."""
    spoken.counts = False
    await spoken.say("minuteur pâtes de 10 minutes")
    spoken.room = "salon"
    await spoken.say("minuteur thé de 20 minutes")

    await spoken.say("ajoute une minute au minuteur")
    assert await spoken.running() == [600, 1260]
    await spoken.say("ajoute une minute au minuteur de la cuisine")
    assert await spoken.running() == [660, 1260]
    await spoken.say("annule tous les minuteurs de la cuisine")
    assert await spoken.running() == [1260]


async def test_set_for_another_room(spoken: Spoken) -> None:
    """It rings there where anything can; where nothing can, that is told."""
    there = spoken.home.satellite("salon")

    reply = await spoken.say("mets un minuteur d'1h30 dans le salon")
    assert reply == "Minuteur de 1 heure et 30 minutes lancé."
    (timer,) = await spoken.jarvis.entry.runtime_data.timers.async_list()
    assert (timer.device, timer.seconds) == (there, 5400)

    reply = await spoken.say("mets un minuteur de 5 minutes dans le garage")
    assert reply == "Il n'y a rien là-bas qui puisse sonner."
    assert await spoken.running() == [5400]


async def test_where_nothing_can_ring(spoken: Spoken) -> None:
    """A phone has timers as well: it is notified."""
    spoken.room = None
    reply = await spoken.say("mets un minuteur d'un quart d'heure")
    assert reply == "Minuteur de 15 minutes lancé."
    assert await spoken.running() == [900]


async def test_a_timer_is_taken_back(spoken_anywhere: Spoken) -> None:
    """«Annule ça» stops what was just started, and nothing older."""
    spoken = spoken_anywhere
    await spoken.say("minuteur pâtes 10 minutes")
    await spoken.say("minuteur de 20 minutes")

    await spoken.say("annule ça")

    assert await spoken.running() == [600]


async def test_an_unknown_name(spoken: Spoken) -> None:
    """A timer that there is not is told, where a timer was meant."""
    reply = await spoken.say("annule le minuteur des frites")
    assert reply == "Je ne trouve pas ce minuteur."


async def test_a_command_for_later_is_no_timer(spoken: Spoken) -> None:
    """«Dans dix minutes éteins…» stays a command."""
    await spoken.say("dans dix minutes éteins la lumière de la cuisine")

    assert await spoken.running() == []
    assert list((await spoken.later()).values()) == [600]
    await spoken.say("annule ça")
    assert await spoken.later() == {}


async def test_more_without_a_timer_means_nothing(spoken: Spoken) -> None:
    """Where none runs or rang, «encore cinq minutes» is about something else."""
    reply = await spoken.ask("encore 5 minutes")
    assert reply.error == "not_understood"
    await spoken.say("minuteur pâtes 10 minutes")
    assert (await spoken.ask("5 minutes")).error == "not_understood"
    assert await spoken.running() == [600]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (29.99, "30 secondes"),
        (8.2, "9 secondes"),
        (33, "30 secondes"),
        (58, "1 minute"),
        (74, "1 minute"),
        (85, "1 minute et 30 secondes"),
        (110, "2 minutes"),
        (3599.9, "1 heure"),
        (5400, "1 heure et 30 minutes"),
        (6700, "2 heures"),
    ],
)
def test_what_is_left_is_rounded(seconds: float, told: str) -> None:
    """As precisely as people want to hear it; a second that has begun is whole."""
    assert duration_told(rounded(seconds), "fr") == told
