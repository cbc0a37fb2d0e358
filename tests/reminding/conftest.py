"""A Jarvis without a model, in a house that hears reminders."""

import pytest

from tests.house import Jarvis

from .house import Hearing


@pytest.fixture
async def hearing(jarvis_alone: Jarvis) -> Hearing:
    """Return a house with a satellite in two rooms, where Ann and Ben live."""
    hearing = Hearing(jarvis_alone.hass)
    for room in ("Salon", "Cuisine"):
        await hearing.add_satellite(room)
    for name in ("Ann", "Ben"):
        await hearing.add_person(name)
    await hearing.set_up_persons()
    return hearing
