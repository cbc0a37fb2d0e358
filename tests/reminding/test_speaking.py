"""Where reminders are said aloud, and what is done where nobody can say them."""

import asyncio
from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    async_capture_events,
    async_fire_time_changed,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.jarvis.reminders.records import EVERYONE
from homeassistant.components.assist_pipeline import async_get_pipeline
from homeassistant.components.assist_pipeline.pipeline import async_update_pipeline
from homeassistant.components.tts.const import DATA_COMPONENT as TTS_ENTITIES
from homeassistant.helpers import area_registry as ar, entity_registry as er
from homeassistant.util import dt as dt_util
from tests.house import Jarvis
from tests.speech_engines import Mouth

from .course import HOUR, MINUTE, async_add, async_pass
from .house import Hearing, Player, async_settle

TWENTY_SECONDS = timedelta(seconds=20)


@pytest.fixture
async def mouth(jarvis_alone: Jarvis) -> Mouth:
    """Return the voice of the house, which speaks two languages."""
    hass = jarvis_alone.hass
    mouth = Mouth(["fr-FR", "en-GB"], ["siwis"])
    await hass.data[TTS_ENTITIES].async_add_entities([mouth])
    await async_update_pipeline(
        hass,
        async_get_pipeline(hass),
        tts_engine=mouth.entity_id,
        tts_language="fr-FR",
        tts_voice="siwis",
    )
    return mouth


@pytest.fixture
async def player(jarvis_alone: Jarvis) -> Player:
    """Return a speaker in the living room of a house without satellites."""
    return await Hearing(jarvis_alone.hass).add_player("Salon")


def _said(hearing: Hearing) -> dict[str, list[str]]:
    """Return what was said, by room."""
    return {room: one.said for room, one in hearing.satellites.items() if one.said}


async def _sense(hearing: Hearing, room: str, name: str = "moved") -> None:
    """Sense somebody in a room."""
    area = ar.async_get(hearing.hass).async_get_area_by_name(room)
    assert area is not None
    registry = er.async_get(hearing.hass)
    entry = registry.async_get_or_create(
        "binary_sensor", "test", name, suggested_object_id=name
    )
    registry.async_update_entity(entry.entity_id, area_id=area.id)
    hearing.hass.states.async_set(entry.entity_id, "on", {"device_class": "motion"})
    await hearing.hass.async_block_till_done()


def _talk(hearing: Hearing, room: str) -> None:
    """Let somebody talk with a satellite, as its states show it."""
    satellite = hearing.satellites[room]
    for state in ("listening", "processing", "responding", "idle"):
        attributes = {"supported_features": satellite.supported_features}
        hearing.hass.states.async_set(satellite.entity_id, state, attributes)


@pytest.mark.parametrize(
    ("language", "words", "spoken_in"),
    [
        ("fr", "Rappel : sortir le chien", "fr-FR"),
        ("en", "Reminder: sortir le chien", "en-GB"),
    ],
)
async def test_a_player_announces_with_the_voice_of_the_house(  # noqa: PLR0917
    jarvis_alone: Jarvis,
    mouth: Mouth,
    player: Player,
    hass_client: ClientSessionGenerator,
    freezer: FrozenDateTimeFactory,
    language: str,
    words: str,
    spoken_in: str,
) -> None:
    """Without a satellite a speaker fetches it, spoken in the reminder's language."""
    calls = async_capture_events(jarvis_alone.hass, "call_service")
    await async_add(jarvis_alone, what="sortir le chien", owner=None, language=language)
    await async_pass(jarvis_alone, freezer, HOUR)

    (url,) = player.played
    client = await hass_client()
    sound = await (await client.get(url)).read()
    assert sound == b"." * len(words)
    assert mouth.heard == [words]
    (speak,) = [one.data for one in calls if one.data["domain"] == "tts"]
    assert speak["service_data"]["language"] == spoken_in


