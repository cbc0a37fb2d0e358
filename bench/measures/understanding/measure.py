"""Reads files of cases, says every sentence and counts what came of it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
import json
from pathlib import Path
from typing import Any

from . import assist, intents, piles
from .case import Case, Data, Judged, Verdict
from .stage import stage

_KINDS = (assist, piles, intents)


@dataclass(frozen=True, slots=True)
class Found:
    """The figures of all sets, and the cases behind them."""

    figures: dict[str, float | int]
    cases: list[Judged]


async def understanding(cases: Iterable[Case]) -> Found:
    """Say all sentences, home by home."""
    async with stage() as speaker:
        judged = [await case.judge(case, speaker) for case in sorted(cases, key=_order)]
    return Found(_figures(judged), judged)


def load(
    files: Sequence[Path], homes: Sequence[Path], only: str | None, limit: int | None
) -> list[Case]:
    """Read the cases of some files, each with its home."""
    known: dict[str, Any] = {}
    for path in homes:
        known |= json.loads(path.read_text(encoding="utf-8"))
    cases: list[Case] = []
    for path in files:
        lines = path.read_text(encoding="utf-8").splitlines()
        read = [json.loads(line) for line in lines if line.strip()]
        chosen = [one for one in read if only is None or fnmatchcase(one["id"], only)]
        found = (_kind_of(one).read(one, known) for one in chosen)
        cases += [one for one in found if one is not None][:limit]
    return cases


def _order(case: Case) -> tuple[bool, str]:
    """Sort by homes; a shopping list leaves its intents behind, so it comes last."""
    return "shopping" in case.description, case.home


def _kind_of(data: Data) -> Any:
    """Return what knows a line of a file."""
    for kind in _KINDS:
        if kind.is_of(data):
            return kind
    raise ValueError(f"No known kind of case: {sorted(data)}")


def _figures(judged: Sequence[Judged]) -> dict[str, float | int]:
    """Return the shares of every set, and of all cases together."""
    figures: dict[str, float | int] = {}
    for name in dict.fromkeys(one for each in judged for one in each.case.sets):
        verdicts = Counter(one.verdict for one in judged if name in one.case.sets)
        unscored = verdicts.pop(Verdict.UNSCORED, 0)
        count = verdicts.total()
        for verdict in (Verdict.RIGHT, Verdict.DECLINED, Verdict.WRONG):
            figures[f"{name}.{verdict}"] = verdicts[verdict] / count if count else 0.0
        figures[f"{name}.cases"] = count
        if unscored:
            figures[f"{name}.unscored"] = unscored
    scored = [one for one in judged if one.verdict is not Verdict.UNSCORED]
    if scored:
        wrong = sum(one.verdict is Verdict.WRONG for one in scored)
        figures["all.wrong"] = wrong / len(scored)
        figures["all.cases"] = len(scored)
        actions = sum(one.is_wrong_action for one in scored)
        figures["wrong_actions"] = actions / len(scored)
    return figures
