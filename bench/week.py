"""A simulated week in which every reminder is accounted for, at 1,000 times its speed.

Three people with phones and without, satellites in three rooms that are busy or gone at
times, nights, meetings, who is where, a change of clocks amid it, a restart and a crash
in the middle of a sentence. A real Home Assistant runs in this process; its clock jumps
from one timer to the next and calls each at its time. What has to come, when, and when
nobody must be spoken to is worked out here by rules of its own, and nothing of it is
read from Jarvis. One line is printed for each time of each reminder.

`lost` reached nobody, `doubled` was said or done twice, or though nobody waited for it;
`late` is what was shown or said later than it could have been, `in_quiet` what was said
while that was not welcome.
"""

import argparse
import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
import random
from tempfile import TemporaryDirectory

from .measures.week.account import Account, account
from .measures.week.clock import Clock, clock, real_seconds
from .measures.week.life import Down, Life, at, lived, local
from .measures.week.living import Lived, live
from .measures.week.wanted import wanted
from .stage.figures import Target, Value, options, show

TARGETS = {
    name: Target(most=0)
    for name in ("lost", "doubled", "early", "late", "in_quiet", "refused")
} | {"speed": Target(least=1000)}
_CHANGES = {"autumn": date(2026, 10, 25), "spring": date(2027, 3, 28)}
"""Sundays on which clocks are changed."""


@dataclass(frozen=True, slots=True)
class _Result:
    account: Account
    lived: Lived
    seconds: float


def main() -> None:
    """Live through the week and show what came of it."""
    parser = options("week", __doc__)
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--reminders", type=int, default=170)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--clocks", choices=_CHANGES, default="autumn")
    chosen = parser.parse_args()
    dice = random.Random(chosen.seed)
    begin = _CHANGES[chosen.clocks] - timedelta(days=min(3, chosen.days - 1))
    life = lived(begin, chosen.days, dice)
    life.downs = _downs(begin, chosen.days)
    with clock(life.begin) as held:
        result = asyncio.run(_lived(life, chosen, dice, held))
    _tell(result, life)
    show(_figures(result, life, chosen), TARGETS.get, chosen.json)


def _downs(begin: date, days: int) -> list[Down]:
    """Return when Home Assistant is restarted, and when it vanishes."""
    stop = at(begin + timedelta(days=min(1, days - 2)), "12:10")
    crash = at(begin + timedelta(days=min(4, days - 1)), "18:30")
    return [
        Down(stop, stop + timedelta(minutes=12), is_clean=True),
        Down(crash, crash + timedelta(minutes=75), is_clean=False),
    ]


async def _lived(
    life: Life, chosen: argparse.Namespace, dice: random.Random, held: Clock
) -> _Result:
    plans = wanted(life, chosen.reminders, dice)
    began = real_seconds()
    with TemporaryDirectory() as folder:
        lived = await live(life, plans, held, Path(folder))
    seconds = real_seconds() - began
    assert datetime.now(UTC) >= life.end
    return _Result(account(plans, life, lived.notes), lived, seconds)


def _tell(result: _Result, life: Life) -> None:
    """Print how each was told, and what else was."""
    downs = {down.begin: down for down in life.downs}
    for entry in result.account.entries:
        for begin in [one for one in downs if one <= entry.due.moment]:
            down = downs.pop(begin)
            what = "stopped" if down.is_clean else "vanished"
            until = f"{local(down.end):%H:%M}"
            print(f"{local(begin):%a %d %H:%M:%S}  -- {what} until {until}")
        print(entry.told())
    for name, notes in (
        ("not wanted", result.account.unwanted),
        ("early", result.account.early),
        ("in quiet", result.account.in_quiet),
    ):
        for one in notes:
            print(f"{name}: {local(one.moment):%a %d %H:%M:%S} {one.where} {one.words}")
    for words in result.lived.refused:
        print(f"refused: {words}")
    print()


def _figures(
    result: _Result, life: Life, chosen: argparse.Namespace
) -> dict[str, Value]:
    """Return everything by name, what matters first."""
    counted = result.account
    late = ("late", "said late", "not said", "not run")
    return {
        "lost": counted.having("lost"),
        "doubled": counted.having("doubled") + len(counted.unwanted),
        "early": len(counted.early),
        "late": sum(counted.having(one) for one in late),
        "in_quiet": len(counted.in_quiet),
        "refused": len(result.lived.refused),
        "reminders": chosen.reminders,
        "expected": len(counted.entries),
        "told": counted.told,
        "held": sum(one.held is not None for one in counted.entries),
        "speed": (life.end - life.begin).total_seconds() / result.seconds,
    }


if __name__ == "__main__":
    main()