async def test_a_player_without_a_pipeline_that_speaks(
    jarvis_alone: Jarvis, mouth: Mouth, player: Player, freezer: FrozenDateTimeFactory
) -> None:
    """Where the pipeline has no voice any other of the house speaks."""
    hass = jarvis_alone.hass
    await async_update_pipeline(hass, async_get_pipeline(hass), tts_engine=None)
    await async_add(jarvis_alone, owner=None)
    await async_pass(jarvis_alone, freezer, HOUR)
    assert len(player.played) == 1


async def test_a_satellite_of_the_room_is_preferred_to_a_player(
    jarvis_alone: Jarvis,
    hearing: Hearing,
    mouth: Mouth,
    freezer: FrozenDateTimeFactory,
) -> None:
    """The speaker of a room is asked when its satellite cannot, before other rooms."""
    player = await hearing.add_player("Cuisine")
    kitchen = hearing.device("Cuisine")
    await async_add(jarvis_alone, device=kitchen)
    await async_pass(jarvis_alone, freezer, HOUR)
    assert _said(hearing) == {"Cuisine": ["Reminder: walk the dog"]}
    assert player.played == []

    hearing.satellites["Cuisine"].fails = ConnectionError("the wire is cut")
    await async_pass(jarvis_alone, freezer, 5 * MINUTE)
    assert len(player.played) == 1
    assert "Salon" not in _said(hearing)


