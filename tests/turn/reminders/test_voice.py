"""Reminders by voice, without a model: noted, told, moved, called off, put off."""

from collections.abc import Callable
from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.jarvis.reminders.records import (
    EVERYONE,
    Kind,
    Reminder,
    State,
)
from custom_components.jarvis.reminding.reminding import Reminding
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ...house import Jarvis
from ...reminding.house import async_settle
from ..talk import Talk, person

NOW = "2026-03-03T13:00:00Z"
"""A Tuesday, two in the afternoon in Paris."""
ZONE = "Europe/Paris"

type Begin = Callable[..., Talk]


@pytest.fixture(autouse=True)
async def paris(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """Set the clock."""
    freezer.move_to(NOW)
    await hass.config.async_set_time_zone(ZONE)


async def _all(jarvis: Jarvis) -> list[Reminder]:
    """Return what is to come."""
    reminding: Reminding = jarvis.entry.runtime_data.reminding
    return await reminding.async_list()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "fr",
            {
                "Rappelle-moi de sortir le chien à 15h": (
                    "C'est noté : sortir le chien, aujourd'hui à 15 h."
                ),
                "Qu'est-ce que j'ai de prévu ?": (
                    "Un rappel : sortir le chien, aujourd'hui à 15 h."
                ),
                "Décale le chien à 16h": (
                    "C'est décalé : sortir le chien, aujourd'hui à 16 h."
                ),
                "Repousse-le d'une heure": (
                    "C'est décalé : sortir le chien, aujourd'hui à 17 h."
                ),
                "Décale le rappel du chien à demain": (
                    "C'est décalé : sortir le chien, demain à 9 h."
                ),
                "Décale le chien à 10h": (
                    "C'est décalé : sortir le chien, demain à 10 h."
                ),
                "Quels sont mes rappels pour ce soir ?": (
                    "Vous n'avez aucun rappel à ce moment-là."
                ),
                "Annule le rappel du chien": (
                    "Le rappel est annulé : sortir le chien."
                ),
                "Quels sont mes rappels ?": "Vous n'avez aucun rappel.",
            },
        ),
        (
            "en",
            {
                "Remind me to call mum tomorrow at noon": (
                    "Noted: call mum, tomorrow at 12 PM."
                ),
                "What are my reminders?": (
                    "One reminder: call mum, tomorrow at 12 PM."
                ),
                "Move mum to 4 pm": "Moved: call mum, tomorrow at 4 PM.",
                "Bring it forward by an hour": "Moved: call mum, tomorrow at 3 PM.",
                "What are my reminders for today?": (
                    "You have no reminders for that time."
                ),
                "Cancel it": "The reminder is cancelled: call mum.",
                "What do I have planned?": "You have no reminders.",
            },
        ),
    ],
)
async def test_from_noted_to_called_off(
    talk: Begin, language: str, said: dict[str, str]
) -> None:
    """Given a reminder, then it is told, moved and called off in the same words."""
    talking = talk(language)
    assert {words: await talking.say(words) for words in said} == said


