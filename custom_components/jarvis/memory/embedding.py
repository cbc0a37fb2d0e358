"""A vector of every memory: the space that serves, and how another takes its place.

A space belongs to one model. Where another model is wanted, the old space serves until
the new one has a vector of everything; then the new one does, in one step. Everything
that is half done is on the disk and gone on with after a restart.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
import logging

from ..store.errors import StoreError
from .embed_questions import Questions
from .embed_space import LiveSpace
from .embed_texts import TRIAL, Embed, EmbedError, Model, texts_of, vectors_of
from .local import LocalRepository
from .near import LocalNearest
from .recall import Vectors
from .records import Fact, Turn
from .repository import Space, SpaceState, UnknownError

_LOGGER = logging.getLogger(__name__)

BATCH = 8
"""Texts at once: whoever speaks meanwhile ends one batch, and no more is lost."""
PAUSES = (5, 15, 60, 300)
"""Seconds until the next try after a failure; the last repeats."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which model memories are to be embedded with."""

    name: str
    query: str
    document: str
    digests: Sequence[str] = ()
    """The models of this name that are to be had, the preferred one first."""
    is_all: bool = False
    """Whether there can be no others: everybody who may have some has told."""

    def choose(self, spaces: Sequence[Space]) -> Model | None:
        """Return the model; None while it is not known which one of its name.

        The one that there are vectors of stays, unless it is gone for certain: another
        machine's may stand in for a while, but theirs are other vectors.
        """
        possible = [
            Model(self.name, digest, self.query, self.document)
            for digest in self.digests
        ]
        known = [Model.of(space) for space in spaces]
        for model in known:
            of_this = Model(self.name, model.digest, self.query, self.document)
            if model == of_this and (model in possible or not self.is_all):
                return model
        return next(iter(possible), None)


