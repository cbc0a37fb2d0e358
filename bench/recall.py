"""What Jarvis recalls: the share of the evidence that comes, and "nothing relevant".

Conversations of others are kept in a real local memory and asked about through the real
recall; vectors come from a file in place of an embedding model. R@k is the mean share
of a question's evidence turns among the first k memories; a fact counts as the turns it
stands for. `turns.…` knows turns alone, `facts.…` facts as well, `pooled.…` all
conversations as one owner's. These are of the ranking; what the floor does to them is
in `floor.…`: how many questions that nothing answers get "nothing" (`nothing`), and how
much of R@10 the others lose to it (`loss`).

The weights (`memory/fuse.py`) were chosen among 51 sets, 50 of them drawn at random, on
five conversations of LoCoMo (Maharana et al. 2024), by leaving one out: for each the
set that is best for the other four. That was the same set four times of five, and it is
the one in use. What was left out reached R@5/10/20 of .670/.759/.812 with turns,
.705/.785/.847 with facts. The floor's threshold, chosen so for a loss of at most .025,
said nothing on .60 of the questions left out and lost .022.
"""

import argparse
import asyncio
from pathlib import Path

from .measures.recall.dialogues import CATEGORIES, Dialogues
from .measures.recall.measure import PLACES, Asked, ask
from .stage.figures import Target, Value, options, show

TARGETS = {
    "turns.r5": Target(least=0.56),
    "turns.r10": Target(least=0.65),
    "turns.r20": Target(least=0.73),
    "facts.r5": Target(least=0.63),
    "facts.r10": Target(least=0.72),
    "facts.r20": Target(least=0.78),
    "floor.nothing": Target(least=0.50),
    "floor.loss": Target(most=0.03),
}


def main() -> None:
    """Measure and show it."""
    parser = options("recall", __doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="FILE")
    parser.add_argument("--vectors", type=Path, required=True, metavar="FILE")
    parser.add_argument("--no-pooled", action="store_true", help="leave out pooled.…")
    chosen = parser.parse_args()
    show(asyncio.run(_measured(chosen)), TARGETS.get, chosen.json)


async def _measured(chosen: argparse.Namespace) -> dict[str, Value]:
    """Ask with turns alone and with facts, and everything as one owner."""
    figures: dict[str, Value] = {}
    floors: dict[str, Value] = {}
    dialogues = Dialogues.read(chosen.data, chosen.vectors)
    for name, has_facts in (("turns", False), ("facts", True)):
        asked = await ask(dialogues, has_facts=has_facts)
        figures |= _shares(name, asked)
        floors |= _floor("floor" if has_facts else "floor.turns", asked)
    if not chosen.no_pooled:
        pooled = Dialogues.read(chosen.data, chosen.vectors, is_pooled=True)
        for name, has_facts in (("turns", False), ("facts", True)):
            asked = await ask(pooled, has_facts=has_facts)
            figures |= _named(f"pooled.{name}", asked.shares())
            if has_facts:
                floors |= _floor("floor.pooled", asked)
    return figures | floors


def _shares(name: str, asked: Asked) -> dict[str, Value]:
    """Return the shares of all questions and of each category."""
    figures = _named(name, asked.shares())
    for category, called in CATEGORIES.items():
        figures |= _named(f"{name}.{called}", asked.shares(category))
    figures[f"{name}.recall_p50_ms"] = asked.milliseconds(0.5)
    figures[f"{name}.recall_p95_ms"] = asked.milliseconds(0.95)
    return figures


def _floor(name: str, asked: Asked) -> dict[str, Value]:
    """Return how often nothing is said, and what that costs elsewhere."""
    at = PLACES.index(10)
    figures: dict[str, Value] = {f"{name}.nothing": asked.nothing()}
    if kept := asked.kept():
        figures[f"{name}.loss"] = asked.shares()[at] - kept[at]
    return figures


def _named(name: str, shares: list[float]) -> dict[str, Value]:
    """Return shares with their names."""
    return {
        f"{name}.r{places}": share
        for places, share in zip(PLACES, shares, strict=False)
    }


if __name__ == "__main__":
    main()
