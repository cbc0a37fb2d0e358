"""The memory alone in a process of its own, which is fed and killed."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
import json
import os
from pathlib import Path
import sys
import uuid

from tests.source import ROOT

from .ledger import Ledger

PATIENCE_S = 60
"""How long anything may take that is not measured."""
_AT_ONCE = 8
"""How much is being written at the same time."""
_WRITER = Path(__file__).with_name("writer.py")


@dataclass(frozen=True, slots=True)
class Item:
    """What is to be kept; without a reply it is a fact."""

    id: str
    text: str
    answered: str | None


def _items() -> Iterator[Item]:
    """Make something else to keep for as long as anybody asks."""
    for number in count():
        key = str(uuid.uuid7())
        if number % 2:
            yield Item(key, f"Le carton {number} est au grenier.", None)
        else:
            yield Item(key, f"Où est le carton {number} ?", f"Au grenier, le {number}.")


@dataclass(slots=True)
class Work:
    """What was sent to writers, and what of it they have not acknowledged."""

    ledger: Ledger
    sent: list[str] = field(default_factory=list)
    """Every text once."""
    _pending: dict[str, Item] = field(default_factory=dict)
    _new: Iterator[Item] = field(default_factory=_items)

    def pending(self) -> list[Item]:
        """Return what is to be sent again: perhaps it is on the disk, perhaps not."""
        return list(self._pending.values())

    def next(self) -> Item:
        """Return something new."""
        item = next(self._new)
        self._pending[item.id] = item
        self.sent += [item.text]
        return item

    def heard(self, what: str, key: str) -> bool:
        """Take what a writer said; tell whether an item is wholly kept by that."""
        item = self._pending[key]
        if what == "written":
            self.ledger.written[key] = item.text
        else:
            self.ledger.answered[key] = item.answered or ""
        if what == "written" and item.answered is not None:
            return False
        del self._pending[key]
        return True


class Leaf:
    """One writer, from its start to its end."""

    def __init__(self, process: asyncio.subprocess.Process, work: Work) -> None:
        """Take a process that was just started."""
        assert process.stdin
        assert process.stdout
        self._process = process
        self._input, self._output = process.stdin, process.stdout
        self._work = work

    async def opened(self) -> None:
        """Wait until the file is open; it must not have been found damaged."""
        async with asyncio.timeout(PATIENCE_S):
            line = await self._output.readline()
        if line.split() != [b"open"]:
            raise RuntimeError(f"The memory was not opened as it was left: {line!r}")

    async def write(self, seconds: float) -> None:
        """Let it write for so long from its first words on, then kill it."""
        listening = asyncio.create_task(self._listen(again=True))
        for item in self._work.pending():
            self._send(item)
        while len(self._work.pending()) < _AT_ONCE:
            self._send(self._work.next())
        await asyncio.sleep(seconds)
        self._process.kill()
        await listening
        await self._process.wait()

    async def finish(self) -> None:
        """Let it write what is not acknowledged, copy everything and end."""
        for item in self._work.pending():
            self._send(item)
        self._input.write_eof()
        async with asyncio.timeout(2 * PATIENCE_S):
            await self._listen(again=False)
            if await self._process.wait():
                raise RuntimeError("The writer failed at its end.")

    async def _listen(self, *, again: bool) -> None:
        """Hear what is kept; something else is to be kept for it."""
        while (line := await self._output.readline()).endswith(b"\n"):
            what, _, key = line.decode().strip().partition(" ")
            if what == "closed":
                return
            if self._work.heard(what, key) and again:
                self._send(self._work.next())

    def _send(self, item: Item) -> None:
        line = {"id": item.id, "text": item.text, "answered": item.answered}
        self._input.write(json.dumps(line).encode() + b"\n")


@asynccontextmanager
async def leaf(work: Work, path: Path, url: str, house: str) -> AsyncGenerator[Leaf]:
    """Start a writer and wait until it has opened its file; it is gone at the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(_WRITER),
        *(str(path), url, house),
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        one = Leaf(process, work)
        await one.opened()
        yield one
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
