"""Embedding models at the edge of the memory, and an `Embedding` that asks them."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import numpy as np

from custom_components.jarvis.memory.embed_texts import EmbedError, Matrix, Model
from custom_components.jarvis.memory.embedding import Embedding, Wanted
from custom_components.jarvis.memory.local import LocalRepository
from custom_components.jarvis.memory.recall import Vectors
from tests.ollama_server.embed import Meanings, embed

DIMENSIONS = 128
PATIENCE = 20
"""Seconds after which something never comes."""


async def _at_once(_model: Model) -> None:
    """Wait for nothing."""


@dataclass
class Models:
    """Models that embed what is similar alike, and fail when they are told to."""

    dimensions: dict[str, int] = field(default_factory=dict)
    """By digest; a model that is not here has the usual ones."""
    gone: set[str] = field(default_factory=set)
    """Digests of models that are no longer there."""
    meanings: Meanings = ()
    poison: str | None = None
    """A word that no text may have."""
    failures: int = 0
    """How often everything fails from now on."""
    asked: list[tuple[Model, str]] = field(default_factory=list)
    """Every text that was embedded."""
    questions: list[tuple[Model, str]] = field(default_factory=list)
    before: Callable[[Model], Awaitable[None]] = _at_once
    """Waited for before each batch that nobody waits for."""

    async def __call__(
        self, model: Model, texts: Sequence[str], *, is_awaited: bool
    ) -> Matrix:
        """Embed texts."""
        await asyncio.sleep(0)
        if model.digest in self.gone:
            raise EmbedError("no such model")
        if is_awaited:
            self.questions += [(model, text) for text in texts]
        else:
            await self.before(model)
            if self.failures:
                self.failures -= 1
                raise EmbedError("out of order", may_be_texts=True)
            if self.poison and any(self.poison in text for text in texts):
                raise EmbedError("NaN", may_be_texts=True)
            self.asked += [(model, text) for text in texts]
        size = self.dimensions.get(model.digest, DIMENSIONS)
        return np.array(
            [embed(text, size, model.digest, self.meanings) for text in texts],
            np.float32,
        )

    def texts(self, digest: str) -> list[str]:
        """Return what was embedded with a model, trials left out."""
        return [text for model, text in self.asked if model.digest == digest][1:]


class Watched:
    """An `Embedding` that runs, and what it says."""

    def __init__(self, repository: LocalRepository, models: Models) -> None:
        """Begin without any wish."""
        self.vectors: Vectors | None = None
        self.served: list[Vectors | None] = []
        self.progress: list[float | None] = []
        self._changed = asyncio.Event()
        self.embedding = Embedding(repository, models, self._serve, self._on_change)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds."""
        async with asyncio.timeout(PATIENCE):
            while not holds():
                await asyncio.sleep(0.002)

    async def complete(self, model: str) -> None:
        """Wait until a model's vectors are complete and serve."""
        await self.until(
            lambda: self.embedding.progress == 1.0 and self.embedding.model == model
        )

    def _serve(self, vectors: Vectors | None) -> None:
        self.vectors = vectors
        self.served.append(vectors)

    def _on_change(self) -> None:
        self.progress.append(self.embedding.progress)


@asynccontextmanager
async def running(
    repository: LocalRepository, models: Models, wanted: Wanted | None = None
) -> AsyncGenerator[Watched]:
    """Embed in the background, as while Home Assistant runs."""
    watched = Watched(repository, models)
    watched.embedding.want(wanted)
    task = asyncio.create_task(watched.embedding.run())
    try:
        yield watched
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await watched.embedding.close()


def wanted(name: str, digest: str | None = None) -> Wanted:
    """Want a model that is there."""
    return Wanted(name, f"{name} query: ", "", [digest or name], is_all=True)
