"""Figures with their targets: a table for people, one flat object for programs."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
import json
from pathlib import Path

CORE = "core"
"""What the name of a figure of Home Assistant core's own agent begins with."""

type Value = float | int | str | None


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure has to be."""

    most: float | None = None
    least: float | None = None
    least_core: bool = False
    """Also at least what Home Assistant core's own agent reaches."""

    def told(self) -> str:
        """Tell it in a table."""
        parts = []
        if self.most is not None:
            parts.append(f"≤ {self.most:g}")
        if self.least is not None:
            parts.append(f"≥ {self.least:g}")
        if self.least_core:
            parts.append("≥ core")
        return ", ".join(parts)

    def is_met(self, value: float, core: float | None) -> bool:
        """Tell whether a figure is good enough."""
        return (
            (self.most is None or value <= self.most)
            and (self.least is None or value >= self.least)
            and (not self.least_core or core is None or value >= core)
        )


def options(name: str, description: str | None) -> argparse.ArgumentParser:
    """Begin the options of a benchmark."""
    parser = argparse.ArgumentParser(
        prog=f"scripts/bench {name}",
        description=(description or "").partition("\n")[0],
    )
    parser.add_argument("--json", type=Path, help="where to write the figures")
    return parser


def show(
    figures: Mapping[str, Value],
    target_of: Callable[[str], Target | None],
    path: Path | None,
    beside: str = CORE,
) -> None:
    """Print a table; write the figures to a file if one is named."""
    prefix = f"{beside}."
    rows = [("", "Jarvis", beside, "target", "")]
    for name, value in figures.items():
        if name.startswith(prefix) and name.removeprefix(prefix) in figures:
            continue
        own = not name.startswith(prefix)
        core = figures.get(f"{prefix}{name}") if own else value
        target = target_of(name)
        rows.append(
            (
                name,
                _told(value) if own else "",
                _told(core),
                target.told() if target else "",
                _verdict(target, value, core),
            )
        )
    _print(rows)
    if path is not None:
        rounded = {
            name: round(value, 4) if isinstance(value, float) else value
            for name, value in figures.items()
        }
        path.write_text(json.dumps(rounded, indent=1) + "\n", encoding="utf-8")


def _verdict(target: Target | None, value: Value, core: Value) -> str:
    """Tell whether a target is met, if there is one."""
    if target is None or not isinstance(value, int | float):
        return ""
    other = core if isinstance(core, int | float) else None
    return "ok" if target.is_met(value, other) else "not"


def _told(value: Value) -> str:
    """Write a figure."""
    if value is None:
        return ""
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _print(rows: Sequence[Sequence[str]]) -> None:
    """Print rows in columns: words to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            cell.rjust(width) if at in (1, 2) else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())
