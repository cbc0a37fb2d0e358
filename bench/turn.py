"""Jarvis beside Home Assistant core's own Ollama agent, at a scripted Ollama.

Both live in one real Home Assistant core in this process and use the real client; the
scripted server reckons what the prompts cost. What each figure means stands at the top
of the modules of `bench/measures/`.
"""

import argparse
import asyncio
from pathlib import Path
import sys

from .measures.block import Miss, block
from .measures.first_word import first_word
from .measures.overhead import overhead
from .measures.reuse import first_prompt, reuse
from .stage.figures import Target, Value, options, show

SMALL, BIG = 30, 1000
"""Entities of the two houses."""
TARGETS = {
    "overhead_": Target(most=1.0),
    "reuse.": Target(least=0.95, least_core=True),
    "spoken.": Target(least=0.95, least_core=True),
    "prompt_": Target(most=6000),
    "first_word.12b.evicted": Target(most=0.5),
    "first_word.": Target(most=1.0),
    "block_hit": Target(least=0.95),
    "block_fact": Target(least=0.85),
}
"""By how a figure's name begins; the first that fits holds."""


def main() -> None:
    """Measure what was asked for and show it."""
    parser = options("turn", __doc__)
    parser.add_argument("--quick", action="store_true", help="few turns, only to try")
    parser.add_argument("--cases", type=Path, help="sentences of others, JSON lines")
    parser.add_argument("--homes", type=Path, help="the homes they were said in, JSON")
    parser.add_argument("--misses", action="store_true", help="list what blocks lack")
    chosen = parser.parse_args()
    if (chosen.cases is None) != (chosen.homes is None):
        parser.error("--cases and --homes go together")
    figures, misses = asyncio.run(_measured(chosen))
    show(figures, target_of, chosen.json)
    if chosen.misses:
        _list(misses)


def target_of(name: str) -> Target | None:
    """Return what a figure has to be."""
    fitting = (target for key, target in TARGETS.items() if name.startswith(key))
    return next(fitting, None)


async def _measured(
    chosen: argparse.Namespace,
) -> tuple[dict[str, Value], list[Miss]]:
    """Take all measurements, one after the other."""
    turns, spoken = (6, 1) if chosen.quick else (60, 9)
    figures: dict[str, Value] = {}
    misses: list[Miss] = []
    for entities in (SMALL, BIG):
        figures |= await overhead(entities, turns, warm_up=turns // 5)
    figures |= await first_prompt(BIG)
    figures |= await reuse()
    figures |= await first_word(spoken, quick=chosen.quick)
    if chosen.cases is not None:
        found = await block(chosen.cases, chosen.homes)
        figures |= found.figures
        misses = found.misses
    return figures, misses


def _list(misses: list[Miss]) -> None:
    """Tell what the blocks lack, sorted by the kind of case."""
    for miss in sorted(misses, key=lambda miss: (miss.figure, miss.case.kind)):
        lacks = ", ".join(miss.lacks)
        print(
            f"{miss.figure} {miss.case.kind}: {miss.case.utterance} "
            f"(lacks {lacks}; {miss.lines} states)",
            file=sys.stderr,
        )


if __name__ == "__main__":
    main()
