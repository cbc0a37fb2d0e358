"""Finds the server of language models, and starts it where it is installed."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
import shutil

import aiohttp

from .server import HouseError, Process, Processes

DEFAULT_PORT = 11434
DEFAULT_URL = f"http://127.0.0.1:{DEFAULT_PORT}"
ANSWER_SECONDS = 2
START_SECONDS = 15
POLL_SECONDS = 0.2

INSTALL = "curl -fsSL https://ollama.com/install.sh | sh"
PULL = "ollama pull gemma4:12b"
MEANWHILE = "Meanwhile Jarvis understands what it can without a model."


@dataclass(frozen=True)
class Found:
    """The servers that have a model, and what the person should know."""

    asked: list[str]
    urls: list[str]
    notes: list[str]


async def find(urls: list[str], processes: Processes, log: Path) -> Found:
    """Look for Ollama where it was said to be, or where it usually is."""
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS)
    ) as session:
        if urls:
            return await _among(session, urls)
        if await _models(session, DEFAULT_URL) is not None:
            return await _among(session, [DEFAULT_URL])
        if program := shutil.which("ollama"):
            host = DEFAULT_URL.removeprefix("http://")
            server = Process([program, "serve"], log, extra={"OLLAMA_HOST": host})
            await processes.start(server)
            return await _started(session, log)
    return Found(
        [DEFAULT_URL], [], [f"Ollama is not installed. {INSTALL} && {PULL}", MEANWHILE]
    )


def address(url: str) -> str:
    """Return a server's URL; a bare name means Ollama's own port."""
    url = url.rstrip("/")
    if "://" in url:
        return url
    return f"http://{url}" if ":" in url else f"http://{url}:{DEFAULT_PORT}"


async def _among(session: aiohttp.ClientSession, urls: list[str]) -> Found:
    usable: list[str] = []
    notes: list[str] = []
    for url, models in zip(
        urls,
        await asyncio.gather(*(_models(session, url) for url in urls)),
        strict=True,
    ):
        if models is None:
            notes.append(f"No Ollama answers at {url}.")
        elif models:
            usable.append(url)
        else:
            notes.append(f"Ollama at {url} has no model yet: {PULL}")
    if not usable:
        notes.append(MEANWHILE)
    return Found(urls, usable, notes)


async def _started(session: aiohttp.ClientSession, log: Path) -> Found:
    try:
        async with asyncio.timeout(START_SECONDS):
            while await _models(session, DEFAULT_URL) is None:
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError as err:
        raise HouseError(
            f"Ollama did not start within {START_SECONDS} seconds; see {log}."
        ) from err
    return await _among(session, [DEFAULT_URL])


async def _models(session: aiohttp.ClientSession, url: str) -> list[str] | None:
    """Return the names of a server's models, or None where no server answers."""
    try:
        async with session.get(f"{url}/api/version") as response:
            response.raise_for_status()
        async with session.get(f"{url}/api/tags") as response:
            response.raise_for_status()
            content = await response.json()
            return [model["name"] for model in content["models"]]
    except aiohttp.ClientError, TimeoutError, ValueError, KeyError:
        return None
