"""Local agreement: what two looks at growing audio say alike is taken as said."""

from collections.abc import Awaitable, Callable

from .words import plain


def begins_alike(shorter: str, longer: str) -> bool:
    """Whether a text of more audio begins with the one of less."""
    first, second = plain(shorter).split(), plain(longer).split()
    return bool(first) and second[: len(first)] == first


class Agreement:
    """Shows a growing text word by word and never takes a word back."""

    def __init__(self, show: Callable[[str], Awaitable[None]]) -> None:
        self._show = show
        self._last = list[str]()
        self._shown = list[str]()

    async def take(self, text: str) -> None:
        """Take the next look at the text; what it shares with the last is shown."""
        words = text.split()
        count = 0
        for old, new in zip(self._last, words, strict=False):
            if plain(old) != plain(new):
                break
            count += 1
        self._last = words
        # The last word may go on, and its full stop is a guess.
        await self._grow(words[: min(count, len(words) - 1)])

    async def finish(self, text: str) -> None:
        """Show the rest, when what was shown still holds."""
        await self._grow(text.split())

    async def _grow(self, words: list[str]) -> None:
        shown = len(self._shown)
        if len(words) <= shown or not _alike(words[:shown], self._shown):
            return
        more = " ".join(words[shown:])
        self._shown = words
        await self._show(f" {more}" if shown else more)


def _alike(first: list[str], second: list[str]) -> bool:
    return [plain(word) for word in first] == [plain(word) for word in second]
