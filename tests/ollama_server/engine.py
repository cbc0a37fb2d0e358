"""A real llama.cpp that reads the prompts, while the script still says the answers."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from .cost import OTHER_PROMPT, Cost, Reading, Run
from .kv_cache import Kind


class EngineError(Exception):
    """The engine did not read a prompt."""


class RealEngine:
    """Sends every prompt to a llama-server, as Ollama does with what it renders."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self.records: list[Cost] = []

    @asynccontextmanager
    async def run(self, reading: Reading) -> AsyncGenerator[Run]:
        """Have the prompt read; the answer's first token is there, but not told."""
        cost = Cost(reading.model, reading.layout, reading.text)
        cost.loaded = reading.was_read
        self.records.append(cost)
        try:
            timings = await self._complete(reading.text)
        except asyncio.CancelledError:
            cost.cancelled = True
            raise
        cost.reused = int(timings["cache_n"])
        cost.processed = int(timings["prompt_n"])
        cost.prompt_tokens = cost.reused + cost.processed
        cost.seconds = timings["prompt_ms"] / 1000
        run = Run(cost, prefill_ns=int(timings["prompt_ms"] * 1_000_000))
        try:
            yield run
        except asyncio.CancelledError, GeneratorExit, ConnectionError:
            cost.cancelled = True
            raise

    async def load(self, model: str, kind: Kind) -> None:
        """Do nothing: the engine's model is always in memory."""

    async def evict(self, model: str | None = None) -> None:
        """Ask something else; the engine has but one model."""
        del model
        await self._complete(OTHER_PROMPT)

    async def _complete(self, prompt: str) -> dict[str, Any]:
        body = {
            "prompt": prompt,
            "n_predict": 1,
            "temperature": 0,
            "cache_prompt": True,
        }
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.post(f"{self.url}/completion", json=body) as response,
            ):
                answer = await response.json()
        except (aiohttp.ClientError, ValueError) as err:
            raise EngineError(str(err)) from err
        if "timings" not in answer:
            raise EngineError(str(answer.get("error", answer)))
        timings: dict[str, Any] = answer["timings"]
        return timings
