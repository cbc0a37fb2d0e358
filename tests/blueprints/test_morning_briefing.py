"""The day is told when the first movement of the morning is seen."""

from datetime import datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.jarvis.reminders.records import Reminder
from tests.house import Jarvis
from tests.reminding.house import Hearing

from .house import async_automate

SENSOR = "binary_sensor.hall"
MIDNIGHT = datetime.fromisoformat("2026-11-23T00:00:00-08:00")
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_told_once_a_day(
    jarvis_alone: Jarvis,
    hearing: Hearing,
    freezer: FrozenDateTimeFactory,
    language: str,
) -> None:
    """Neither at night nor a second time; the next morning again."""
    hass = jarvis_alone.hass
    freezer.move_to(MIDNIGHT)
    await jarvis_alone.entry.runtime_data.reminding.async_add(
        Reminder(what="Jules", owner="ann", due=MIDNIGHT + 40 * HOUR)
    )
    satellite = hearing.satellites["Salon"]
    hass.states.async_set(SENSOR, "off")
    await async_automate(
        hass,
        "morning_briefing",
        sensors=[SENSOR],
        satellite=satellite.entity_id,
        person="person.ann",
        language=language,
    )
    told = []
    for at in (4, 7, 8, 31):
        freezer.move_to(MIDNIGHT + at * HOUR)
        expected = await hass.services.async_call(
            "jarvis",
            "briefing",
            {"person": "person.ann", "language": language},
            blocking=True,
            return_response=True,
        )
        for state in ("on", "off"):
            hass.states.async_set(SENSOR, state)
            await hass.async_block_till_done()
        assert expected is not None
        if at in {7, 31}:
            told.append(str(expected["speech"]))
        assert satellite.said == told
    assert "Jules" in told[1]
