"""«Réfléchis bien», "think hard": the person wants the larger model."""

from .text.words import LANGUAGES, folded, words


def wants_thinking(text: str) -> bool:
    """Tell whether the words ask for an answer that is thought over."""
    said = f" {folded(text)} "
    return any(
        f" {phrase} " in said
        for language in LANGUAGES
        for phrase in words(language).think_hard
    )
