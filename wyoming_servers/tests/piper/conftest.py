"""Servers and voices that the tests of jarvis-piper share."""

from collections.abc import AsyncIterator

import pytest

from jarvis_wyoming.piper.engine import Engine
from jarvis_wyoming.piper.voices import read_voice

from ..process import Server
from .helpers import EN, FR, VOICES


@pytest.fixture(scope="session")
async def piper() -> AsyncIterator[Server]:
    """A jarvis-piper with both small voices, English first, that remembers nothing."""
    flags = ("--voice", str(EN), "--voice", str(FR), "--cache-mb", "0")
    async with Server("jarvis_wyoming.piper", *flags) as server:
        yield server


@pytest.fixture(scope="session")
def french() -> Engine:
    """The small French voice, loaded."""
    return Engine(read_voice(FR), threads=1, device="cpu")


@pytest.fixture
def voice_flags() -> tuple[str, ...]:
    """Flags of a server that finds the small voices by their names."""
    return ("--voice-dir", str(VOICES), "--voice", FR.stem, "--voice", EN.stem)
