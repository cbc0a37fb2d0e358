"""Words as speech recognition spells them, put right by what the house has."""

from collections.abc import Collection, Mapping

from rapidfuzz import fuzz, process

from .grammar import grammar
from .nouns import stem
from .things import Index
from .words import words

_ALIKE = 80
"""How much of a word must agree, in percent."""
_SHORT = 4
"""Words below this length are too easily taken for others."""


def corrected(text: str, index: Index, language: str) -> str | None:
    """Return a normal text with unknown words replaced by the likeliest known ones.

    None where nothing is unknown or an unknown word resembles nothing.
    """
    known = _known(index, language)
    result: list[str] = []
    changed = False
    for word in text.split():
        if word in known or stem(word) in known or len(word) < _SHORT or word.isdigit():
            result.append(word)
            continue
        if (better := _likeliest(word, index, known)) is None:
            return None
        result.append(better)
        changed = True
    return " ".join(result) if changed else None


def _known(index: Index, language: str) -> Collection[str]:
    """Return all words that mean something here."""
    return (
        index.vocabulary
        | grammar(language).vocabulary
        | words(language).function_words
        | index.nouns.fillers
    )


def _likeliest(word: str, index: Index, known: Collection[str]) -> str | None:
    """Return the known word that was probably said, or the two of a joined one."""
    joined: Mapping[str, str] = index.joined
    if word in joined:
        return joined[word]
    best = process.extractOne(
        word,
        [one for one in known if len(one) >= _SHORT and one[0] == word[0]],
        scorer=fuzz.ratio,
        score_cutoff=_ALIKE,
    )
    return best[0] if best else None
