"""Commands for later, and for a while."""

import pytest

from ..conftest import Spoken


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
    assert await spoken.later() == {command: pytest.approx(seconds, abs=1)}
    assert not spoken.timers()


@pytest.mark.parametrize("spoken", ["en"], indirect=True)
async def test_in_english(spoken: Spoken) -> None:
    """The reply names command and time."""
    reply = await spoken.say("At half past seven tonight turn on the fairy lights")
    assert reply == "All right: turn on the fairy lights at 7:30 pm."


async def test_a_time_that_is_past(spoken: Spoken) -> None:
    """What is past is told, and another time is asked for."""
    reply = await spoken.say("ce soir à six heures éteins la hotte")

    assert reply == "C'est déjà passé. Pour quand le voulez-vous ?"
    assert not await spoken.later()

    assert "hotte" in await spoken.say("à 21 heures")
    assert list(await spoken.later()) == ["éteins la hotte"]


@pytest.mark.parametrize(
    ("said", "told", "hours"),
    [
        ("demain à 20h éteins la hotte", "demain à 20 h", 25.5),
        ("dans 30 heures éteins la hotte", "après-demain à 0 h 30", 30),
        ("tous les soirs à dix heures coupe la hotte", "tous les jours à 22 h", 3.5),
        ("éteins la hotte à dix heures tous les soirs", "tous les jours à 22 h", 3.5),
        ("demain éteins la hotte", "demain à 9 h", 14.5),
    ],
)
async def test_far_and_again_and_again(
    spoken: Spoken, said: str, told: str, hours: float
) -> None:
    """What is not for the next hours or comes again is kept and told as it was read."""
    reply = await spoken.say(said)

    assert reply.startswith("Entendu : ")
    assert told in reply
    assert list((await spoken.later()).values()) == [
        pytest.approx(hours * 3600, abs=60)
    ]


@pytest.mark.parametrize(
    "said",
    [
        "à huit heures c'est l'école",
        "à dix heures n'éteins pas la hotte",
        "tous les soirs n'éteins pas la hotte",
        "tous les soirs éteins la hotte s'il pleut",
        "on allumait la hotte tous les soirs",
    ],
)
async def test_what_is_not_kept(spoken: Spoken, said: str) -> None:
    """What is negated, has a condition or is no command is never kept."""
    await spoken.ask(said)
    assert not await spoken.later()
    assert not spoken.home.calls


async def test_told_and_called_off(spoken: Spoken) -> None:
    """A command for later is told and called off like a reminder."""
    await spoken.say("dans dix minutes éteins la hotte")

    assert "éteins la hotte" in await spoken.say("quels sont mes rappels ?")
    assert await spoken.say("annule le rappel de la hotte") == (
        "Le rappel est annulé : éteins la hotte."
    )
    assert not await spoken.later()


async def test_an_unclear_command_wants_a_name(spoken: Spoken) -> None:
    """Nobody is there later to be asked which lamp was meant."""
    spoken.room = "chambre"
    reply = await spoken.say("dans dix minutes allume la lampe de chevet")

    assert reply.startswith("Dites-le avec le nom : Lampe de chevet ")
    assert not await spoken.later()


async def test_several_doors_are_not_opened_later(spoken: Spoken) -> None:
    """What is asked about when said cannot be asked later."""
    spoken.room = None
    await spoken.say("dans dix minutes déverrouille toutes les portes")
    assert not await spoken.later()


async def test_a_pronoun_is_put_into_words(spoken: Spoken) -> None:
    """What "it" is would be forgotten by then."""
    await spoken.say("allume la hotte")
    await spoken.say("éteins-la dans dix minutes")
    assert list(await spoken.later()) == ["éteins Hotte"]


async def test_for_a_while(spoken: Spoken) -> None:
    """It is done at once, and the opposite is kept; both are taken back together."""
    reply = await spoken.say("allume la hotte pendant un quart d'heure")

    assert reply == "J'ai allumé Hotte. C'est pour 15 minutes."
    assert spoken.state("fan.hotte") == "on"
    assert list(await spoken.later()) == ["éteins Hotte"]

    await spoken.say("annule ça")
    assert spoken.state("fan.hotte") == "off"
    assert not await spoken.later()


async def test_no_door_opens_by_itself(spoken: Spoken) -> None:
    """What would be unlocked in the end is not locked for a while."""
    await spoken.ask("verrouille la porte de derrière pendant dix minutes")
    assert spoken.state("lock.porte_de_derriere") == "unlocked"
    assert not await spoken.later()
