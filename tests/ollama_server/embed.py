"""Embeddings without a model: similar texts are near, the same text is the same."""

from hashlib import blake2b
import math
import re
import unicodedata


def embed(text: str, dimensions: int) -> list[float]:
    """Make a unit vector of a text's words and their parts."""
    vector = [0.0] * dimensions
    for word in re.findall(r"\w+", _plain(text)):
        _add(vector, word, 1.0)
        marked = f"^{word}$"
        for at in range(len(marked) - 2):
            _add(vector, marked[at : at + 3], 0.4)
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
