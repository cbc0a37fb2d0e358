"""A reply that broke off, taken up by another endpoint without a word said twice.

Where a model's template leaves the assistant's turn open the broken text is sent as the
beginning of the reply ("prefill") and the model goes on in the middle of a word.
Elsewhere the model is asked for the rest; it may then go on, repeat some words or begin
anew, and what was said already is taken off.
"""

from collections.abc import Iterator, Sequence
import re

import ollama

GO_ON = (
    "Your reply was cut off. Go on exactly where it ended, without a word about it and "
    "without repeating what you had said."
)
_LONGEST_WAIT = 400
"""Characters of a new reply that are compared before they count as new."""
_CERTAIN = 4
"""Words in a row that are no coincidence."""


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
    broken = ollama.Message(role="assistant", content=said)
    if prefill:
        return [*messages, broken]
    return [*messages, broken, ollama.Message(role="user", content=GO_ON)]


class Prefilled:
    """Drops the prefill from a reply of an engine that repeats it."""

    def __init__(self, said: str) -> None:
        """Take what was sent as the beginning of the reply."""
        self._expected = said
        self._seen = ""
        self._decided = not said

    def feed(self, text: str) -> str:
        """Take the next piece; return what is new."""
        if self._decided:
            return text
        self._seen += text
        if self._seen.startswith(self._expected):
            self._decided = True
            return self._seen[len(self._expected) :]
        if self._expected.startswith(self._seen):
            return ""
        self._decided = True
        return self._seen

    def finish(self) -> str:
        """Return what was held back when the reply ended."""
        return "" if self._decided else self._seen


class Rest:
    """Takes off a new reply what the broken one had said already."""

    def __init__(self, said: str) -> None:
        """Take what was said, in whole words."""
        self._said = [_folded(word) for word in said.split()]
        self._joint = "" if not said or said[-1].isspace() else " "
        self._pending = ""
        self._decided = not self._said

    def feed(self, text: str) -> str:
        """Take the next piece; return what is new for certain."""
        if self._decided:
            return text
        self._pending += text
        if len(self._pending) < min(_LONGEST_WAIT, self._enough()):
            return ""
        return self._decide()

    def finish(self) -> str:
        """Return what was held back when the reply ended."""
        return "" if self._decided else self._decide()

    def _enough(self) -> int:
        """Return how much of the new reply tells whether it begins anew."""
        return sum(len(word) + 1 for word in self._said) + 40

    def _decide(self) -> str:
        """Compare and return what is left."""
        self._decided = True
        words = list(_words(self._pending))
        skip = self._already_said([_folded(word) for word, _ in words])
        start = words[skip - 1][1] if skip else 0
        rest = self._pending[start:].lstrip()
        return self._joint + rest if rest else ""

    def _already_said(self, new: Sequence[str]) -> int:
        """Return how many of the first new words were said."""
        anew = _common(self._said, new)
        if anew == len(self._said) or anew >= _CERTAIN:
            return anew
        for length in range(min(len(self._said), len(new)), 0, -1):
            if list(self._said[-length:]) == list(new[:length]):
                return length
        # Some words in front ("Of course: …") and then the reply anew.
        for start in range(len(new)):
            length = _common(self._said, new[start:])
            if length >= _CERTAIN and length == len(self._said):
                return start + length
        return 0


def _words(text: str) -> Iterator[tuple[str, int]]:
    """Go through the words of a text, each with where it ends."""
    for match in re.finditer(r"\S+", text):
        yield match[0], match.end()


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
