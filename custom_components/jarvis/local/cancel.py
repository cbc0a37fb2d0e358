"""«Stop», «annule», "never mind": the person wants nothing any more."""

from .text.words import folded, words


def cancelled(text: str, language: str) -> str | None:
    """Return what to say to an utterance that calls everything off; else None."""
    known = words(language)
    return known.cancelled if folded(text) in known.cancel else None
