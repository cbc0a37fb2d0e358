"""How reminders reach people, and that they do in any case."""

from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    async_capture_events,
    async_fire_time_changed,
)

from custom_components.jarvis.reminders.records import (
    EVERYONE,
    Edge,
    Kind,
    Reminder,
    State,
    Trigger,
)
from custom_components.jarvis.reminding.reminding import Reminding
from homeassistant.components.persistent_notification import (
    _async_get_or_create_notifications,
)
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from tests.house import Jarvis

from .house import Hearing, async_settle

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOW = datetime.fromisoformat("2026-11-22T22:00:00+00:00")
"""Two in the afternoon, where the tests live."""


@pytest.fixture(name="freezer")
def freezer_fixture(freezer: FrozenDateTimeFactory) -> FrozenDateTimeFactory:
    """Return a clock that stands at two."""
    freezer.move_to(NOW)
    return freezer


def _reminding(jarvis: Jarvis) -> Reminding:
    reminding: Reminding = jarvis.entry.runtime_data.reminding
    return reminding


async def _pass(jarvis: Jarvis, freezer: FrozenDateTimeFactory, by: timedelta) -> None:
    """Let time go by."""
    freezer.tick(by)
    async_fire_time_changed(jarvis.hass, dt_util.utcnow())
    await async_settle(jarvis)


async def _add(jarvis: Jarvis, **more: Any) -> Reminder:
    values = {"what": "walk the dog", "due": NOW + HOUR, "owner": "ann", **more}
    kept = await _reminding(jarvis).async_add(Reminder(**values))
    await async_settle(jarvis)
    return kept


async def _set(jarvis: Jarvis, **options: Any) -> None:
    jarvis.hass.config_entries.async_update_entry(jarvis.entry, options=options)
    await async_settle(jarvis)


async def _reload(jarvis: Jarvis) -> None:
    assert await jarvis.hass.config_entries.async_reload(jarvis.entry.entry_id)
    await async_settle(jarvis)


