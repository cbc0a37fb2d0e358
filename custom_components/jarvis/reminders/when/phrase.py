"""Which words of a text are a time, and what they mean together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .meaning import Meaning
from .patterns import Language
from .pieces import Piece, pieces, with_feasts
from .tokens import Token

_BEST = 12
"""Ways to read some words that are tried, the best first."""
_WORD = 10
"""What a word that is understood is worth, against a further piece."""
_LONGEST_FILLER = 4
_BASE, _UNTIL, _SINCE = "base", "until", "since"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that are a time."""

    meaning: Meaning
    used: Sequence[tuple[int, int]]
    """Where they stand in the text, in letters."""


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to read the words from one on."""

    worth: int
    pieces: tuple[Piece, ...] = ()


def whole(text: str, language: Language) -> Iterator[Phrase]:
    """Yield what a text means that is nothing but a time, the best reading first."""
    words = with_feasts(language.tokens(text), language)
    for way in _ways(words, language, is_whole=True):
        if (meaning := _together(way.pieces)) is not None:
            yield Phrase(meaning, [(0, len(text))])


def within(text: str, language: Language) -> Iterator[Phrase]:
    """Yield what the times within a sentence mean together, the best reading first."""
    words = with_feasts(language.tokens(text), language)
    for way in _ways(words, language, is_whole=False):
        kept = _firm(way.pieces, words, language)
        if kept and (meaning := _together(kept)) is not None:
            yield Phrase(meaning, list(_used(kept, words, language)))


def _ways(
    words: Sequence[Token], language: Language, *, is_whole: bool
) -> Sequence[_Way]:
    """Return the best ways to read some words, at most a few for each place."""
    there = pieces(words, language)
    best: list[list[_Way]] = [[] for _ in words] + [[_Way(0)]]
    for at in range(len(words) - 1, -1, -1):
        found = [
            _Way(
                way.worth + _WORD * (one.end - one.start) - 1 - one.is_weak,
                (one, *way.pieces),
            )
            for one in there[at]
            for way in best[one.end]
        ]
        for length in _fillers(words, at, language):
            found += best[at + length]
        if not is_whole:
            found += best[at + 1]
        best[at] = _distinct(found)
    return [way for way in best[0] if way.pieces]


def _distinct(ways: Sequence[_Way]) -> list[_Way]:
    """Return the best of some ways, each meaning once."""
    kept: dict[tuple[Piece, ...], _Way] = {}
    for way in sorted(ways, key=lambda one: -one.worth):
        kept.setdefault(way.pieces, way)
        if len(kept) == _BEST:
            break
    return list(kept.values())


def _fillers(words: Sequence[Token], at: int, language: Language) -> Iterator[int]:
    """Yield how many words from here say nothing of their own beside a time."""
    known = language.lead | language.between | language.tail
    for length in range(1, min(_LONGEST_FILLER, len(words) - at) + 1):
        if " ".join(one.word for one in words[at : at + length]) in known:
            yield length


def _firm(
    found: Sequence[Piece], words: Sequence[Token], language: Language
) -> Sequence[Piece]:
    """Return the pieces that are the time of a sentence, not of a thing in it.

    What is a time only beside another one is left out where it stands alone, and so is
    what belongs to a thing: «la réunion de demain». Of times that exclude each other
    the first one is taken.
    """
    kept: list[Piece] = []
    found = [one for one in found if not one.is_short]
    if not any(one.meaning.every for one in found):
        found = [one for one in found if not _is_of_recurrence(one)]
    for group in _groups(found, words, language):
        firm = [one for one in group if not one.is_weak or _is_supported(one, group)]
        if all(one.is_weak for one in group) or _is_owned(group, words, language):
            continue
        if _together([*kept, *firm]) is not None and not _overlap(kept, firm):
            kept += firm
    return kept


def _is_of_recurrence(piece: Piece) -> bool:
    """Tell whether a piece says how long or how often something comes again."""
    return (piece.meaning.lasting or piece.meaning.times) is not None


def _overlap(some: Sequence[Piece], others: Sequence[Piece]) -> bool:
    """Tell whether two groups both name a day, or a time of day."""
    return any(
        any(map(names, some)) and any(map(names, others))
        for names in (_names_day, _names_clock)
    )


def _names_clock(piece: Piece) -> bool:
    return piece.meaning.clock is not None


def _names_day(piece: Piece) -> bool:
    plain = piece.meaning.without("clock", "part", "zone", "until", "since")
    return piece.then is None and not plain.is_empty


def _is_owned(
    group: Sequence[Piece], words: Sequence[Token], language: Language
) -> bool:
    """Tell whether a time belongs to a thing: «de demain», "tomorrow's"."""
    start, end = group[0].start, group[-1].end
    if start > 1 and words[start - 1].word in language.owners:
        return words[start].word not in language.owners
    return end + 1 < len(words) and words[end].word in language.owners_behind


def _groups(
    found: Sequence[Piece], words: Sequence[Token], language: Language
) -> Iterator[list[Piece]]:
    """Yield pieces that stand together, nothing but fillers between them."""
    group: list[Piece] = []
    for one in found:
        if group and not _is_filler(words[group[-1].end : one.start], language):
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _is_filler(words: Sequence[Token], language: Language) -> bool:
    """Tell whether words between two pieces say nothing of their own."""
    if not words:
        return True
    return any(
        " ".join(one.word for one in words[:length])
        in language.between | language.lead | language.tail
        and _is_filler(words[length:], language)
        for length in range(1, min(_LONGEST_FILLER, len(words)) + 1)
    )


def _is_supported(piece: Piece, group: Sequence[Piece]) -> bool:
    """Tell whether a bare number is a time beside what stands next to it."""
    if piece.meaning.clock is None:
        return True
    at = group.index(piece)
    beside = [*group[max(at - 1, 0) : at], *group[at + 1 : at + 2]]
    return any(one.meaning.part for one in beside)


def _used(
    kept: Sequence[Piece], words: Sequence[Token], language: Language
) -> Iterator[tuple[int, int]]:
    """Yield where the words of some pieces stand, with what leads to them."""
    for group in _groups(kept, words, language):
        start, end = group[0].start, group[-1].end
        for length in range(_LONGEST_FILLER, 0, -1):
            before = " ".join(one.word for one in words[max(start - length, 0) : start])
            if start >= length and before in language.lead:
                start -= length
                break
        for length in range(min(_LONGEST_FILLER, len(words) - end), 0, -1):
            if " ".join(one.word for one in words[end : end + length]) in language.tail:
                end += length
                break
        yield words[start].start, words[end - 1].end


def _together(found: Sequence[Piece]) -> Meaning | None:
    """Return what pieces mean together; None where they contradict each other."""
    for at, one in enumerate(found):
        if one.then in (_UNTIL, _SINCE):
            after = next(
                (
                    place
                    for place in range(at + 1, len(found))
                    if found[place].then in (_UNTIL, _SINCE)
                    or (place > at + 1 and found[place].meaning.every)
                ),
                len(found),
            )
            rest = _together([*found[:at], *found[after:]])
            limit = _together(found[at + 1 : after])
            if limit is None or rest is None or limit.is_empty:
                return None
            both = Meaning(until=limit) if one.then == _UNTIL else Meaning(since=limit)
            return rest.joined(both)
    for at, one in enumerate(found):
        if one.then == _BASE:
            base = _together(found[at + 1 :])
            if base is None or base.is_empty:
                return None
            own = replace(one.meaning, base=base)
            left = _together(found[:at])
            return None if left is None else left.joined(own)
    meaning: Meaning | None = Meaning()
    for one in found:
        if meaning is None:
            return None
        meaning = meaning.joined(one.meaning)
    return meaning
