"""After many turns with faults among them Jarvis is as it was at the beginning."""

import os

import pytest

from homeassistant.core import HomeAssistant

from .ollama_server import ScriptedOllama
from .soaking import async_soak

TURNS = int(os.environ.get("JARVIS_SOAK_TURNS", "150"))
"""2,000 over 20 conversations is the full size (scripts/bench soak)."""


@pytest.mark.timeout(60 + TURNS)
async def test_soak(
    home: HomeAssistant, ollama: ScriptedOllama, spare: ScriptedOllama
) -> None:
    """No turn is lost, nothing grows, nothing is left, nothing is said twice."""
    soaked = await async_soak(home, ollama, spare, TURNS, max(10, TURNS // 100))

    assert soaked.turns >= TURNS
    assert soaked.failures >= TURNS // 20
    assert not soaked.unanswered
    assert abs(soaked.memory_growth) <= 0.05
    assert soaked.tasks_left == 0
    assert soaked.repeated_log_lines == 0
