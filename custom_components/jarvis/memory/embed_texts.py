"""What is embedded: texts of memories, and the model that makes vectors of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .records import Fact, Turn
from .repository import Repository, Space, Vector

type Matrix = NDArray[np.floating[Any]]
"""Unit vectors (texts, dimensions)."""

_BEFORE = 300
"""Characters of the turn before: models read some hundred words, and its own count."""
TRIAL = "."
"""A text that every model can embed."""
_QUERY, _DOCUMENT, _DIGEST = "query", "document", "digest"


class EmbedError(Exception):
    """There are no vectors of some texts, now or ever."""

    def __init__(self, detail: str, *, may_be_texts: bool = False) -> None:
        """Keep why, and whether the texts may be to blame."""
        super().__init__(detail)
        self.may_be_texts = may_be_texts


@dataclass(frozen=True, slots=True)
class Model:
    """One embedding model: another digest of the same name is another one."""

    name: str
    digest: str = ""
    query: str = ""
    """What it wants to stand before a question."""
    document: str = ""
    """And before what is kept."""

    @classmethod
    def of(cls, space: Space) -> Model:
        """Return the model that a space is made with."""
        of = space.prefixes.get
        return cls(space.model, of(_DIGEST, ""), of(_QUERY, ""), of(_DOCUMENT, ""))

    @property
    def traits(self) -> Mapping[str, str]:
        """What a space knows of it besides its name."""
        return {
            _QUERY: self.query,
            _DOCUMENT: self.document,
            _DIGEST: self.digest,
        }


class Embed(Protocol):
    """Makes unit vectors of texts, or raises `EmbedError`."""

    async def __call__(
        self, model: Model, texts: Sequence[str], *, is_awaited: bool
    ) -> Matrix:
        """Return a row to each text; somebody may be waiting for it."""


async def texts_of(
    repository: Repository, memories: Sequence[Turn | Fact], model: Model
) -> list[str]:
    """Return what to embed of memories: "yes, two" means little by itself.

    So a turn is embedded behind what was said before it in its conversation.
    """
    turns = [one.id for one in memories if isinstance(one, Turn)]
    beside = await repository.neighbours(turns)
    previous = {one: it.previous for one, it in beside.items() if it.previous}
    before = await repository.get_many(previous.values())
    return [
        model.document + _behind(before.get(previous.get(one.id, "")), one.words)
        for one in memories
    ]


async def vectors_of(
    embed: Embed, model: Model, texts: Sequence[str]
) -> list[Vector | None]:
    """Return a vector to each text; None to one that the model cannot embed."""
    try:
        return list(await embed(model, texts, is_awaited=False))
    except EmbedError as err:
        if not err.may_be_texts:
            raise
    if len(texts) == 1:
        # Where nothing else can be embedded either, it is not the text.
        await embed(model, [TRIAL], is_awaited=False)
        return [None]
    return [one for text in texts for one in await vectors_of(embed, model, [text])]


def _behind(previous: Turn | Fact | None, words: str) -> str:
    """Return words behind the end of those before them."""
    return words if previous is None else f"{previous.words[-_BEFORE:]}\n{words}"
