"""Rows as simple as can be, for tests of what holds them."""

import threading

from custom_components.jarvis.store.database import Database


async def note(database: Database, key: str, value: str = "") -> None:
    """Write a row."""
    async with database.write() as connection:
        await connection.exec_driver_sql(
            "INSERT INTO meta (key, value) VALUES (?, ?)", (key, value)
        )


async def noted(database: Database) -> list[str]:
    """Return which rows are there."""
    async with database.read() as connection:
        found = await connection.exec_driver_sql("SELECT key FROM meta ORDER BY key")
        return list(found.scalars())


def database_threads() -> set[threading.Thread]:
    """Return the threads that are of no executor's."""
    executors = ("asyncio_", "SyncWorker_", "ImportExecutor_", "ThreadPoolExecutor")
    return {it for it in threading.enumerate() if not it.name.startswith(executors)}
