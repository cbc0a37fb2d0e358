"""What waits for an event, as people speak of it: asked for, listed, moved, shown."""

from datetime import timedelta
from typing import Any

import pytest

from custom_components.jarvis.reminders.records import Reminder
from homeassistant.util import dt as dt_util

from ...reminding.house import async_settle
from .conftest import Waiting


@pytest.mark.parametrize(
    ("language", "turns", "entity_id"),
    [
        (
            "fr",
            {
                "préviens-moi quand la fenêtre s'ouvre": (
                    "Que dois-je surveiller :"
                    " Fenêtre de la chambre ou Fenêtre de la cuisine ?"
                ),
                "celle de la cuisine": "C'est noté, je le dirai quand la fenêtre",
            },
            "binary_sensor.fenetre_cuisine",
        ),
        (
            "en",
            {
                "tell me when the window opens": "What shall I watch:",
                "the first one": "Noted, I will say so when the window opens.",
            },
            "binary_sensor.fenetre_chambre",
        ),
        (
            "fr",
            {
                "rappelle-moi d'appeler Paul": "Quand ?",
                "quand je rentre": "C'est noté : appeler Paul, quand tu rentres.",
            },
            "person.ann",
        ),
        (
            "en",
            {
                "remind me when I get home": "About what?",
                "to call Paul": "Noted: call Paul, when you get home.",
            },
            "person.ann",
        ),
        (
            "fr",
            {
                "rappelle-moi demain quand je rentre de payer": "Je peux attendre",
                "quand je rentre": "C'est noté : payer, quand tu rentres.",
            },
            "person.ann",
        ),
    ],
)
async def test_asked_for_what_is_open(
    waiting: Waiting, language: str, turns: dict[str, str], entity_id: str
) -> None:
    """Given half of what is needed, then the rest is asked, and the answer counts."""
    talking = waiting.talk(language)
    for said, answer in turns.items():
        assert (await talking.say(said)).startswith(answer)
    (kept,) = await waiting.all()
    assert kept.trigger
    assert kept.trigger.entities == (entity_id,)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "fr",
            {
                "rappelle-moi de sortir le chien quand je rentre": (
                    "C'est noté : sortir le chien, quand tu rentres."
                ),
                "quels sont mes rappels ?": (
                    "Un rappel : quand tu rentres, sortir le chien."
                ),
                "repousse-le d'une heure": (
                    "Ce rappel n'a pas d'heure que je puisse décaler."
                ),
                "décale le chien à 16h": (
                    "C'est décalé : sortir le chien, aujourd'hui à 16 h."
                ),
                "annule le rappel du chien": "Le rappel est annulé : sortir le chien.",
            },
        ),
        (
            "en",
            {
                "tell me when Paul leaves": "Noted, I will say so when Paul leaves.",
                "what are my reminders?": "One reminder: when Paul leaves.",
                "cancel it": "The reminder is cancelled: Paul leaves.",
            },
        ),
        (
            "en",
            {
                "turn off the TV when I leave": (
                    "All right: when you leave, turn off the TV."
                ),
                "what are my reminders?": (
                    "One reminder: when you leave, turn off the TV."
                ),
                "cancel it": "The reminder is cancelled: turn off the TV.",
            },
        ),
    ],
)
async def test_told_moved_and_called_off(
    waiting: Waiting, language: str, said: dict[str, str]
) -> None:
    """Given what waits for an event, then it is listed, moved and called off."""
    talking = waiting.talk(language)
    assert {words: await talking.say(words) for words in said} == said
    assert await waiting.all() == []


async def test_in_the_todo_list(waiting: Waiting) -> None:
    """Given what waits for an event, then the list shows it with that, and no date."""
    await waiting.talk("fr").say("rappelle-moi de sortir le chien quand je rentre")
    hass = waiting.jarvis.hass
    (entity_id,) = [
        state.entity_id for state in hass.states.async_all("todo") if state.state == "1"
    ]
    shown: dict[str, Any] = (
        await hass.services.async_call(
            "todo",
            "get_items",
            {"entity_id": entity_id},
            blocking=True,
            return_response=True,
        )
        or {}
    )
    (item,) = shown[entity_id]["items"]
    assert (item["summary"], item["description"]) == (
        "sortir le chien",
        "quand tu rentres",
    )
    assert "due" not in item


async def test_each_weekend(waiting: Waiting) -> None:
    """Given «le week-end», then a command is for each Saturday and Sunday."""
    reply = await waiting.talk("fr").say(
        "Le week-end, allume la lumière du salon à neuf heures"
    )
    assert reply == "Entendu : tous les week-ends à 9 h, allume la lumière du salon."
    (kept,) = await waiting.all()
    assert kept.rule == "FREQ=WEEKLY;BYDAY=SA,SU"


@pytest.mark.parametrize(
    ("language", "what", "said"),
    [
        ("en", "walk the dog", "postpone it until Monday"),
        ("fr", "sortir le chien", "repousse-le jusqu'à lundi"),
        ("fr", "sortir le chien", "repousse-le à lundi"),
    ],
)
@pytest.mark.parametrize("is_told", [False, True])
async def test_put_off_until_a_day(
    waiting: Waiting, language: str, what: str, said: str, *, is_told: bool
) -> None:
    """Given a reminder to come or just told, then it is put off until a day."""
    due = dt_util.utcnow() + timedelta(hours=0 if is_told else 1)
    kept = await waiting.reminding.async_add(
        Reminder(what=what, due=due, owner="ann", language=language)
    )
    await async_settle(waiting.jarvis)
    await waiting.talk(language).say(said)
    moved = await waiting.reminding.async_get(kept.id)
    assert moved
    assert moved.next_at
    assert dt_util.as_local(moved.next_at).isoformat() == "2026-03-09T09:00:00+01:00"
