"""A repository that finds words as the integration does, and a model of a few words."""

from collections.abc import AsyncGenerator, Mapping
from datetime import UTC
import json
from pathlib import Path
from typing import Any

import pytest

from custom_components.jarvis.memory.learning.extract import Prompt
from custom_components.jarvis.memory.learning.learner import Learner
from custom_components.jarvis.memory.local import LocalRepository
from custom_components.jarvis.memory.terms import terms
from custom_components.jarvis.store.database import Database


@pytest.fixture
async def repository(tmp_path: Path) -> AsyncGenerator[LocalRepository]:
    """Return an empty home of the memory."""
    database = Database(tmp_path / "memory" / "memory.db")
    await database.open()
    yield LocalRepository(database, terms, outbox_enabled=False)
    await database.close()


@pytest.fixture
def learner(repository: LocalRepository) -> Learner:
    """Return what learns into it."""
    return Learner(repository, UTC)


class Model:
    """Answers what it was told to answer, and keeps what it was asked."""

    def __init__(self, *answers: Mapping[str, Any] | str | None) -> None:
        """Take the answers in their order."""
        self._answers = list(answers)
        self.asked: list[Prompt] = []

    async def __call__(self, prompt: Prompt) -> str | None:
        """Answer."""
        self.asked.append(prompt)
        answer = self._answers.pop(0)
        if answer is None or isinstance(answer, str):
            return answer
        return json.dumps(answer)


def fact(text: str, **more: Any) -> dict[str, Any]:
    """Return a fact as a model lists it."""
    return {
        "turn": 1,
        "text": text,
        "kind": "preference",
        "subject": "",
        "importance": 0.5,
        "confidence": 0.9,
        "replaces": 0,
        **more,
    }
