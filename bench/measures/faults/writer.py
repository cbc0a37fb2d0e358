"""A process that holds the memory and nothing of Home Assistant, until it is killed.

It reads what to keep from its input, line by line, keeps some of it at the same time,
and says on its output what is on the disk. At the end of its input it waits until the
second home has everything.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
import json
from pathlib import Path
import sys
from types import ModuleType
from typing import Any

_ROOT = Path(__file__).parents[3]

# The integration's own `__init__` would bring Home Assistant along. For the same reason
# nobody else may import this file: it is a program.
for _name in ("custom_components", "custom_components.jarvis"):
    _package = ModuleType(_name)
    _package.__path__ = [str(_ROOT / _name.replace(".", "/"))]
    sys.modules[_name] = _package

from custom_components.jarvis.memory.feeder import Feeder  # noqa: E402
from custom_components.jarvis.memory.local import LocalRepository  # noqa: E402
from custom_components.jarvis.memory.postgres import PostgresRepository  # noqa: E402
from custom_components.jarvis.memory.records import Fact, Turn  # noqa: E402
from custom_components.jarvis.memory.terms import terms  # noqa: E402
from custom_components.jarvis.store.database import Database  # noqa: E402
from custom_components.jarvis.store.errors import StoreError  # noqa: E402
from custom_components.jarvis.store.postgres import PostgresDatabase  # noqa: E402

_CONVERSATION = "bench"


async def _main(path: Path, url: str, house: str) -> None:
    database = Database(path)
    opened = await database.open()
    server = PostgresDatabase(url)
    repository = LocalRepository(database, terms)
    await repository.switch_outbox(enabled=True)
    feeder = Feeder(repository, PostgresRepository(server, terms, house))
    feeding = asyncio.create_task(feeder.run())
    _tell("open", str(opened.set_aside or ""))
    async with asyncio.TaskGroup() as writing, _input() as lines:
        while line := await lines.readline():
            writing.create_task(_keep(repository, feeder, json.loads(line)))
    feeding.cancel()
    await asyncio.gather(feeding, return_exceptions=True)
    await _copied(feeder)
    await server.close()
    await database.close()
    assert not any(name.partition(".")[0] == "homeassistant" for name in sys.modules)
    _tell("closed", "")


async def _keep(
    repository: LocalRepository, feeder: Feeder, item: dict[str, Any]
) -> None:
    """Keep a fact, or a turn and then its reply."""
    key, text, reply = item["id"], item["text"], item["answered"]
    if reply is None:
        await repository.add_fact(Fact(id=key, text=text))
        _tell("written", key)
    else:
        turn = Turn(id=key, conversation=_CONVERSATION, said=text)
        await repository.add_turn(turn)
        _tell("written", key)
        feeder.wake()
        await repository.answer_turn(key, reply)
        _tell("answered", key)
    feeder.wake()


async def _copied(feeder: Feeder) -> None:
    """Wait until the second home has everything."""
    while True:
        try:
            await feeder.catch_up()
        except StoreError:
            await asyncio.sleep(1)
        else:
            return


@asynccontextmanager
async def _input() -> AsyncGenerator[asyncio.StreamReader]:
    """Read the input without blocking."""
    reader = asyncio.StreamReader()
    transport, _protocol = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    try:
        yield reader
    finally:
        transport.close()


def _tell(what: str, which: str) -> None:
    """Say what is on the disk by now."""
    sys.stdout.write(f"{what} {which}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
