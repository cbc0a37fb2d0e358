"""What a model may do with the day of a person: tell it, and have events planned."""

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jarvis.reminders.records import Reminder
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.json import json_dumps
from homeassistant.util import dt as dt_util

from ..day.house import async_people, device
from ..devices import DeviceHome
from ..house import Jarvis
from ..ollama_server import load_script
from ..ollama_server.tokens import count_tokens

FAMILY = "calendar.famille"
DOCTOR = {"title": "Médecin", "start": "2026-10-13T10:00:00"}
SHOPPING = {"title": "Courses", "start": "2026-10-13T11:30:00", "calendar": "familial"}


async def _called(
    jarvis: Jarvis, name: str, context: Context | None = None, **arguments: Any
) -> tuple[str, str, str]:
    """Let the model call a tool; return what that told it, what was said, and where."""
    call = {"name": f"jarvis__{name}", "arguments": arguments}
    jarvis.ollama.script = load_script(
        [{"round": 0, "call": [call]}, {"say": "Voilà."}]
    )
    more: dict[str, Any] = {} if context is None else {"context": context}
    reply = await jarvis.say("Organise ma journée", "fr", **more)
    messages = jarvis.ollama.chats[-1]["messages"]
    told = [one["content"] for one in messages if one["role"] == "tool"][-1]
    return str(told), reply.speech, reply.result.conversation_id or ""


def _in(house: DeviceHome, entity_id: str = FAMILY) -> dict[str, tuple[Any, Any]]:
    """Return when the events of a calendar are."""
    return {
        one.summary: (one.start, one.end) for one in device(house, entity_id).events
    }


def _at(hour: int, minute: int = 0) -> datetime:
    zone = dt_util.get_default_time_zone()
    return datetime(2026, 10, 13, hour, minute, tzinfo=zone)


async def test_they_are_small(jarvis_model_only: Jarvis) -> None:
    """Given that they are in every prompt, then a model reads few tokens of them."""
    await _called(jarvis_model_only, "briefing")
    sent = {
        tool["function"]["name"]: json_dumps(tool["function"])
        for tool in jarvis_model_only.ollama.chats[-1]["tools"]
    }
    assert count_tokens(sent["jarvis__briefing"]) <= 50
    assert count_tokens(sent["jarvis__plan"]) <= 115


async def test_briefing(
    jarvis_model_only: Jarvis,
    morning_house: DeviceHome,
) -> None:
    """Given a day, then it is told as anybody else is told it."""
    told, _, _ = await _called(jarvis_model_only, "briefing")
    assert "Piano à 17:00" in told
    assert "Rien d'inhabituel" in told
    told, _, _ = await _called(jarvis_model_only, "briefing", day="demain")
    assert "Marché, demain à 9:00" in told
    assert "Demain : Pluie" in told
    assert "inhabituel" not in told
    told, _, _ = await _called(jarvis_model_only, "briefing", day="2026-10-14")
    assert "Marché" in told
    told, _, _ = await _called(jarvis_model_only, "briefing", day="bientôt")
    assert "no day" in told


async def test_briefing_of_others(
    jarvis_model_only: Jarvis,
    morning_house: DeviceHome,
) -> None:
    """Given somebody else's reminder and calendar, then no model tells them."""
    people = await async_people(jarvis_model_only.hass, "Anna", "Léa")
    await jarvis_model_only.entry.runtime_data.reminding.async_add(
        Reminder(what="nourrir le chat", due=_at(15), owner="léa")
    )
    told, _, _ = await _called(jarvis_model_only, "briefing", people["Anna"])
    assert "Piano" in told
    assert "chat" not in told
    assert "Judo" not in told


