"""Texts as vectors: models for it, what each wants before a text, what comes back."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .errors import OllamaError, Reason

type Matrix = NDArray[np.float32]
"""Unit vectors (texts, dimensions)."""

EMBEDDING_MODELS = ("bge-m3", "qwen3-embedding:0.6b", "embeddinggemma")
"""Models that know many languages, the usual choice first."""
LANE = "embedding"
"""What the lane of an endpoint calls jobs of these models: no chat begins like it."""
_LEAST_LENGTH = 1e-6


class Place(IntEnum):
    """Where an endpoint may embed, each place after a better one."""

    GRAPHICS = 0
    PROCESSOR = 1
    NOWHERE = 2
    """It would push out the model that people wait for."""


class Prefixes(NamedTuple):
    """What a model wants to stand before a text."""

    query: str = ""
    document: str = ""


# As the families' model cards say; a longer name stands before a shorter one.
_BY_FAMILY = {
    "bge-m3": Prefixes(),
    "qwen3-embedding": Prefixes(
        "Instruct: Given a question, find what was said before that answers it\nQuery: "
    ),
    "nomic-embed-text": Prefixes("search_query: ", "search_document: "),
    "mxbai-embed": Prefixes(
        "Represent this sentence for searching relevant passages: "
    ),
    "embeddinggemma": Prefixes("task: search result | query: ", "title: none | text: "),
    "multilingual-e5": Prefixes("query: ", "passage: "),
    "e5-": Prefixes("query: ", "passage: "),
}


@dataclass(frozen=True, slots=True)
class EmbedRequest:
    """What a model is asked: the fields of Ollama's `/api/embed`."""

    model: str
    texts: Sequence[str]
    digest: str | None = None
    """Only this very model may answer; None takes any of the name."""
    keep_alive: int = -1
    """Seconds that the model stays loaded; -1 keeps it for ever."""


def prefixes_of(model: str) -> Prefixes:
    """Return what a model wants before queries and documents; nothing if unknown."""
    name = model.rsplit("/", 1)[-1].lower()
    for family, prefixes in _BY_FAMILY.items():
        if name.startswith(family):
            return prefixes
    return Prefixes()


def unit_vectors(
    embeddings: Sequence[Sequence[float]], request: EmbedRequest, endpoint: str
) -> Matrix:
    """Return what a model answered as unit vectors, or raise what is wrong with it."""

    def wrong(detail: str) -> OllamaError:
        return OllamaError(
            Reason.GARBLED, endpoint=endpoint, model=request.model, detail=detail
        )

    if len(embeddings) != len(request.texts):
        raise wrong(f"{len(embeddings)} vectors of {len(request.texts)} texts")
    dimensions = {len(one) for one in embeddings}
    if len(dimensions) != 1 or not min(dimensions):
        raise wrong(f"vectors of {sorted(dimensions)} dimensions")
    matrix: Matrix = np.asarray(embeddings, np.float32)
    lengths: Matrix = np.linalg.norm(matrix, axis=1, keepdims=True)
    if not np.isfinite(lengths).all() or lengths.min() < _LEAST_LENGTH:
        raise wrong("a vector that is not finite, or is zero")
    return matrix / lengths
