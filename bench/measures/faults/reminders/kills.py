"""SIGKILL at random moments of promising, telling and putting off reminders."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
import os
from pathlib import Path
import random
import sys

from custom_components.jarvis.remembering.memory import FILE
from tests.source import ROOT

from ..leaf import PATIENCE_S
from .ears.log import NAME, Log
from .house import House
from .ledger import Counted, Ledger

ONE_IN = 5
"""Every fifth kill is one of a Home Assistant."""
_LONGEST_S, _LONGEST_IN_HASS_S = 0.8, 8.0
_TELLER = Path(__file__).with_name("teller.py")


@dataclass(frozen=True, slots=True)
class Killed:
    """What came of it."""

    kills: int
    through_hass: int
    counted: Counted


class Kills:
    """A house whose reminders one process after the other promises and tells."""

    def __init__(self, folder: Path, seed: int, tell: Callable[[str], None]) -> None:
        """Begin without any reminder."""
        self._folder = folder
        self._path = folder / FILE
        self._dice = random.Random(seed)
        self._tell = tell

    async def run(self, kills: int) -> Killed:
        """Kill so many times, then tell what is left and count."""
        house = House(self._folder, self._dice) if kills >= ONE_IN else None
        if house is not None:
            await house.set_up()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        log = Log(self._folder / NAME)
        for number in range(1, kills + 1):
            if house is not None and number % ONE_IN == 0:
                through = "hass"
                seconds = self._dice.uniform(0, _LONGEST_IN_HASS_S)
                await house.talk(log, seconds)
            else:
                through = "leaf"
                await self._let_tell(self._dice.uniform(0, _LONGEST_S))
            self._tell(f"kill {number:3} {through}: {_counted(log).told()}")
        await self._let_tell(None)
        counted = _counted(log)
        self._tell(f"at the end: {counted.told()}")
        for what in dict.fromkeys((*counted.missing, *counted.doubled)):
            course = [how.value for how, said in log.lines() if what in said]
            self._tell(f"  {what}: {', '.join(course)}")
        log.close()
        return Killed(kills, kills // ONE_IN, counted)

    async def _let_tell(self, seconds: float | None) -> None:
        """Let the leaf work for so long and kill it, or let it tell what is left."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *(str(_TELLER), str(self._path), str(self._folder / NAME)),
            "last" if seconds is None else "on",
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout
        try:
            async with asyncio.timeout(2 * PATIENCE_S):
                line = await process.stdout.readline()
                if seconds is None and await process.wait():
                    raise RuntimeError("The teller failed at its end.")
            if seconds is not None:
                if line.strip() != b"open":
                    raise RuntimeError("The reminders could not be opened.")
                await asyncio.sleep(seconds)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


def _counted(log: Log) -> Counted:
    return Ledger.of(log.lines()).counted()
