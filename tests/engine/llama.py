"""Starting and ending a llama-server that was brought here."""

import asyncio
from enum import StrEnum
import os
from pathlib import Path
import socket
from typing import Self

import aiohttp

from .tiny import CONTEXT

FOLDER = "JARVIS_ENGINE"
_HOST = "127.0.0.1"
_PATIENCE = 20.0


class Kind(StrEnum):
    """How a model remembers what it has read."""

    FULL = "llama"
    """All of it, to be taken back to any point."""
    SWA = "gemma3"
    """Most layers only a sliding window."""
    HYBRID = "lfm2"
    """Some layers only a state, which cannot be taken back."""


def folder() -> Path:
    """Where the engine and its models lie, or are to lie."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get(FOLDER) or cache / "jarvis" / "engine")


def program(where: Path) -> Path:
    """Where the program is within the folder."""
    return where / "usr" / "bin" / "llama-server"


def model(where: Path, kind: Kind) -> Path:
    """Where a model is within the folder."""
    return where / "models" / f"{kind}.gguf"


def found() -> Path | None:
    """Find the engine's folder, with None if it was not brought here."""
    where = folder()
    needed = [program(where), *(model(where, kind) for kind in Kind)]
    return where if all(path.is_file() for path in needed) else None


class Engine:
    """One llama-server with one tiny model."""

    def __init__(self, kind: Kind, *options: str, where: Path | None = None) -> None:
        self.kind = kind
        self.port = 0
        self._where = where or folder()
        self._options = options
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{_HOST}:{self.port}"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start it on a free port and wait until it is well."""
        self.port = _free_port()
        given = {
            "--model": str(model(self._where, self.kind)),
            "--host": _HOST,
            "--port": str(self.port),
            "--ctx-size": str(CONTEXT),
            "--parallel": "1",
            # Tests run beside each other; several threads would only wait in circles.
            "--threads": "1",
        }
        self._process = await asyncio.create_subprocess_exec(
            program(self._where),
            *(word for pair in given.items() for word in pair),
            *self._options,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._is_well()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """End it."""
        if self._process is None:
            return
        if self._process.returncode is None:
            self._process.terminate()
        await self._process.wait()
        self._process = None

    async def _is_well(self) -> None:
        assert self._process is not None
        async with aiohttp.ClientSession() as session:
            while self._process.returncode is None:
                try:
                    async with session.get(f"{self.url}/health") as response:
                        if response.ok:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.02)
        msg = f"{program(self._where)} ended with {self._process.returncode}"
        raise RuntimeError(msg)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind((_HOST, 0))
        return int(taken.getsockname()[1])
