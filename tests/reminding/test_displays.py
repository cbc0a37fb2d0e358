"""Devices that count and ring by themselves go along with Jarvis' timers."""

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.jarvis.reminders.timer import TimerState
from custom_components.jarvis.reminding import displays
from homeassistant.components.intent import TimerEventType
from homeassistant.components.intent.const import TIMER_DATA
from homeassistant.components.intent.timers import TimerManager
from homeassistant.setup import async_setup_component
from tests.house import Jarvis

from .house import Hearing
from .timing import (
    HOUR,
    MINUTE,
    NOW,
    PASTA,
    SECOND,
    Display,
    async_down,
    async_pass,
    async_set,
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


@pytest.fixture
async def display(jarvis_alone: Jarvis, hearing: Hearing) -> Display:
    """Return the display of the satellite in the kitchen."""
    assert await async_setup_component(jarvis_alone.hass, "intent", {})
    return Display(jarvis_alone.hass, hearing.device("Cuisine"))


async def test_a_device_that_counts_rings_by_itself(
    jarvis_alone: Jarvis,
    hearing: Hearing,
    display: Display,
    freezer: FrozenDateTimeFactory,
) -> None:
    """It shows the timer from the beginning; when it rings Jarvis says nothing."""
    await async_set(jarvis_alone, display.device)
    assert display.shown == {"pasta": (600, True)}
    await async_pass(jarvis_alone, freezer, 10 * MINUTE)
    await async_pass(jarvis_alone, freezer, 15 * SECOND)

    assert display.told == [TimerEventType.STARTED, TimerEventType.FINISHED]
    assert hearing.satellites["Cuisine"].said == []
    assert await timers_of(jarvis_alone).async_list() == []
    # «Encore 5 minutes» counts there as well.
    await say(jarvis_alone, "5 more minutes", "en", display.device)
    assert display.shown == {"pasta": (300, True)}


async def test_the_display_shows_every_change(
    jarvis_alone: Jarvis,
    hearing: Hearing,
    display: Display,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Time is added, it waits, runs on and is cancelled there as well."""
    timer = await async_set(jarvis_alone, display.device)
    timers = timers_of(jarvis_alone)
    await timers.async_lengthen(timer, 120)
    assert display.shown == {"pasta": (720, True)}
    await timers.async_pause(timer)
    assert display.shown == {"pasta": (720, False)}
    await timers.async_lengthen(timer, -60)
    assert display.shown == {"pasta": (660, False)}
    await timers.async_resume(timer)
    assert display.shown == {"pasta": (660, True)}
    await timers.async_cancel([timer.id])
    assert display.shown == {}


async def test_what_home_assistant_changes_counts(
    jarvis_alone: Jarvis,
    hearing: Hearing,
    display: Display,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Its own sentences and devices change the same timer."""
    await async_set(jarvis_alone, display.device)
    manager: TimerManager = jarvis_alone.hass.data[TIMER_DATA]
    (shown,) = manager.timers
    timers = timers_of(jarvis_alone)

    manager.add_time(shown, 300)
    assert left(await timers.async_list()) == {"pasta": 900}
    manager.pause_timer(shown)
    freezer.tick(MINUTE)
    (paused,) = await timers.async_list()
    assert (paused.state, paused.seconds_left) == (TimerState.PAUSED, 900)
    manager.unpause_timer(shown)
    assert left(await timers.async_list()) == {"pasta": 900}
    manager.cancel_timer(shown)
    assert await timers.async_list() == []
    await async_pass(jarvis_alone, freezer, HOUR)
    assert hearing.satellites["Cuisine"].said == []


async def test_a_reload_does_not_double_what_is_shown(
    jarvis_alone: Jarvis,
    hearing: Hearing,
    display: Display,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Home Assistant's timer outlives a reload of Jarvis, and is the same."""
    await async_set(jarvis_alone, display.device)
    await async_down(jarvis_alone)
    await async_up(jarvis_alone)

    assert display.shown == {"pasta": (600, True)}
    assert left(await timers_of(jarvis_alone).async_list()) == {"pasta": 600}


async def _restart(jarvis: Jarvis) -> None:
    """Have Home Assistant know nothing of its own timers any more."""
    await async_down(jarvis)
    manager: TimerManager = jarvis.hass.data[TIMER_DATA]
    for task in manager.timer_tasks.values():
        task.cancel()
    jarvis.hass.data[TIMER_DATA] = TimerManager(jarvis.hass)
    del jarvis.hass.data[displays._BESIDE]


async def test_after_a_restart_jarvis_rings_itself(
    jarvis_alone: Jarvis,
    hearing: Hearing,
    display: Display,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Home Assistant lost its timer, and the device is not back in time."""
    await async_set(jarvis_alone, display.device)
    await _restart(jarvis_alone)
    freezer.tick(4 * MINUTE)
    await async_up(jarvis_alone)
    await async_pass(jarvis_alone, freezer, 6 * MINUTE)

    assert hearing.satellites["Cuisine"].said == [PASTA]
    assert display.told == [TimerEventType.STARTED]


async def test_after_a_restart_the_display_counts_on(
    jarvis_alone: Jarvis,
    hearing: Hearing,
    display: Display,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A device that comes back shows what is left, and rings by itself again."""
    await async_set(jarvis_alone, display.device)
    await _restart(jarvis_alone)
    freezer.tick(4 * MINUTE)
    await async_up(jarvis_alone)
    display.register()
    await async_pass(jarvis_alone, freezer, MINUTE)
    assert display.shown == {"pasta": (300, True)}
    await async_pass(jarvis_alone, freezer, 5 * MINUTE)

    assert display.told[-1] is TimerEventType.FINISHED
    assert hearing.satellites["Cuisine"].said == []


async def test_a_display_that_is_away_rings_nothing(
    jarvis_alone: Jarvis,
    hearing: Hearing,
    display: Display,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Its satellite lost the connection: the person's phone tells instead."""
    await async_set(jarvis_alone, display.device, owner="ann")
    hearing.satellites["Cuisine"].leave()
    await async_pass(jarvis_alone, freezer, 10 * MINUTE)
    for _time in range(12):
        await async_pass(jarvis_alone, freezer, 5 * SECOND)

    assert [one["message"] for one in hearing.sent] == [
        'The timer "pasta" was done 1 minute ago.'
    ]


async def test_timers_of_home_assistant_are_told(
    jarvis_alone: Jarvis, display: Display, freezer: FrozenDateTimeFactory
) -> None:
    """What its own sentences started is told, changed and cancelled as any other."""
    manager: TimerManager = jarvis_alone.hass.data[TIMER_DATA]
    manager.start_timer(display.device, None, 20, None, "en", name="cake")
    await async_set(jarvis_alone, display.device)

    told = await say(jarvis_alone, "how much time is left", "en", display.device)
    assert told == "2 timers. Pasta: 10 minutes left. Cake: 20 minutes left."
    await say(jarvis_alone, "pause the cake timer", "en", display.device)
    assert display.shown["cake"] == (1200, False)
    await say(jarvis_alone, "cancel the cake timer", "en", display.device)
    assert list(display.shown) == ["pasta"]
