"""Reads the tables of phrases, and writes what was understood as they do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from custom_components.jarvis.reminders.when.results import (
    Ambiguous,
    Grain,
    Moment,
    Reading,
    Recurrence,
)

PARIS = ZoneInfo("Europe/Paris")
_SHOWN = {
    Grain.SECOND: "%Y-%m-%d %H:%M:%S",
    Grain.MINUTE: "%Y-%m-%d %H:%M",
    Grain.HOUR: "%Y-%m-%d %Hh",
    Grain.DAY: "%Y-%m-%d",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A phrase, when it is said, and what is to come of it."""

    language: str
    now: datetime
    said: str
    expected: Any


def rows(name: str) -> Iterator[Row]:
    """Yield the rows of a table in both languages."""
    for language in ("fr", "en"):
        path = Path(__file__).parent / f"{name}_{language}.yaml"
        for group in _read(path):
            now = paris(group["now"]).replace(tzinfo=ZoneInfo(group["zone"]))
            for said, expected in group["phrases"].items():
                yield Row(language, now, said, expected)


def _read(path: Path) -> Any:
    """Read a table; every value is text."""
    return yaml.load(path.read_text("utf-8"), Loader=yaml.CBaseLoader)  # noqa: S506


def paris(text: str) -> datetime:
    """Return a time in Paris."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def shown(reading: Reading | None) -> str:
    """Write what was understood."""
    if reading is None:
        return "nothing"
    if isinstance(reading, Moment):
        second = reading.at.strftime(" %z") if reading.at.fold else ""
        return reading.at.strftime(_SHOWN[reading.grain]) + second
    if isinstance(reading, Recurrence):
        return f"{reading.rule} from {shown(Moment(reading.first, reading.grain))}"
    if isinstance(reading, Ambiguous):
        return " | ".join(map(shown, reading.ways))
    moment = f" {shown(reading.moment)}" if reading.moment else ""
    return f"{reading.problem}{moment}"