@pytest.mark.parametrize(
    ("said", "told", "is_written"),
    [
        ("Oui", "C'est inscrit.", True),
        ("Non", "D'accord, je n'inscris rien.", False),
        ("Oui, vas-y", "C'est inscrit.", True),
    ],
)
async def test_written_after_a_yes_alone(
    jarvis_model_only: Jarvis,
    morning_house: DeviceHome,
    said: str,
    told: str,
    is_written: bool,
) -> None:
    """Given events of a model, then the person is asked, and nothing written before."""
    before = _in(morning_house)
    doctor = {**DOCTOR, "calendar": "Agenda familial"}
    noted, speech, conversation = await _called(
        jarvis_model_only, "plan", events=[SHOPPING, doctor]
    )

    assert "asked now" in noted
    assert speech == (
        "J'inscris dans Agenda familial Médecin, aujourd'hui à 10 h ; "
        "Courses, aujourd'hui à 11 h 30. D'accord ?"
    )
    assert _in(morning_house) == before
    answered = await jarvis_model_only.say(said, "fr", conversation_id=conversation)

    assert answered.speech == told
    new = {"Médecin": (_at(10), _at(11)), "Courses": (_at(11, 30), _at(12, 30))}
    assert _in(morning_house) == (before | new if is_written else before)
    # Said once more a yes means nothing.
    await jarvis_model_only.say("Oui", "fr", conversation_id=conversation)
    assert len(_in(morning_house)) == len(before) + 2 * is_written


async def test_in_english(
    jarvis_model_only: Jarvis,
    morning_house: DeviceHome,
) -> None:
    """Given an English speaker, then they are asked and answered in English."""
    event = {**DOCTOR, "title": "Doctor", "calendar": "familial"}
    call = {"name": "jarvis__plan", "arguments": {"events": [event]}}
    jarvis_model_only.ollama.script = load_script(
        [{"round": 0, "call": [call]}, {"say": "Sure."}]
    )
    asked = await jarvis_model_only.say("Plan my day: doctor at 10")
    assert asked.speech == (
        "I'll add to Agenda familial: Doctor, today at 10 AM. Is that right?"
    )
    assert asked.result.continue_conversation
    answered = await jarvis_model_only.say(
        "Yes please", conversation_id=asked.result.conversation_id
    )
    assert answered.speech == "Added."
    assert "Doctor" in _in(morning_house)


async def test_a_silent_model_and_one_call_for_each(
    jarvis_model_only: Jarvis,
    morning_house: DeviceHome,
) -> None:
    """Given two calls and no words, then the person is asked about both at once."""
    calls = [
        {"name": "jarvis__plan", "arguments": {"events": [{**one, "calendar": FAMILY}]}}
        for one in (DOCTOR, SHOPPING)
    ]
    jarvis_model_only.ollama.script = load_script(
        [{"round": 0, "call": calls}, {"empty": True}]
    )
    asked = await jarvis_model_only.say("Organise ma journée", "fr")
    assert "Médecin" in asked.speech
    assert "Courses" in asked.speech
    await jarvis_model_only.say(
        "D'accord", "fr", conversation_id=asked.result.conversation_id
    )
    assert {"Médecin", "Courses"} < set(_in(morning_house))


async def test_what_it_clashes_with_is_told(
    jarvis_model_only: Jarvis,
    morning_house: DeviceHome,
) -> None:
    """Given an event at the same time, then the question names it."""
    event = {"title": "Dîner", "start": "17h30", "end": "19h", "calendar": "familial"}
    _, speech, _ = await _called(jarvis_model_only, "plan", events=[event])
    assert speech == (
        "J'inscris dans Agenda familial Dîner, aujourd'hui à 17 h 30. "
        "C'est en même temps que Piano, aujourd'hui à 17 h. D'accord ?"
    )


async def test_whole_days(
    jarvis_model_only: Jarvis,
    morning_house: DeviceHome,
) -> None:
    """Given days without hours, then they are whole days, and clash with nothing."""
    events = [
        {"title": "Ménage", "start": "2026-10-13", "calendar": "familial"},
        {
            "title": "Foire",
            "start": "demain",
            "end": "2026-10-15",
            "calendar": "familial",
        },
    ]
    _, speech, conversation = await _called(jarvis_model_only, "plan", events=events)
    assert speech == (
        "J'inscris dans Agenda familial Ménage, aujourd'hui ; Foire, demain. D'accord ?"
    )
    await jarvis_model_only.say("Oui", "fr", conversation_id=conversation)
    days = {
        name: (str(start), str(end))
        for name, (start, end) in _in(morning_house).items()
    }
    assert days["Ménage"] == ("2026-10-13", "2026-10-14")
    assert days["Foire"] == ("2026-10-14", "2026-10-16")


