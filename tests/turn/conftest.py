"""What the tests of turns share."""

from collections.abc import Callable
from typing import Any

import pytest

from ..house import Jarvis
from .talk import Talk


@pytest.fixture
def talk(jarvis_alone: Jarvis) -> Callable[..., Talk]:
    """Return how to begin a conversation without a model."""

    def begin(language: str, **more: Any) -> Talk:
        return Talk(jarvis_alone, language, **more)

    return begin
