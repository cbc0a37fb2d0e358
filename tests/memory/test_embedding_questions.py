"""The vectors of questions: known for a while, finished for the next time, bounded."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime

import numpy as np
import pytest

from custom_components.jarvis.memory.embed_questions import Questions
from custom_components.jarvis.memory.embed_texts import EmbedError, Matrix, Model
from custom_components.jarvis.memory.repository import Space, SpaceState

SPACE = Space(
    "id",
    "m",
    2,
    {"query": "q: ", "document": "", "digest": "d"},
    SpaceState.SERVING,
    datetime.now(UTC),
)


class Slow:
    """A model that answers when it is let go."""

    def __init__(self) -> None:
        """Wait."""
        self.asked: list[str] = []
        self.go = asyncio.Event()
        self.answer: Matrix = np.array([[0.6, 0.8]], np.float32)

    async def __call__(
        self, model: Model, texts: Sequence[str], *, is_awaited: bool
    ) -> Matrix:
        """Answer."""
        assert is_awaited
        assert model == Model("m", "d", "q: ")
        self.asked += texts
        await self.go.wait()
        return self.answer


@pytest.fixture
def slow() -> Slow:
    """Return a model."""
    return Slow()


@pytest.fixture
async def questions(slow: Slow) -> AsyncGenerator[Questions]:
    """Return what asks it."""
    questions = Questions(slow, SPACE)
    yield questions
    await questions.close()


async def test_asked_once(questions: Questions, slow: Slow) -> None:
    """The same question again costs nothing."""
    slow.go.set()

    first, second = await questions("who"), await questions("who")

    assert first is second
    assert slow.asked == ["q: who"]


async def test_what_nobody_waits_for_any_more_is_finished(
    questions: Questions, slow: Slow
) -> None:
    """A turn goes on without; the vector is there when it is asked again."""
    waiting = asyncio.create_task(questions("who"))
    while not slow.asked:
        await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    slow.go.set()

    assert (await questions("who")).tolist() == pytest.approx([0.6, 0.8])
    assert slow.asked == ["q: who"]


async def test_who_is_slow_is_not_asked_ever_more(
    questions: Questions, slow: Slow
) -> None:
    """Two may wait; a third goes without, until these are answered."""
    waiting = [asyncio.create_task(questions(one)) for one in ("a", "b", "a")]
    await asyncio.sleep(0)

    with pytest.raises(EmbedError):
        await questions("c")
    slow.go.set()
    await asyncio.gather(*waiting)
    await questions("c")

    assert slow.asked == ["q: a", "q: b", "q: c"]


async def test_the_oldest_are_let_go(questions: Questions, slow: Slow) -> None:
    """What was asked long ago is asked anew; memory does not grow."""
    slow.go.set()
    for number in range(200):
        await questions(f"{number}")

    await questions("199")
    assert len(slow.asked) == 200
    await questions("0")
    assert len(slow.asked) == 201


async def test_another_dimension_is_no_answer(questions: Questions, slow: Slow) -> None:
    """Vectors of another model are never compared."""
    slow.go.set()
    slow.answer = np.array([[1.0, 0.0, 0.0]], np.float32)

    with pytest.raises(EmbedError):
        await questions("who")


async def test_closed(questions: Questions, slow: Slow) -> None:
    """Who still waits is told so."""
    waiting = asyncio.create_task(questions("who"))
    while not slow.asked:
        await asyncio.sleep(0)

    await questions.close()

    with pytest.raises(asyncio.CancelledError):
        await waiting
