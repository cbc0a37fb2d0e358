"""What people tell of themselves so plainly that no model is needed to learn it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
import re
from typing import Any

from ..records import Kind
from ..terms import terms
from ..when_words import LANGUAGES as TIME_WORDS
from .dates import last_day
from .sentences import LANGUAGES, Sentence, data_of, manners, told_in, words_of

_PIECE = re.compile(r"\{\w+\}|<\w+>|[\[\]()|,]|[^\s\[\]()|{}<>,]+")
_OPEN_SLOTS: Mapping[str, tuple[int, bool]] = {
    "name": (3, False),
    "names": (8, True),
    "count": (1, False),
    "about": (6, False),
    "abouts": (12, True),
    "gone": (6, False),
    "value": (8, False),
    "spot": (8, False),
    "measure": (4, False),
    "time": (5, False),
    "date": (6, False),
    "day": (6, False),
}
"""How many words a slot takes at most, and whether there may be commas."""
_NOT_IN: Mapping[str, Sequence[str]] = {
    "name": ("passing", "no_names"),
    "names": ("passing", "no_names"),
    "date": ("passing", "no_dates"),
    "day": ("no_dates",),
    "time": (),
}
"""The lists of words that a slot does not take."""
_WITHOUT_NUMBERS = frozenset({"name", "names", "spot"})
_ABOUT = frozenset(
    """
    about abouts relative relatives owned diet part served stored daily theirs regular
    """.split()
)
"""The slots that say what a fact is about: two that agree in them are of one thing."""
_CONTENT = frozenset({"about", "abouts", "gone", "value", "spot"})
_WEEKDAYS = frozenset({"weekday", "weekdays"})
_ONCE_A_WEEK = "regular"
"""What comes on one day; all else that is done on several is something of its own."""
_NAMED = "called"
_EVENT_LASTS = timedelta(days=30)
"""Until when an event matters whose day was not understood."""
_EVER = datetime(2000, 1, 1, tzinfo=UTC)
"""Any moment, where it matters not."""


@dataclass(frozen=True, slots=True)
class Told:
    """Something that was told."""

    text: str
    """In the person's own words."""
    kind: Kind
    importance: float
    attribute: str
    about: frozenset[str]
    """The terms of what it is about."""
    gone: frozenset[str]
    """The terms of what held before and holds no longer."""
    subject: str = ""
    """Who it is about, if it is not the speaker."""
    until: datetime | None = None

    def replaces(self, other: Told) -> bool:
        """Tell whether what was told before is over by this."""
        if self.attribute != other.attribute:
            return False
        return self.about == other.about or bool(self.gone and self.gone <= other.about)


@dataclass(frozen=True, slots=True)
class _Rule:
    """One way to tell something."""

    pattern: re.Pattern[str]
    attribute: str
    kind: Kind
    importance: float


def told(said: str, language: str, at: datetime) -> list[Told]:
    """Return what an utterance tells; `at` is when, where the person is.

    Reads files at first: for an executor.
    """
    found: list[Told] = []
    for sentence, clauses in told_in(said, language):
        if whole := _read(sentence, language, at):
            found.append(whole)
        else:
            read = (_read(clause, language, at) for clause in clauses)
            found += [one for one in read if one is not None]
    return found


@lru_cache(maxsize=4_096)
def known(fact: str) -> Told | None:
    """Return a fact as something that was told, in whichever language."""
    return next(
        (found[0] for language in LANGUAGES if (found := told(fact, language, _EVER))),
        None,
    )


def _read(sentence: Sentence, language: str, at: datetime) -> Told | None:
    """Return what a sentence tells, as the first rule that fits it has it."""
    plain = sentence.plain
    for rule in _rules(language):
        if found := rule.pattern.fullmatch(plain):
            slots = _slots(found)
            if _says_something(slots, language):
                return _told(sentence, rule, slots, language, at)
    return None


def _says_something(slots: Mapping[str, Sequence[str]], language: str) -> bool:
    """Tell whether what was open is more than small words: "I love to"."""
    return all(
        terms(words, language)
        for name in _CONTENT & slots.keys()
        for words in slots[name]
    )


def _told(
    sentence: Sentence,
    rule: _Rule,
    slots: Mapping[str, Sequence[str]],
    language: str,
    at: datetime,
) -> Told:
    """Put together what a sentence tells."""
    keys = _ABOUT
    if _ONCE_A_WEEK not in slots:
        keys |= _WEEKDAYS
    relative = " ".join(slots.get("relative", ()))
    if rule.attribute == _NAMED and relative not in _single(language):
        keys |= {"name"}
    about = {
        term
        for name in sorted(keys & slots.keys())
        for words in slots[name]
        for term in terms(words, language)
    }
    gone = {term for words in slots.get("gone", ()) for term in terms(words, language)}
    spelled = sentence.spelled.strip()
    names = slots.get("name", ()) if rule.attribute == _NAMED else ()
    return Told(
        text=spelled[:1].upper() + spelled[1:],
        kind=rule.kind,
        importance=rule.importance,
        attribute=rule.attribute,
        about=frozenset(about) if about or not gone else frozenset(gone),
        gone=frozenset(gone),
        subject=_as_spelled(sentence, names[0]) if names else relative,
        until=_until(rule, slots, language, at),
    )


