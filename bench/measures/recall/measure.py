"""Questions to a real memory in a temporary SQLite, and what of the answers comes."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
import time

import numpy as np

from custom_components.jarvis.memory.local import LocalRepository
from custom_components.jarvis.memory.near import LocalNearest, Question as Vector
from custom_components.jarvis.memory.recall import (
    Budget,
    Remembered,
    Vectors,
    recall,
)
from custom_components.jarvis.memory.records import Item
from custom_components.jarvis.memory.terms import terms
from custom_components.jarvis.memory.vectors import VectorIndex
from custom_components.jarvis.store.database import Database

from .dialogues import ADVERSARIAL, CATEGORIES, Dialogues, Question

PLACES = (5, 10, 20)
_BUDGET = Budget(items=max(PLACES), tokens=100_000)
_PATIENCE = 60.0
"""Seconds: what is measured here is what is found, on however slow a machine."""
_MODEL = "look-up"
_SOME = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """What was recalled for a question."""

    question: Question
    shares: tuple[float, ...]
    """Of the evidence, within each of `PLACES`, whether it was withheld or not."""
    is_nothing: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Asked:
    """All questions with their answers."""

    answers: Sequence[Answer]

    def shares(self, category: int | None = None) -> list[float]:
        """Return the mean shares of evidence, within each of `PLACES`."""
        chosen = [
            one.shares
            for one in self._answerable()
            if category in (None, one.question.category)
        ]
        return _means(chosen)

    def nothing(self) -> float:
        """Return the share of questions without an answer that get none."""
        adversarial = [
            one.is_nothing
            for one in self.answers
            if one.question.category == ADVERSARIAL
        ]
        return sum(adversarial) / max(len(adversarial), 1)

    def kept(self) -> list[float]:
        """Return the mean shares that the floor leaves."""
        return _means(
            (0.0,) * len(PLACES) if one.is_nothing else one.shares
            for one in self._answerable()
        )

    def milliseconds(self, quantile: float) -> float:
        """Return how long recalling took, the vector of the question excluded."""
        return 1000 * float(
            np.quantile([one.seconds for one in self.answers], quantile)
        )

    def _answerable(self) -> list[Answer]:
        return [
            one
            for one in self.answers
            if one.question.category in CATEGORIES and one.question.evidence
        ]


async def ask(dialogues: Dialogues, *, has_facts: bool) -> Asked:
    """Keep turns, and facts if wanted, and ask every question of its owner."""
    if not has_facts:
        dialogues = replace(
            dialogues, facts=[], fact_vectors=dialogues.fact_vectors[:0]
        )
    async with _kept(dialogues) as (repository, vectors):
        return Asked(
            [
                await _answer(one, dialogues, repository, vectors)
                for one in dialogues.questions
            ]
        )


@asynccontextmanager
async def _kept(dialogues: Dialogues) -> AsyncIterator[tuple[LocalRepository, Vectors]]:
    """Keep everything in a database of its own."""
    with TemporaryDirectory() as folder:
        database = Database(Path(folder) / "memory.db")
        await database.open()
        try:
            repository = LocalRepository(database, terms, outbox_enabled=False)
            yield repository, await _filled(repository, dialogues)
        finally:
            await database.close()


async def _filled(repository: LocalRepository, dialogues: Dialogues) -> Vectors:
    """Put turns, facts and vectors into a repository; return where these are."""
    dimensions = dialogues.turn_vectors.shape[1]
    space = await repository.begin_space(_MODEL, dimensions, {})
    index = VectorIndex(dimensions)
    for at in range(0, len(dialogues.turns), _SOME):
        await repository.add_turns(dialogues.turns[at : at + _SOME])
    for at in range(0, len(dialogues.facts), _SOME):
        await repository.add_facts(dialogues.facts[at : at + _SOME])
    for memories, matrix, item in (
        (dialogues.turns, dialogues.turn_vectors, Item.TURN),
        (dialogues.facts, dialogues.fact_vectors, Item.FACT),
    ):
        ids = [one.id for one in memories]
        await repository.put_vectors(space.id, list(zip(ids, matrix, strict=True)))
        owners = [one.owner for one in memories]
        index.add(ids, owners, [item] * len(ids), matrix)
    await repository.serve_space(space.id)
    known = {one.text: one.vector.astype(np.float32) for one in dialogues.questions}

    async def embed(question: str) -> Vector:
        return known[question]

    return Vectors(embed, LocalNearest(repository, space.id, index))


async def _answer(
    question: Question,
    dialogues: Dialogues,
    repository: LocalRepository,
    vectors: Vectors,
) -> Answer:
    """Ask a question as a turn does."""
    owners = {
        one.owner
        for one in dialogues.turns
        if one.id.partition("/")[0] == str(question.conversation)
    }
    began = time.perf_counter()
    recalled = await recall(
        question.text,
        owners=owners,
        now=question.now,
        language="en",
        repository=repository,
        vectors=vectors,
        speaker=lambda turn: dialogues.speakers[turn.id],
        budget=_BUDGET,
        deadline=_PATIENCE,
    )
    seconds = time.perf_counter() - began
    assert not recalled.missing, recalled.missing
    items = recalled.items or recalled.withheld
    shares = tuple(_share(question, items[:places], dialogues) for places in PLACES)
    await asyncio.sleep(0)
    return Answer(question, shares, not recalled.items, seconds)


def _share(
    question: Question, items: Sequence[Remembered], dialogues: Dialogues
) -> float:
    """Return the share of a question's evidence that is there."""
    found = frozenset[str]().union(*(dialogues.stands_for[one.id] for one in items))
    return len(found & question.evidence) / max(len(question.evidence), 1)


def _means(shares: Iterable[Sequence[float]]) -> list[float]:
    """Return the means of columns."""
    rows = list(shares)
    return [float(one) for one in np.mean(rows, axis=0)] if rows else []