class Embedding:
    """Embeds memories by and by and says where their vectors are."""

    def __init__(
        self,
        repository: LocalRepository,
        embed: Embed,
        serve: Callable[[Vectors | None], None],
        changed: Callable[[], None],
    ) -> None:
        """Call `serve` with the vectors to search, `changed` when it has come on."""
        self._repository = repository
        self._embed = embed
        self._serve = serve
        self._changed = changed
        self._wanted: Wanted | None = None
        self._target: Space | None = None
        self._live: LiveSpace | None = None
        self._new: LiveSpace | None = None
        self._questions: Questions | None = None
        self._refused = set[tuple[str, str]]()
        self._news = asyncio.Event()
        self.progress: float | None = None
        """The share of memories that have a vector of the wanted model; None where no
        model is wanted, or it was not to be had yet."""

    @property
    def model(self) -> str | None:
        """The model whose vectors are searched."""
        return self._live.space.model if self._live else None

    def want(self, wanted: Wanted | None) -> None:
        """Embed with a model from now on; None is none, and full text alone."""
        self._wanted = wanted
        self._news.set()

    def look(self) -> None:
        """See what was kept or forgotten."""
        self._news.set()

    async def run(self) -> None:
        """Work whenever there is something to do; runs until it is cancelled."""
        failures = 0
        while True:
            self._news.clear()
            try:
                await self._work()
                failures = 0
            except (EmbedError, StoreError) as err:
                _LOGGER.debug("Embedding will be gone on with: %s", err)
                failures += 1
            except UnknownError:
                # Somebody took the space away: what is there now is to be read anew.
                await self._drop()
                failures += 1
            pause = PAUSES[min(failures, len(PAUSES)) - 1] if failures else None
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._news.wait()

    async def close(self) -> None:
        """End what still asks for vectors."""
        if self._questions is not None:
            await self._questions.close()

    async def _work(self) -> None:
        """Do all that there is to do."""
        wanted = self._wanted
        if wanted is None:
            await self._drop()
            return
        spaces = await self._repository.spaces()
        serving = next((one for one in spaces if one.state is SpaceState.SERVING), None)
        if self._live is None and serving is not None:
            await self._change_over(await LiveSpace.load(self._repository, serving))
        model = wanted.choose(spaces)
        if self._target is None or Model.of(self._target) != model:
            self._target = None
            self._has_come_to(None)
            if model is None:
                return
            (trial,) = await self._embed(model, [TRIAL], is_awaited=False)
            self._target = await self._repository.begin_space(
                model.name, len(trial), model.traits
            )
        if self._live is None or self._live.space.id != self._target.id:
            await self._build(self._target, wanted)
        elif await self._keep_up(self._live):
            self._has_come_to(1.0)

    async def _build(self, space: Space, wanted: Wanted) -> None:
        """Complete a space and let it serve."""
        if self._new is None or self._new.space.id != space.id:
            self._new = await LiveSpace.load(self._repository, space)
        new = self._new
        counts = await self._repository.counts()
        self._has_come_on(new, counts.turns + counts.facts)
        self._news.set()

        async def go_on() -> bool:
            """Keep both spaces in step; another model may be wanted by now."""
            if self._news.is_set():
                self._news.clear()
                await new.reconcile()
                # The old model may be gone: that is no reason to wait for the new.
                with suppress(EmbedError):
                    if self._live is not None:
                        await self._keep_up(self._live)
            return self._wanted == wanted

        is_complete = await self._fill(new, go_on)
        self._news.set()
        if is_complete:
            # In this order: nobody is to ask the old one when its vectors are gone.
            self._new = None
            await self._change_over(new)
            await self._repository.serve_space(space.id)
            self._has_come_to(1.0)

    async def _keep_up(self, live: LiveSpace) -> bool:
        """Bring the serving space in step with what is kept; tell whether it is."""
        await live.reconcile()

        async def go_on() -> bool:
            return self._wanted is not None

        return await self._fill(live, go_on)

    async def _fill(
        self, live: LiveSpace, go_on: Callable[[], Awaitable[bool]]
    ) -> bool:
        """Embed all that has no vector; False where that was broken off."""
        space = live.space
        has_found = True
        while has_found:
            has_found = False
            after: str | None = None
            counts = await self._repository.counts()
            while memories := await self._repository.without_vector(
                space.id, BATCH, after=after
            ):
                if not await go_on():
                    return False
                after = memories[-1].id
                new = [
                    one for one in memories if (space.id, one.id) not in self._refused
                ]
                if new:
                    has_found = True
                    await self._add(live, new)
                    self._has_come_on(live, counts.turns + counts.facts)
        return True

    async def _add(self, live: LiveSpace, memories: Sequence[Turn | Fact]) -> None:
        """Embed some memories and keep their vectors."""
        space = live.space
        model = Model.of(space)
        texts = await texts_of(self._repository, memories, model)
        vectors = await vectors_of(self._embed, model, texts)
        rows = [
            (one.id, vector)
            for one, vector in zip(memories, vectors, strict=True)
            if vector is not None
        ]
        if any(len(vector) != space.dimensions for _, vector in rows):
            if self._is_target(space):
                self._target = None
                self._news.set()
            raise EmbedError("another model stands behind the name")
        kept = await live.put(rows)
        # What cannot be embedded, or was forgotten meanwhile, is not tried again.
        self._refused.update(
            (space.id, one.id) for one in memories if one.id not in kept
        )

    async def _change_over(self, live: LiveSpace) -> None:
        """Search another space from now on, with questions of its model."""
        old, self._questions = self._questions, Questions(self._embed, live.space)
        self._live = live
        nearest = LocalNearest(self._repository, live.space.id, live.index)
        self._serve(Vectors(self._questions, nearest))
        self._changed()
        if old is not None:
            await old.close()

    async def _drop(self) -> None:
        """Search no vectors any more."""
        self._target = self._new = None
        self.progress = None
        if self._live is not None:
            self._live = None
            self._serve(None)
            await self.close()
        self._changed()

    def _is_target(self, space: Space) -> bool:
        """Tell whether a space is that of the wanted model."""
        return self._target is not None and space.id == self._target.id

    def _has_come_on(self, live: LiveSpace, memories: int) -> None:
        """Tell how far a space has come; one that was complete once stays so."""
        if self._is_target(live.space) and (
            live is not self._live or self.progress != 1.0
        ):
            # All is only done when it serves.
            self._has_come_to(min(len(live.index) / max(memories, 1), 0.99))

    def _has_come_to(self, progress: float | None) -> None:
        """Tell how much is done, in steps that a person can see."""
        if progress is not None:
            progress = round(progress, 2)
        if progress != self.progress:
            self.progress = progress
            self._changed()
