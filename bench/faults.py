"""Kills and faults: nothing acknowledged is lost or doubled, and turns go on meanwhile.

Kills: one process after the other writes turns, replies and facts into the same local
memory, which is copied to a real PostgreSQL, and is killed (SIGKILL) at a random
moment; the next one sends again what was not acknowledged. Every fifth is a real
Home Assistant that is told what to remember. What is on the disk is counted after each
kill, the copy at the end, both with SQL and not through what is measured.

Scenes: whole turns in a Home Assistant whose Jarvis has a model, another one that
embeds, and a second home (but for the faults of the embedding model: the second home
would hide them), while a fault strikes between two turns and once more amid them,
until it has passed and the copy has everything. A turn's delay is the time that
it takes beyond the median of the undisturbed turns of its kind, taken just before in
the same house. `delay_p99_ms` is the 99th percentile of all turns of a scene, those in
which the house recovers too, in the worst of the scenes; `calm_p99_ms` is the same of
the undisturbed turns, which is what this machine adds by itself.

`lost` and `doubled` are the most that was missing or there twice after any kill, and
of both homes after any scene.

With `reminders` the kills strike those: while they are promised, told and put off, the
book of reminders alone or, every fifth time, a real Home Assistant, by voice and by
action. Each that was promised has to be heard or shown, and none heard twice; each
command for later runs at most once, and what was cut off is told. Counted is what
reached a satellite, a notification or a lamp, each of which writes that down itself.
"""

import argparse
import asyncio
from collections.abc import Mapping, Sequence
import math
from pathlib import Path
import signal
from tempfile import TemporaryDirectory

from tests.postgres_server import Server

from .measures.faults.kills import Killed, Kills
from .measures.faults.reminders.kills import Kills as ReminderKills
from .measures.faults.scenes import Played, play
from .measures.faults.strikes import SCENES, UnableError
from .stage.figures import Target, Value, options, show

TARGETS = {
    "lost": Target(most=0),
    "doubled": Target(most=0),
    "unanswered": Target(most=0),
    "delay_p99_ms": Target(most=200),
}
_HEAD = (
    "scene",
    "turns",
    "unanswered",
    "refused",
    "acknowledged",
    "found",
    "in copy",
    "lost",
    "doubled",
    "p50",
    "calm",
    "delay p99",
    "most",
    "calm",
)
"""Times are in milliseconds; "calm" is what the column before it is without a fault."""


def main() -> None:
    """Kill, play the scenes and show what came of it."""
    parser = options("faults", __doc__)
    parser.add_argument(
        "subject", nargs="?", choices=("memory", "reminders"), default="memory"
    )
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=2026, help="of the moments")
    parser.add_argument(
        "--scenes", nargs="*", choices=SCENES, default=list(SCENES), metavar="SCENE"
    )
    parser.add_argument("--turns", type=int, default=48, help="undisturbed, a scene")
    parser.add_argument("--hold", type=float, default=3.0, help="seconds of a fault")
    chosen = parser.parse_args()
    measured = _reminders if chosen.subject == "reminders" else _measured
    show(asyncio.run(measured(chosen)), TARGETS.get, chosen.json)


async def _reminders(chosen: argparse.Namespace) -> dict[str, Value]:
    """Kill those who promise reminders."""
    with TemporaryDirectory() as folder:
        kills = ReminderKills(Path(folder) / "house", chosen.seed, _tell)
        killed = await kills.run(chosen.kills)
    counted = killed.counted
    return {
        "lost": len(counted.missing),
        "doubled": len(counted.doubled),
        "kills": killed.kills,
        "kills.through_hass": killed.through_hass,
        "promised": counted.promised,
        "heard": counted.heard,
        "run": counted.ran,
        "shown_alone": counted.only_shown,
    }


async def _measured(chosen: argparse.Namespace) -> dict[str, Value]:
    """Kill first, on a server that the scenes have not struck yet."""
    if task := asyncio.current_task():
        # Whoever ends it leaves no server behind.
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    server = await asyncio.to_thread(Server.new)
    try:
        await asyncio.to_thread(server.start)
        with TemporaryDirectory() as folder:
            kills = Kills(Path(folder) / "house", server, chosen.seed, _tell)
            killed = await kills.run(chosen.kills)
        played: dict[str, Played] = {}
        for name in chosen.scenes:
            try:
                played[name] = await play(name, server, chosen.turns, chosen.hold)
            except UnableError as err:
                _tell(f"{name} was left out: {err}")
            else:
                _tell_why(name, played[name])
    finally:
        await asyncio.to_thread(server.remove)
    _tell("")
    _tell_all(played)
    return _figures(killed, played)


def _tell_why(name: str, one: Played) -> None:
    """Tell which turns had no answer."""
    _tell(f"{name}: {one.turns} turns during the fault")
    for taken in one.unanswered:
        _tell(f"  not answered: {taken.kind.name} {taken.speech!r}")


def _tell_all(played: Mapping[str, Played]) -> None:
    """Print a table of the scenes."""
    rows: list[Sequence[str]] = [_HEAD]
    for name, one in played.items():
        figures: Sequence[float] = (
            one.turns,
            len(one.unanswered),
            one.refused,
            one.local.acknowledged,
            one.local.found,
            one.second.found if one.second else math.nan,
            max(home.lost for home in one.homes),
            max(home.doubled for home in one.homes),
            *(one.struck.p50_ms, one.calm.p50_ms),
            *(one.struck.extra_p99_ms, one.struck.extra_most_ms),
            one.calm.extra_p99_ms,
        )
        cells = ("–" if math.isnan(it) else f"{it:.0f}" for it in figures)
        rows.append((name, *cells))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        first, *others = (
            cell.rjust(width) for cell, width in zip(row, widths, strict=True)
        )
        _tell("  ".join([first.strip().ljust(widths[0]), *others]))
    _tell("")


def _figures(killed: Killed, played: Mapping[str, Played]) -> dict[str, Value]:
    """Return everything by name, what matters first."""
    homes = [home for one in played.values() for home in one.homes]
    figures: dict[str, Value] = {
        "lost": max([killed.lost, *(home.lost for home in homes)]),
        "doubled": max([killed.doubled, *(home.doubled for home in homes)]),
        "unanswered": sum(len(one.unanswered) for one in played.values()),
        "delay_p99_ms": max(
            (one.struck.extra_p99_ms for one in played.values()), default=None
        ),
        "calm_p99_ms": max(
            (one.calm.extra_p99_ms for one in played.values()), default=None
        ),
        "kills": killed.kills,
        "kills.through_hass": killed.through_hass,
        "kills.acknowledged": killed.local.acknowledged,
        "kills.found": killed.local.found,
        "kills.found_in_second_home": killed.second.found,
    }
    for name, one in played.items():
        figures |= {
            f"{name}.acknowledged": one.local.acknowledged,
            f"{name}.found": one.local.found,
            f"{name}.found_in_second_home": one.second.found if one.second else None,
            f"{name}.turns": one.turns,
            f"{name}.delay_p99_ms": one.struck.extra_p99_ms,
            f"{name}.delay_most_ms": one.struck.extra_most_ms,
            f"{name}.calm_p99_ms": one.calm.extra_p99_ms,
        }
    return figures


def _tell(line: str) -> None:
    """Say how far it is."""
    print(line, flush=True)


if __name__ == "__main__":
    main()