def _until(
    rule: _Rule, slots: Mapping[str, Sequence[str]], language: str, at: datetime
) -> datetime | None:
    """Return when an event is over."""
    if rule.kind is not Kind.EVENT:
        return None
    words = [word for one in slots.get("day", ()) for word in one.split()]
    day = last_day(words, at.date(), language)
    if day is None:
        return at + _EVENT_LASTS
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (day - at.date() + timedelta(days=1))


def _as_spelled(sentence: Sentence, phrase: str) -> str:
    """Return some of a sentence's words as they were said."""
    wanted = phrase.split()
    for at in range(len(sentence.words) - len(wanted) + 1):
        if list(sentence.words[at : at + len(wanted)]) == wanted:
            return sentence.part(at, at + len(wanted)).spelled
    return phrase


def _slots(found: re.Match[str]) -> dict[str, list[str]]:
    """Return what each slot took, those that stand twice together."""
    slots: dict[str, list[str]] = {}
    for name, words in found.groupdict().items():
        if words:
            slots.setdefault(name.rstrip("0123456789"), []).append(words.strip(" ,"))
    return slots


@cache
def _single(language: str) -> frozenset[str]:
    return frozenset(words_of(data_of(language)["single"]))


@cache
def _rules(language: str) -> Sequence[_Rule]:
    """Return the rules of a language."""
    compiler = _Compiler(language)
    return [
        _Rule(
            compiler.pattern(sentence),
            group["attribute"],
            Kind(group["kind"]),
            float(group["importance"]),
        )
        for group in data_of(language)["facts"]
        for sentence in group["sentences"]
    ]


def read_rules() -> None:
    """Read the data of all languages; blocks."""
    for language in LANGUAGES:
        manners(language)
        _rules(language)


class _Compiler:
    """Makes patterns of sentences as the data files write them."""

    def __init__(self, language: str) -> None:
        """Take the lists and rules of a language."""
        data: Mapping[str, Any] = data_of(language)
        self._rules: Mapping[str, str] = data["rules"]
        self._lists: Mapping[str, Sequence[str]] = data["lists"]
        self._data = data
        self._months = "|".join(TIME_WORDS[language].months)
        self._groups = 0

    def pattern(self, sentence: str) -> re.Pattern[str]:
        """Return the pattern of a sentence, for words with a space behind each."""
        return re.compile(self._compiled(sentence))

    def _compiled(self, sentence: str) -> str:
        return "".join(map(self._piece, _PIECE.findall(sentence)))

    def _piece(self, piece: str) -> str:
        """Return the pattern of a word, a mark, a rule or a slot."""
        match piece[0]:
            case "[" | "(":
                return "(?:"
            case "]":
                return ")?"
            case ")" | "|":
                return piece
            case ",":
                return ", "
            case "<":
                return f"(?:{self._compiled(self._rules[piece[1:-1]])})"
            case "{":
                self._groups += 1
                name = piece[1:-1].rstrip("0123456789")
                return f"(?P<{name}{self._groups}>{self._slot(name)})"
        return "".join(f"{re.escape(word)} " for word in words_of(piece))

    def _slot(self, name: str) -> str:
        """Return what a slot takes."""
        if name in self._lists:
            return self._any_of(self._lists[name])
        if name in ("part", "meant"):
            house = self._any_of(self._lists["housepart"])
            word = self._word("passing")
            return f"(?:{word}){{0,2}}?{house}(?:{word}){{0,3}}?"
        most, commas = _OPEN_SLOTS[name]
        word = self._word(*_NOT_IN.get(name, ("passing",)))
        if name in _WITHOUT_NUMBERS:
            word = rf"(?!\S*\d){word}"
        many = f"(?:{'(?:, )?' if commas else ''}{word}){{1,{most}}}?"
        if name in ("measure", "date", "day", "time"):
            # What is no number names a month, a day, noon: nothing else is a time.
            return f"(?={self._shows(name)}){many}"
        return many

    def _word(self, *lists: str) -> str:
        """Return what takes any word but those of some lists and those outside."""
        outside = {
            word for name in ("outside", *lists) for word in words_of(self._data[name])
        }
        return rf"(?!(?:{'|'.join(map(re.escape, sorted(outside)))}) )[^\s,?]+ "

    def _shows(self, name: str) -> str:
        """Return what has to be among the words of a slot."""
        if name == "measure":
            return r"\S*\d"
        few = r"(?:[^\s,]+ ){0,4}?"
        if name == "date":
            return rf"{few}(?:\S*\d|(?:{self._months}) )"
        if name == "time":
            return rf"{few}(?:\S*\d|(?:midi|minuit|noon|midnight) )"
        days = self._any_of([*self._lists["weekday"], *_DAY_WORDS])
        # It begins with the day: what stands before it belongs to what was before.
        return rf"(?:{_BEFORE_A_DAY})?(?:\S*\d|(?:{self._months}) |{days})"

    def _any_of(self, phrases: Sequence[str]) -> str:
        """Return what takes one of some phrases, the longest first."""
        ordered = sorted(map(words_of, phrases), key=len, reverse=True)
        return f"(?:{'|'.join(' '.join(map(re.escape, one)) + ' ' for one in ordered)})"


_BEFORE_A_DAY = "le |la |l |ce |the |this |next |on "
_DAY_WORDS = (
    "demain",
    "après-demain",
    "semaine prochaine",
    "mois prochain",
    "tomorrow",
    "next week",
    "next month",
)
