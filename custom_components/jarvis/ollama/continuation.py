"""A reply that broke off, taken up by another endpoint without a word said twice.

Where a model's template leaves the assistant's turn open the broken text is sent as the
beginning of the reply ("prefill"), and the model goes on with the next word. Elsewhere
the model is asked for the rest; `seam.py` takes off what was said already.
"""

from collections.abc import Sequence

import ollama

GO_ON = (
    "Your reply was cut off. Go on exactly where it ended, without a word about it and "
    "without repeating what you had said."
)
_CALL, _CALL_END = "<tool_call>", "</tool_call>"
"""Around a call that a model prints where its tools stand in the text."""
_CERTAIN = 4
"""Words in a row that are no coincidence."""


class WholeWords:
    """Lets only whole words through, so that a break never ends within one.

    A printed call counts as a word: half of one is none, and who prints it again may
    write it otherwise.
    """

    def __init__(self) -> None:
        """Hold nothing back yet."""
        self.passed = ""
        self.held = ""

    def feed(self, text: str) -> str:
        """Take text; return what is whole by now."""
        self.held += text
        cut = max(self.held.rfind(" "), self.held.rfind("\n")) + 1
        if self._is_in_call:
            cut = min(cut, self.held.rindex(_CALL))
        elif _CALL_END in self.held:
            cut = max(cut, self.held.rindex(_CALL_END) + len(_CALL_END))
        whole, self.held = self.held[:cut], self.held[cut:]
        self.passed += whole
        return whole

    def finish(self) -> str:
        """Return the last word."""
        last, self.held = self.held, ""
        self.passed += last
        return last

    def drop_half(self) -> None:
        """Forget a call that was not printed to its end."""
        if self._is_in_call:
            self.held = ""

    @property
    def has_called(self) -> bool:
        """Tell whether a printed call was let through: it may have been made by now."""
        return _CALL_END in self.passed

    @property
    def _is_in_call(self) -> bool:
        """Tell whether a call is printed that has not come to its end."""
        return self.held.rfind(_CALL) > self.held.rfind(_CALL_END)


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