@pytest.mark.parametrize(
    ("language", "turns"),
    [
        (
            "fr",
            [
                ("rappelle-moi d'appeler maman", "Quand ?"),
                ("demain à midi", "C'est noté : appeler maman, demain à 12 h."),
            ],
        ),
        (
            "fr",
            [
                ("rappelle-moi d'acheter du lait", "Quand ?"),
                ("peu importe", "C'est noté, sans heure : acheter du lait."),
            ],
        ),
        (
            "fr",
            [
                ("rappelle-moi d'acheter du lait", "Quand ?"),
                ("non", "D'accord, je laisse."),
            ],
        ),
        (
            "fr",
            [
                ("rappelle-moi à 18h", "De quoi ?"),
                ("d'appeler Paul", "C'est noté : appeler Paul, aujourd'hui à 18 h."),
            ],
        ),
        (
            "fr",
            [
                (
                    "rappelle-moi le 31 février de partir",
                    "Ce jour n'existe pas. Quand voulez-vous que je le fasse ?",
                ),
                ("le 6 mars à 8h", "C'est noté : partir, vendredi 6 mars à 8 h."),
            ],
        ),
        (
            "fr",
            [
                (
                    "rappelle-moi de partir hier à 8h",
                    "C'est déjà passé. Pour quand le voulez-vous ?",
                ),
                ("demain à 8h", "C'est noté : partir, demain à 8 h."),
            ],
        ),
        (
            "fr",
            [
                ("rappelle-moi aujourd'hui d'appeler Paul", "À quelle heure ?"),
                ("à 17h", "C'est noté : appeler Paul, aujourd'hui à 17 h."),
            ],
        ),
        (
            "en",
            [
                ("remind me to buy milk", "When?"),
                ("tonight at 8", "Noted: buy milk, today at 8 PM."),
            ],
        ),
        (
            "en",
            [
                ("remind me at 6 pm", "About what?"),
                ("to call Paul", "Noted: call Paul, today at 6 PM."),
            ],
        ),
    ],
)
async def test_asked_for_what_is_missing(
    talk: Begin, language: str, turns: list[tuple[str, str]]
) -> None:
    """Given half a reminder, then the rest is asked, and the next words answer."""
    talking = talk(language)
    for said, answer in turns:
        assert await talking.say(said) == answer


async def test_one_of_two_times(talk: Begin, jarvis_alone: Jarvis) -> None:
    """Given a time that may be today or in a week, then it is asked which."""
    talking = talk("fr")

    asked = await talking.say("rappelle-moi mardi à 18h que Paul vient")
    assert asked.startswith("Quand : ")
    assert not await _all(jarvis_alone)

    assert "10 mars" in await talking.say("la deuxième")
    (reminder,) = await _all(jarvis_alone)
    assert _day(reminder) == 10


async def test_no_answer_is_no_reminder(talk: Begin, jarvis_alone: Jarvis) -> None:
    """Given other words than an answer, then nothing is noted."""
    talking = talk("fr")
    await talking.say("rappelle-moi d'acheter du lait")
    await talking.say("quels sont mes rappels ?")
    await talking.say("demain à 8h")

    assert not await _all(jarvis_alone)


async def test_taken_back(talk: Begin, jarvis_alone: Jarvis) -> None:
    """Given a reminder just noted, then «annule ça» calls it off."""
    talking = talk("fr")
    await talking.say("rappelle-moi de sortir le chien à 15h")
    await talking.say("annule ça")

    assert not await _all(jarvis_alone)


async def test_for_whom(talk: Begin, jarvis_alone: Jarvis, hass: HomeAssistant) -> None:
    """Given the speaker, another person or all, then it is theirs."""
    context = await person(hass, "Anna")
    mine = talk("fr", context=context)
    await mine.say("rappelle-moi de sortir le chien à 15h")
    house = talk("fr")
    told = await house.say("rappelle à Anna de prendre ses clés à 16h")
    await house.say("préviens-nous à 19h que le dîner est prêt")
    unknown = await house.say("rappelle à Zoé de venir à 18h")

    assert told == "C'est noté pour Anna : prendre ses clés, aujourd'hui à 16 h."
    assert unknown == "Je ne connais personne de ce nom, Zoé."
    assert [(one.what, one.owner, *one.whom) for one in await _all(jarvis_alone)] == [
        ("sortir le chien", "anna"),
        ("prendre ses clés", None, "anna"),
        ("le dîner est prêt", None, EVERYONE),
    ]
    # What is Anna's alone the household is not told.
    assert "chien" not in await house.say("quels sont mes rappels ?")
    assert "chien" in await mine.say("quels sont mes rappels ?")


async def test_all_of_a_day(talk: Begin, jarvis_alone: Jarvis) -> None:
    """Given a day, then all of it is called off after a yes; what recurs goes on."""
    talking = talk("fr")
    await talking.say("rappelle-moi demain à 9h de payer le loyer")
    await talking.say("rappelle-moi demain à 10h d'appeler Paul")
    await talking.say("rappelle-moi tous les jours à 13h de manger")
    await talking.say("rappelle-moi de sortir le chien à 15h")

    asked = await talking.say("annule tous mes rappels de demain")
    assert asked.startswith("J'annulerais 3 rappels : payer le loyer, ")
    assert await talking.say("non") == "D'accord, je les garde."
    await talking.say("annule tous mes rappels de demain")
    assert await talking.say("oui") == "3 rappels annulés."

    assert [(one.what, _day(one)) for one in await _all(jarvis_alone)] == [
        ("sortir le chien", 3),
        ("manger", 5),
    ]


