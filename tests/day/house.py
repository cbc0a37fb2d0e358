"""A house on an autumn morning, with people, calendars, lists and the weather."""

from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.setup import async_setup_component
from tests.devices import DeviceHome, async_build_home
from tests.devices.device import Device

NOW = "2026-10-13T05:30:00Z"
"""A Tuesday, half past seven in Paris."""
ZONE = "Europe/Paris"

_DAYS = [
    {
        "datetime": f"2026-10-{day}T00:00:00+02:00",
        "condition": condition,
        "temperature": 15,
        "templow": 8,
    }
    for day, condition in ((13, "cloudy"), (14, "rainy"))
]
HOUSE: dict[str, Any] = {
    "devices": [
        {"id": "probe", "name": "Sonde du salon"},
        {"id": "plug", "name": "Prise du garage"},
        {"id": "tv", "name": "Télé"},
    ],
    "entities": [
        {
            "id": "calendar.famille",
            "name": "Agenda familial",
            "attributes": {
                "events": [
                    {
                        "summary": "Piano",
                        "start": "2026-10-13T17:00:00+02:00",
                        "end": "2026-10-13T18:00:00+02:00",
                    },
                    {
                        "summary": "Fête de Paul",
                        "start": "2026-10-13",
                        "end": "2026-10-14",
                    },
                    {
                        "summary": "Marché",
                        "start": "2026-10-14T09:00:00+02:00",
                        "end": "2026-10-14T10:00:00+02:00",
                    },
                ]
            },
        },
        {
            "id": "calendar.lea",
            "name": "Agenda de Léa",
            "attributes": {
                "events": [
                    {
                        "summary": "Judo",
                        "start": "2026-10-13T16:00:00+02:00",
                        "end": "2026-10-13T17:00:00+02:00",
                    }
                ]
            },
        },
        {
            "id": "todo.taches",
            "name": "Tâches",
            "attributes": {
                "todo_items": [
                    {"summary": "payer le loyer", "due": "2026-10-13"},
                    {"summary": "rendre les livres", "due": "2026-10-11"},
                    {"summary": "arroser", "due": "2026-10-14"},
                    {"summary": "ranger"},
                    {
                        "summary": "voter",
                        "due": "2026-10-13",
                        "status": "completed",
                    },
                ]
            },
        },
        {
            "id": "weather.maison",
            "name": "Météo",
            "state": "cloudy",
            "attributes": {"temperature": 12.5, "forecast_daily": _DAYS},
        },
        {
            "id": "binary_sensor.fenetre",
            "name": "Fenêtre de la cuisine",
            "state": "off",
            "attributes": {"device_class": "window"},
        },
        {
            "id": "binary_sensor.fuite",
            "name": "Fuite sous l'évier",
            "state": "off",
            "attributes": {"device_class": "moisture"},
        },
        {"id": "lock.portail", "name": "Portail", "state": "locked"},
        {"id": "light.bureau", "name": "Lampe du bureau", "state": "off"},
        {
            "id": "sensor.sonde_pile",
            "name": "Sonde pile",
            "device": "probe",
            "state": "80",
            "attributes": {"device_class": "battery", "unit_of_measurement": "%"},
            "expose": False,
        },
        {
            "id": "sensor.sonde_temperature",
            "name": "Sonde température",
            "device": "probe",
            "state": "20",
            "attributes": {"device_class": "temperature", "unit_of_measurement": "°C"},
            "expose": False,
        },
        {
            "id": "switch.prise",
            "name": "Prise",
            "device": "plug",
            "state": "on",
            "expose": False,
        },
        {"id": "media_player.tele", "name": "Télé", "device": "tv", "state": "off"},
    ],
}


async def async_furnish_day(hass: HomeAssistant) -> DeviceHome:
    """Build the house."""
    return await async_build_home(hass, HOUSE)


def device(house: DeviceHome, entity_id: str) -> Any:
    """Return an entity of the house, to have it fail."""
    found: Device = house._devices[entity_id]
    return found


def set_available(house: DeviceHome, *entity_ids: str, available: bool) -> None:
    """Let entities be reached, or not."""
    for entity_id in entity_ids:
        one = device(house, entity_id)
        one._attr_available = available
        one.write()


async def async_people(hass: HomeAssistant, *names: str) -> dict[str, Context]:
    """Let people live here who are no administrators; return what each says it as."""
    await hass.auth.async_create_user("Owner", group_ids=["system-admin"])
    users = {
        name: await hass.auth.async_create_user(name, group_ids=["system-users"])
        for name in names
    }
    persons = [
        {"id": name.lower(), "name": name, "user_id": user.id}
        for name, user in users.items()
    ]
    assert await async_setup_component(hass, "person", {"person": persons})
    await hass.async_block_till_done()
    return {name: Context(user_id=user.id) for name, user in users.items()}
