"""Where a new reply meets a broken one: what was said already is not said again.

A model that is asked for the rest may go on, say some words again, or begin anew, also
with words in front ("Of course: …"): in the middle of a sentence a capital betrays it.
"""

from collections.abc import Iterable, Sequence
import re
from typing import NamedTuple

_CERTAIN = 4
"""Words in a row that are no coincidence."""
_MOST_BEFORE = 8
"""Words that a model may put in front of what it tells again."""
_LONGEST_DOUBLED = 4
"""Letters of a word that may be said twice on purpose."""
_STOPS = ".,;:!?…»"
_CLOSERS = f"{_STOPS}”\"')]*_"
_WORD = re.compile(rf"(\S+)(?:[^\S\n]+[{_STOPS}]+(?=\s|\Z))*(\s*)")
_SEAM = re.compile(rf"[\s{_STOPS}]*")
_CLOSING = re.compile(rf"[{re.escape(_CLOSERS)}]*")
_SENTENCE_END = re.compile(rf"[.!?…][{re.escape(_CLOSERS)}\s]*$")
_ELLIPSIS = re.compile(r"\.{2,}|…|\s")


class _Word(NamedTuple):
    """A word of a text, with what a seam has to know of it."""

    heard: str
    """As it is spoken: without case and punctuation."""
    written: str
    """With its punctuation."""
    end: int
    """Where it ends in the text, without its punctuation."""
    ends_clause: bool
    ends_sentence: bool


