"""What is unusual at home, and what is not."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.jarvis.day.unusual import (
    Finding,
    Kind,
    unusual,
    unusual_told,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from ..devices import DeviceHome
from ..house import Jarvis
from .house import async_people, set_available


def _found(jarvis: Jarvis) -> list[Finding]:
    """Return what is unusual to somebody who may know all."""
    house = jarvis.entry.runtime_data.house.async_get()
    return unusual(jarvis.hass, house, lambda _entity_id: True)


async def test_lights_while_nobody_is_at_home(
    morning_house: DeviceHome, jarvis_alone: Jarvis
) -> None:
    """Given a light that is on, then it is unusual once all have left."""
    hass = jarvis_alone.hass
    await async_people(hass, "Anna", "Léa")
    hass.states.async_set("light.cuisine", "off")
    await morning_house.async_reset({"light.bureau": {"state": "on"}})
    for states, found in (
        (("home", "not_home"), []),
        (("unknown", "not_home"), []),
        (("Travail", "not_home"), [Finding(Kind.LIT, "Lampe du bureau")]),
    ):
        for name, state in zip(("anna", "lea"), states, strict=True):
            hass.states.async_set(f"person.{name}", state)
        assert _found(jarvis_alone) == found
    assert unusual_told(found, "fr") == (
        "Il n'y a personne à la maison. Lampe du bureau : allumée."
    )
    assert unusual_told(found, "en") == "Nobody is at home. Lampe du bureau is on."


async def test_what_is_hidden_is_not_told(
    morning_house: DeviceHome, jarvis_alone: Jarvis
) -> None:
    """Given a low battery that its owner hides, then nobody hears of it."""
    await morning_house.async_reset({"sensor.sonde_pile": {"state": "5"}})
    assert _found(jarvis_alone) == [Finding(Kind.BATTERY, "Sonde du salon")]
    er.async_get(jarvis_alone.hass).async_update_entity(
        "sensor.sonde_pile", hidden_by=er.RegistryEntryHider.USER
    )
    assert _found(jarvis_alone) == []


async def test_all_of_an_integration_is_gone(
    morning_house: DeviceHome, jarvis_alone: Jarvis, freezer: FrozenDateTimeFactory
) -> None:
    """Given that none of its devices answers, then what has them is told once."""
    set_available(
        morning_house,
        "sensor.sonde_pile",
        "sensor.sonde_temperature",
        "switch.prise",
        available=False,
    )
    freezer.tick(timedelta(minutes=15))
    assert _found(jarvis_alone) == [Finding(Kind.SILENT, "Devices")]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "Not responding: A, B, C and 2 more."),
        ("fr", "Ne répond plus : A, B, C et 2 de plus."),
    ],
)
def test_many_are_counted(hass: HomeAssistant, language: str, told: str) -> None:
    """Given many of a kind, then three are named."""
    findings = [Finding(Kind.SILENT, name) for name in "ABCDE"]
    assert unusual_told(findings, language) == told
