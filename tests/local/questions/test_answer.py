"""Answers in a house of which everything is known."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from homeassistant.core import HomeAssistant, SupportsResponse
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.intent import IntentResponseType

from .conftest import Ask

NOW = "2026-10-13T12:00:00+00:00"


def _serves(
    hass: HomeAssistant,
    service: str,
    told: dict[str, Any] | None = None,
    *,
    fails: Exception | None = None,
) -> None:
    """Let a service tell something, or fail."""
    domain, _, name = service.partition(".")
    async_mock_service(
        hass,
        domain,
        name,
        response=told,
        supports_response=SupportsResponse.ONLY,
        raise_exception=fails,
    )


@pytest.mark.parametrize(
    ("text", "language", "told"),
    [
        ("Is the ceiling on?", "en", "Yes, Ceiling is on."),
        ("Is the front window closed?", "en", "No, Front window is open."),
        ("Which windows are open?", "en", "Front window is open."),
        ("How many windows are open?", "en", "1: Front window."),
        ("Are all the windows closed?", "en", "No, Front window is open."),
        ("Is any window open in the hall?", "en", "No, none is open."),
        ("Is the front door open?", "en", "Front door is unlocked."),
        ("Which windows are not open?", "en", "Back window is closed."),
        ("Quelle fenêtre n'est pas fermée ?", "fr", "Front window : ouvert."),
        ("Tell me how warm it is in the hall", "en", "Thermo: 17 °C."),
        ("Where is Bob?", "en", "Bob is at Work."),
        ("Is everyone home?", "en", "No, Bob is not at home."),
        ("Who is home?", "en", "Ann is at home."),
        ("What's the temperature in the hall?", "en", "Thermo: 17 °C."),
        ("Quelle température fait-il au salon ?", "fr", "Probe : 21,5 °C."),
        ("Which room is the coldest?", "en", "Hall: 17 °C."),
        ("What's the temperature outside?", "en", "9.6 °C outside."),
        ("What is playing?", "en", "So What by Miles Davis, on Box."),
        ("How loud is the box?", "en", "Box: 30%."),
        ("Which batteries are low?", "en", "1: Remote battery (12%)."),
        ("What's the battery level of the sweeper?", "en", "Robby charge: 80%."),
        ("What is the vacuum doing?", "en", "Robby is docked."),
        ("Is it raining?", "en", "Yes. Rainy, 9.6 °C."),
        ("Quelle heure est-il ?", "fr", None),
    ],
)
async def test_answers(ask: Ask, text: str, language: str, told: str | None) -> None:
    """What is asked is told, briefly."""
    understood = await ask(text, language)

    assert understood
    assert told is None or understood.speech == told


async def test_the_response_tells_what_it_was_about(ask: Ask) -> None:
    """Home Assistant learns that it was a question, and about which entities."""
    understood = await ask("Is the ceiling on?")

    assert understood
    assert understood.response
    assert understood.response.response_type is IntentResponseType.QUERY_ANSWER
    assert understood.response.intent
    assert understood.response.intent.intent_type == "HassGetState"
    matched = [state.entity_id for state in understood.response.matched_states]
    assert matched == ["light.ceiling"]


async def test_a_group_is_not_counted_beside_its_members(ask: Ask) -> None:
    """Of a group and its lamp only the lamp counts; what does not answer is named."""
    understood = await ask("How many lights are on?")

    assert understood
    assert understood.speech == "1: Ceiling. I don't know about Hall light."


async def test_what_does_not_answer_is_said_so(ask: Ask) -> None:
    """Nothing is claimed of a lamp that cannot be reached."""
    understood = await ask("Is the hall light on?")

    assert understood
    assert understood.speech == "I don't know about Hall light."


@pytest.mark.parametrize(
    "text",
    [
        "Is the attic light on?",
        "Is the ceiling on at Sophie's?",
        "What's the temperature of the sun?",
        "Why is the light on?",
        "Do I need a visa?",
        "What's the living room?",
    ],
)
async def test_other_questions_are_left(
    hass: HomeAssistant, ask: Ask, text: str
) -> None:
    """A question is not answered where one of its words is not explained."""
    _serves(hass, "todo.get_items", {"todo.shopping": {"items": []}})
    _serves(hass, "calendar.get_events", {"calendar.home": {"events": []}})

    assert await ask(text) is None


async def test_what_may_not_be_known(ask: Ask) -> None:
    """The guard is asked before anything is told."""
    understood = await ask("Is the ceiling on?", allowed=False)

    assert understood
    assert not understood.allowed
    assert not understood.speech


async def test_the_own_room(ask: Ask) -> None:
    """Where nothing is said of the room, it is the speaker's."""
    understood = await ask("What's the temperature?", area="hall")

    assert understood
    assert understood.speech == "Thermo: 17 °C."