async def test_said_where_the_last_satellite_was_used(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """Who is alone at home is where they last spoke, unless sensed elsewhere since."""
    hearing.move("Ben", "not_home")
    await _sense(hearing, "Cuisine")
    freezer.tick(MINUTE)
    _talk(hearing, "Salon")
    await async_settle(jarvis_alone)
    await async_add(jarvis_alone, device=hearing.device("Cuisine"), hours=0, minutes=5)
    await async_pass(jarvis_alone, freezer, 5 * MINUTE)
    assert _said(hearing) == {"Salon": ["Reminder: walk the dog"]}

    await _sense(hearing, "Cuisine", "moved_later")
    await async_pass(jarvis_alone, freezer, 5 * MINUTE)
    assert _said(hearing)["Cuisine"] == ["Reminder again: walk the dog"]


async def test_an_announcement_is_nobody_who_speaks(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """What another automation announces in a room brings nobody there."""
    hass = hearing.hass
    hearing.move("Ben", "not_home")
    await hass.async_block_till_done()
    await hass.services.async_call(
        "assist_satellite",
        "announce",
        {
            "entity_id": hearing.satellites["Salon"].entity_id,
            "message": "The mail is here",
        },
        blocking=True,
    )
    await async_add(jarvis_alone, device=hearing.device("Cuisine"), hours=0, minutes=5)
    await async_pass(jarvis_alone, freezer, 5 * MINUTE)
    assert _said(hearing)["Cuisine"] == ["Reminder: walk the dog"]
    assert _said(hearing)["Salon"] == ["The mail is here"]


async def test_whoever_is_out_is_not_looked_for(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """Of two who are reminded the one at home is told, where they are."""
    hass = hearing.hass
    registry = er.async_get(hass)
    for name, room in (("ann", "Salon"), ("ben", "Cuisine")):
        device = hearing.carry(name)
        beacon = registry.async_get_or_create(
            "sensor",
            "test",
            f"{name}_room",
            suggested_object_id=f"{name}_room",
            device_id=device,
        )
        hass.states.async_set(beacon.entity_id, room)
    hearing.move("Ben", "not_home")
    await hass.async_block_till_done()
    await async_add(jarvis_alone, whom=("ann", "ben"))
    await async_pass(jarvis_alone, freezer, HOUR)
    assert _said(hearing) == {"Salon": ["Reminder: walk the dog"]}
    assert len(hearing.shown()) == 2


async def test_a_satellite_that_just_went_away_is_waited_for(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """One that comes back within seconds says it; its room is not passed over."""
    hass = hearing.hass
    kitchen = hearing.satellites["Cuisine"]
    await async_add(jarvis_alone, device=hearing.device("Cuisine"))
    freezer.tick(HOUR - MINUTE)
    kitchen.leave()
    await async_pass(jarvis_alone, freezer, MINUTE)
    assert _said(hearing) == {}
    kitchen.come_back()
    await hass.async_block_till_done()
    await async_pass(jarvis_alone, freezer, TWENTY_SECONDS)
    assert _said(hearing) == {"Cuisine": ["Reminder: walk the dog"]}
    assert len(hearing.shown()) == 1


async def test_a_satellite_that_is_gone_for_long_is_passed_over(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """Nobody waits for what was unplugged an hour ago."""
    hearing.satellites["Cuisine"].leave()
    await async_add(jarvis_alone, device=hearing.device("Cuisine"))
    await async_pass(jarvis_alone, freezer, HOUR)
    assert _said(hearing) == {"Salon": ["Reminder: walk the dog"]}


async def test_everyone_hears_it_though_one_room_is_busy(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """The room that was busy hears it afterwards, and the others not once more."""
    hearing.satellites["Cuisine"].is_busy = True
    await async_add(jarvis_alone, whom=(EVERYONE,))
    await async_pass(jarvis_alone, freezer, HOUR)
    assert _said(hearing) == {"Salon": ["Reminder: walk the dog"]}
    hearing.satellites["Cuisine"].is_busy = False
    await async_pass(jarvis_alone, freezer, TWENTY_SECONDS)
    assert _said(hearing) == {
        "Salon": ["Reminder: walk the dog"],
        "Cuisine": ["Reminder: walk the dog"],
    }
    assert len(hearing.shown()) == 2


@pytest.mark.parametrize("hanging", ["Cuisine", "Salon"])
async def test_a_room_that_hangs_keeps_no_other_waiting(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory, hanging: str
) -> None:
    """What is for all is said in all rooms at once."""
    one = hearing.satellites[hanging]
    (other,) = (each for each in hearing.satellites.values() if each is not one)
    one.hangs = asyncio.Event()
    await async_add(jarvis_alone, whom=(EVERYONE,))
    freezer.tick(HOUR)
    async_fire_time_changed(hearing.hass, dt_util.utcnow())
    while not other.said:
        await asyncio.sleep(0)
    assert one.said == []
    one.hangs.set()
    await async_settle(jarvis_alone)
    assert one.said == other.said == ["Reminder: walk the dog"]


async def test_all_are_busy_for_minutes(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """A satellite that hangs is given up; the phone shows it again, as unheard."""
    for satellite in hearing.satellites.values():
        satellite.is_busy = True
    kept = await async_add(jarvis_alone)
    await async_pass(jarvis_alone, freezer, HOUR)
    assert len(hearing.shown()) == 1
    for _time in range(20):
        await async_pass(jarvis_alone, freezer, TWENTY_SECONDS)
    assert len(hearing.shown()) == 2
    known = await jarvis_alone.entry.runtime_data.reminding.async_get(kept.id)
    assert known is not None
    assert not known.is_held


@pytest.mark.parametrize("by_player", [False, True])
async def test_a_satellite_does_not_answer_to_an_announcement(
    jarvis_alone: Jarvis,
    hearing: Hearing,
    mouth: Mouth,
    freezer: FrozenDateTimeFactory,
    by_player: bool,
) -> None:
    """What it hears of a reminder, said by itself or beside it, is no command."""
    if by_player:
        await hearing.add_player("Cuisine")
        hearing.satellites["Cuisine"].fails = ConnectionError("no")
    words = "éteindre la lumière de la cuisine"
    kitchen = hearing.device("Cuisine")
    await async_add(jarvis_alone, what=words, device=kitchen, language="fr")
    await async_pass(jarvis_alone, freezer, HOUR)
    heard = await jarvis_alone.say(f"rappel {words}", "fr", device_id=kitchen)
    assert heard.speech == ""
    assert hearing.hass.states.is_state("light.cuisine", "on")
    # A person says it in another room, or later.
    elsewhere = hearing.device("Salon")
    answered = await jarvis_alone.say(f"rappel {words}", "fr", device_id=elsewhere)
    assert answered.speech
