"""The patterns of a language, compiled, and what a match of one says."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
import re
from typing import Any

from .data import LANGUAGES, read
from .meaning import Length
from .tokens import ORDINAL, Spelling, Token, tokens

_PART = re.compile(r"<([\w:]+)>|([\[\]()|])|([^\s\[\]()|<>]+)")
_NUMBERS: Mapping[str, str] = {
    "h": r"[01]?\d|2[0-4]",
    "m": r"[0-5]\d",
    "mm": r"[0-5]?\d",
    "s": r"[0-5]\d",
    "less": r"[0-5]?\d",
    "hm": r"(?:[1-9]|1[0-9]|0\d|2[0-3])[0-5]\d",
    "a": r"0?[1-9]|[12]\d|3[01]",
    "b": r"0?[1-9]|[12]\d|3[01]",
    "mo": r"0?[1-9]|1[0-2]",
    "y": r"(?:19|20)\d\d",
    "yy": r"\d\d",
}
_DAY = rf"{ORDINAL}?(?:0?[1-9]|[12]\d|3[01])"
_DECIMAL = r"\d+(?: \. \d+)?"
FEAST = "~"
"""What begins the word for a feast that was found."""


@dataclass(frozen=True, slots=True)
class DayPart:
    """A part of a day."""

    at: int
    """The hour that is meant where none is said."""
    start: int
    end: int
    """Hours from the midnight before; beyond 24 is the next day."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A way to say something, and what it says."""

    regex: re.Pattern[str]
    constants: Mapping[str, str]
    then: str | None
    """Base, until or since: what the words behind it are to it."""
    is_weak: bool
    """Whether it is a time only beside another one."""


@dataclass(frozen=True, slots=True)
class Language:
    """How a language speaks of times."""

    code: str
    spelling: Spelling
    tables: Mapping[str, Mapping[str, Any]]
    """What a slot may hold, and what that means."""
    short: frozenset[str]
    """Abbreviations that are usual words as well."""
    idioms: Mapping[tuple[str, float], tuple[str, float]]
    patterns: Sequence[Pattern]
    parts: Mapping[str, DayPart]
    lead: frozenset[str]
    between: frozenset[str]
    tail: frozenset[str]
    owners: frozenset[str]
    """What stands between a thing and its time: «la réunion de demain»."""
    owners_behind: frozenset[str]
    """The same behind the time: "tomorrow's meeting"."""
    has_24_hours: bool
    spoken: Mapping[str, Any]

    def tokens(self, text: str) -> list[Token]:
        """Return the words of a text."""
        return tokens(text, self.code, self.spelling)

    def length(self, words: str) -> Length:
        """Return how long the words of a duration say."""
        return _Lengths(self).read(words)


def language(code: str) -> Language:
    """Return how a language speaks of times (reads a file: first in an executor)."""
    return _language(code.replace("_", "-").partition("-")[0].casefold())


@cache
def _language(code: str) -> Language:
    return _Builder(code if code in LANGUAGES else LANGUAGES[0]).build()