async def test_half_a_question_follows(ask: Ask) -> None:
    """«Et dans l'entrée ?» asks the same of another room."""
    await ask("Quelle température fait-il au salon ?", "fr")
    understood = await ask("Et dans l'entrée ?", "fr")

    assert understood
    assert understood.speech == "Thermo : 17 °C."


async def test_names_follow_a_number(ask: Ask) -> None:
    """What was counted can be named."""
    await ask("How many windows are open?")
    understood = await ask("Which ones?")

    assert understood
    assert understood.speech == "Front window."


@pytest.mark.freeze_time(NOW)
async def test_events(hass: HomeAssistant, ask: Ask) -> None:
    """Events are told with their time, and found by their names."""
    await hass.config.async_set_time_zone("UTC")
    events = [
        {"summary": "Dentist", "start": "2026-10-14T09:00:00+00:00", "end": "-"},
        {"summary": "Birthday", "start": "2026-10-15", "end": "2026-10-16"},
    ]
    _serves(hass, "calendar.get_events", {"calendar.home": {"events": events}})
    _serves(hass, "todo.get_items", {"todo.shopping": {"items": []}})

    tomorrow = await ask("What do I have this week?")
    named = await ask("Quand est le dentist ?", "fr")
    following = await ask("What's my next appointment?")
    unknown = await ask("When is Easter?")

    assert tomorrow
    assert tomorrow.speech == "Dentist, tomorrow at 9:00 AM. Birthday, on Thursday."
    assert named
    assert named.speech == "Dentist, demain à 9:00."
    assert following
    assert following.speech == "Dentist, tomorrow at 9:00 AM."
    assert unknown is None


async def test_a_calendar_that_fails(hass: HomeAssistant, ask: Ask) -> None:
    """It is said where a calendar was meant, and left where anything may be."""
    _serves(hass, "calendar.get_events", fails=HomeAssistantError())

    meant = await ask("What's on my calendar today?")

    assert meant
    assert meant.speech == "I don't know about Calendar."
    assert await ask("When is Easter?") is None


async def test_items(hass: HomeAssistant, ask: Ask) -> None:
    """What is on a list is told, and whether something is."""
    items = [{"summary": "Milk", "status": "needs_action"}]
    _serves(hass, "todo.get_items", {"todo.shopping": {"items": items}})

    listed = await ask("What's on the shopping list?")
    there = await ask("Do I need milk?")
    absent = await ask("Is bread on the shopping list?")

    assert listed
    assert listed.speech == "Shopping list: Milk."
    assert there
    assert there.speech == "Yes, Milk: on Shopping list."
    assert absent
    assert absent.speech == "No, bread: not on Shopping list."


@pytest.mark.freeze_time(NOW)
async def test_forecast(hass: HomeAssistant, ask: Ask) -> None:
    """The days ahead are told from the forecast, if there is one for them."""
    await hass.config.async_set_time_zone("UTC")
    days = [
        {
            "datetime": "2026-10-14T00:00:00+00:00",
            "condition": "sunny",
            "temperature": 17,
            "templow": 6,
        }
    ]
    _serves(hass, "weather.get_forecasts", {"weather.home": {"forecast": days}})

    tomorrow = await ask("Will it rain tomorrow?")
    later = await ask("What's the weather on Saturday?")

    assert tomorrow
    assert tomorrow.speech == "No. Tomorrow: Sunny, 6 °C to 17 °C."
    assert later
    assert later.speech == "Weather has no forecast for then."


async def test_time_and_date(
    hass: HomeAssistant, ask: Ask, freezer: FrozenDateTimeFactory
) -> None:
    """The clock of the house is told as the language has it."""
    await hass.config.async_set_time_zone("UTC")
    freezer.move_to(NOW)

    time, date = await ask("What time is it?"), await ask("On est quel jour ?", "fr")

    assert time
    assert time.speech == "It is 12:00 PM."
    assert date
    assert date.speech == "On est le mardi 13 octobre 2026."