class Rest:
    """Takes off a new reply what the broken one had said already."""

    def __init__(self, said: str) -> None:
        """Take what was said, in whole words."""
        self._said = _words(said)
        self._heard = [word.heard for word in self._said]
        self._sentences = _begins(word.ends_sentence for word in self._said)
        last = self._said[-1] if self._said else None
        self._in_sentence = last is not None and not last.ends_sentence
        self._in_clause = last is not None and not last.ends_clause
        self._joint = "" if not said or said[-1].isspace() else " "
        self._pending = ""
        self._stops = ""
        self._decided = self._mended = not self._said

    def feed(self, text: str) -> str:
        """Take the next piece; return what is new for certain."""
        self._pending += text
        if not self._decided:
            whole = max(self._pending.rfind(" "), self._pending.rfind("\n")) + 1
            new = _words(self._pending[:whole])
            if self._is_open(new):
                return ""
            self._decide(new)
        return self._mend()

    def finish(self) -> str:
        """Return what was held back when the reply ended."""
        if not self._decided:
            self._decide(_words(self._pending))
        return self._mend(ends=True)

    def _is_open(self, new: Sequence[_Word]) -> bool:
        """Tell whether more of the new reply could show that it was said."""
        if not new:
            return True
        heard = [word.heard for word in new]
        if any(
            begin + len(heard) < len(self._heard)
            and _common(self._heard[begin:], heard) == len(heard)
            for begin in range(len(self._heard))
        ):
            return True
        if self._last_again(new) > 1:
            return False
        most = self._most_before(new)
        if len(new) <= most:
            return True
        return any(
            begin + len(heard) - start < len(self._heard)
            and _common(self._heard[begin:], heard[start:]) == len(heard) - start
            for start in range(1, most + 1)
            for begin in self._retold_from(start)
        )

    def _decide(self, new: Sequence[_Word]) -> None:
        """Compare, and drop what was said."""
        self._decided = True
        said, is_all = self._already_said(new)
        if not said:
            return
        self._pending = self._pending[new[said - 1].end :]
        closers = _leading(_CLOSING, self._pending)
        self._pending = self._pending[len(closers) :]
        if is_all:
            self._stops = "".join(one for one in closers if one in _STOPS)
        else:
            # It goes on in other words: no stop belongs between the two.
            self._pending = self._pending[len(_leading(_SEAM, self._pending)) :]

    def _already_said(self, new: Sequence[_Word]) -> tuple[int, bool]:
        """Return how many of the first new words were said, and whether to the end."""
        if again := self._last_again(new):
            return again, True
        heard = [word.heard for word in new]
        for start in range(self._most_before(new) + 1):
            for begin in self._retold_from(start):
                shared = _common(self._heard[begin:], heard[start:])
                if shared >= _CERTAIN and begin + shared == len(self._heard):
                    return start + shared, True
                if same := self._same(begin, shared, new[start:]):
                    return start + same, False
        return 0, False

    def _last_again(self, new: Sequence[_Word]) -> int:
        """Return how many of the last words said come once more, and then what is new.

        One alone may be meant ("très, très bien", "non, non"): such words are short.
        It counts where it is long, or written as it was.
        """
        for length in range(min(len(self._said), len(new)), 1, -1):
            if self._heard[-length:] == [word.heard for word in new[:length]]:
                return length
        if not new or not self._said or new[0].heard != self._heard[-1]:
            return 0
        is_long = len(new[0].heard) > _LONGEST_DOUBLED
        return int(is_long or new[0].written == self._said[-1].written)

    def _most_before(self, new: Sequence[_Word]) -> int:
        """Return how many words may stand in front of what is told again.

        In the middle of a sentence it must be plain that they do not go on with it.
        """
        if len(self._said) < _CERTAIN or not new:
            return 0
        if self._in_sentence and not _is_capital(new[0]):
            return 0
        return _MOST_BEFORE

    def _retold_from(self, start: int) -> Sequence[int]:
        """Return where in what was said a retelling may begin.

        With words in front of it that is less plain.
        """
        return self._sentences if self._in_sentence or not start else (0,)

    def _same(self, begin: int, shared: int, new: Sequence[_Word]) -> int:
        """Return how many of the first words in common are the same reply.

        It may end in other words from where it was cut off. Where it differs before
        that, only whole sentences are the same: others may begin alike, and so may the
        parts of one ("the lamp of the kitchen is on, the lamp of the hall is off").
        """
        if shared < _CERTAIN:
            return 0
        if self._in_clause and begin + shared > self._sentences[-1]:
            return shared if _is_capital(new[0]) else 0
        ends = (*self._sentences, *(() if self._in_sentence else (len(self._said),)))
        return max(
            (end - begin for end in ends if begin < end <= begin + shared), default=0
        )

    def _mend(self, *, ends: bool = False) -> str:
        """Return what can be said by now: with one stop at the seam at most."""
        if not self._mended:
            head = _leading(_SEAM, self._pending)
            if head == self._pending and not ends:
                return ""
            self._mended = True
            stops = _ELLIPSIS.sub("", self._stops + head)
            if self._said[-1].ends_clause:
                stops = ""
            text = self._pending[len(head) :]
            seam = f"{stops} " if stops and text else stops
            self._pending = f"{self._joint}{seam}{text}" if seam or text else ""
        text, self._pending = self._pending, ""
        return text


def _words(text: str) -> list[_Word]:
    """Read a text as words; a stop that stands alone belongs to the word before it."""
    words = []
    for found in _WORD.finditer(text):
        written, behind = found[1], found[2]
        if not written.strip(_STOPS):
            continue
        bare = written.rstrip(_CLOSERS) or written
        stops = written[len(bare) :] + found[0][len(written) :]
        sentence = bool(_SENTENCE_END.search(stops)) or "\n" in behind
        words.append(
            _Word(
                re.sub(r"\W+", "", written).casefold() or bare.lstrip(_STOPS),
                written,
                found.start() + len(bare),
                sentence or any(stop in stops for stop in _STOPS),
                sentence,
            )
        )
    return words


def _begins(ends: Iterable[bool]) -> list[int]:
    """Return the places of the first word and of those after an end."""
    flags = list(ends)
    return [0, *(place for place, is_end in enumerate(flags[:-1], 1) if is_end)]


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many first words two texts share."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _is_capital(word: _Word) -> bool:
    """Tell whether a word begins with a capital letter."""
    return next((char for char in word.written if char.isalpha()), "").isupper()


def _leading(pattern: re.Pattern[str], text: str) -> str:
    """Return what a text begins with of a kind that may be nothing."""
    found = pattern.match(text)
    return found[0] if found else ""
