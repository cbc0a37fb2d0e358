"""«Stop», «annule», «merci», "never mind": the person wants nothing any more."""

from .text.words import folded, words


def cancelled(text: str, language: str) -> str | None:
    """Return what to say to an utterance that ends the conversation; else None."""
    known, said = words(language), folded(text)
    if said in known.thanks:
        return known.welcome
    return known.cancelled if said in known.cancel else None
