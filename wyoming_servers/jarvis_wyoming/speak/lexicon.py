"""The words of one language: what its data file says, made ready for the rules."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
import re
import tomllib
from typing import Any

from babel.dates import get_day_names, get_month_names

LANGUAGES = ("fr", "en")

_UNITED_STATES = "en"
"""The one place that writes the month first; "en-GB" and French write the day."""


@dataclass(frozen=True, eq=False)
class Lexicon:
    """What signs, units, money, dates and abbreviations are called in a language."""

    language: str
    """"fr" or "en"."""

    day_first: bool
    """Whether 12/11 is in November."""

    words: Mapping[str, str]
    units: Mapping[str, tuple[str, str]]
    per: Mapping[str, str]
    money: Mapping[str, tuple[str, str, str, str]]
    magnitudes: Mapping[str, tuple[str, str]]
    fractions: Mapping[str, str]
    titles: Mapping[str, str]
    counted: Mapping[str, str]
    winds: Mapping[str, str]
    shorts: Mapping[str, str]
    sayings: Mapping[str, str]
    signs: Mapping[str, str]
    days: Mapping[str, str]
    months: Mapping[str, int]
    month_names: Mapping[int, str]
    feminine: frozenset[str]
    spelled: frozenset[str]
    said: frozenset[str]
    domains: frozenset[str]
    kings: frozenset[str]
    numbered: frozenset[str]
    windy: frozenset[str]
    places: frozenset[str]
    counting: frozenset[str]
    versioned: tuple[str, ...]
    codes: tuple[str, ...]

    def many(self, amount: float) -> bool:
        """Whether a noun takes its plural beside an amount."""
        return abs(amount) >= 2 if self.language == "fr" else abs(amount) != 1


def one_of(keys: Iterable[str]) -> str:
    """A pattern that matches any of the keys, the longest first."""
    return "|".join(re.escape(key) for key in sorted(keys, key=len, reverse=True))


@cache
def lexicon(language: str) -> Lexicon | None:
    """The lexicon for "fr", "en_GB", "en-US"...; None for a language without one."""
    family, _, region = language.lower().replace("_", "-").partition("-")
    if family not in LANGUAGES:
        return None
    data = _data(family)
    month_names = dict(get_month_names("wide", locale=family).items())
    by_name = {name: number for number, name in month_names.items()}
    return Lexicon(
        language=family,
        day_first=family != _UNITED_STATES or region not in ("", "us"),
        words=data["words"],
        units={unit: (one, many) for unit, (one, many) in data["units"].items()},
        per=data["per"],
        money={sign: tuple(names) for sign, names in data["money"].items()},
        magnitudes={sign: tuple(names) for sign, names in data["magnitudes"].items()},
        fractions=data["fractions"],
        titles=data["titles"],
        counted=data["counted"],
        winds=data["winds"],
        shorts=data["shorts"],
        sayings=data["sayings"],
        signs=data["signs"],
        days=data["days"] | {day: day for day in _day_names(family)},
        months=data["months"] | by_name,
        month_names=month_names,
        feminine=frozenset(data["feminine"].split()),
        spelled=frozenset(data["spelled"].split()),
        said=frozenset(data["said"].split()),
        domains=frozenset(data["domains"].split()),
        kings=frozenset(data["kings"].split()),
        numbered=frozenset(data["numbered"].split()),
        windy=frozenset(data["windy"].split()),
        places=frozenset(data["places"].split()),
        counting=frozenset(data["counting"].split()),
        versioned=tuple(data["versioned"]),
        codes=tuple(data["codes"]),
    )


@cache
def abbreviations() -> tuple[frozenset[str], frozenset[str]]:
    """Of every language: what never ends a sentence, and what sometimes does."""
    never: set[str] = set()
    sometimes: set[str] = set()
    for language in LANGUAGES:
        data = _data(language)
        never.update(f"{key.rstrip('.')}." for key in data["titles"])
        never.update(key for key in data["counted"] if key.endswith("."))
        never.update(key.split()[0] for key in data["titles"] if ". " in key)
        sometimes.update(key for key in data["shorts"] if key.endswith("."))
        sometimes.update(f"{key}." for key in data["days"])
        sometimes.update(f"{key}." for key in data["months"])
    return frozenset(never), frozenset(sometimes)


@cache
def _data(family: str) -> dict[str, Any]:
    """What stands in a language's file."""
    text = files(__package__).joinpath("data", f"{family}.toml").read_text("utf-8")
    return tomllib.loads(text)


def _day_names(family: str) -> list[str]:
    """The names of the days, whole."""
    return list(get_day_names("wide", locale=family).values())
