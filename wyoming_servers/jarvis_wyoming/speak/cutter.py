"""Cuts a text that is still growing into pieces that can be spoken one by one."""

from bisect import bisect_right
import re
from typing import NamedTuple

from .lexicon import abbreviations
from .markup import FENCE, continues

_WINDOW = 1500
"""Letters that are looked at for one piece, however long the text is."""

_LEAST = 9
"""Letters of a clause that is worth a piece of its own: «Bien sûr,»."""

_SHORT = 24
"""Letters of a sentence that is not parted for its first clause: «Demain : pluie.»"""

_FORCED = 12
"""Letters of the least piece of what has no marks."""

_OPEN_AT_MOST = 300
"""Letters after which a bracket that never closes no longer holds a piece back."""

_MARK = re.compile(
    r"(?P<sentence>[.!?…]+[\"'»”’)\]*_]*)(?=\s)|(?P<clause>[,;:][\"'»”’)*_]*(?=\s+\S)|(?<=[^\W\d_]{3}),(?=\s*$))"
    r"|(?P<dash>[ \u00a0][-–—])(?=\s+\S)|(?P<line>\n)"
)
_HELD = re.compile(
    r"!?\[[^\[\]]*\]\([^()\s]*(?:\([^()]*\)[^()]*)*[^()]*\)|`[^`\n]+`|<[^<>]*>"
)
_OPEN = re.compile(
    r"!?\[[^\[\]\n]*(?:\](?:\([^()\n]*)?)?$|`[^`\n]*$|<[A-Za-z/!][^<>\n]*$"
)
_LEADING_FENCE = re.compile(rf"\n*{FENCE.pattern}", re.MULTILINE)
_LAST_WORD = re.compile(r"\S+$")
_LISTED = re.compile(r"(?:^|\n)[ \t]*\d{1,3}\.$")
_INITIAL = re.compile(r"^[(\"'«“]?[A-ZÀ-Ý]\.$")
_DOTTED = re.compile(r"^(?:\w\.){2,}$")
_NUMBERED = re.compile(r"^[Nn]os?\.$")
_JOINT = re.compile(
    r"\s(?=(?:et|ou|mais|donc|car|que|qui|dont|où|pour|dans|avec|sans|parce|quand|si|puis"
    r"|à|sur|chez|depuis|vers|par|est|sont|and|or|but|so|that|which|who|where|when"
    r"|with|without|because|if|then|for|in|at|on|to|from|by|until|is|are)\s)"
)
_SPACE = re.compile(r"(?<!\d)\s+(?=\S)|\s+(?=[^\d\s])")


class _Cut(NamedTuple):
    """A place where the text may be cut."""

    at: int
    ends: bool
    """Whether a sentence ends there, or only a clause."""


