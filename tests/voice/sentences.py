"""The 48 sentences that the small Whisper knows, and what is to come of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from annotatedyaml import parse_yaml

from homeassistant.util import dt as dt_util

LANGUAGES = ("en", "fr")
_FILE = Path(__file__).with_name("house.yaml")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence."""

    say: str
    reply: str
    """A pattern."""
    before: Mapping[str, str] = field(default_factory=dict)
    """States that are not as in the house."""
    changes: Mapping[str, Any] = field(default_factory=dict)
    """The states that it leaves; attributes, where these are a mapping."""
    timers: list[int] | None = None
    """The seconds of the timers that it leaves."""
    items: str | None = None
    """What stands on the list then."""
    model: str | None = None
    """What the model says, where it is asked."""


def house() -> dict[str, Any]:
    """Return the description of the house, with rain to come."""
    described: dict[str, Any] = _read()["house"]
    tomorrow = dt_util.start_of_local_day() + timedelta(days=1)
    rain = {"datetime": tomorrow.isoformat(), "condition": "rainy", "temperature": 9}
    weather = next(one for one in described["entities"] if "weather" in one["id"])
    weather["attributes"]["forecast_daily"] = [rain]
    return described


def sentences(language: str) -> list[Sentence]:
    """Return the sentences of a language in the order in which they are said."""
    return [Sentence(**one) for one in _read()[language]]


def _read() -> dict[str, Any]:
    content = parse_yaml(_FILE.read_text("utf-8"))
    assert isinstance(content, dict)
    return content
