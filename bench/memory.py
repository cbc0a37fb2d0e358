"""How fast and how surely memories are found among many, in both homes of the memory.

Made-up memories of ten people and a household (`measures/memory/corpus.py`) are kept in
a local file (`embedded`) and in a real PostgreSQL (`postgres`), with vectors of 1,024
dimensions. A process of its own then opens each home and recalls as a turn does, for
one owner and the household, with the vector of the question given. Times are quantiles
of 120 questions in milliseconds, the median of five rounds. `recall_at_8` is the share
of the nearest that comparing with everything finds, but for those that are as far as
most, `rss_mb` what that process grows by and `cold_start_s` what it takes to the first
memories. `loop_lag_p99_ms` is of the event loop while memories are kept and embedded;
`load` tells how busy the machine was.
"""

import argparse
import asyncio
from collections.abc import Generator, Sequence
from contextlib import contextmanager
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from tests.postgres_server import Server

from .measures.memory.corpus import Memories
from .measures.memory.homes import BACKENDS, EMBEDDED, POSTGRES, fill
from .measures.memory.lag import lag_p99_ms
from .measures.memory.recalling import Recalled, recalled
from .stage.figures import Target, Value, options, show

MANY, MILLION = 100_000, 1_000_000
ROWS = (1_000, 10_000, MANY)
WRITTEN = 10_000
"""Memories that are kept while the event loop is watched."""
TARGETS = {
    f"{name}.{backend}.{MANY}": target
    for name, target in (
        ("recall_p95", Target(most=25)),
        ("recall_at_8", Target(least=0.99)),
        ("rss_mb", Target(most=80)),
    )
    for backend in BACKENDS
} | {"loop_lag_p99_ms": Target(most=5)}

_LIKE_ANY = {"fsync": "on", "shared_buffers": "128MB"}
"""The settings of a server that nobody has tuned."""
_BYTES_A_MB = 1_000_000


def main() -> None:
    """Measure and show it."""
    parser = options("memory", __doc__)
    parser.add_argument("--rows", type=_numbers, default=ROWS, metavar="N,…")
    parser.add_argument("--backends", nargs="+", choices=BACKENDS, default=BACKENDS)
    parser.add_argument(
        "--million", action="store_true", help="also a million in PostgreSQL"
    )
    parser.add_argument(
        "--written", type=int, default=WRITTEN, help="memories for loop_lag_p99_ms"
    )
    chosen = parser.parse_args()
    show(asyncio.run(_measured(chosen)), TARGETS.get, chosen.json)


async def _measured(chosen: argparse.Namespace) -> dict[str, Value]:
    """Measure both homes with as many memories as wanted, the few first."""
    figures: dict[str, Value] = {
        "load": os.getloadavg()[0],
        "loop_lag_p99_ms": await lag_p99_ms(chosen.written),
    }
    sizes = [(rows, chosen.backends) for rows in chosen.rows]
    if chosen.million:
        sizes.append((MILLION, [POSTGRES]))
    with _server(
        is_needed=any(POSTGRES in backends for _, backends in sizes)
    ) as server:
        for rows, backends in sizes:
            memories = Memories.of(rows)
            for backend in backends:
                found = await _of_home(backend, memories, server)
                figures |= {f"{it}.{backend}.{rows}": one for it, one in found.items()}
    return figures


async def _of_home(
    backend: str, memories: Memories, server: Server | None
) -> dict[str, Value]:
    """Fill a home, recall from it, and tell what that took."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        if backend == EMBEDDED or server is None:
            file = folder / "memory.db"
            insert_per_s = await fill(backend, str(file), memories)
            disk = await asyncio.to_thread(_size, folder)
            seen = await recalled(backend, str(file), folder, memories)
        else:
            database = server.new_database()
            url = server.url(database)
            insert_per_s = await fill(backend, url, memories)
            # As the server does by itself, within a minute or some.
            server.sql("VACUUM ANALYZE", "CHECKPOINT", database=database)
            (size,) = server.sql(f"SELECT pg_database_size('{database}')")
            disk = int(size)
            seen = await recalled(backend, url, folder, memories)
            server.sql(f"DROP DATABASE {database}")
    return {
        "recall_p50": seen.milliseconds(0.5),
        "recall_p95": seen.milliseconds(0.95),
        "recall_at_8": _share(memories, seen),
        "rss_mb": seen.rss_mb,
        "insert_per_s": insert_per_s,
        "cold_start_s": seen.cold_start_s,
        "disk_mb": disk / _BYTES_A_MB,
    }


def _share(memories: Memories, seen: Recalled) -> float:
    """Return the mean share of the nearest that was found."""
    shares = [
        len(exact & set(found[item])) / len(exact)
        for nearest, found in zip(memories.nearest(), seen.found, strict=True)
        for item, exact in nearest.items()
        if exact
    ]
    return float(np.mean(shares))


def _size(folder: Path) -> int:
    """Return the bytes of the files of a folder."""
    return sum(one.stat().st_size for one in folder.iterdir())


@contextmanager
def _server(*, is_needed: bool) -> Generator[Server | None]:
    """Give a PostgreSQL for as long as it is measured, if it is."""
    if not is_needed:
        yield None
        return
    server = Server.new()
    try:
        server.start(**_LIKE_ANY)
        yield server
    finally:
        server.remove()


def _numbers(given: str) -> Sequence[int]:
    return [int(one) for one in given.split(",")]


if __name__ == "__main__":
    main()