class Cutter:
    """Takes text in chunks as they come, and gives pieces as they are safe.

    A piece never ends inside a number, an abbreviation, a link or a tag, and a block
    of code comes as one empty block.
    """

    def __init__(self) -> None:
        self._text = ""
        self._at = 0
        self._complete = False
        self._in_code = False

    def feed(self, text: str) -> None:
        """Add what has come."""
        self._text = self._text[self._at :] + text
        self._at = 0

    def end(self) -> None:
        """Nothing more comes."""
        self._complete = True

    @property
    def done(self) -> bool:
        """Whether all was taken and nothing more comes."""
        return self._complete and self._at >= len(self._text)

    def peek(self) -> str:
        """What is waiting, from its beginning."""
        return self._text[self._at : self._at + _WINDOW]

    def take(self, most: int, *, eager: bool, least: int = 0) -> str | None:
        """The next piece, or None while more text is needed.

        It is a sentence when that has come and has about `most` letters or fewer; of a
        longer one as many clauses as fit. Eager, the first clause is enough. A sentence
        of fewer than `least` letters takes the next clause along if that is there.
        """
        while (code := self._skip_code()) is None:
            window, closed = self._window()
            if not window:
                return None
            size = self._size(window, most, max(least, _LEAST), eager, closed)
            if size is None:
                return None
            if len(window[:size].strip()) < least:
                rest = window[size:]
                size += self._size(rest, most - size, 0, True, closed) or 0
            self._at += size
            if piece := window[:size].strip():
                return piece
        return code or None

    def _window(self) -> tuple[str, bool]:
        """The text that is looked at, and whether it ends what it says.

        A block of code ends it, and so does the end of the text.
        """
        window = self._text[self._at : self._at + _WINDOW]
        if (fence := FENCE.search(window)) and fence.start() > 0:
            return window[: fence.start()], True
        return window, self._complete and self._at + len(window) >= len(self._text)

    def _skip_code(self) -> str | None:
        """Pass over a block of code; what stands for it, "" to wait, None outside."""
        if not self._in_code:
            fence = _LEADING_FENCE.match(self._text, self._at)
            if fence is None or not (self._complete or fence.end() < len(self._text)):
                return None
            self._at, self._in_code = fence.end() + 1, True
            return "```\n```"
        fence = FENCE.search(self._text, self._at)
        if fence is None or not (self._complete or fence.end() < len(self._text)):
            line = self._text.rfind("\n") + 1
            self._at = len(self._text) if self._complete else max(self._at, line)
            return ""
        self._at, self._in_code = fence.end() + 1, False
        return None

    def _size(
        self, window: str, most: int, least: int, eager: bool, closed: bool
    ) -> int | None:
        """How much of the window makes the next piece, or None to wait."""
        cuts = self._cuts(window, whole=closed)
        end = next((cut.at for cut in cuts if cut.ends), None)
        clauses = [cut.at for cut in cuts if end is None or cut.at < end]
        long_enough = [at for at in clauses if len(window[:at].strip()) >= least]
        is_long = (end or len(window)) > _SHORT
        if eager and is_long and long_enough and long_enough[0] <= most:
            return long_enough[0]
        if end is not None and end <= most * 1.3:
            return end
        if fitting := [at for at in long_enough if at <= most]:
            return fitting[-1] if end is not None or len(window) > most else None
        nearest = min(
            [*long_enough[:1], *([end] if end is not None else [])], default=None
        )
        if nearest is not None and nearest <= most * 2:
            return nearest
        if len(window) > most * 2:
            return self._forced(window, most)
        return nearest

    def _cuts(self, window: str, *, whole: bool) -> list[_Cut]:
        """Every place where the window may be cut, in order."""
        held = [match.span() for match in _HELD.finditer(window)]
        starts = [start for start, _ in held]
        limit = len(window)
        opened = None if whole else _OPEN.search(window)
        if opened and len(window) - opened.start() < _OPEN_AT_MOST:
            limit = opened.start()
        cuts = []
        for match in _MARK.finditer(window, 0, limit):
            around = bisect_right(starts, match.start()) - 1
            if around >= 0 and match.start() < held[around][1]:
                continue
            if not _may_cut(window, match, whole=whole):
                continue
            cuts.append(_Cut(match.end(), match.lastgroup in ("sentence", "line")))
            if cuts[-1].ends and window[: match.end()].strip():
                return cuts
        if whole:
            cuts.append(_Cut(len(window), ends=True))
        return cuts

    def _forced(self, window: str, most: int) -> int:
        """Where to cut what has no marks: before a small word, else at a space."""
        for pattern in (_JOINT, _SPACE):
            places = [m.start() for m in pattern.finditer(window, _FORCED, most * 2)]
            held = [m.span() for m in _HELD.finditer(window)]
            free = [p for p in places if not any(a < p < b for a, b in held)]
            if free:
                return min(free, key=lambda place: abs(place - most))
        return min(len(window), most * 2)


def _may_cut(window: str, mark: re.Match[str], *, whole: bool) -> bool:
    """Whether a mark is one that the text may be cut at."""
    after = window[mark.end() :]
    if mark.lastgroup == "line":
        return _line_ends(window[: mark.start()], after, whole=whole)
    if mark.lastgroup == "sentence":
        return _sentence_ends(window[: mark.end()], after, whole=whole)
    return _clause_ends(window[: mark.end()], after)


def _line_ends(before: str, after: str, *, whole: bool) -> bool:
    """Whether the end of a line is also that of what it says."""
    line = before.rpartition("\n")[2]
    following = after.lstrip(" \t")
    if following.startswith("\n") or not line.strip():
        return True
    if not following:
        return whole or line.rstrip().endswith((".", "!", "?", "…"))
    return not continues(line, following)


def _sentence_ends(before: str, after: str, *, whole: bool) -> bool:
    """Whether a mark ends a sentence; a dot may belong to an abbreviation."""
    bare = before.rstrip("\"'»”’)]*_")
    if not bare.endswith(".") or bare.endswith(".."):
        return True
    if _LISTED.search(bare):
        return False
    word = _LAST_WORD.search(bare)
    written = word[0].lstrip("(\"'«“*_") if word else "."
    following = after.lstrip()
    never, sometimes = abbreviations()
    if written in never or _tail_of(bare, never) or _INITIAL.match(written):
        return False
    if written in sometimes or _DOTTED.match(written):
        return (whole and not following) or following[:1].isupper() or "\n" in after[:1]
    if _NUMBERED.match(written) and not (whole and not following):
        return bool(following) and not following[0].isdigit()
    return not following[:1].islower()


def _clause_ends(before: str, after: str) -> bool:
    """Whether a comma parts clauses: not "November 3, 2026", not "Mon, Nov 3"."""
    following = after.lstrip()
    if not before.endswith(","):
        return True
    word = _LAST_WORD.search(before[:-1])
    _, sometimes = abbreviations()
    is_day = word is not None and f"{word[0]}." in sometimes
    return not following[:1].isdigit() and not is_day


def _tail_of(text: str, abbreviated: frozenset[str]) -> bool:
    """Whether a text ends in an abbreviation of several words: p. ex."""
    return any(" " in key and text.endswith(f" {key}") for key in abbreviated)
