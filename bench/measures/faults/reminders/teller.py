"""A process that holds the reminders and nothing of Home Assistant, until it is killed.

It promises reminders and commands, tells and runs them and puts some off, and writes
down what it does. As `last` it only tells what is left, and ends by itself.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
import random
import sys
from types import ModuleType

_ROOT = Path(__file__).parents[4]

# The packages' own `__init__` would bring Home Assistant along. For the same reason
# nobody else may import this file: it is a program.
for _name in (
    "custom_components",
    "custom_components.jarvis",
    "bench.measures.faults.reminders.ears",
):
    _package = ModuleType(_name)
    _package.__path__ = [str(_ROOT / _name.replace(".", "/"))]
    sys.modules[_name] = _package

from bench.measures.faults.reminders.ears.log import How, Log  # noqa: E402
from custom_components.jarvis.reminders.book import Book  # noqa: E402
from custom_components.jarvis.reminders.records import (  # noqa: E402
    Kind,
    Reminder,
    new_id,
)
from custom_components.jarvis.store.database import Database  # noqa: E402

_AT_ONCE = 3
_SOON_S, _PAUSE_S, _SPOKEN_S, _PUT_OFF_S = 0.2, 0.03, 0.02, 0.1
"""The most seconds that anything takes here."""
_COMMANDS, _PUT_OFF, _WHILE_SPOKEN = 0.2, 0.4, 0.5
"""How many of them."""


class _Teller:
    """Somebody who promises reminders and tells them."""

    def __init__(self, book: Book, log: Log) -> None:
        self._book = book
        self._log = log
        self._dice = random.Random()

    async def recover(self) -> None:
        """Take up what was cut off: what may have been heard is shown instead."""
        for cut in await self._book.recover(datetime.now(UTC)):
            self._log.note(How.SHOWN, cut.what)
            is_command = cut.kind is Kind.COMMAND
            await self._book.told(cut, datetime.now(UTC), is_done=is_command)

    async def promise(self) -> None:
        """Promise one after the other."""
        while True:
            what = new_id()
            is_command = self._dice.random() < _COMMANDS
            self._log.note(How.ASKED, what)
            await self._book.add(
                Reminder(
                    what=what,
                    kind=Kind.COMMAND if is_command else Kind.REMINDER,
                    due=self._within(_SOON_S),
                )
            )
            self._log.note(How.PROMISED, what)
            await asyncio.sleep(self._dice.uniform(0, _PAUSE_S))

    async def tell(self) -> None:
        """Tell what is due, for as long as anything comes."""
        while await self._book.next_due() is not None:
            claimed = await self._book.claim(datetime.now(UTC))
            async with asyncio.TaskGroup() as telling:
                for one in claimed:
                    telling.create_task(self._deliver(one))
            await asyncio.sleep(_SPOKEN_S / 10)

    async def keep_telling(self) -> None:
        """Tell what is due, whatever comes."""
        while True:
            await self.tell()
            await asyncio.sleep(_PAUSE_S)

    async def _deliver(self, claimed: Reminder) -> None:
        if not await self._book.begin(claimed, datetime.now(UTC)):
            return
        is_command = claimed.kind is Kind.COMMAND
        self._log.note(How.RAN if is_command else How.HEARD, claimed.what)
        await asyncio.sleep(self._dice.uniform(0, _SPOKEN_S))
        puts_off = not is_command and self._dice.random() < _PUT_OFF
        if puts_off and self._dice.random() < _WHILE_SPOKEN:
            await self._put_off(claimed)
            puts_off = False
        await self._book.told(claimed, datetime.now(UTC), is_done=is_command)
        if puts_off:
            await self._put_off(claimed)

    async def _put_off(self, told: Reminder) -> None:
        self._log.note(How.ASKED, told.what)
        if await self._book.snooze(told.id, self._within(_PUT_OFF_S)):
            self._log.note(How.PROMISED, told.what)

    def _within(self, seconds: float) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._dice.uniform(0, seconds))


async def _main(path: Path, log: Path, how: str) -> None:
    database = Database(path)
    opened = await database.open()
    if opened.set_aside:
        raise RuntimeError(f"The file was found damaged: {opened.set_aside}")
    teller = _Teller(Book(database), Log(log))
    await teller.recover()
    if how == "last":
        await teller.tell()
        await database.close()
    else:
        print("open", flush=True)
        async with asyncio.TaskGroup() as at_work:
            at_work.create_task(teller.keep_telling())
            for _ in range(_AT_ONCE):
                at_work.create_task(teller.promise())
    assert not any(name.partition(".")[0] == "homeassistant" for name in sys.modules)


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
