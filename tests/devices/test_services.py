"""Each domain answers its services."""

from typing import Any

import pytest

from homeassistant.core import HomeAssistant

from . import async_build_home

type Data = dict[str, Any]
type Service = tuple[str, Data, str, Data, str, Data]

VOLUME = {"volume_level": 0.5}
SERVICES: list[Service] = [
    ("light.a", {}, "turn_on", {"brightness_pct": 50}, "on", {"brightness": 128}),
    ("light.a", {}, "turn_on", {"rgb_color": [1, 2, 3]}, "on", {"color_mode": "rgb"}),
    (
        "light.a",
        {},
        "turn_on",
        {"color_temp_kelvin": 3000},
        "on",
        {"color_temp_kelvin": 3000},
    ),
    ("light.a", {"state": "on"}, "turn_off", {}, "off", {"color_mode": None}),
    ("switch.a", {"state": "on"}, "toggle", {}, "off", {}),
    ("fan.a", {}, "turn_on", {}, "on", {"percentage": 100}),
    ("fan.a", {}, "set_percentage", {"percentage": 30}, "on", {"percentage": 30}),
    ("fan.a", {"state": "on"}, "turn_off", {}, "off", {"percentage": 0}),
    ("humidifier.a", {}, "turn_on", {}, "on", {}),
    ("humidifier.a", {}, "set_humidity", {"humidity": 61}, "off", {"humidity": 61}),
    ("cover.a", {}, "open_cover", {}, "open", {"current_position": 100}),
    ("cover.a", {"state": "open"}, "close_cover", {}, "closed", {}),
    (
        "cover.a",
        {},
        "set_cover_position",
        {"position": 40},
        "open",
        {"current_position": 40},
    ),
    ("cover.a", {"state": "open"}, "stop_cover", {}, "open", {}),
    ("valve.a", {}, "open_valve", {}, "open", {"current_position": 100}),
    ("valve.a", {"state": "open"}, "close_valve", {}, "closed", {}),
    ("valve.a", {}, "set_valve_position", {"position": 9}, "open", {}),
    ("lock.a", {}, "unlock", {}, "unlocked", {}),
    ("lock.a", {"state": "unlocked"}, "lock", {}, "locked", {}),
    ("lock.a", {}, "open", {}, "open", {}),
    (
        "climate.a",
        {"state": "heat"},
        "set_temperature",
        {"temperature": 21.5},
        "heat",
        {"temperature": 21.5},
    ),
    ("climate.a", {"state": "off"}, "set_hvac_mode", {"hvac_mode": "cool"}, "cool", {}),
    ("climate.a", {"state": "heat"}, "turn_off", {}, "off", {}),
    ("media_player.a", {"state": "playing"}, "media_pause", {}, "paused", {}),
    ("media_player.a", {"state": "paused"}, "media_play", {}, "playing", {}),
    ("media_player.a", {"state": "playing"}, "media_play_pause", {}, "paused", {}),
    ("media_player.a", {"state": "playing"}, "media_stop", {}, "idle", {}),
    ("media_player.a", {"state": "playing"}, "turn_off", {}, "off", {}),
    (
        "media_player.a",
        {"attributes": {"media_track": 1}},
        "media_next_track",
        {},
        "idle",
        {"media_track": 2},
    ),
    (
        "media_player.a",
        {"attributes": {"media_track": 3}},
        "media_previous_track",
        {},
        "idle",
        {"media_track": 2},
    ),
    (
        "media_player.a",
        {"attributes": VOLUME},
        "volume_up",
        {},
        "idle",
        {"volume_level": 0.6},
    ),
    ("media_player.a", {}, "volume_set", {"volume_level": 0.2}, "idle", {}),
    (
        "media_player.a",
        {},
        "volume_mute",
        {"is_volume_muted": True},
        "idle",
        {"is_volume_muted": True},
    ),
    (
        "media_player.a",
        {},
        "play_media",
        {"media_content_id": "song", "media_content_type": "music"},
        "playing",
        {"media_title": "song"},
    ),
    ("media_player.a", {}, "select_source", {"source": "tv"}, "idle", {"source": "tv"}),
    ("vacuum.a", {}, "start", {}, "cleaning", {}),
    ("vacuum.a", {"state": "cleaning"}, "pause", {}, "paused", {}),
    ("vacuum.a", {"state": "cleaning"}, "stop", {}, "idle", {}),
    ("vacuum.a", {"state": "cleaning"}, "return_to_base", {}, "returning", {}),
    ("vacuum.a", {}, "locate", {}, "docked", {}),
    ("vacuum.a", {}, "clean_area", {"cleaning_area_id": ["barn"]}, "cleaning", {}),
    ("lawn_mower.a", {}, "start_mowing", {}, "mowing", {}),
    ("lawn_mower.a", {"state": "mowing"}, "dock", {}, "returning", {}),
    ("lawn_mower.a", {"state": "mowing"}, "pause", {}, "paused", {}),
    ("todo.a", {}, "add_item", {"item": "salt"}, "1", {}),
    (
        "select.a",
        {"attributes": {"options": ["x", "y"]}},
        "select_option",
        {"option": "y"},
        "y",
        {},
    ),
    ("number.a", {}, "set_value", {"value": 7}, "7.0", {}),
]


