"""What Jarvis understands without a model: right, declined and wrong.

Sentences of others are said to a Jarvis that has no endpoint, in a real Home Assistant
core with real entities. Three kinds of files are known by their content; how each is
judged stands at the top of its module in `bench/measures/understanding/`.
"""

import argparse
import asyncio
from pathlib import Path
import sys

from .measures.understanding.case import Judged, Verdict
from .measures.understanding.latency import latency
from .measures.understanding.measure import load, understanding
from .stage.figures import Target, Value, options, show

SMALL, BIG = 30, 1000
"""Entities of the two homes whose turns are timed."""
TARGETS = {
    "assist.right": Target(least=0.75),
    "assist_mini.right": Target(least=0.88),
    "intents.right": Target(least=0.96),
    "piles_fr.right": Target(least=0.70),
    "piles_en.right": Target(least=0.75),
    "questions.right": Target(least=0.60),
    "today_fr.right": Target(least=1.0),
    "today_en.right": Target(least=1.0),
    "ha2507.right": Target(least=0.90),
    "wrong_actions": Target(most=0.005),
    f"local_{SMALL}": Target(most=1.5),
    f"local_{BIG}": Target(most=1.5),
}


def main() -> None:
    """Measure what was asked for and show it."""
    parser = options("understanding", __doc__)
    parser.add_argument("--cases", type=Path, nargs="+", default=[], metavar="FILE")
    parser.add_argument("--homes", type=Path, nargs="+", default=[], metavar="FILE")
    parser.add_argument("--misses", action="store_true", help="list what is not right")
    parser.add_argument("--only", metavar="GLOB", help="cases whose id fits; no times")
    parser.add_argument("--limit", type=int, metavar="N", help="as many of each file")
    parser.add_argument("--no-times", action="store_true", help="leave out local_…")
    chosen = parser.parse_args()
    figures, cases = asyncio.run(_measured(chosen))
    show(figures, TARGETS.get, chosen.json)
    if chosen.misses:
        for one in cases:
            if one.verdict is not Verdict.RIGHT:
                print(_told(one), file=sys.stderr)


async def _measured(
    chosen: argparse.Namespace,
) -> tuple[dict[str, Value], list[Judged]]:
    """Say the sentences, then take the times."""
    figures: dict[str, Value] = {}
    judged: list[Judged] = []
    if cases := load(chosen.cases, chosen.homes, chosen.only, chosen.limit):
        found = await understanding(cases)
        figures |= found.figures
        judged = found.cases
    if not (chosen.only or chosen.no_times):
        for entities in (SMALL, BIG):
            figures |= await latency(entities)
    return figures, judged


def _told(one: Judged) -> str:
    """Tell of a case: what was said, wanted, done and replied."""
    mark = " (changed a state)" if one.is_wrong_action else ""
    return (
        f"{one.verdict}{mark} {one.case.identity}: {one.case.utterance}\n"
        f"    wanted  {one.expected}\n"
        f"    done    {one.turn.done()}\n"
        f"    replied «{one.turn.speech}»"
    )


if __name__ == "__main__":
    main()