class _Builder:
    """Reads the file of a language."""

    def __init__(self, code: str) -> None:
        """Open the file."""
        self._code = code
        self._data = read(code)
        self._spelling = self._read_spelling()
        self._tables: dict[str, dict[str, Any]] = {}
        self._short: set[str] = set()

    def build(self) -> Language:
        """Return the language."""
        data = self._data
        self._fill_tables()
        self._slots = self._regexes(self._duration())
        parts = {
            name: DayPart(int(one["at"]), int(one["from"]), int(one["to"]))
            for name, one in data["parts"].items()
        }
        return Language(
            code=self._code,
            spelling=self._spelling,
            tables=self._tables,
            short=frozenset(self._short),
            idioms=dict(map(self._idiom, data["idioms"].items())),
            patterns=list(self._patterns()),
            parts=parts,
            lead=self._phrases(data["lead"]),
            between=self._phrases(data["between"]),
            tail=self._phrases(data["tail"]),
            owners=self._phrases(data["owners"]),
            owners_behind=self._phrases(data["owners_behind"]),
            has_24_hours=data["day_has_24_hours"] == "true",
            spoken=data["spoken"],
        )

    def _read_spelling(self) -> Spelling:
        data = self._data
        ordinals = {word: at for at, word in enumerate(data["ordinals"], 1)}
        for number, words in data["more_ordinals"].items():
            ordinals |= dict.fromkeys(words, int(number))
        # It is a unit as well.
        ordinals.pop("second", None)
        return Spelling(
            ordinals, frozenset(data["endings"]), data["glued"], frozenset(data["kept"])
        )

    def _fill_tables(self) -> None:
        data = self._data
        for name in ("weekday", "month"):
            for at, names in enumerate(data[f"{name}s"]):
                for word in map(self._normal, names):
                    self._table(name)[word] = at + (name == "month")
                self._short.update(map(self._normal, names[1:]))
        for at, names in enumerate(data["plural_weekdays"]):
            self._table("plural").update(dict.fromkeys(names, at))
        for name in ("unit", "half", "part"):
            said = data["halves" if name == "half" else f"{name}s"]
            for value, words in said.items():
                names = words["say"] if name == "part" else words
                self._table(name).update(dict.fromkeys(map(self._normal, names), value))
        for name in (
            "amounts",
            "wholes",
            "behind",
            "between_number_and_unit",
            "hours",
        ):
            for number, words in data[name].items():
                values = dict.fromkeys(map(self._normal, words), float(number))
                self._table(name).update(values)
        self._table("zone").update({self._normal(name): name for name in read("zones")})

    def _table(self, name: str) -> dict[str, Any]:
        return self._tables.setdefault(name, {})

    def _normal(self, text: str) -> str:
        if text in self._spelling.kept:
            return text
        words = tokens(text, self._code, self._spelling)
        return " ".join(one.word for one in words) or text

    def _phrases(self, texts: Sequence[str]) -> frozenset[str]:
        return frozenset(self._normal(text) for text in texts)

    def _idiom(
        self, said: tuple[str, str]
    ) -> tuple[tuple[str, float], tuple[str, float]]:
        units = self._table("unit")

        def read_one(text: str) -> tuple[str, float]:
            count, unit = text.split()
            return units.get(unit, unit.rstrip("s")), float(count)

        return read_one(said[0]), read_one(said[1])

    def _any(self, table: str) -> str:
        return _either(self._tables[table])

    def _duration(self) -> str:
        amount = f"(?:{_DECIMAL}|{self._any('amounts')}) "
        if between := self._table("between_number_and_unit"):
            amount += f"(?:{_either(between)} )?"
        unit, behind = self._any("unit"), self._any("behind")
        clock_units = _either(
            word
            for word, name in self._tables["unit"].items()
            if name in ("hour", "minute")
        )
        part = (
            rf"(?:{self._any('wholes')} |{amount}(?:{clock_units}) [0-5]?\d "
            rf"(?!{unit} )|{amount}{unit} (?:{behind} )?)"
        )
        joint = _either(self._normal(one) for one in self._data["joints"] if one)
        return rf"{part}(?:(?:{joint} )?{part})*"

    def _regexes(self, duration: str) -> dict[str, str]:
        """Return what each slot may hold; behind each word stands a space."""
        weekday = _either([*self._tables["weekday"], *self._tables["plural"]])
        plural = self._any("plural")
        joint = _either(["et", "le", "et le", "and", "and on"])
        ones = "|".join(map(re.escape, self._data["one"]))
        articles = _either(
            word for word, count in self._tables["amounts"].items() if count == 1
        )
        slots = {name: rf"(?:{regex}) " for name, regex in _NUMBERS.items()}
        slots |= {
            name: rf"{self._any(name)} "
            for name in ("weekday", "month", "part", "half", "hours", "unit", "zone")
        }
        return slots | {
            "h": rf"(?:{_NUMBERS['h']}|{ones}) ",
            "n": rf"(?:\d+|{articles}) ",
            "ord": rf"(?:{ORDINAL}\d+|second) ",
            "day": rf"{_DAY} ",
            "dom": rf"(?:{_DAY}|second) ",
            "plurals": rf"{plural} (?:(?:{joint} )?{plural} )*",
            "weekdays": rf"{weekday} (?:(?:{joint} )?{weekday} )*",
            "dur": duration,
            "feast": rf"{FEAST}\w+ ",
        }

    def _patterns(self) -> Iterator[Pattern]:
        for entry in self._data["patterns"]:
            for text in entry["say"]:
                yield Pattern(
                    re.compile(self._compiled(text, iter(range(100)))),
                    entry.get("with", {}),
                    entry.get("then"),
                    entry.get("weak") == "true",
                )

    def _compiled(self, text: str, numbered: Iterator[int]) -> str:
        """Write a pattern as a regular expression."""
        regex = []
        for found in _PART.finditer(text):
            slot, sign, word = found.groups()
            if slot in self._data["rules"]:
                inner = self._compiled(self._data["rules"][slot], numbered)
                regex.append(f"(?:{inner})")
            elif slot:
                kind, _colon, name = slot.partition(":")
                group = f"{name or kind}__{next(numbered)}"
                regex.append(f"(?P<{group}>{self._slots[kind]})")
            elif sign:
                regex.append({"[": "(?:", "]": ")?", "(": "(?:"}.get(sign, sign))
            elif normal := self._normal(word):
                regex.append(f"{re.escape(normal)} ")
        return "".join(regex)


class _Lengths:
    """Reads durations."""

    def __init__(self, known: Language) -> None:
        """Take the words of a language."""
        self._known = known
        self._words: list[str] = []

    def read(self, text: str) -> Length:
        """Return how long some words say."""
        self._words = text.split()
        counts: dict[str, float] = {}
        last = ""
        while self._words:
            if whole := self._take("wholes"):
                counts["minute"] = counts.get("minute", 0) + whole
                last = "minute"
            elif (amount := self._amount()) is not None:
                unit = self._take("unit")
                if unit is None:
                    # «Une heure trente».
                    unit = {"hour": "minute"}.get(last, "second")
                else:
                    amount += self._take("behind") or 0
                counts[unit] = counts.get(unit, 0) + amount
                last = unit
            else:
                self._words.pop(0)
        if len(counts) == 1:
            counts = dict([self._known.idioms.get(one, one) for one in counts.items()])
        return Length.of(counts)

    def _amount(self) -> float | None:
        """Take the number that is next."""
        words = self._words
        amount: float | None = self._take("amounts")
        if amount is None:
            if not words[0].isdigit():
                return None
            number = words.pop(0)
            if words[:1] == ["."]:
                number += "".join(words[:2])
                del words[:2]
            amount = float(number)
        return amount + (self._take("between_number_and_unit") or 0)

    def _take(self, table: str) -> Any:
        """Take the most words that stand in a table; return what they mean."""
        entries = self._known.tables.get(table, {})
        for length in range(min(6, len(self._words)), 0, -1):
            phrase = " ".join(self._words[:length])
            if phrase in entries:
                del self._words[:length]
                return entries[phrase]
        return None


def _either(phrases: Sequence[str] | Any) -> str:
    """Match one of some phrases, longer ones first."""
    ways = sorted(set(phrases), key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, ways))})"
