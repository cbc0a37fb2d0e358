"""The commands, and how the beginning of one is written."""

from collections.abc import Iterator

from ..commands import COMMANDS


def sentences() -> Iterator[tuple[str, str]]:
    """Each command after its language."""
    for language, texts in COMMANDS.items():
        for text in texts:
            yield language, text


def halves(text: str) -> Iterator[tuple[str, str]]:
    """What is before and behind each boundary of words.

    A mark that stands alone, as in «Que sais-tu de moi ?», is no word.
    """
    words = text.split()
    for at in range(1, len(words)):
        if words[at][0].isalnum():
            yield " ".join(words[:at]), " ".join(words[at:])


def heard_as(beginning: str) -> str:
    """How it is written: Whisper puts a full stop behind whatever it hears."""
    return beginning.rstrip(",.?!") + "."
