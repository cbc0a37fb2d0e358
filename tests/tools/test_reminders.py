"""What a model may do with people's reminders."""

from datetime import timedelta
from typing import Any

import pytest

from custom_components.jarvis.reminders.records import EVERYONE, Reminder
from custom_components.jarvis.reminding.reminding import Reminding
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..house import Jarvis
from ..ollama_server import load_script
from ..turn.talk import person


async def _called(jarvis: Jarvis, name: str, **arguments: Any) -> str:
    """Let the model call a tool; return what that told it."""
    return await _called_by(jarvis, None, name, **arguments)


async def _called_by(jarvis: Jarvis, context: Any, name: str, **arguments: Any) -> str:
    """Let the model call a tool for somebody."""
    call = {"name": f"jarvis__{name}", "arguments": arguments}
    jarvis.ollama.script = load_script(
        [{"round": 0, "call": [call]}, {"say": "Voilà."}]
    )
    more = {} if context is None else {"context": context}
    await jarvis.say("Occupe-toi de mon chien", "fr", **more)
    messages = jarvis.ollama.chats[-1]["messages"]
    return str([one["content"] for one in messages if one["role"] == "tool"][-1])


async def _all(jarvis: Jarvis) -> list[Reminder]:
    reminding: Reminding = jarvis.entry.runtime_data.reminding
    return await reminding.async_list()


async def test_reminded(jarvis_model_only: Jarvis) -> None:
    """Given words and a time in the person's words, then it is kept and told back."""
    told = await _called(
        jarvis_model_only, "remind", what="Sortir le chien", when="demain à 15h"
    )

    assert "demain à 15 h" in told
    (reminder,) = await _all(jarvis_model_only)
    assert reminder.what == "Sortir le chien"
    assert reminder.due
    due = dt_util.as_local(reminder.due)
    assert due.date() == dt_util.now().date() + timedelta(days=1)
    assert due.hour == 15


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"when": "bientôt"}, "Ask the person when"),
        ({"when": "hier à 8h"}, "no time to come"),
        ({"when": "demain à 18h", "whom": "Zoé"}, "called Zoé"),
    ],
)
async def test_refused(
    jarvis_model_only: Jarvis, arguments: dict[str, str], why: str
) -> None:
    """Given no time or nobody, then nothing is kept and the model is told why."""
    told = await _called(jarvis_model_only, "remind", what="Sortir", **arguments)

    assert why in told
    assert not await _all(jarvis_model_only)


async def test_reminded_of_an_event(jarvis_model_only: Jarvis) -> None:
    """Given an event in the person's words, then that is waited for."""
    told = await _called(
        jarvis_model_only,
        "remind",
        what="Fermer le gaz",
        when="quand la lumière de la cuisine s'éteint",
    )

    assert "quand la lumière de la cuisine s'éteint" in told
    (reminder,) = await _all(jarvis_model_only)
    assert reminder.due is None
    assert reminder.trigger
    assert reminder.trigger.entities == ("light.cuisine",)


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("quand je rentre", "Nobody knows who speaks"),
        ("quand la lumière s'éteint", "which one: "),
        ("quand le four a fini", "Je ne connais pas le four."),
    ],
)
async def test_an_event_that_cannot_be(
    jarvis_model_only: Jarvis, when: str, why: str
) -> None:
    """Given nobody, several things or none, then the model is told to ask."""
    told = await _called(jarvis_model_only, "remind", what="Sortir", when=when)

    assert why in told
    assert not await _all(jarvis_model_only)


async def test_for_all(jarvis_model_only: Jarvis) -> None:
    """Given everyone, then it is for all who live in the house."""
    await _called(
        jarvis_model_only, "remind", what="Dîner", when="demain à 19h", whom="everyone"
    )
    (reminder,) = await _all(jarvis_model_only)
    assert reminder.whom == (EVERYONE,)


async def test_told_moved_and_cancelled(jarvis_model_only: Jarvis) -> None:
    """Given a reminder, then its words find it."""
    jarvis = jarvis_model_only
    await _called(jarvis, "remind", what="Sortir le chien", when="demain à 15h")

    assert "Sortir le chien" in await _called(jarvis, "reminders")
    assert "Sortir le chien" in await _called(jarvis, "reminders", about="demain")
    assert "Sortir" not in await _called(jarvis, "reminders", about="aujourd'hui")
    moved = await _called(jarvis, "move_reminder", which="le chien", when="à 16h")
    assert "demain à 16 h" in moved
    assert "no such" in await _called(jarvis, "cancel_reminder", which="le chat")
    assert "Sortir" in await _called(jarvis, "cancel_reminder", which="le chien")
    assert not await _all(jarvis)


async def test_nobody_elses(jarvis_model_only: Jarvis, hass: HomeAssistant) -> None:
    """Given a reminder of somebody else, then a model can neither tell nor end it."""
    jarvis = jarvis_model_only
    anna, leo = await person(hass, "Anna"), await hass.auth.async_create_user("Leo")
    await _called_by(
        jarvis, anna, "remind", what="Sortir le chien", when="demain à 15h"
    )
    other = type(anna)(user_id=leo.id)

    assert "chien" not in await _called_by(jarvis, other, "reminders")
    await _called_by(jarvis, other, "cancel_reminder", which="le chien")

    assert [one.owner for one in await _all(jarvis)] == ["anna"]
