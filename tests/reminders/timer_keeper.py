"""A process that promises timers and pauses some, until it is killed."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
import sys

from custom_components.jarvis.reminders.timer import Timer, paused, running
from custom_components.jarvis.reminders.timer_book import TimerBook
from custom_components.jarvis.store.database import Database


def _say(what: str, about: str) -> None:
    sys.stdout.write(f"{what} {about}\n")
    sys.stdout.flush()


async def _main(path: Path) -> None:
    database = Database(path)
    await database.open()
    book = TimerBook(database)
    count = 0
    while True:
        count += 1
        now = datetime.now(UTC)
        kept = await book.add(running(Timer(seconds=60, created_at=now), 60, now))
        _say("running", kept.id)
        if count % 3 == 0:
            await book.change(kept.id, lambda old: paused(old, 30), bool)
            _say("paused", kept.id)


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1])))
