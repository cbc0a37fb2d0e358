"""How well times in words are understood: phrases of others, by language.

Each row of a file says what was said, when and where (`text`, `lang`, `now`, `tz`),
and which time is right (`expect`), to be compared at its `grain`. A phrase that is
read as one of several times, or as none, counts as wrong.
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
import json
from pathlib import Path
import sys
from zoneinfo import ZoneInfo

from custom_components.jarvis.reminders.when.read import read
from custom_components.jarvis.reminders.when.results import Moment, Reading

from .stage.figures import Target, Value, options, show

TARGETS = {"fr": Target(least=0.90), "en": Target(least=0.90)}
_SHOWN = {
    "second": "%Y-%m-%dT%H:%M:%S",
    "minute": "%Y-%m-%dT%H:%M",
    "hour": "%Y-%m-%dT%H",
    "day": "%Y-%m-%d",
}
"""What of a time is compared."""


@dataclass(frozen=True, slots=True)
class Case:
    """A phrase, and the time that it means."""

    language: str
    text: str
    now: datetime
    shown: str
    expected: str

    def is_right(self, reading: Reading | None) -> bool:
        """Tell whether a reading is what was meant."""
        if not isinstance(reading, Moment):
            return False
        return reading.at.strftime(self.shown) == self.expected


def main() -> None:
    """Read the phrases and show the shares that are right."""
    parser = options("when", __doc__)
    parser.add_argument("--cases", type=Path, nargs="+", required=True, metavar="FILE")
    parser.add_argument("--misses", action="store_true", help="list what is not right")
    chosen = parser.parse_args()
    show(_measured(chosen), TARGETS.get, chosen.json)


def _measured(chosen: argparse.Namespace) -> dict[str, Value]:
    """Return the share of each language, and how many it was asked for."""
    asked, right = Counter[str](), Counter[str]()
    for case in (one for path in chosen.cases for one in cases(path)):
        reading = read(case.text, case.now, case.language)
        asked[case.language] += 1
        if case.is_right(reading):
            right[case.language] += 1
        elif chosen.misses:
            print(_told(case, reading), file=sys.stderr)
    figures: dict[str, Value] = {
        language: right[language] / count for language, count in asked.items()
    }
    return figures | {f"{name}.phrases": count for name, count in asked.items()}


def cases(path: Path) -> Iterator[Case]:
    """Yield the phrases of a file."""
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        shown = _SHOWN[row["grain"]]
        expected = datetime.fromisoformat(row["expect"]).strftime(shown)
        yield Case(row["lang"], row["text"], _clock(row), shown, expected)


def _clock(row: dict[str, str]) -> datetime:
    """Return when a phrase was said, where it was said."""
    now, zone = row["now"], row["tz"]
    if zone[0] in "+-":
        return datetime.fromisoformat(f"{now}{zone}")
    return datetime.fromisoformat(now).replace(tzinfo=ZoneInfo(zone))


def _told(case: Case, reading: Reading | None) -> str:
    """Tell of a phrase that was read wrong."""
    return f"{case.language} «{case.text}»: {case.expected}, read as {reading}"


if __name__ == "__main__":
    main()
