"""The action of the day: what it returns, and to whom."""

import asyncio
from typing import Any

import pytest

from custom_components.jarvis.local.questions import services
from custom_components.jarvis.reminders.records import Reminder
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util

from .day.house import async_furnish_day, async_people, device
from .devices import DeviceHome
from .house import Jarvis
from .reminding.house import async_settle


async def _briefing(
    hass: HomeAssistant, context: Context | None = None, **data: Any
) -> dict[str, Any]:
    """Return what the action returns."""
    answer = await hass.services.async_call(
        "jarvis",
        "briefing",
        data,
        blocking=True,
        return_response=True,
        context=context,
    )
    assert answer is not None
    return dict(answer)


async def _remind(jarvis: Jarvis, what: str, owner: str | None, hour: int) -> None:
    """Note something for today."""
    due = dt_util.now().replace(hour=hour, minute=0, second=0, microsecond=0)
    reminding = jarvis.entry.runtime_data.reminding
    await reminding.async_add(Reminder(what=what, due=due, owner=owner))
    await async_settle(jarvis)


async def test_everything(
    morning_house: DeviceHome,
    jarvis_alone: Jarvis,
) -> None:
    """Given a day, then it is returned as speech and in parts."""
    await _remind(jarvis_alone, "sortir le chien", None, 15)

    answer = await _briefing(jarvis_alone.hass, language="fr")

    assert answer == {
        "speech": (
            "Fête de Paul, aujourd'hui. À faire : payer le loyer, aujourd'hui. "
            "Rappel : sortir le chien à 15:00. Judo à 16:00. Piano à 17:00. "
            "1 de plus. Aujourd'hui : Nuageux, de 8 °C à 15 °C. "
            "Rien d'inhabituel à la maison."
        ),
        "plans": [
            {"summary": "Fête de Paul", "start": "2026-10-13"},
            {"summary": "à faire : payer le loyer", "start": "2026-10-13"},
            {
                "summary": "rappel : sortir le chien",
                "start": "2026-10-13T15:00:00+02:00",
            },
            {"summary": "Judo", "start": "2026-10-13T16:00:00+02:00"},
            {"summary": "Piano", "start": "2026-10-13T17:00:00+02:00"},
            {"summary": "en retard : rendre les livres", "start": "2026-10-13"},
        ],
        "weather": "Aujourd'hui : Nuageux, de 8 °C à 15 °C.",
        "unusual": [],
        "no_answer": [],
    }


@pytest.mark.parametrize(
    ("parts", "speech"),
    [
        ("home", "Nothing unusual at home."),
        ("weather", "Today: Cloudy, 8 °C to 15 °C."),
        (
            ["weather", "home"],
            "Today: Cloudy, 8 °C to 15 °C. Nothing unusual at home.",
        ),
    ],
)
async def test_parts(
    morning_house: DeviceHome,
    jarvis_alone: Jarvis,
    parts: str | list[str],
    speech: str,
) -> None:
    """Given some parts, then nothing else is told, in the home's language."""
    answer = await _briefing(jarvis_alone.hass, parts=parts)
    assert answer["speech"] == speech


async def test_nothing_at_all(
    morning: None,
    jarvis_alone: Jarvis,
) -> None:
    """Given a home without calendars, lists and weather, then that is enough."""
    answer = await _briefing(jarvis_alone.hass, language="fr-CA")
    assert answer["speech"] == (
        "Rien de prévu aujourd'hui. Rien d'inhabituel à la maison."
    )


