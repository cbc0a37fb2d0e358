"""The vectors of questions: made with the model of the space that is asked."""

import asyncio
from collections import OrderedDict

from .embed_texts import Embed, EmbedError, Model
from .near import Question
from .repository import Space

_KEPT = 128
"""Questions whose vectors are kept: half a megabyte."""
_AT_ONCE = 2
"""Questions that may wait; who is slower than these is too slow for a third."""


class Questions:
    """Embeds questions to one space; what was asked lately is known."""

    def __init__(self, embed: Embed, space: Space) -> None:
        """Take a space, with whose model every question is embedded."""
        self._embed = embed
        self._model = Model.of(space)
        self._dimensions = space.dimensions
        self._known: OrderedDict[str, Question] = OrderedDict()
        self._asked: dict[str, asyncio.Task[Question]] = {}

    async def __call__(self, question: str) -> Question:
        """Return the vector of a question.

        Who gives up waiting does not end it: a model that is being loaded will be
        there for the next question.
        """
        if (known := self._known.get(question)) is not None:
            self._known.move_to_end(question)
            return known
        if (task := self._asked.get(question)) is None:
            if len(self._asked) >= _AT_ONCE:
                raise EmbedError("other questions wait already")
            task = asyncio.create_task(self._ask(question))
            self._asked[question] = task
        return await asyncio.shield(task)

    async def close(self) -> None:
        """End what is still being asked."""
        tasks = list(self._asked.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _ask(self, question: str) -> Question:
        """Ask for a vector and keep it."""
        try:
            vectors = await self._embed(
                self._model, [self._model.query + question], is_awaited=True
            )
        finally:
            del self._asked[question]
        if vectors.shape != (1, self._dimensions):
            raise EmbedError(f"{vectors.shape} for {self._dimensions} dimensions")
        vector: Question = vectors[0]
        self._known[question] = vector
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return vector