def _day(reminder: Reminder) -> int:
    """Return the day of a month on which a reminder comes next."""
    assert reminder.next_at
    return dt_util.as_local(reminder.next_at).day


async def test_which_one(talk: Begin, jarvis_alone: Jarvis) -> None:
    """Given several that may be meant, then it is asked which one."""
    talking = talk("fr")
    await talking.say("rappelle-moi d'appeler Paul à 15h")
    await talking.say("rappelle-moi d'appeler Anna à 16h")

    assert (await talking.say("annule le rappel pour appeler")).startswith("Lequel : ")
    assert await talking.say("Anna") == "Le rappel est annulé : appeler Anna."
    assert await talking.say("annule le rappel de 15h") == (
        "Le rappel est annulé : appeler Paul."
    )
    assert await talking.say("annule le rappel du dentiste") == (
        "Je ne trouve pas de rappel à ce sujet."
    )


@pytest.mark.parametrize(
    ("language", "said", "answer", "later"),
    [
        (
            "fr",
            "dans dix minutes",
            "D'accord, je vous le rappelle dans 10 minutes.",
            10,
        ),
        ("fr", "rappelle-le-moi plus tard", "D'accord, je vous le rappelle dans", 10),
        ("en", "in ten minutes", "All right, I will remind you in 10 minutes.", 10),
        ("en", "remind me again in an hour", "All right, I will remind you", 60),
        ("fr", "c'est fait", "C'est fait, bien.", None),
        ("en", "done", "Good, that is done.", None),
    ],
)
async def test_right_after_it_was_told(  # noqa: PLR0917 - one sentence each
    talk: Begin,
    jarvis_alone: Jarvis,
    language: str,
    said: str,
    answer: str,
    later: int | None,
) -> None:
    """Given a reminder that was just told, then few words put it off or end it."""
    reminding = jarvis_alone.entry.runtime_data.reminding
    due = dt_util.utcnow()
    reminder = await reminding.async_add(Reminder(what="sortir le chien", due=due))
    await async_settle(jarvis_alone)

    assert (await talk(language).say(said)).startswith(answer)

    kept = await reminding.async_get(reminder.id)
    assert kept
    if later is None:
        assert kept.state is State.DONE
    else:
        assert kept.next_at == due + timedelta(minutes=later)


async def test_nothing_was_told(talk: Begin, jarvis_alone: Jarvis) -> None:
    """Given no reminder just before, then the same words mean nothing to it."""
    talking = talk("fr")
    await talking.say("rappelle-moi de sortir le chien à 15h")
    (before,) = await _all(jarvis_alone)

    assert "n'ai pas compris" in await talking.say("c'est fait")
    assert "n'ai pas compris" in await talking.say("dans dix minutes")
    assert await _all(jarvis_alone) == [before]


async def test_a_command_again_and_again(
    talk: Begin, jarvis_alone: Jarvis, hass: HomeAssistant
) -> None:
    """Given a command with a rule, then it is kept for its speaker and told."""
    context = await person(hass, "Anna")
    talking = talk("fr", context=context)

    reply = await talking.say("tous les soirs à 22h éteins tout")

    assert reply == "Entendu : tous les jours à 22 h, éteins tout."
    (command,) = await _all(jarvis_alone)
    assert (command.kind, command.what) == (Kind.COMMAND, "éteins tout")
    assert (command.rule, command.user_id) == ("FREQ=DAILY", context.user_id)


async def test_a_memory_is_no_reminder(talk: Begin, jarvis_alone: Jarvis) -> None:
    """Given what was said to be remembered, then it is the memory that tells it."""
    talking = talk("fr")
    await talking.say("Souviens-toi que la chaudière est réglée sur 60")

    told = await talking.say("rappelle-moi ce que je t'ai dit sur la chaudière")

    assert "60" in told
    assert not await _all(jarvis_alone)
