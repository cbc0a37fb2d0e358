"""A reply that broke off, taken up by another endpoint without a word said twice.

Where a model's template leaves the assistant's turn open the broken text is sent as the
beginning of the reply ("prefill") and the model goes on in the middle of a word.
Elsewhere the model is asked for the rest; it may then go on, repeat some words or begin
anew, and what was said already is taken off.
"""

from collections.abc import Sequence
import re

import ollama

GO_ON = (
    "Your reply was cut off. Go on exactly where it ended, without a word about it and "
    "without repeating what you had said."
)
_CERTAIN = 4
"""Words in a row that are no coincidence."""
_MOST_BEFORE = 8
"""Words that a model may put in front of a reply that it begins anew."""
_SENTENCE_END = re.compile(r"[.!?…][\"'»)\]*_]*$")


class WholeWords:
    """Lets only whole words through, so that a break never ends within one."""

    def __init__(self) -> None:
        """Hold nothing back yet."""
        self.passed = ""
        self.held = ""

    def feed(self, text: str) -> str:
        """Take text; return what is whole by now."""
        self.held += text
        cut = max(self.held.rfind(" "), self.held.rfind("\n")) + 1
        whole, self.held = self.held[:cut], self.held[cut:]
        self.passed += whole
        return whole

    def finish(self) -> str:
        """Return the last word."""
        last, self.held = self.held, ""
        self.passed += last
        return last


def continued(
    messages: Sequence[ollama.Message], said: str, *, prefill: bool
) -> list[ollama.Message]:
    """Return the messages that make a model go on after what was said."""
    # Words begin with their space for most models: none may stand at the end.
    broken = ollama.Message(role="assistant", content=said.rstrip())
    if prefill:
        return [*messages, broken]
    return [*messages, broken, ollama.Message(role="user", content=GO_ON)]


class Prefilled:
    """Drops the prefill from a reply of an engine that repeats it."""

    def __init__(self, said: str) -> None:
        """Take what was said; without its last space it was sent as the beginning."""
        self._expected = said.rstrip()
        self._seen = ""
        # A few words may be said again ("très, très bien"); more are repeated, and so
        # is a beginning with its capital: a model that goes on begins with the space.
        begins = said.strip()[:1].isupper()
        self._decided = len(said.split()) < _CERTAIN and not begins
        self._spaced = said[-1:].isspace()

    def feed(self, text: str) -> str:
        """Take the next piece; return what is new."""
        if not self._decided:
            self._seen += text
            if len(self._seen) < len(self._expected) and self._expected.startswith(
                self._seen
            ):
                return ""
            text = self._decide()
        if self._spaced:
            text = text.lstrip()
            self._spaced = not text
        return text

    def finish(self) -> str:
        """Return what was held back when the reply ended."""
        return "" if self._decided else self._decide()

    def _decide(self) -> str:
        """Return what was seen so far without the prefill."""
        self._decided = True
        return self._seen.removeprefix(self._expected)


class Rest:
    """Takes off a new reply what the broken one had said already."""

    def __init__(self, said: str) -> None:
        """Take what was said, in whole words."""
        words = said.split()
        self._said = [_folded(word) for word in words]
        self._last = words[-1] if words else ""
        self._ends = [
            number
            for number, word in enumerate(words, start=1)
            if _SENTENCE_END.search(word)
        ]
        self._joint = "" if not said or said[-1].isspace() else " "
        self._pending = ""
        self._decided = not self._said

    def feed(self, text: str) -> str:
        """Take the next piece; return what is new for certain."""
        if self._decided:
            return text
        self._pending += text
        whole = max(self._pending.rfind(" "), self._pending.rfind("\n")) + 1
        new = [_folded(word) for word in self._pending[:whole].split()]
        return "" if self._is_open(new) else self._decide(new)

    def finish(self) -> str:
        """Return what was held back when the reply ended."""
        if self._decided:
            return ""
        return self._decide([_folded(word) for word in self._pending.split()])

    def _is_open(self, new: Sequence[str]) -> bool:
        """Tell whether more of the new reply could show that it was said."""
        said = self._said
        most_before = _MOST_BEFORE if len(said) >= _CERTAIN else 0
        for start in range(min(len(new), most_before) + 1):
            shared = _common(said, new[start:])
            if shared == len(said):
                return False
            if start + shared == len(new):
                return True
        return any(
            _common(said[start:], new) == len(new)
            for start in range(len(said) - len(new))
        )

    def _decide(self, new: Sequence[str]) -> str:
        """Compare and return what is left."""
        self._decided = True
        ends = [match.end() for match in re.finditer(r"\S+", self._pending)]
        said = self._already_said(new)
        rest = self._pending[ends[said - 1] if said else 0 :].lstrip()
        return self._joint + rest if rest else ""

    def _already_said(self, new: Sequence[str]) -> int:
        """Return how many of the first new words were said."""
        said = self._said
        anew = _common(said, new)
        if anew == len(said):
            return anew
        # The last words again, and then on.
        for length in range(min(len(said), len(new)), 1, -1):
            if said[-length:] == new[:length]:
                return length
        # One alone counts only as it was written: not the second of "très, très bien".
        if self._pending.split()[:1] == [self._last]:
            return 1
        # Anew, with or without some words in front ("Of course: …").
        for start in range(min(len(new), _MOST_BEFORE) + 1):
            if same := self._same(_common(said, new[start:])):
                return start + same
        return 0

    def _same(self, shared: int) -> int:
        """Return how many of the first words in common are the same reply.

        It may end in other words from where it was cut off. Where it differs before
        that, only whole sentences are the same: others may begin alike.
        """
        if shared < _CERTAIN:
            return 0
        whole = [end for end in self._ends if end <= shared]
        if shared == len(self._said) or len(whole) == len(self._ends):
            return shared
        return whole[-1] if whole else 0


def _folded(word: str) -> str:
    """Return a word for comparison, without case and punctuation."""
    return re.sub(r"\W+", "", word).casefold() or word


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many first words two texts share."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count