async def test_whose_day(
    morning_house: DeviceHome,
    jarvis_alone: Jarvis,
) -> None:
    """Given reminders of two, then each hears of their own, and an automation of all.

    Who is no administrator asks for nobody else; nor does who is.
    """
    hass = jarvis_alone.hass
    people = await async_people(hass, "Anna", "Léa")
    owner = (await hass.auth.async_get_users())[0]
    await _remind(jarvis_alone, "le chien", "anna", 15)
    await _remind(jarvis_alone, "le chat", "léa", 16)
    await _remind(jarvis_alone, "la poubelle", None, 17)

    async def told(context: Context | None = None, **data: Any) -> set[str]:
        answer = await _briefing(hass, context, parts="plans", **data)
        wanted = {"le chien", "le chat", "la poubelle", "Judo"}
        return {one for one in wanted if one in str(answer["plans"])}

    assert await told(people["Anna"]) == {"le chien", "la poubelle"}
    assert await told(people["Léa"]) == {"le chat", "la poubelle", "Judo"}
    assert await told(people["Anna"], person="person.anna") == await told(
        people["Anna"]
    )
    assert await told() == {"la poubelle", "Judo"}
    assert await told(person="person.lea") == {"le chat", "la poubelle", "Judo"}
    for context in (people["Anna"], Context(user_id=owner.id)):
        with pytest.raises(ServiceValidationError) as refused:
            await told(context, person="person.lea")
        assert refused.value.translation_key == "not_yours"
    with pytest.raises(ServiceValidationError) as unknown:
        await told(person="person.nobody")
    assert unknown.value.translation_key == "unknown_person"
    with pytest.raises(ServiceValidationError) as gone:
        await told(Context(user_id="gone"))
    assert gone.value.translation_key == "not_yours"


async def test_nothing_that_may_not_be_read(
    morning_house: DeviceHome,
    jarvis_alone: Jarvis,
) -> None:
    """Given somebody who may see two things only, then they hear of no others.

    Neither do they where an automation has it told to them.
    """
    hass = jarvis_alone.hass
    people = await async_people(hass, "Anna", "Léa")
    readable = {"calendar.famille": {"read": True}, "lock.portail": {"read": True}}
    user = await hass.auth.async_get_user(people["Anna"].user_id or "")
    assert user
    group = user.groups[0]
    group.policy = {"entities": {"entity_ids": readable}}
    user.invalidate_cache()
    states = {"binary_sensor.fenetre": "on", "sensor.sonde_pile": "5"}
    await morning_house.async_reset(
        {name: {"state": state} for name, state in states.items()}
        | {"lock.portail": {"state": "unlocked"}}
    )

    own = await _briefing(hass, people["Anna"], language="fr")
    by_automation = await _briefing(hass, person="person.anna", language="fr")

    assert own == by_automation
    assert own["speech"] == (
        "Fête de Paul, aujourd'hui. Piano à 17:00. Portail : déverrouillé."
    )


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "I don't know about Agenda de Léa and Météo."),
        ("fr", "Je n'ai pas de réponse pour Agenda de Léa et Météo."),
    ],
)
async def test_what_takes_too_long_is_named(
    jarvis_alone: Jarvis,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    told: str,
) -> None:
    """Given a calendar and a weather that never answer, then the rest is told."""
    hass = jarvis_alone.hass
    house = await async_furnish_day(hass)

    async def hangs(*_arguments: object) -> None:
        await asyncio.Event().wait()

    calendar, weather = device(house, "calendar.lea"), device(house, "weather.maison")
    monkeypatch.setattr(calendar, "async_get_events", hangs)
    monkeypatch.setattr(weather, "async_forecast_daily", hangs)
    monkeypatch.setattr(services, "_TIMEOUT", 0.1)

    answer = await _briefing(hass, language=language)

    assert answer["no_answer"] == ["Agenda de Léa", "Météo"]
    assert told in answer["speech"]
    assert "12" in answer["weather"]
    assert answer["unusual"] == []
    await house.async_remove()


async def test_without_an_entry(hass: HomeAssistant, jarvis_alone: Jarvis) -> None:
    """Given a Jarvis that is not set up, then that is told."""
    await hass.config_entries.async_unload(jarvis_alone.entry.entry_id)
    with pytest.raises(ServiceValidationError) as refused:
        await _briefing(hass)
    assert refused.value.translation_key == "not_set_up"
