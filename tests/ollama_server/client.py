"""What the tests of the scripted Ollama share: it, and the real client of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import ollama

from .asked import Asked
from .script import load_script
from .server import ScriptedOllama

MODEL = "gemma4:12b"
PLAIN = "llama3.2:3b"
WORDS = "Il fait vingt degrés dans le salon, et la porte est fermée."
HELLO = [{"role": "user", "content": "Bonjour"}]


@asynccontextmanager
async def serving(
    rules: list[dict[str, Any]] | None = None, **options: Any
) -> AsyncIterator[tuple[ScriptedOllama, ollama.AsyncClient]]:
    """Serve a script and give a client of it."""
    server = ScriptedOllama(load_script(rules or [{"say": WORDS}]), **options)
    await server.start()
    try:
        async with ollama.AsyncClient(server.url) as client:
            yield server, client
    finally:
        await server.stop()


async def chat(
    client: ollama.AsyncClient, model: str = MODEL, **options: Any
) -> list[ollama.ChatResponse]:
    """Stream one chat and give its chunks."""
    options = {"messages": HELLO, "think": False, **options}
    return [part async for part in await client.chat(model, stream=True, **options)]


async def listen(client: ollama.AsyncClient, heard: list[ollama.ChatResponse]) -> None:
    """Stream one chat and keep what came, also when it ends badly."""
    stream = await client.chat(MODEL, messages=HELLO, stream=True)
    async for part in stream:
        heard.append(part)  # noqa: PERF401 - an error keeps what came before


def spoken(parts: list[ollama.ChatResponse]) -> str:
    """Join what was said."""
    return "".join(part.message.content or "" for part in parts)


async def pull(client: ollama.AsyncClient, model: str) -> list[ollama.ProgressResponse]:
    """Download a model and give what was told of it."""
    return [line async for line in await client.pull(model, stream=True)]


async def hung_up(asked: Asked) -> bool:
    """Wait a moment for the server to see that the client is gone."""
    for _ in range(100):
        if asked.hung_up:
            break
        await asyncio.sleep(0.01)
    return asked.hung_up
