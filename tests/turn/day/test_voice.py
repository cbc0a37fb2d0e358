"""The day by voice, without a model: briefings, and what is planned."""

from collections.abc import Callable
from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.jarvis.store.errors import Reason, StoreError
from homeassistant.core import HomeAssistant

from ...day.house import async_people, device, set_available
from ...devices import DeviceHome
from ...house import Jarvis
from ..talk import Talk

type Begin = Callable[..., Talk]

_PLANS = {
    "fr": (
        "Fête de Paul, aujourd'hui. À faire : payer le loyer, aujourd'hui. "
        "Rappel : sortir le chien à 15:00. Piano à 17:00. "
        "En retard : rendre les livres."
    ),
    "en": (
        "Fête de Paul, today. To do: payer le loyer, today. "
        "Reminder: sortir le chien at 3:00 PM. Piano at 5:00 PM. "
        "Overdue: rendre les livres."
    ),
}
_WEATHER = {
    "fr": "Aujourd'hui : Nuageux, de 8 °C à 15 °C.",
    "en": "Today: Cloudy, 8 °C to 15 °C.",
}
_FINE = {"fr": "Rien d'inhabituel à la maison.", "en": "Nothing unusual at home."}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "Fais-moi le point"),
        ("fr", "Brief me"),
        ("en", "Good morning Jarvis, what's up today?"),
    ],
)
async def test_briefing(
    morning_house: DeviceHome,
    hass: HomeAssistant,
    talk: Begin,
    language: str,
    said: str,
) -> None:
    """Given plans, a reminder and the weather, then all is told, and that all is well.

    Somebody else's calendar is not told, nor are things twice: Jarvis' own calendar
    has the reminder as well.
    """
    people = await async_people(hass, "Anna", "Léa")
    talking = talk(language, context=people["Anna"])
    await talking.say("Rappelle-moi de sortir le chien à 15h")

    told = await talking.say(said)

    spoken = "en" if said == "Brief me" else language
    assert told == f"{_PLANS[spoken]} {_WEATHER[spoken]} {_FINE[spoken]}"


@pytest.mark.parametrize(
    ("language", "said", "told"),
    [
        ("fr", "Qu'est-ce que j'ai aujourd'hui ?", _PLANS["fr"]),
        ("fr", "Qu'est-ce que j'ai de prévu aujourd'hui ?", _PLANS["fr"]),
        (
            "fr",
            "Qu'est-ce que j'ai demain ?",
            "À faire : arroser, demain. Marché, demain à 9:00.",
        ),
        (
            "fr",
            "Est-ce que j'ai quelque chose à midi ?",
            "Oui. Fête de Paul, aujourd'hui.",
        ),
        ("fr", "Est-ce que j'ai quelque chose demain soir ?", "Rien de prévu."),
        ("en", "What's on today?", _PLANS["en"]),
        (
            "en",
            "What do I have tomorrow?",
            "To do: arroser, tomorrow. Marché, tomorrow at 9:00 AM.",
        ),
    ],
)
async def test_plans(  # noqa: PLR0917
    morning_house: DeviceHome,
    hass: HomeAssistant,
    talk: Begin,
    language: str,
    said: str,
    told: str,
) -> None:
    """Given events, what is due and reminders, then they are told in their order."""
    people = await async_people(hass, "Anna", "Léa")
    talking = talk(language, context=people["Anna"])
    await talking.say("Rappelle-moi de sortir le chien à 15h")

    assert await talking.say(said) == told


@pytest.mark.parametrize(
    ("said", "is_told"),
    [
        ("Qu'est-ce que j'ai aujourd'hui ?", False),
        ("Qu'est-ce qu'on a aujourd'hui ?", True),
        ("What do I have today?", False),
        ("What do we have today?", True),
    ],
)
async def test_who_says_we_means_all(
    morning_house: DeviceHome,
    hass: HomeAssistant,
    talk: Begin,
    said: str,
    is_told: bool,
) -> None:
    """Given a calendar with somebody's name, then others hear of it who say «on»."""
    people = await async_people(hass, "Anna", "Léa")

    told = await talk("fr", context=people["Anna"]).say(said)

    assert ("Judo" in told) is is_told
    assert "Judo" in await talk("fr", context=people["Léa"]).say(said)
    assert "Judo" in await talk("fr").say(said)


async def test_nobody_elses_reminders(
    morning_house: DeviceHome, hass: HomeAssistant, talk: Begin
) -> None:
    """Given a reminder of Anna's, then neither Léa nor a satellite hears of it."""
    people = await async_people(hass, "Anna", "Léa")
    anna, lea = (talk("fr", context=people[name]) for name in ("Anna", "Léa"))
    await anna.say("Rappelle-moi de sortir le chien à 15h")

    for said in ("Fais-moi le point", "Qu'est-ce que j'ai aujourd'hui ?"):
        assert "chien" in await anna.say(said)
        assert "chien" not in await lea.say(said)
        assert "chien" not in await talk("fr").say(said)


