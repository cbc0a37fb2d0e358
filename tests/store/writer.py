"""A process that writes until it is killed, and says what is on the disk."""

import asyncio
from pathlib import Path
import sys
import uuid

from custom_components.jarvis.store.database import Database

from .rows import note


async def _main(path: Path) -> None:
    database = Database(path)
    await database.open()
    while True:
        key = str(uuid.uuid7())
        await note(database, key, "x" * 700)
        sys.stdout.write(f"{key}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1])))
