"""Notifications of reminders on phones."""

from freezegun.api import FrozenDateTimeFactory

from homeassistant.components.persistent_notification import (
    _async_get_or_create_notifications,
)
from homeassistant.core import ServiceCall
from tests.house import Jarvis

from .course import HOUR, async_add, async_pass
from .house import Hearing


async def test_a_phone_that_sleeps_is_woken(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """A reminder is for now: phones must not keep it until they wake by themselves."""
    await async_add(jarvis_alone)
    await async_pass(jarvis_alone, freezer, HOUR)
    (sent,) = hearing.sent
    data = sent["data"]
    assert (data["ttl"], data["priority"]) == (0, "high")
    assert data["push"] == {"interruption-level": "time-sensitive"}


async def test_a_phone_that_fails_silences_nobody(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """Whatever goes wrong with a phone, it is said, and shown in Home Assistant."""

    async def fail(_call: ServiceCall) -> None:
        raise ConnectionError("the wire is cut")

    hearing.hass.services.async_register("notify", "mobile_app_ann_phone", fail)
    for satellite in hearing.satellites.values():
        satellite.is_busy = True
    await async_add(jarvis_alone)
    await async_pass(jarvis_alone, freezer, HOUR)
    (shown,) = _async_get_or_create_notifications(hearing.hass).values()
    assert shown["message"] == "Reminder: walk the dog"
    for satellite in hearing.satellites.values():
        satellite.is_busy = False
    await async_pass(jarvis_alone, freezer, HOUR / 60)
    assert any(one.said for one in hearing.satellites.values())
