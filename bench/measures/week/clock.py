"""A clock that jumps from one event to the next; the loop's timers follow it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
import math

from freezegun import api, freeze_time
from pytest_homeassistant_custom_component import patch_time

from homeassistant.util.async_ import get_scheduled_timer_handles

_SOONEST_S = 0.001
_TURNS = 3
_WHILE_AT_WORK_S = 1.0


class Clock:
    """The time of the house."""

    def __init__(self, frozen: api.FrozenDateTimeFactory) -> None:
        """Take what holds it."""
        self._frozen = frozen

    async def until(
        self, moment: datetime, settle: Callable[[], Awaitable[bool]]
    ) -> None:
        """Pass time until a moment; whatever waits for a time is called at its time.

        `settle` waits for what is at work and tells whether all is done.
        """
        is_done = await settle()
        while (left := (moment - datetime.now(UTC)).total_seconds()) > 0:
            step = min(left, self._until_next_timer())
            if not is_done:
                # It waits for a time to come, or a disk is slow: not for long.
                step = min(step, _WHILE_AT_WORK_S)
            self._frozen.tick(timedelta(seconds=step))
            for _ in range(_TURNS):
                # What is due is called in the loop's next turn, after whoever waits.
                await asyncio.sleep(0)
            is_done = await settle()

    def skip_to(self, moment: datetime) -> None:
        """Let time pass in which nothing runs."""
        self._frozen.move_to(moment)

    def _until_next_timer(self) -> float:
        """Return in how many seconds the loop's next timer is due."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        soonest = min(
            (
                handle.when() - now
                for handle in get_scheduled_timer_handles(loop)
                if not handle.cancelled()
            ),
            default=math.inf,
        )
        return max(_SOONEST_S, math.ceil(soonest * 1000) / 1000)


def real_seconds() -> float:
    """Return seconds of the world outside."""
    # Whatever names the function itself is given the time of the house instead.
    return float(api.real_perf_counter())


@contextmanager
def clock(begin: datetime) -> Iterator[Clock]:
    """Hold the time from a moment on; it has to be held before a loop runs."""
    # As the tests of Home Assistant do: times that the clocks show twice stay apart.
    api.FakeDate = patch_time.HAFakeDate  # type: ignore[misc]
    api.FakeDatetime = patch_time.HAFakeDatetime  # type: ignore[misc]
    api.datetime_to_fakedatetime = patch_time.ha_datetime_to_fakedatetime
    with freeze_time(begin) as frozen:
        assert isinstance(frozen, api.FrozenDateTimeFactory)
        yield Clock(frozen)
