"""Servers that tests share."""

from collections.abc import AsyncIterator
import os
import socket

import pytest

from .process import WHISPER, Server

# Tests that use ONNX Runtime themselves tell nobody either.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"


@pytest.fixture
def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@pytest.fixture(scope="session")
async def whisper() -> AsyncIterator[Server]:
    """A jarvis-whisper with the small model."""
    async with Server("jarvis_wyoming.whisper", "--model", str(WHISPER)) as server:
        yield server