async def test_said_where_it_was_asked_for_and_shown(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """At its time it is said in that room and shown on that person's phone, once."""
    await _add(jarvis_alone, device=hearing.device("Cuisine"))
    await _pass(jarvis_alone, freezer, HOUR - MINUTE)
    assert hearing.sent == []
    await _pass(jarvis_alone, freezer, MINUTE)
    await _pass(jarvis_alone, freezer, MINUTE)

    assert hearing.satellites["Cuisine"].said == ["Reminder: walk the dog"]
    assert hearing.satellites["Salon"].said == []
    assert hearing.shown() == ["Reminder: walk the dog"]


async def test_said_where_the_person_is_sensed(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """Who is alone at home is where somebody moves, wherever it was said."""
    hass = hearing.hass
    hearing.move("Ben", "not_home")
    registry = er.async_get(hass)
    entry = registry.async_get_or_create(
        "binary_sensor", "test", "moved", suggested_object_id="moved"
    )
    salon = registry.async_get(hearing.satellites["Salon"].entity_id)
    assert salon is not None
    registry.async_update_entity(entry.entity_id, area_id=salon.area_id)
    hass.states.async_set(entry.entity_id, "on", {"device_class": "motion"})
    await hass.async_block_till_done()
    await _add(jarvis_alone, device=hearing.device("Cuisine"))
    await _pass(jarvis_alone, freezer, HOUR)
    assert hearing.satellites["Salon"].said == ["Reminder: walk the dog"]
    assert hearing.satellites["Cuisine"].said == []


async def test_everyone_hears_it_everywhere(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """What is for all is said by all and shown on all phones."""
    await _add(jarvis_alone, whom=(EVERYONE,), language="fr", what="à table")
    await _pass(jarvis_alone, freezer, HOUR)
    for satellite in hearing.satellites.values():
        assert satellite.said == ["Rappel : à table"]
    assert len(hearing.shown()) == 2


async def test_repeated_until_it_is_confirmed(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """Nobody answers: it is said once more after five minutes, then it stays shown."""
    kept = await _add(jarvis_alone)
    for _time in range(4):
        await _pass(jarvis_alone, freezer, HOUR if not _time else 5 * MINUTE)
    (said,) = [one.said for one in hearing.satellites.values() if one.said]
    assert said == ["Reminder: walk the dog", "Reminder again: walk the dog"]
    assert len(hearing.shown()) == 1
    ringing = await _reminding(jarvis_alone).async_get(kept.id)
    assert ringing is not None
    assert ringing.state is State.RINGING


@pytest.mark.parametrize(
    "pressed",
    [
        ("done", State.DONE, None),
        ("snooze", State.WAITING, NOW + HOUR + 10 * MINUTE),
        ("tomorrow", State.WAITING, NOW + HOUR + DAY),
    ],
)
async def test_the_buttons_of_a_notification(
    jarvis_alone: Jarvis,
    hearing: Hearing,
    freezer: FrozenDateTimeFactory,
    pressed: tuple[str, State, datetime | None],
) -> None:
    """A pressed button counts, and the notification goes from the other phones."""
    hass = hearing.hass
    wish, state, until = pressed
    kept = await _add(jarvis_alone)
    await _pass(jarvis_alone, freezer, HOUR)
    offered = [one["action"] for one in hearing.sent[0]["data"]["actions"]]
    (action,) = [one for one in offered if wish in one]
    hass.bus.async_fire("mobile_app_notification_action", {"action": action})
    await async_settle(jarvis_alone)

    known = await _reminding(jarvis_alone).async_get(kept.id)
    assert known is not None
    assert (known.state, known.snoozed_until) == (state, until)
    assert hearing.sent[-1]["message"] == "clear_notification"


async def test_a_busy_satellite_is_asked_again_then_the_next(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """It is tried three times in the room, then elsewhere; the phone shows it once."""
    hearing.satellites["Cuisine"].is_busy = True
    await _add(jarvis_alone, device=hearing.device("Cuisine"))
    await _pass(jarvis_alone, freezer, HOUR)
    assert hearing.satellites["Salon"].said == []
    for _time in range(2):
        await _pass(jarvis_alone, freezer, timedelta(seconds=20))
    assert hearing.satellites["Salon"].said == ["Reminder: walk the dog"]
    assert len(hearing.shown()) == 1


async def test_nobody_can_be_reached(
    jarvis_alone: Jarvis, freezer: FrozenDateTimeFactory
) -> None:
    """Without a voice and a phone Home Assistant itself shows it."""
    kept = await _add(jarvis_alone, owner=None)
    await _pass(jarvis_alone, freezer, HOUR)
    notifications = _async_get_or_create_notifications(jarvis_alone.hass)
    (shown,) = notifications.values()
    assert shown["message"] == "Reminder: walk the dog"
    await _reminding(jarvis_alone).async_complete(kept.id)
    await async_settle(jarvis_alone)
    assert not notifications


async def test_quiet_hours_hold_speech_back(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """It is shown at once and said when the quiet hours are over."""
    await _set(jarvis_alone, quiet_from="14:30:00", quiet_to="16:00:00")
    await _add(jarvis_alone)
    await _pass(jarvis_alone, freezer, HOUR)
    assert hearing.shown() == ["Reminder: walk the dog"]
    assert not any(one.said for one in hearing.satellites.values())
    await _pass(jarvis_alone, freezer, HOUR)
    said = [text for one in hearing.satellites.values() for text in one.said]
    assert said == ["Reminder, 1 hour late: walk the dog"]
    assert len(hearing.shown()) == 1


@pytest.mark.parametrize(
    ("option", "states"),
    [
        ({"asleep_entity": "input_boolean.asleep"}, ("on", "off")),
        ({"busy_entities": ["media_player.game"]}, ("playing", "idle")),
        ({"busy_entities": ["sensor.console"]}, ("online", "offline")),
    ],
)
async def test_asleep_or_busy(
    jarvis_alone: Jarvis,
    hearing: Hearing,
    freezer: FrozenDateTimeFactory,
    option: dict[str, Any],
    states: tuple[str, str],
) -> None:
    """Speech waits until people are awake and free, also through a restart."""
    hass = hearing.hass
    entity_id = next(iter(option.values()))
    entity_id = entity_id if isinstance(entity_id, str) else entity_id[0]
    hass.states.async_set(entity_id, states[0])
    await _set(jarvis_alone, **option)
    await _add(jarvis_alone)
    await _pass(jarvis_alone, freezer, HOUR)
    await _reload(jarvis_alone)
    assert not any(one.said for one in hearing.satellites.values())
    hass.states.async_set(entity_id, states[1])
    await async_settle(jarvis_alone)
    said = [text for one in hearing.satellites.values() for text in one.said]
    assert said == ["Reminder: walk the dog"]
    assert len(hearing.shown()) == 1


async def test_said_when_they_come_home(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """Nothing is said to an empty room; the phone shows it meanwhile."""
    hearing.move("Ann", "not_home")
    await hearing.hass.async_block_till_done()
    await _add(jarvis_alone)
    await _pass(jarvis_alone, freezer, HOUR)
    assert hearing.shown() == ["Reminder: walk the dog"]
    assert not any(one.said for one in hearing.satellites.values())
    hearing.move("Ann", "home")
    await async_settle(jarvis_alone)
    assert any(one.said for one in hearing.satellites.values())


async def test_missed_while_home_assistant_was_away(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """After a day of downtime it is told once, with how late it is."""
    hass = hearing.hass
    await _add(jarvis_alone)
    assert await hass.config_entries.async_unload(jarvis_alone.entry.entry_id)
    freezer.tick(DAY + HOUR)
    assert await hass.config_entries.async_setup(jarvis_alone.entry.entry_id)
    await async_settle(jarvis_alone)
    await _reload(jarvis_alone)
    assert hearing.shown() == ["Reminder, 1 day late: walk the dog"]
    said = [text for one in hearing.satellites.values() for text in one.said]
    assert said == ["Reminder, 1 day late: walk the dog"]


async def test_a_clock_that_jumps(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """A clock that is set forward is noticed within a minute."""
    await _add(jarvis_alone, due=NOW + 30 * DAY)
    freezer.move_to(NOW + 30 * DAY)
    async_fire_time_changed(hearing.hass, NOW + MINUTE)
    await async_settle(jarvis_alone)
    assert hearing.shown() == ["Reminder: walk the dog"]


async def test_when_somebody_comes_home(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """Who is at home has to leave first, and it counts through a restart."""
    hass = hearing.hass
    await _add(jarvis_alone, due=None, trigger=Trigger("person.ann", "home"))
    assert hearing.sent == []
    hearing.move("Ann", "not_home")
    await async_settle(jarvis_alone)
    assert await hass.config_entries.async_unload(jarvis_alone.entry.entry_id)
    hearing.move("Ann", "home")
    assert await hass.config_entries.async_setup(jarvis_alone.entry.entry_id)
    await async_settle(jarvis_alone)
    assert hearing.shown() == ["Reminder: walk the dog"]


async def test_when_a_state_ends(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """The machine has finished when it runs no more; being away means nothing."""
    hass = hearing.hass
    hass.states.async_set("sensor.washer", "run")
    await _add(
        jarvis_alone, due=None, trigger=Trigger("sensor.washer", "run", Edge.LEAVE)
    )
    for state, count in (("unavailable", 0), ("run", 0), ("done", 1), ("off", 1)):
        hass.states.async_set("sensor.washer", state)
        await async_settle(jarvis_alone)
        assert len(hearing.shown()) == count


async def test_a_command_is_run_as_if_it_was_said(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """At its time the house acts, and nobody is bothered."""
    events = async_capture_events(hearing.hass, "state_changed")
    await _add(jarvis_alone, kind=Kind.COMMAND, what="turn off the kitchen light")
    await _pass(jarvis_alone, freezer, HOUR)
    assert hearing.hass.states.is_state("light.cuisine", "off")
    assert hearing.sent == []
    happened = [
        event.data["new_state"].attributes["event_type"]
        for event in events
        if event.data["entity_id"] == "event.reminders_reminder"
        and event.data["new_state"].state not in ("unknown", "unavailable")
    ]
    assert happened == ["run"]


async def test_a_command_of_somebody_who_lost_their_rights(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """Rights are those of the time at which it is run; the failure is told."""
    hass = hearing.hass
    await hass.auth.async_create_user("Owner", group_ids=["system-admin"])
    user = await hass.auth.async_create_user("Ann", group_ids=["system-users"])
    await _add(
        jarvis_alone,
        kind=Kind.COMMAND,
        what="turn off the kitchen light",
        user_id=user.id,
    )
    await hass.auth.async_update_user(user, is_active=False)
    await _pass(jarvis_alone, freezer, HOUR)
    assert hass.states.is_state("light.cuisine", "on")
    (told,) = hearing.shown()
    assert "turn off the kitchen light" in told


async def test_a_command_that_was_missed_for_long(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """Nobody wants last night's command in the morning; it is told."""
    hass = hearing.hass
    await _add(jarvis_alone, kind=Kind.COMMAND, what="turn off the kitchen light")
    assert await hass.config_entries.async_unload(jarvis_alone.entry.entry_id)
    freezer.tick(DAY)
    assert await hass.config_entries.async_setup(jarvis_alone.entry.entry_id)
    await async_settle(jarvis_alone)
    assert hass.states.is_state("light.cuisine", "on")
    assert "too long ago" in hearing.shown()[0]


async def test_what_was_told_last(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """«Dans dix minutes» means what that room, or that person, just heard."""
    kitchen = hearing.device("Cuisine")
    kept = await _add(jarvis_alone, device=kitchen)
    await _pass(jarvis_alone, freezer, HOUR)
    reminding = _reminding(jarvis_alone)
    for device, owners in ((kitchen, [None]), (None, ["ann"])):
        (told,) = await reminding.async_just_told(device, owners)
        assert told.id == kept.id
    assert await reminding.async_just_told(None, [None]) == []
    freezer.tick(15 * MINUTE)
    assert await reminding.async_just_told(kitchen, [None]) == []
