"""SIGKILL at random moments of writing, of the memory alone and of Home Assistant."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
import random

from custom_components.jarvis.remembering.memory import FILE
from tests.postgres_server import Server

from .hass import Hass
from .leaf import Leaf, Work, leaf
from .ledger import Found, Ledger, Rows, rows_of_file, rows_of_server

ONE_IN = 5
"""Every fifth kill is one of a Home Assistant."""
_LONGEST_S, _LONGEST_IN_HASS_S = 0.8, 2.0
_HOUSE = "5e0fa017"


@dataclass(frozen=True, slots=True)
class Killed:
    """What was there at the end."""

    kills: int
    through_hass: int
    local: Found
    second: Found
    lost: int
    """The most that was missing after any of the kills, or at the end."""
    doubled: int
    """The most that was there twice."""


class Kills:
    """A house whose memory is written to by one process after the other."""

    def __init__(
        self, folder: Path, server: Server, seed: int, tell: Callable[[str], None]
    ) -> None:
        """Begin with an empty memory, in a folder and on a server."""
        self._server = server
        self._name = server.new_database()
        self._url = server.url(self._name)
        self._folder = folder
        self._path = folder / FILE
        self._ledger = Ledger()
        self._work = Work(self._ledger)
        self._hass: Hass | None = None
        self._dice = random.Random(seed)
        self._tell = tell
        self._lost = self._doubled = 0

    async def run(self, kills: int) -> Killed:
        """Kill so many times; count after each, and in both homes at the end."""
        if kills >= ONE_IN:
            self._hass = Hass(self._folder, _HOUSE)
            await self._hass.set_up(self._url)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        for number in range(1, kills + 1):
            if self._hass is not None and number % ONE_IN == 0:
                through = "hass"
                seconds = self._dice.uniform(0, _LONGEST_IN_HASS_S)
                await self._hass.talk(self._ledger, seconds)
            else:
                through = "leaf"
                async with self._leaf() as one:
                    await one.write(self._dice.uniform(0, _LONGEST_S))
            await self._count(f"kill {number:3} {through}")
        async with self._leaf() as one:
            await one.finish()
        local = await self._count("at the end, local ")
        rows = await asyncio.to_thread(rows_of_server, self._server, self._name)
        second = self._compare("at the end, second", rows)
        through_hass = kills // ONE_IN
        return Killed(kills, through_hass, local, second, self._lost, self._doubled)

    def _leaf(self) -> AbstractAsyncContextManager[Leaf]:
        return leaf(self._work, self._path, self._url, _HOUSE)

    async def _count(self, after: str) -> Found:
        """Compare with the file as it lies on the disk."""
        rows = await asyncio.to_thread(rows_of_file, self._path)
        return self._compare(after, rows)

    def _compare(self, after: str, rows: Rows) -> Found:
        sent = self._work.sent + (self._hass.sent if self._hass else [])
        found = self._ledger.found(rows, sent)
        self._lost = max(self._lost, found.lost)
        self._doubled = max(self._doubled, found.doubled)
        self._tell(
            f"{after}: {found.acknowledged} acknowledged, {found.found} found,"
            f" {found.lost} lost, {found.doubled} doubled"
        )
        return found