@pytest.mark.parametrize("case", SERVICES, ids=lambda case: f"{case[0]}.{case[2]}")
async def test_service(hass: HomeAssistant, bare: HomeAssistant, case: Service) -> None:
    """Given an entity, a service changes its state, and a reset undoes that."""
    entity_id, given, service, data, state, attributes = case
    described = {"id": entity_id, "name": "A", **given}
    areas = [{"id": "barn", "name": "Barn"}]
    home = await async_build_home(hass, {"areas": areas, "entities": [described]})
    before = home.states()

    await hass.services.async_call(
        entity_id.partition(".")[0],
        service,
        {"entity_id": entity_id, **data},
        blocking=True,
    )

    after, told = home.states()[entity_id]
    assert after == state
    assert told.items() >= attributes.items()
    await home.async_reset()
    assert home.states() == before


@pytest.mark.parametrize("entity_id", ["scene.a", "script.a", "button.a"])
async def test_press(hass: HomeAssistant, bare: HomeAssistant, entity_id: str) -> None:
    """Given what is only pressed, it remembers when, until a reset."""
    home = await async_build_home(hass, {"entities": [{"id": entity_id, "name": "A"}]})
    before = home.states()
    domain = entity_id.partition(".")[0]
    service = "press" if domain == "button" else "turn_on"
    await hass.services.async_call(
        domain, service, {"entity_id": entity_id}, blocking=True
    )
    await hass.async_block_till_done()
    assert home.states() != before
    await home.async_reset()
    assert home.states() == before


async def _ask(hass: HomeAssistant, entity_id: str, service: str, **data: Any) -> Any:
    """Ask an entity for what it holds."""
    answer = await hass.services.async_call(
        entity_id.partition(".")[0],
        service,
        {"entity_id": entity_id, **data},
        blocking=True,
        return_response=True,
    )
    assert answer
    return answer[entity_id]


async def test_list_and_calendar(hass: HomeAssistant, bare: HomeAssistant) -> None:
    """Given items and events, they are returned, and new ones are kept."""
    items = [{"summary": "Salt", "status": "needs_action"}]
    events = [
        {"summary": "Fair", "start": "2030-05-01", "end": "2030-05-03"},
        {
            "summary": "Dentist",
            "start": "2030-05-04 10:00+02:00",
            "end": "2030-05-04 11:00+02:00",
        },
    ]
    entities = [
        {"id": "todo.a", "name": "A", "attributes": {"todo_items": items}},
        {"id": "calendar.a", "name": "A", "attributes": {"events": events}},
    ]
    home = await async_build_home(hass, {"entities": entities})
    assert home.states()["calendar.a"][1]["message"] == "Fair"
    days = {"start_date_time": "2030-05-04 00:00:00+02:00", "duration": {"days": 1}}

    (item,) = (await _ask(hass, "todo.a", "get_items"))["items"]
    (event,) = (await _ask(hass, "calendar.a", "get_events", **days))["events"]
    assert (item["summary"], event["summary"]) == ("Salt", "Dentist")

    await hass.services.async_call(
        "todo",
        "update_item",
        {"entity_id": "todo.a", "item": "Salt", "status": "completed"},
        blocking=True,
    )
    await hass.services.async_call(
        "calendar",
        "create_event",
        {
            "entity_id": "calendar.a",
            "summary": "Lunch",
            "start_date_time": "2030-05-04 12:00:00+02:00",
            "end_date_time": "2030-05-04 13:00:00+02:00",
        },
        blocking=True,
    )
    assert home.states()["todo.a"][0] == "0"
    found = (await _ask(hass, "calendar.a", "get_events", **days))["events"]
    assert [one["summary"] for one in found] == ["Dentist", "Lunch"]
    await home.async_remove()


async def test_measured(hass: HomeAssistant, bare: HomeAssistant) -> None:
    """Given sensors and weather, they tell what is described."""
    rain = {"datetime": "2030-05-01T00:00:00+00:00", "condition": "rainy"}
    entities = [
        {
            "id": "sensor.a",
            "name": "A",
            "attributes": {
                "device_class": "sensor.SensorDeviceClass.TEMPERATURE",
                "state_class": "sensor.SensorStateClass.MEASUREMENT",
                "native_unit_of_measurement": "°C",
                "native_value": 22,
            },
        },
        {"id": "binary_sensor.a", "name": "A", "state": True},
        {
            "id": "weather.a",
            "name": "A",
            "state": "sunny",
            "attributes": {"native_temperature": "20", "forecast_daily": [rain]},
        },
    ]
    home = await async_build_home(hass, {"entities": entities})
    states = home.states()
    assert states["sensor.a"][0] == "22"
    assert states["sensor.a"][1]["device_class"] == "temperature"
    assert states["binary_sensor.a"][0] == "on"
    assert states["weather.a"][0] == "sunny"
    assert states["weather.a"][1]["temperature"] == 20
    answer = await _ask(hass, "weather.a", "get_forecasts", type="daily")
    assert answer["forecast"][0]["condition"] == "rainy"

    await home.async_reset({"sensor.a": {"attributes": {"native_value": 5}}})
    assert home.states()["sensor.a"][0] == "5"
    await home.async_reset({"sensor.a": {"state": "6"}})
    assert home.states()["sensor.a"][0] == "6"


async def test_announcement(hass: HomeAssistant, bare: HomeAssistant) -> None:
    """Given a satellite, an announcement reaches it."""
    entities = [{"id": "assist_satellite.a", "name": "A"}]
    home = await async_build_home(hass, {"entities": entities})
    await hass.services.async_call(
        "assist_satellite",
        "announce",
        {"entity_id": "assist_satellite.a", "message": "Dinner"},
        blocking=True,
    )
    (call,) = home.calls
    assert call.data["message"] == "Dinner"
