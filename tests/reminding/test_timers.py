"""Timers ring where they were set, whatever happens to Home Assistant meanwhile."""

import asyncio
from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.jarvis.reminding import steady
from homeassistant.components.persistent_notification import (
    _async_get_or_create_notifications,
)
from homeassistant.util import dt as dt_util
from tests.house import Jarvis
from tests.turn.talk import person

from .house import Hearing
from .timing import (
    HOUR,
    MINUTE,
    NOW,
    PASTA,
    SECOND,
    async_down,
    async_pass,
    async_set,
    async_settle,
    async_up,
    left,
    say,
    timers_of,
)


@pytest.fixture(name="freezer")
def freezer_fixture(freezer: FrozenDateTimeFactory) -> FrozenDateTimeFactory:
    """Return a clock that stands at two."""
    freezer.move_to(NOW)
    return freezer


async def test_it_rings_where_it_was_set_until_it_is_stopped(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """It is said there at its time, and every 15 seconds until somebody says stop."""
    kitchen, other = hearing.satellites["Cuisine"], hearing.satellites["Salon"]
    await async_set(jarvis_alone, hearing.device("Cuisine"))

    await async_pass(jarvis_alone, freezer, 10 * MINUTE - SECOND)
    assert kitchen.said == []
    await async_pass(jarvis_alone, freezer, SECOND)
    assert kitchen.said == [PASTA]
    for _time in range(2):
        await async_pass(jarvis_alone, freezer, 15 * SECOND)
    assert kitchen.said == [PASTA] * 3
    await jarvis_alone.say("stop", "en", device_id=hearing.device("Cuisine"))
    await async_pass(jarvis_alone, freezer, MINUTE)

    assert kitchen.said == [PASTA] * 3
    assert other.said == []
    assert hearing.sent == []


async def test_it_does_not_hear_itself(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """A satellite that hears what it rings with takes it for nobody's words."""
    kitchen = hearing.device("Cuisine")
    await async_set(jarvis_alone, kitchen)
    await async_pass(jarvis_alone, freezer, 10 * MINUTE)

    echo = await jarvis_alone.say(PASTA, "en", device_id=kitchen)

    assert (echo.speech, echo.error) == ("", None)


async def test_a_satellite_that_fails_loses_no_timer(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """Whatever its integration raises, the timer is shown."""
    hearing.satellites["Cuisine"].fails = ValueError("broken")
    await async_set(jarvis_alone, hearing.device("Cuisine"))
    await async_pass(jarvis_alone, freezer, 10 * MINUTE)

    shown = _async_get_or_create_notifications(jarvis_alone.hass)
    assert [one["message"] for one in shown.values()] == [PASTA]


async def test_nobody_stops_it(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """It rings for three minutes at most."""
    await async_set(jarvis_alone, hearing.device("Cuisine"))
    await async_pass(jarvis_alone, freezer, 10 * MINUTE)
    for _time in range(20):
        await async_pass(jarvis_alone, freezer, 15 * SECOND)

    assert len(hearing.satellites["Cuisine"].said) == 12
    assert await timers_of(jarvis_alone).async_list() == []


async def test_quiet_hours_do_not_silence_it(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """Whoever sets one at night wants it to ring."""
    jarvis_alone.hass.config_entries.async_update_entry(
        jarvis_alone.entry,
        options={"quiet_from": "13:00:00", "quiet_to": "16:00:00"},
    )
    await async_settle(jarvis_alone)
    delivery = jarvis_alone.entry.runtime_data.reminding.delivery
    assert delivery.welcome_at > dt_util.utcnow()
    await async_set(jarvis_alone, hearing.device("Cuisine"))
    await async_pass(jarvis_alone, freezer, 10 * MINUTE)

    assert hearing.satellites["Cuisine"].said == [PASTA]


async def test_one_rings_while_another_runs(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """Each of two is heard on its own satellite; stopping one leaves the other."""
    kitchen, salon = hearing.device("Cuisine"), hearing.device("Salon")
    await async_set(jarvis_alone, kitchen)
    await async_set(jarvis_alone, salon, name="gâteau", seconds=620, language="fr")

    await async_pass(jarvis_alone, freezer, 10 * MINUTE)
    assert left(await timers_of(jarvis_alone).async_list()) == {
        "pasta": 0,
        "gâteau": 20,
    }
    assert await say(jarvis_alone, "merci", "fr", kitchen) == "D'accord."
    assert left(await timers_of(jarvis_alone).async_list()) == {"gâteau": 20}
    await async_pass(jarvis_alone, freezer, 20 * SECOND)

    assert hearing.satellites["Cuisine"].said == [PASTA]
    said = ["Minuteur « gâteau » terminé."]
    assert hearing.satellites["Salon"].said == said
    assert await say(jarvis_alone, "stop", "fr", kitchen) == "D'accord."
    await async_pass(jarvis_alone, freezer, 15 * SECOND)
    assert hearing.satellites["Salon"].said == said * 2


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_missed_while_it_was_off(
    jarvis_alone: Jarvis,
    hearing: Hearing,
    freezer: FrozenDateTimeFactory,
    language: str,
) -> None:
    """What was due meanwhile rings once, and tells how late it is."""
    device = hearing.device("Cuisine")
    await async_set(jarvis_alone, device, language=language, name="", seconds=90)
    await async_down(jarvis_alone)
    freezer.tick(2 * HOUR + 90 * SECOND)
    await async_up(jarvis_alone)
    for _time in range(3):
        await async_pass(jarvis_alone, freezer, 15 * SECOND)

    late = {
        "en": "The timer of 1 minute and 30 seconds was done 2 hours ago.",
        "fr": "Minuteur terminé depuis 2 heures : une minute et 30 secondes.",
    }
    assert hearing.satellites["Cuisine"].said == [late[language]]


async def test_it_runs_on_over_a_restart(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """A restart in between changes nothing, nor does one while it rings."""
    await async_set(jarvis_alone, hearing.device("Cuisine"))
    freezer.tick(4 * MINUTE)
    await async_down(jarvis_alone)
    freezer.tick(MINUTE)
    await async_up(jarvis_alone)
    assert left(await timers_of(jarvis_alone).async_list()) == {"pasta": 300}

    await async_pass(jarvis_alone, freezer, 5 * MINUTE)
    assert hearing.satellites["Cuisine"].said == [PASTA]
    await async_down(jarvis_alone)
    freezer.tick(20 * SECOND)
    await async_up(jarvis_alone)
    assert hearing.satellites["Cuisine"].said == [PASTA] * 2
    assert await say(jarvis_alone, "stop", "en", hearing.device("Cuisine"))
    assert await timers_of(jarvis_alone).async_list() == []


async def test_cut_off_while_it_rang(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """Nobody knows whether it was heard: it rings again rather than not at all."""
    kitchen = hearing.satellites["Cuisine"]
    kitchen.hangs = asyncio.Event()
    await async_set(jarvis_alone, hearing.device("Cuisine"))
    freezer.tick(10 * MINUTE)
    async_fire_time_changed(jarvis_alone.hass, dt_util.utcnow())
    await jarvis_alone.hass.async_block_till_done()
    await async_down(jarvis_alone)
    kitchen.hangs.set()
    await jarvis_alone.hass.async_block_till_done()
    kitchen.said.clear()
    freezer.tick(HOUR)
    await async_up(jarvis_alone)

    assert kitchen.said == ['The timer "pasta" was done 1 hour ago.']


async def test_paused_over_a_restart(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """What is left of a paused one stays, however long it waits."""
    device = hearing.device("Cuisine")
    await async_set(jarvis_alone, device)
    await async_pass(jarvis_alone, freezer, 4 * MINUTE)
    await say(jarvis_alone, "pause the timer", "en", device)
    await async_down(jarvis_alone)
    freezer.tick(3 * HOUR)
    await async_up(jarvis_alone)
    assert left(await timers_of(jarvis_alone).async_list()) == {"pasta": 360}
    await say(jarvis_alone, "resume the timer", "en", device)
    await async_pass(jarvis_alone, freezer, 6 * MINUTE - SECOND)
    assert hearing.satellites["Cuisine"].said == []
    await async_pass(jarvis_alone, freezer, SECOND)

    assert hearing.satellites["Cuisine"].said == [PASTA]


@pytest.mark.parametrize("by", [HOUR, -HOUR], ids=str)
async def test_the_clock_is_set_meanwhile(
    jarvis_alone: Jarvis,
    hearing: Hearing,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
    by: timedelta,
) -> None:
    """Ten minutes are ten minutes, also where the clock on the wall is set."""
    passed = 0.0
    monkeypatch.setattr(steady, "steady", lambda: passed)
    await async_set(jarvis_alone, hearing.device("Cuisine"))
    passed = 60.0
    freezer.move_to(NOW + MINUTE + by)
    async_fire_time_changed(jarvis_alone.hass, dt_util.utcnow(), fire_all=True)
    await async_settle(jarvis_alone)
    assert hearing.satellites["Cuisine"].said == []
    assert left(await timers_of(jarvis_alone).async_list()) == {"pasta": 540}

    passed = 600.0
    freezer.move_to(NOW + 10 * MINUTE + by)
    async_fire_time_changed(jarvis_alone.hass, dt_util.utcnow(), fire_all=True)
    await async_settle(jarvis_alone)
    assert hearing.satellites["Cuisine"].said == [PASTA]


async def test_it_waits_for_who_speaks_there(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """A satellite that is busy rings as soon as it is free, and nothing else does."""
    kitchen = hearing.satellites["Cuisine"]
    await async_set(jarvis_alone, hearing.device("Cuisine"))
    kitchen.is_busy = True
    await async_pass(jarvis_alone, freezer, 10 * MINUTE)
    await async_pass(jarvis_alone, freezer, 5 * SECOND)
    assert kitchen.said == []
    kitchen.is_busy = False
    await async_pass(jarvis_alone, freezer, 5 * SECOND)

    assert kitchen.said == [PASTA]
    assert hearing.satellites["Salon"].said == []
    assert hearing.sent == []


async def test_its_satellite_is_gone(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """It is waited for a minute, then Home Assistant shows it; stop takes it back."""
    hearing.satellites["Cuisine"].leave()
    await async_set(jarvis_alone, hearing.device("Cuisine"))
    await async_pass(jarvis_alone, freezer, 10 * MINUTE)
    shown = _async_get_or_create_notifications(jarvis_alone.hass)
    assert not shown
    for _time in range(12):
        await async_pass(jarvis_alone, freezer, 5 * SECOND)

    assert [one["message"] for one in shown.values()] == [
        'The timer "pasta" was done 1 minute ago.'
    ]
    assert hearing.satellites["Salon"].said == []


async def test_set_on_a_phone(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """Where nothing rings, the phone of its person tells; others hear nothing."""
    await async_set(jarvis_alone, None, owner="ann")
    await async_pass(jarvis_alone, freezer, 10 * MINUTE)
    await async_pass(jarvis_alone, freezer, MINUTE)

    assert [one["message"] for one in hearing.sent] == [PASTA]
    assert hearing.satellites["Salon"].said == hearing.satellites["Cuisine"].said == []
    assert not _async_get_or_create_notifications(jarvis_alone.hass)


async def test_set_by_nobody_in_particular(
    jarvis_alone: Jarvis, freezer: FrozenDateTimeFactory
) -> None:
    """Without a person it is shown where all see it, in its language."""
    await async_set(jarvis_alone, None, language="fr", name="")
    await async_pass(jarvis_alone, freezer, 10 * MINUTE)

    (shown,) = _async_get_or_create_notifications(jarvis_alone.hass).values()
    assert shown["title"] == "Minuteur"
    assert shown["message"] == "Minuteur terminé : 10 minutes."


async def test_events(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """Automations hear what happens to timers, without their names."""
    state = "event.reminders_reminder"
    hass, seen = jarvis_alone.hass, []
    hass.bus.async_listen(
        "state_changed",
        lambda event: (
            seen.append(event.data["new_state"].attributes)
            if event.data["entity_id"] == state
            else None
        ),
    )
    timer = await async_set(jarvis_alone, hearing.device("Cuisine"))
    await async_pass(jarvis_alone, freezer, 10 * MINUTE)
    await async_pass(jarvis_alone, freezer, 15 * SECOND)
    other = await async_set(jarvis_alone, hearing.device("Cuisine"))
    await timers_of(jarvis_alone).async_cancel([other.id])
    await async_settle(jarvis_alone)

    assert [(one["event_type"], one["timer_id"]) for one in seen] == [
        ("timer_started", timer.id),
        ("timer_finished", timer.id),
        ("timer_started", other.id),
        ("timer_cancelled", other.id),
    ]
    assert "pasta" not in str(seen)


async def test_lists_of_reminders_have_no_timers(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """Neither the to-do lists nor the calendars nor the action show any."""
    before = {one.entity_id: one.state for one in jarvis_alone.hass.states.async_all()}
    await async_set(jarvis_alone, hearing.device("Cuisine"), owner="ann")
    listed = await jarvis_alone.hass.services.async_call(
        "jarvis", "list_reminders", {}, blocking=True, return_response=True
    )

    assert listed == {"reminders": []}
    after = {one.entity_id: one.state for one in jarvis_alone.hass.states.async_all()}
    changed = {one for one in after if after[one] != before.get(one)}
    assert not [one for one in changed if one.startswith(("todo.", "calendar."))]


async def test_anybody_in_the_room_can_stop_it(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """A phone elsewhere cannot: its stop means something else."""
    await async_set(jarvis_alone, hearing.device("Cuisine"))
    await async_pass(jarvis_alone, freezer, 10 * MINUTE)
    ann = await person(jarvis_alone.hass, "Zoe")

    await jarvis_alone.say("stop", "en", context=ann)
    await async_pass(jarvis_alone, freezer, 15 * SECOND)
    assert len(hearing.satellites["Cuisine"].said) == 2
    await jarvis_alone.say("cancel the timer", "en", context=ann)
    await async_pass(jarvis_alone, freezer, 15 * SECOND)
    assert len(hearing.satellites["Cuisine"].said) == 2
