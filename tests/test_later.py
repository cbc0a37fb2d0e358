"""What is asked for again and again is done once, after the last time."""

from datetime import timedelta

import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.jarvis.later import Later
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util


@pytest.fixture
def done() -> list[str]:
    """Return what fills with what is done."""
    return []


@pytest.fixture
def later(hass: HomeAssistant, done: list[str]) -> Later:
    """Return what nobody has asked for yet."""
    return Later(hass, lambda: done.append("done"))


async def pass_by(hass: HomeAssistant, seconds: float) -> None:
    """Let time pass."""
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=seconds))
    await hass.async_block_till_done()


async def test_after_a_pause(
    hass: HomeAssistant, later: Later, done: list[str]
) -> None:
    """It is done once, and once more when it is asked for again."""
    later.async_after(5)
    await pass_by(hass, 4)
    assert not done
    await pass_by(hass, 6)
    await pass_by(hass, 12)
    assert done == ["done"]

    later.async_after(5)
    await pass_by(hass, 6)
    assert done == ["done", "done"]


async def test_asked_for_again(
    hass: HomeAssistant, later: Later, done: list[str]
) -> None:
    """Only the last time counts."""
    later.async_after(5)
    later.async_after(50)
    await pass_by(hass, 6)
    assert not done

    await pass_by(hass, 51)
    assert done == ["done"]


async def test_called_off(hass: HomeAssistant, later: Later, done: list[str]) -> None:
    """It may be called off, also when nothing is waited for."""
    later.async_cancel()
    later.async_after(5)
    later.async_cancel()
    await pass_by(hass, 6)

    assert not done
