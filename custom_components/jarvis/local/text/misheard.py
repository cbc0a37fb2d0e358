"""Words as speech recognition spells them, put right by what the house has."""

from collections.abc import Collection

from rapidfuzz import process
from rapidfuzz.distance import OSA

from ..house.things import Index
from .grammar import grammar
from .nouns import stem
from .words import words

_ELIDED = "ldstjnm"
"""What French joins to the word behind it: «lentrée»."""
_SHORT = 4
"""Words below this length are too easily taken for others."""
_LONG = 9
"""Words from this length on may have two letters wrong instead of one."""


def corrected(text: str, index: Index, language: str) -> str | None:
    """Return a normal text with unknown words replaced by the likeliest known ones.

    None where nothing is unknown or an unknown word resembles nothing.
    """
    known = _known(index, language)
    heard_as = grammar(language).heard_as
    said = text.split()
    result: list[str] = []
    while said:
        word = said.pop(0)
        both = f"{word}{said[0]}" if said else ""
        if both and _is_one_word(both, (word, said[0]), index, known):
            result.append(both)
            said.pop(0)
        elif word in heard_as:
            result.append(heard_as[word])
        elif _is_known(word, known) or word.isdigit():
            result.append(word)
        else:
            result.append(_likeliest(word, index, known) or word)
    better_text = " ".join(result)
    return better_text if better_text != text else None


def _known(index: Index, language: str) -> Collection[str]:
    """Return all words that mean something here."""
    return (
        index.vocabulary
        | grammar(language).vocabulary
        | words(language).function_words
        | index.nouns.fillers
    )


def _is_known(word: str, known: Collection[str]) -> bool:
    """Tell whether a word means something, in the singular or plural."""
    return word in known or stem(word) in known


def _is_one_word(
    both: str, halves: tuple[str, str], index: Index, known: Collection[str]
) -> bool:
    """Tell whether two words are one of the house's, as in "bed room"."""
    if not _is_known(both, known):
        return False
    own = index.vocabulary if _is_known(both, index.vocabulary) else known
    return not all(_is_known(half, own) for half in halves)


def _likeliest(word: str, index: Index, known: Collection[str]) -> str | None:
    """Return the known word that was probably said, or the two of a joined one."""
    if (stemmed := stem(word)) in index.joined:
        return index.joined[stemmed]
    if word[:1] in _ELIDED and len(word) > _SHORT and _is_known(word[1:], known):
        return f"{word[0]} {word[1:]}"
    if len(word) < _SHORT:
        return None
    best = process.extractOne(
        word,
        [
            one
            for one in known
            # Short words must not only differ in a letter: «tête» is no «télé».
            if one[0] == word[0] and len(one) >= _SHORT + (len(one) == len(word))
        ],
        scorer=OSA.distance,
        score_cutoff=1 if len(word) < _LONG else 2,
    )
    return best[0] if best else None
