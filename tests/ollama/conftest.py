"""An endpoint of the scripted Ollama, and what is asked of it."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack
import gc
import ssl
from typing import Any

from ollama import ChatResponse, Message
import pytest

from custom_components.jarvis.ollama.endpoint import (
    ChatRequest,
    Endpoint,
    EndpointConfig,
    Timeouts,
)
from tests.ollama_server import ScriptedOllama, load_script

MODEL = "scripted:latest"
_DEPTH = 20

type Connect = Callable[..., Endpoint]


@pytest.fixture
async def connect() -> AsyncGenerator[Connect]:
    """Return what makes an endpoint of a server or an address, closed at the end."""
    tls = ssl.create_default_context()
    async with AsyncExitStack() as stack:

        def make(
            at: ScriptedOllama | str, timeouts: Timeouts | None = None, **config: Any
        ) -> Endpoint:
            url = at if isinstance(at, str) else at.url
            endpoint = Endpoint(
                EndpointConfig(url, **config), tls, timeouts or Timeouts()
            )
            stack.push_async_callback(endpoint.close)
            return endpoint

        yield make
    # Ollama's client leaves the end of a broken stream to the event loop, and its
    # generators stand in each other.
    gc.collect()
    for _ in range(_DEPTH):
        await asyncio.sleep(0)


@pytest.fixture
def says(ollama: ScriptedOllama) -> ScriptedOllama:
    """Return a server whose model says three words in three pieces."""
    ollama.script = load_script([{"say": ["Il ", "fait ", "bon."]}])
    return ollama


def request(**more: Any) -> ChatRequest:
    """Return a question to the model."""
    given: dict[str, Any] = {
        "model": MODEL,
        "messages": [Message(role="user", content="Bonjour")],
        "tools": [],
        "think": False,
        "num_ctx": 8192,
        "keep_alive": -1,
    }
    return ChatRequest(**(given | more))


def text(parts: list[ChatResponse]) -> str:
    """Return what was said."""
    return "".join(part.message.content or "" for part in parts)
