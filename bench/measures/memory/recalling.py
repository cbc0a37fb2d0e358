"""A program of its own that opens a home and recalls: its memory is of nothing else.

    python -m bench.measures.memory.recalling BACKEND PLACE FOLDER

`FOLDER` holds the questions and gets what was found and how long that took.
"""

import asyncio
from dataclasses import asdict, dataclass
import json
from pathlib import Path
import re
import sys
from time import perf_counter

import numpy as np

from custom_components.jarvis.memory.near import Question
from custom_components.jarvis.memory.recall import Vectors, recall
from custom_components.jarvis.memory.records import Item

from .corpus import NOW, PLACES, Asked, Matrix, Memories
from .homes import Opened, opened

_ROUNDS = 5
_PATIENCE = 60.0
"""Seconds: nothing is left out, however slow the machine is."""
_QUESTIONS, _VECTORS, _RESULT = "questions.json", "questions.npy", "recalled.json"


@dataclass(frozen=True, slots=True)
class Recalled:
    """What a process that only recalls has seen."""

    cold_start_s: float
    """From opening to the first memories."""
    rss_mb: float
    """What the process has grown by from then on, in all."""
    seconds: list[list[float]]
    """Of each question, in each round."""
    found: list[dict[str, list[str]]]
    """By each question, of each kind: the nearest."""

    def milliseconds(self, quantile: float) -> float:
        """Return a quantile of the questions, in the middle one of the rounds."""
        rounds = [float(np.quantile(one, quantile)) for one in self.seconds]
        return 1000 * float(np.median(rounds))


async def recalled(backend: str, place: str, folder: Path, asked: Memories) -> Recalled:
    """Ask the questions in a process of its own."""
    questions = json.dumps([one._asdict() for one in asked.questions])
    (folder / _QUESTIONS).write_text(questions, "utf-8")
    np.save(folder / _VECTORS, asked.question_vectors)
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, backend, place, str(folder)
    )
    if await program.wait():
        raise RuntimeError(f"recalling from {backend} failed")
    return Recalled(**json.loads((folder / _RESULT).read_text("utf-8")))


async def _recall_all(backend: str, place: str, folder: Path) -> Recalled:
    """Open the home, and ask every question in every round."""
    told = json.loads((folder / _QUESTIONS).read_text("utf-8"))
    questions = [Asked(**one) for one in told]
    vectors: Matrix = np.load(folder / _VECTORS)
    before = _resident_mb()
    began = perf_counter()
    async with opened(backend, place) as home:
        await _ask(home, questions[0], vectors[0])
        cold_start_s = perf_counter() - began
        seconds = [
            [
                await _ask(home, one, vector)
                for one, vector in zip(questions, vectors, strict=True)
            ]
            for _ in range(_ROUNDS)
        ]
        rss_mb = _resident_mb() - before
        found = [
            await _near(home, one, vector)
            for one, vector in zip(questions, vectors, strict=True)
        ]
    return Recalled(cold_start_s, rss_mb, seconds, found)


async def _ask(home: Opened, asked: Asked, vector: Question) -> float:
    """Recall as a turn does, its vector given; return the seconds that it took."""

    async def embed(_question: str) -> Question:
        return vector

    began = perf_counter()
    answer = await recall(
        asked.text,
        owners={asked.owner, None},
        now=NOW,
        language=asked.language,
        repository=home.repository,
        vectors=Vectors(embed, home.nearest),
        deadline=_PATIENCE,
    )
    seconds = perf_counter() - began
    assert not answer.missing, answer.missing
    return seconds


async def _near(home: Opened, asked: Asked, vector: Question) -> dict[str, list[str]]:
    """Return the nearest of one owner's and the household's."""
    near = await home.nearest.near(vector, {asked.owner, None}, Item, PLACES)
    return {item: [one.id for one in hits] for item, hits in near.items()}


def _resident_mb() -> float:
    """Return what this process has of the machine's memory."""
    status = Path("/proc/self/status").read_text("utf-8")
    found = re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1000


def _main() -> None:
    backend, place, folder = sys.argv[1:]
    result = asyncio.run(_recall_all(backend, place, Path(folder)))
    text = json.dumps(asdict(result))
    (Path(folder) / _RESULT).write_text(text, "utf-8")


if __name__ == "__main__":
    _main()