@pytest.mark.parametrize(
    ("event", "why"),
    [
        ({}, "Ask the person which calendar: Agenda de Léa, Agenda familial"),
        ({"calendar": "Travail"}, "no such calendar"),
        ({"calendar": "familial", "start": "bientôt"}, "no time"),
        ({"calendar": "familial", "end": "2026-10-13T09:00:00"}, "no end"),
        ({"calendar": "familial", "end": "2026-10-14"}, "no end"),
    ],
)
async def test_what_is_unclear_is_not_asked(
    jarvis_model_only: Jarvis,
    morning_house: DeviceHome,
    event: dict[str, str],
    why: str,
) -> None:
    """Given no clear calendar or time, then the model is told, the person not asked."""
    told, speech, conversation = await _called(
        jarvis_model_only, "plan", events=[DOCTOR | event]
    )
    assert why in told
    assert speech == "Voilà."
    await jarvis_model_only.say("Oui", "fr", conversation_id=conversation)
    assert "Médecin" not in _in(morning_house)


async def test_only_where_the_person_may_write(
    jarvis_model_only: Jarvis,
    morning_house: DeviceHome,
) -> None:
    """Given somebody who may only read a calendar, then they plan nothing in it."""
    hass = jarvis_model_only.hass
    people = await async_people(hass, "Anna", "Léa")
    user = await hass.auth.async_get_user(people["Anna"].user_id or "")
    assert user
    user.groups[0].policy = {"entities": {"entity_ids": {FAMILY: {"read": True}}}}
    user.invalidate_cache()

    told, _, _ = await _called(
        jarvis_model_only, "plan", people["Anna"], events=[DOCTOR]
    )
    assert "no calendar" in told

    # Nor can they say yes for somebody who may.
    _, _, conversation = await _called(
        jarvis_model_only, "plan", events=[{**DOCTOR, "calendar": "familial"}]
    )
    answered = await jarvis_model_only.say(
        "Oui", "fr", conversation_id=conversation, context=people["Anna"]
    )
    assert answered.speech == "Vous n'avez pas le droit d'écrire dans ce calendrier."
    assert "Médecin" not in _in(morning_house)


async def test_what_cannot_be_written_is_told(
    jarvis_model_only: Jarvis,
    morning_house: DeviceHome,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Given a calendar that refuses one event, then that one is named."""
    calendar = device(morning_house, FAMILY)
    create = calendar.async_create_event

    async def refuses(**event: Any) -> None:
        if event["summary"] == "Courses":
            raise HomeAssistantError("no")
        if event["summary"] == "Coiffeur":
            raise KeyError("uid")
        await create(**event)

    monkeypatch.setattr(calendar, "async_create_event", refuses)
    hair = {"title": "Coiffeur", "start": "à 14h"}
    events = [{**one, "calendar": "familial"} for one in (DOCTOR, SHOPPING, hair)]
    _, _, conversation = await _called(jarvis_model_only, "plan", events=events)
    answered = await jarvis_model_only.say("Oui", "fr", conversation_id=conversation)

    assert answered.speech == (
        "C'est inscrit : Médecin. Je n'ai pas pu inscrire Courses et Coiffeur."
    )
    assert "Médecin" in _in(morning_house)


@pytest.fixture
async def local_calendar(
    morning: None,
    home: HomeAssistant,
) -> AsyncGenerator[str]:
    """Return the one calendar of a home, which Home Assistant itself keeps."""
    entry = MockConfigEntry(
        domain="local_calendar",
        data={"calendar_name": "Maison", "storage_key": "maison"},
    )
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await home.async_block_till_done()
    async_expose_entity(home, "conversation", "calendar.maison", should_expose=True)
    yield "calendar.maison"
    await home.config_entries.async_unload(entry.entry_id)


async def test_in_a_calendar_of_home_assistant(
    jarvis_model_only: Jarvis, local_calendar: str
) -> None:
    """Given the only calendar, then it is not asked which, and the day tells it."""
    _, speech, conversation = await _called(
        jarvis_model_only, "plan", events=[DOCTOR, {**SHOPPING, "calendar": "maison"}]
    )
    assert speech == (
        "J'inscris Médecin, aujourd'hui à 10 h ; "
        "Courses, aujourd'hui à 11 h 30. D'accord ?"
    )
    await jarvis_model_only.say("Oui", "fr", conversation_id=conversation)

    told, _, _ = await _called(jarvis_model_only, "briefing")
    assert "Médecin à 10:00. Courses à 11:30." in told
