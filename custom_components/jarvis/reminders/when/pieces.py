"""The pieces of time phrases in a text: what they say, and which words they take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from re import Match

from .feasts.names import feast_at
from .meaning import Meaning
from .patterns import FEAST, Language, Pattern
from .said import meaning_of
from .tokens import Token


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words that say something of a time."""

    start: int
    end: int
    """From which word up to which."""
    meaning: Meaning
    then: str | None
    """What the words behind it are to it: base, until or since."""
    is_weak: bool
    """Whether it is a time only beside another one."""
    is_short: bool
    """Whether it is but an abbreviation that may be another word."""


def with_feasts(words: Sequence[Token], language: Language) -> list[Token]:
    """Return the words with the names of feasts as one word each."""
    plain = [_in_full(one.word, language) for one in words]
    found: list[Token] = []
    at = 0
    while at < len(words):
        feast, end = feast_at(plain, at, language.code)
        if feast is None:
            found.append(words[at])
            at += 1
        else:
            sign = f"{FEAST}{feast}"
            found.append(Token(sign, words[at].start, words[end - 1].end))
            at = end
    return found


def pieces(words: Sequence[Token], language: Language) -> list[list[Piece]]:
    """Return for each word the pieces that begin there."""
    text = "".join(f"{one.word} " for one in words)
    starts = [0]
    for one in words:
        starts.append(starts[-1] + len(one.word) + 1)
    ends = {place: at for at, place in enumerate(starts)}
    found: list[list[Piece]] = [[] for _ in words]
    for place, at in zip(starts, range(len(words)), strict=False):
        for pattern in language.patterns:
            match = pattern.regex.match(text, place)
            if match is None or match.end() == place:
                continue
            part = words[at : ends[match.end()]]
            if (piece := _piece(at, part, pattern, match, language)) is not None:
                found[at].append(piece)
    return found


def _piece(
    at: int,
    words: Sequence[Token],
    pattern: Pattern,
    match: Match[str],
    language: Language,
) -> Piece | None:
    """Return what a match of a pattern says, if it says something."""
    slots = {
        name.partition("__")[0]: value.strip()
        for name, value in match.groupdict().items()
        if value is not None
    }
    meaning = meaning_of(slots, pattern.constants, language)
    if meaning is None or (meaning.is_empty and not pattern.then):
        return None
    is_short = _is_short(words, slots, language)
    is_weak = pattern.is_weak or is_short
    return Piece(at, at + len(words), meaning, pattern.then, is_weak, is_short)


def _is_short(
    words: Sequence[Token], slots: Mapping[str, str], language: Language
) -> bool:
    """Tell whether all that is said is an abbreviation that may be another word."""
    if set(slots) - {"weekday", "month"}:
        return False
    return any(one.word in language.short and not one.is_dotted for one in words)


def _in_full(word: str, language: Language) -> str:
    """Return the name of a weekday in full."""
    if word in language.short and word in (days := language.tables["weekday"]):
        return next(name for name, at in days.items() if at == days[word])
    return word
