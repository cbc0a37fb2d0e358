"""Reading answers whose thoughts and calls stand between tags."""

from abc import abstractmethod
from collections.abc import Sequence
from enum import Enum, auto
from typing import override

from .base import Reader, Said


class Where(Enum):
    """What the next piece of raw text belongs to."""

    CONTENT = auto()
    THINKING = auto()
    CALL = auto()


class TagReader(Reader):
    """Reads thoughts and calls between tags; all other text is content."""

    think: tuple[str, str]
    call: tuple[str, str]
    noise: tuple[str, ...] = ()
    """Tags that are dropped where they follow a call."""

    def __init__(self, *, thinks: bool, keep_thoughts: bool = True) -> None:
        self._where = Where.THINKING if thinks else Where.CONTENT
        self._keep_thoughts = keep_thoughts
        self._text = ""
        self._starts = True
        self._after_call = False

    @abstractmethod
    def parse(self, text: str) -> Said:
        """Read what stands between the tags of a call."""

    def opened(self, text: str) -> str | None:
        """Drop what a channel of thoughts begins with; None to wait for more."""
        return text

    @override
    def read(self, text: str, *, end: bool = False) -> Said:
        self._text += text
        said = Said()
        while (step := self._step(end=end)) is not None:
            said += step
        return said

    def _step(self, *, end: bool) -> Said | None:
        """Do one step; None when more text has to come first."""
        if not self._text:
            return None
        match self._where:
            case Where.CONTENT:
                return self._content(end=end)
            case Where.THINKING:
                return self._thinking(end=end)
            case Where.CALL:
                return self._call(end=end)

    def _content(self, *, end: bool) -> Said | None:
        if self._after_call and not self._without_noise(end=end):
            return None
        found, tag = first_tag(self._text, (self.think[0], self.call[0]))
        if tag is None:
            return self._certain((self.think[0], self.call[0]), end=end, to="content")
        before = self._text[:found].rstrip()
        self._text = self._text[found + len(tag) :]
        self._where = Where.CALL if tag == self.call[0] else Where.THINKING
        self._starts = tag == self.think[0]
        return Said(content=(before,) if before else ())

    def _thinking(self, *, end: bool) -> Said | None:
        if self._starts:
            opened = self.opened(self._text)
            if opened is None and not end:
                return None
            self._text = opened or ""
            self._starts = False
            return Said()
        # Small models forget to end their thoughts before they call.
        found, tag = first_tag(self._text, (self.think[1], self.call[0]))
        if tag is None:
            return self._certain((self.think[1], self.call[0]), end=end, to="thinking")
        before = self._text[:found].rstrip()
        rest = self._text[found + len(tag) :]
        closed = tag == self.think[1]
        self._text = rest.lstrip() if closed else rest
        self._where = Where.CONTENT if closed else Where.CALL
        self._after_call = closed
        return self._thought(before)

    def _call(self, *, end: bool) -> Said | None:
        found = self._text.find(self.call[1])
        if found < 0 and not end:
            return None
        body = self._text if found < 0 else self._text[:found]
        self._text = "" if found < 0 else self._text[found + len(self.call[1]) :]
        self._where, self._after_call = Where.CONTENT, True
        return self.parse(body) if found >= 0 else self.unclosed(body)

    def unclosed(self, text: str) -> Said:
        """Read a call whose end never came."""
        return self.parse(text)

    def _without_noise(self, *, end: bool) -> bool:
        """Drop what may stand between a call and the text after it."""
        self._text = self._text.lstrip()
        for tag in self.noise:
            if self._text.startswith(tag):
                self._text = self._text.removeprefix(tag)
                return self._without_noise(end=end)
            if tag.startswith(self._text) and not end:
                return False
        self._after_call = not self._text
        return bool(self._text)

    def _certain(self, tags: Sequence[str], *, end: bool, to: str) -> Said | None:
        """Give what can be no part of a tag, nor space in front of one."""
        keep = 0 if end else _overlap(self._text, tags)
        certain = self._text[: len(self._text) - keep]
        if not end:
            certain = certain.rstrip()
        self._text = self._text[len(certain) :]
        if not certain:
            return None
        if to == "thinking":
            return self._thought(certain)
        return Said(content=(certain,))

    def _thought(self, text: str) -> Said:
        return Said(thinking=(text,) if text and self._keep_thoughts else ())


def first_tag(text: str, tags: Sequence[str]) -> tuple[int, str | None]:
    """Find which tag comes first, and where."""
    found = [(at, tag) for tag in tags if (at := text.find(tag)) >= 0]
    return min(found, default=(-1, None))


def _overlap(text: str, tags: Sequence[str]) -> int:
    """How many letters at the end may be the beginning of a tag."""
    return max(
        (
            length
            for tag in tags
            for length in range(1, min(len(tag), len(text) + 1))
            if text.endswith(tag[:length])
        ),
        default=0,
    )
