"""Words as they compare, and a decoder that goes round in circles."""

import re
import unicodedata

_WORD = re.compile(r"\S*\w\S*(?:\s+[^\w\s]+)*")  # with signs that stand alone
_ROUNDS = 3
_ROUNDS_OF_A_WORD = 4  # "no, no, no" is said
_LONGEST = 16  # words of a circle
_VOWELS = re.compile(r"[aeiouy]+|\d+")
_MUTE = re.compile(r"(?<=[^aeiouy])es?$")


def plain(text: str) -> str:
    """Return the words alone: lower case, no accents, no punctuation."""
    flat = unicodedata.normalize("NFKD", text.casefold())
    letters = (c for c in flat if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w]+", " ", "".join(letters)).split())


def syllables(text: str) -> int:
    """Return how many there are at least, roughly: a number may be but one."""
    return sum(_syllables(word) for word in plain(text).split())


def without_repeats(text: str) -> str:
    """Return the text with what goes round in circles said once."""
    words: list[str] = _WORD.findall(text)
    alike = [plain(word) for word in words]
    kept, at = list[str](), 0
    while at < len(words):
        size, rounds = _circle(alike, at)
        kept += words[at : at + size]
        at += size * rounds
    return text if len(kept) == len(words) else " ".join(kept)


def _syllables(word: str) -> int:
    """Count groups of vowels, an e at the end only where it is all there is."""
    return len(_VOWELS.findall(_MUTE.sub("", word)) or _VOWELS.findall(word))


def _circle(words: list[str], at: int) -> tuple[int, int]:
    """Return how many words are repeated from here, and how often."""
    for size in range(1, min(_LONGEST, (len(words) - at) // _ROUNDS) + 1):
        circle, rounds = words[at : at + size], 1
        while words[at + size * rounds : at + size * (rounds + 1)] == circle:
            rounds += 1
        if rounds >= (_ROUNDS if size > 1 else _ROUNDS_OF_A_WORD):
            return size, rounds
    return 1, 1
