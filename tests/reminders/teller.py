"""A process that promises reminders and tells them, until it is killed."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
import sys

from custom_components.jarvis.reminders.book import Book
from custom_components.jarvis.reminders.records import Reminder
from custom_components.jarvis.store.database import Database


def key_of(reminder: Reminder) -> str:
    """Return what names one time of one reminder."""
    rung = reminder.rung
    return f"{reminder.id}@{rung.isoformat() if rung else ''}"


def _say(what: str, about: str) -> None:
    sys.stdout.write(f"{what} {about}\n")
    sys.stdout.flush()


async def tell_due(book: Book) -> None:
    """Tell everything that is due."""
    for claimed in await book.claim(datetime.now(UTC)):
        if await book.begin(claimed, datetime.now(UTC)):
            _say("told", key_of(claimed))
            await book.told(claimed, datetime.now(UTC))


async def recover(book: Book) -> None:
    """Take up what was cut off: what may have been heard is shown instead."""
    for cut in await book.recover(datetime.now(UTC)):
        _say("shown", key_of(cut))
        await book.told(cut, datetime.now(UTC))


async def _main(path: Path) -> None:
    database = Database(path)
    await database.open()
    book = Book(database)
    await recover(book)
    count = 0
    while True:
        count += 1
        kept = await book.add(Reminder(what="x", due=datetime.now(UTC)))
        _say("promised", kept.id)
        await tell_due(book)
        if count % 3 == 0 and await book.snooze(kept.id, datetime.now(UTC)):
            _say("promised", kept.id)
            await tell_due(book)


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1])))
