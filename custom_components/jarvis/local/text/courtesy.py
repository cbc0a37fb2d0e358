"""What people say around a sentence out of courtesy, taken off bit by bit."""

from collections.abc import Iterator
from dataclasses import dataclass

from .grammar import grammar
from .normal import normal

_MOST_COURTESIES = 6


@dataclass(frozen=True, slots=True)
class Bare:
    """What is left of a text."""

    text: str
    wish: bool = False
    """Whether a wish was in front: what follows may be what is wished for."""


def peeled(text: str, language: str) -> Iterator[Bare]:
    """Yield a normal text, then what is left each time that a courtesy comes off."""
    known = grammar(language)
    bare = Bare(text.strip(" ,?"))
    yield bare
    for _round in range(_MOST_COURTESIES):
        left = [
            Bare(slots["rest"].strip(" ,?"), bare.wish or template in known.wish)
            for template in (*known.wish, *known.polite)
            if (slots := template.match(bare.text)) is not None
        ]
        if not left:
            return
        # "Would you mind" is more than "would you".
        bare = min(left, key=lambda one: len(one.text))
        yield bare


def barer(text: str, language: str) -> Iterator[str]:
    """Yield the texts alone."""
    for bare in peeled(text, language):
        yield bare.text


def answers_yes(said: str, language: str) -> bool | None:
    """Tell whether an utterance is nothing but a yes or a no; None for any other.

    A yes may be said twice: «oui, vas-y».
    """
    answers = grammar(language).answers
    for text in barer(normal(said, language), language):
        parts = [part.strip() for part in text.split(",")]
        if all(part in answers.consents for part in parts):
            return True
        if all(part in answers.refusals for part in parts):
            return False
    return None
