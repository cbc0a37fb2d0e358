"""Commands for later, and for a while."""

import pytest

from ..conftest import Spoken

_TOO_LATE = "Je ne peux le faire que dans les 24 heures."


@pytest.mark.parametrize(
    ("said", "seconds", "command"),
    [
        (
            "Dans dix minutes, éteins la lampe du bureau",
            600,
            "éteins la lampe du bureau",
        ),
        ("Éteins la hotte dans une heure et demie", 5400, "Éteins la hotte"),
        ("À 20h30 ferme le volet du salon", 7200, "ferme le volet du salon"),
        ("Ce soir allume la guirlande à 21h", 9000, "allume la guirlande"),
        ("Demain matin à 7h, tu allumeras la hotte", 45000, "allume la hotte"),
    ],
)
async def test_a_command_waits(
    spoken: Spoken, said: str, seconds: int, command: str
) -> None:
    """The bare command is kept as it was written, and told with its time."""
    reply = await spoken.say(said)

    assert reply.startswith("Entendu : ")
    assert command in reply
    assert spoken.commands() == [command]
    assert spoken.timers() == [pytest.approx(seconds, abs=1)]


@pytest.mark.parametrize("spoken", ["en"], indirect=True)
async def test_in_english(spoken: Spoken) -> None:
    """The reply names command and time."""
    reply = await spoken.say("At half past seven tonight turn on the fairy lights")
    assert reply == "All right: turn on the fairy lights at 7:30 pm."


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        ("ce soir à six heures éteins la hotte", "Cette heure est déjà passée."),
        ("demain à 20h éteins la hotte", _TOO_LATE),
        (
            "dans 30 heures éteins la hotte",
            _TOO_LATE,
        ),
    ],
)
async def test_a_time_that_cannot_be(spoken: Spoken, said: str, reply: str) -> None:
    """What is past or too far is told, and nothing is started."""
    assert await spoken.say(said) == reply
    assert not spoken.timers()


@pytest.mark.parametrize(
    "said",
    [
        "tous les soirs à dix heures coupe le chauffage",
        "éteins la hotte à dix heures tous les soirs",
        "le lundi à dix heures ouvre les volets",
        "à huit heures c'est l'école",
        "à dix heures n'éteins pas la hotte",
    ],
)
async def test_what_is_not_started(spoken: Spoken, said: str) -> None:
    """What recurs, is negated or no command never starts anything."""
    await spoken.ask(said)
    assert not spoken.timers()
    assert not spoken.home.calls


async def test_an_unclear_command_wants_a_name(spoken: Spoken) -> None:
    """Nobody is there later to be asked which lamp was meant."""
    spoken.room = "chambre"
    reply = await spoken.say("dans dix minutes allume la lampe de chevet")

    assert reply.startswith("Dites-le avec le nom : Lampe de chevet ")
    assert not spoken.timers()


async def test_several_doors_are_not_opened_later(spoken: Spoken) -> None:
    """What is asked about when said cannot be asked later."""
    spoken.room = None
    await spoken.say("dans dix minutes déverrouille toutes les portes")
    assert not spoken.timers()


async def test_a_pronoun_is_put_into_words(spoken: Spoken) -> None:
    """What "it" is would be forgotten by then."""
    await spoken.say("allume la hotte")
    await spoken.say("éteins-la dans dix minutes")
    assert spoken.commands() == ["éteins Hotte"]


async def test_for_a_while(spoken: Spoken) -> None:
    """It is done at once, and the opposite is kept; both are taken back together."""
    reply = await spoken.say("allume la hotte pendant un quart d'heure")

    assert reply == "J'ai allumé Hotte. C'est pour 15 minutes."
    assert spoken.state("fan.hotte") == "on"
    assert spoken.commands() == ["éteins Hotte"]

    await spoken.say("annule ça")
    assert spoken.state("fan.hotte") == "off"
    assert not spoken.timers()


async def test_no_door_opens_by_itself(spoken: Spoken) -> None:
    """What would be unlocked in the end is not locked for a while."""
    await spoken.ask("verrouille la porte de derrière pendant dix minutes")
    assert spoken.state("lock.porte_de_derriere") == "unlocked"
    assert not spoken.timers()
