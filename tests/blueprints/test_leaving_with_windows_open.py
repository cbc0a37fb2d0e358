"""Whoever leaves hears of the windows that are open."""

import pytest

from tests.house import Jarvis
from tests.reminding.house import Hearing

from .house import async_add_phone, async_automate


@pytest.mark.parametrize("only_last", [False, True])
async def test_open_windows_are_named(
    jarvis_alone: Jarvis, hearing: Hearing, only_last: bool
) -> None:
    """By their names, said and sent; to the last one alone if that is wanted."""
    hass = jarvis_alone.hass
    phone = await async_add_phone(hass)
    windows = {
        "binary_sensor.kitchen": ("on", "Fenêtre de la cuisine"),
        "binary_sensor.bath": ("off", "Fenêtre du bain"),
        "cover.skylight": ("open", "Velux"),
    }
    for entity_id, (state, name) in windows.items():
        hass.states.async_set(entity_id, state, {"friendly_name": name})
    satellite = hearing.satellites["Salon"]
    await async_automate(
        hass,
        "leaving_with_windows_open",
        persons=["person.ann", "person.ben"],
        windows=list(windows),
        satellites=[satellite.entity_id],
        phones=[phone.entity_id],
        only_last=only_last,
        message="Encore ouvert : {windows}.",
    )
    text = "Encore ouvert : Fenêtre de la cuisine, Velux."
    told: list[str] = []
    for name in ("Ann", "Ben"):
        hearing.move(name, "not_home")
        await hass.async_block_till_done()
        if name == "Ben" or not only_last:
            told.append(text)
        assert phone.sent == told
        assert satellite.said == told


async def test_nothing_is_open(jarvis_alone: Jarvis, hearing: Hearing) -> None:
    """Then nothing is said."""
    hass = jarvis_alone.hass
    phone = await async_add_phone(hass)
    hass.states.async_set("binary_sensor.kitchen", "off")
    await async_automate(
        hass,
        "leaving_with_windows_open",
        persons=["person.ann"],
        windows=["binary_sensor.kitchen"],
        phones=[phone.entity_id],
        only_last=False,
    )
    hearing.move("Ann", "not_home")
    await hass.async_block_till_done()
    assert phone.sent == []
