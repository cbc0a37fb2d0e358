"""The terms of a text for full-text search: folded, stemmed, without stop words.

Stored texts and questions go through the same door, so both databases can index the
terms as they are and need no dictionaries of their own.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
import re
import threading
import unicodedata

import snowballstemmer  # type: ignore[import-untyped]

LANGUAGES = ("en", "fr")
"""The languages that are stemmed."""
_ALGORITHMS = {"en": "english", "fr": "french"}

_STOP_EN = """
a about all also am an and any are aren as at be because been before being but by can
could couldn d did didn do does doesn doing don for from had hadn has hasn have haven
having he her here hers him his how i if in into is isn it its just ll m me mine my no
nor not of off on or our ours out over own re s shan she should shouldn so some such t
than that the their them then there these they this those to too up us ve very was wasn
we were weren what when where which while who whom whose why will with won would
wouldn you your yours please say said tell told talk talked remember know
"""
_STOP_FR = """
a ai aie ainsi alors as au aucun aussi autre aux avaient avais avait avant avec avez
avons ayant c ca car ce ceci cela celle celles celui ces cet cette ceux chez ci comme
comment d dans de depuis des dois doit donc dont du elle elles en encore es est et
etaient etais etait etant etes etre eu eux fait fais font furent fut il ils j je jusqu
l la laquelle le lequel les lesquels leur leurs lui m ma mais me meme memes mes mien moi
mon n ne ni nos notre nous on ont ou par pas pendant peut peux plus pour pourquoi puis
qu quand que quel quelle quelles quels qui quoi s sa sans se sera ses si sien soit son
sont suis sur t ta te tel tes toi ton tous tout toute toutes tres tu un une va vas vos
votre vous y souviens souvient sais sait dis dit dire parle parles parler
"""
_STOP = {
    "en": frozenset(_STOP_EN.split()),
    "fr": frozenset(_STOP_FR.split()),
}
_AMBIGUOUS = frozenset("car des fait font mine off pour sans sera son ton tous".split())
"""Small words of one language that mean something in the other."""
_EITHER = (_STOP["en"] | _STOP["fr"]) - _AMBIGUOUS

_SHOWS = {
    "en": _STOP["en"] - _STOP["fr"] - _AMBIGUOUS,
    "fr": _STOP["fr"] - _STOP["en"] - _AMBIGUOUS,
}
"""Words that only one of the languages has."""

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
_WORD = re.compile(r"[^\W_]+")
_WORDS_KEPT = 65_536
"""Words whose stems are remembered: about 10 MB, more than anybody says."""
_TIMES = 4
"""Without their accents «réglée» and «préférée» need more walks through the French
stemmer to come where «régler» and «préfère» are."""


def terms(text: str, language: str | None = None) -> list[str]:
    """Return the terms of a text in its order, with repetitions.

    Where the language is unknown and the text does not show it, both stems of a word
    are terms. Both for every text would cost 2 points of R@5 of text alone.
    """
    words = _WORD.findall(folded(text))
    known = known_language(language) or _language_of(words)
    return [
        term
        for word in words
        if not is_stop_word(word, known)
        for term in _stems(word, known)
    ]


def known_language(language: str | None) -> str | None:
    """Return the stemmer's name for a language tag as "fr-CA", if there is one."""
    short = (language or "").replace("_", "-").partition("-")[0].casefold()
    return short if short in LANGUAGES else None


def folded(text: str) -> str:
    """Return a text without case and accents; letters keep their places in words."""
    if text.isascii():
        return text.casefold()
    parts = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def is_stop_word(word: str, language: str | None) -> bool:
    """Tell whether a folded word is in every text and finds none."""
    return word in (_STOP[language] if language else _EITHER)


def _language_of(words: list[str]) -> str | None:
    """Return the language that most of the small words are of, if it shows."""
    counts = {
        language: sum(map(shows.__contains__, words))
        for language, shows in _SHOWS.items()
    }
    best = max(LANGUAGES, key=counts.__getitem__)
    rest = sum(counts.values()) - counts[best]
    return best if counts[best] > rest else None


@lru_cache(maxsize=_WORDS_KEPT)
def _stems(word: str, language: str | None) -> tuple[str, ...]:
    """Return the stems of a folded word: one, or one a language."""
    if word.isdigit():
        return (word,)
    return tuple(dict.fromkeys(_each(word, (language,) if language else LANGUAGES)))


def _each(word: str, languages: tuple[str, ...]) -> Iterator[str]:
    """Yield the stem of a word in each language."""
    for language in languages:
        stem = word
        for _ in range(_TIMES if language == "fr" else 1):
            before, stem = stem, _stemmers.by_language[language](stem)
            if stem == before:
                break
        yield stem


class _Stemmers(threading.local):
    """The stemmers of a thread: they keep the word that they work on."""

    def __init__(self) -> None:
        self.by_language: dict[str, Callable[[str], str]] = {
            language: snowballstemmer.stemmer(algorithm).stemWord
            for language, algorithm in _ALGORITHMS.items()
        }


_stemmers = _Stemmers()
