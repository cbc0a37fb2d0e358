"""Embeddings without a model: similar texts are near, the same text is the same."""

from collections.abc import Collection, Sequence
from hashlib import blake2b
import math
import re
import unicodedata

type Meanings = Sequence[Collection[str]]
"""Groups of words that mean the same."""


def embed(
    text: str, dimensions: int, model: str = "", meanings: Meanings = ()
) -> list[float]:
    """Make a unit vector of a text's words and their parts.

    Every model makes other vectors, as far from each other as any.
    """
    same = {
        _plain(word): f"meaning {number}"
        for number, words in enumerate(meanings)
        for word in words
    }
    vector = [0.0] * dimensions
    for word in re.findall(r"\w+", _plain(text)):
        if (meaning := same.get(word)) is not None:
            _add(vector, f"{model} {meaning}", 3.0)
            continue
        _add(vector, f"{model} {word}", 1.0)
        marked = f"^{word}$"
        for at in range(len(marked) - 2):
            _add(vector, f"{model} {marked[at : at + 3]}", 0.4)
    norm = math.sqrt(sum(value * value for value in vector))
    if not norm:
        return [1.0, *vector[1:]]
    return [value / norm for value in vector]


def _plain(text: str) -> str:
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in split if not unicodedata.combining(each))


def _add(vector: list[float], part: str, weight: float) -> None:
    number = int.from_bytes(blake2b(part.encode(), digest_size=8).digest())
    vector[number % len(vector)] += weight if number >> 63 else -weight
