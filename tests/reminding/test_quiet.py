"""What holds speech back may pass one after the other; then it is heard at once."""

from freezegun.api import FrozenDateTimeFactory
import pytest

from tests.house import Jarvis

from .course import HOUR, async_add, async_pass
from .house import Hearing, async_settle

TWO_IN_THE_AFTERNOON = "2026-11-22T22:00:00+00:00"
ASLEEP = "input_boolean.asleep"


@pytest.mark.parametrize("held_by", ["asleep", "away"])
async def test_said_after_quiet_hours_that_came_meanwhile(
    jarvis_alone: Jarvis,
    hearing: Hearing,
    freezer: FrozenDateTimeFactory,
    held_by: str,
) -> None:
    """Given a reason that passes within quiet hours, it is said at their end."""
    freezer.move_to(TWO_IN_THE_AFTERNOON)
    hass = hearing.hass
    options = {"quiet_from": "15:30:00", "quiet_to": "17:00:00"}
    hass.config_entries.async_update_entry(
        jarvis_alone.entry, options={**options, "asleep_entity": ASLEEP}
    )
    hass.states.async_set(ASLEEP, "on" if held_by == "asleep" else "off")
    hearing.move("Ann", "not_home" if held_by == "away" else "home")
    await async_settle(jarvis_alone)
    await async_add(jarvis_alone, hours=1)
    await async_pass(jarvis_alone, freezer, HOUR)

    await async_pass(jarvis_alone, freezer, HOUR)
    hass.states.async_set(ASLEEP, "off")
    hearing.move("Ann", "home")
    await async_settle(jarvis_alone)
    assert not any(one.said for one in hearing.satellites.values())
    await async_pass(jarvis_alone, freezer, HOUR)

    said = [text for one in hearing.satellites.values() for text in one.said]
    assert said == ["Reminder, 2 hours late: walk the dog"]