async def test_a_reminder_told_among_events_can_be_moved(
    morning_house: DeviceHome, talk: Begin
) -> None:
    """Given a reminder told with the day, then «repousse-le» means it."""
    talking = talk("fr")
    await talking.say("Rappelle-moi de sortir le chien à 15h")
    await talk("fr").say("Qu'est-ce que j'ai aujourd'hui ?")
    await talking.say("Qu'est-ce que j'ai aujourd'hui ?")

    assert "16 h" in await talking.say("Repousse-le d'une heure")


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_without_calendars(morning: None, talk: Begin, language: str) -> None:
    """Given neither calendars nor a model, then the day is told all the same."""
    talking = talk(language)
    asked = {"fr": "Qu'est-ce que j'ai aujourd'hui ?", "en": "What's on today?"}
    nothing = {"fr": "Rien de prévu.", "en": "Nothing is planned."}
    assert await talking.say(asked[language]) == nothing[language]
    await talking.say("Rappelle-moi de sortir le chien à 15h")
    assert "sortir le chien" in await talking.say(asked[language])
    planned = await talking.say("Qu'est-ce que j'ai de prévu ?")
    assert planned == "Un rappel : sortir le chien, aujourd'hui à 15 h."


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "fr",
            (
                "Attention, Fuite sous l'évier : mouillée. "
                "Fenêtre de la cuisine : ouverte. Portail : déverrouillé. "
                "À changer ou à recharger : Sonde du salon."
            ),
        ),
        (
            "en",
            (
                "Careful, Fuite sous l'évier: wet. "
                "Fenêtre de la cuisine is open. Portail is unlocked. "
                "To replace or to charge: Sonde du salon."
            ),
        ),
    ],
)
async def test_what_is_unusual(
    morning_house: DeviceHome, talk: Begin, language: str, told: str
) -> None:
    """Given a leak, a window, a lock and a battery, then each is told."""
    await morning_house.async_reset(
        {
            "binary_sensor.fuite": {"state": "on"},
            "binary_sensor.fenetre": {"state": "on"},
            "lock.portail": {"state": "unlocked"},
            "sensor.sonde_pile": {"state": "12"},
        }
    )
    said = {"fr": "Tout va bien à la maison ?", "en": "Is everything ok at home?"}

    assert await talk(language).say(said[language]) == told


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("fr", "Ne répond plus : Sonde du salon."),
        ("en", "Not responding: Sonde du salon."),
    ],
)
async def test_devices_that_are_gone(
    morning_house: DeviceHome,
    talk: Begin,
    freezer: FrozenDateTimeFactory,
    language: str,
    told: str,
) -> None:
    """Given a device of which nothing answers, then it is news for some days."""
    said = {"fr": "Tout va bien à la maison ?", "en": "Is everything ok at home?"}
    set_available(morning_house, "sensor.sonde_pile", available=False)
    freezer.tick(timedelta(hours=1))
    assert await talk(language).say(said[language]) == _FINE[language]

    set_available(morning_house, "sensor.sonde_temperature", available=False)
    # A television is off more often than on.
    set_available(morning_house, "media_player.tele", available=False)
    freezer.tick(timedelta(minutes=5))
    assert await talk(language).say(said[language]) == _FINE[language]
    freezer.tick(timedelta(minutes=10))
    assert await talk(language).say(said[language]) == told
    freezer.tick(timedelta(days=8))
    assert await talk(language).say(said[language]) == _FINE[language]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("fr", "Je n'ai pas de réponse pour Agenda de Léa et mes rappels."),
        ("en", "I don't know about Agenda de Léa and my reminders."),
    ],
)
async def test_what_fails_is_named(  # noqa: PLR0917
    morning_house: DeviceHome,
    talk: Begin,
    jarvis_alone: Jarvis,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    told: str,
) -> None:
    """Given a calendar that raises and a book that is shut, then the rest is told."""

    async def fails(*_arguments: object, **_more: object) -> None:
        raise KeyError("items")

    async def is_shut(*_arguments: object, **_more: object) -> None:
        raise StoreError(Reason.CLOSED)

    monkeypatch.setattr(
        device(morning_house, "calendar.lea"), "async_get_events", fails
    )
    reminding = jarvis_alone.entry.runtime_data.reminding
    monkeypatch.setattr(reminding.book, "listed", is_shut)
    brief = {"fr": "Fais-moi le point", "en": "Brief me"}
    plans = {"fr": "Qu'est-ce que j'ai aujourd'hui ?", "en": "What do I have today?"}

    briefing = await talk(language).say(brief[language])
    planned = await talk(language).say(plans[language])

    for one in (briefing, planned):
        assert told in one
        assert "Piano" in one
    assert _WEATHER[language] in briefing
    assert _FINE[language] in briefing
