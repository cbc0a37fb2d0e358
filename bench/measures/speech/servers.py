"""The servers that are compared, each a process of its own on the loopback."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
import os
from pathlib import Path
import re
import socket
import subprocess

from wyoming.client import AsyncTcpClient
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import Describe, Info

from bench.rivals import launch

ROOT = Path(__file__).parents[3]
PROJECT = ROOT / "wyoming_servers"
MODELS = PROJECT / "tests" / "models"
WHISPER = MODELS / "tiny-whisper-ct2"
VOICES = MODELS / "tiny-piper"
VOICE = {"en": "en_US-tiny-low", "fr": "fr_FR-tiny-low"}
HOST = "127.0.0.1"
_SECONDS = 300.0
"""With a slow engine the last of eight clients waits long."""


class Maker(StrEnum):
    """Whose servers."""

    RHASSPY = "rhasspy"
    JARVIS = "jarvis"


@dataclass(frozen=True, slots=True)
class Server:
    """One that runs."""

    port: int
    process: subprocess.Popen[bytes]

    def client(self) -> AsyncTcpClient:
        """Return a new connection, as Home Assistant opens one for each request."""
        return AsyncTcpClient(HOST, self.port, read_timeout=_SECONDS)

    @property
    def megabytes(self) -> float:
        """Its resident memory."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("utf-8")
        found = re.search(r"VmRSS:\s+(\d+)", status)
        assert found is not None
        return int(found[1]) / 1024


@dataclass(frozen=True, slots=True)
class Side:
    """The servers of one maker."""

    maker: Maker
    stt: Server
    tts: Server
    early: Server
    """Hears with an endpointing of its own, where there is such a thing."""


@asynccontextmanager
async def sides(rival: Path, factor: float) -> AsyncIterator[Mapping[Maker, Side]]:
    """Start the servers of both, the engines as slow as this, and end them."""
    own = PROJECT / ".venv" / "bin" / "python"
    async with AsyncExitStack() as stack:

        async def start(python: Path, module: str, *options: str | Path) -> Server:
            return await stack.enter_async_context(
                _running(python, factor, module, *options)
            )

        rhasspy_stt = await start(
            rival,
            "wyoming_faster_whisper",
            *("--model", WHISPER, "--data-dir", WHISPER.parent, "--local-files-only"),
            *("--language", "en", "--beam-size", "1"),
        )
        rhasspy_tts = await start(
            rival, "wyoming_piper", "--voice", VOICE["en"], "--data-dir", VOICES
        )
        hearing = "jarvis_wyoming.whisper"
        jarvis_stt = await start(own, hearing, "--model", WHISPER)
        jarvis_early = await start(own, hearing, "--model", WHISPER, "--early-end")
        voices = [VOICES / f"{name}.onnx" for name in VOICE.values()]
        jarvis_tts = await start(
            own,
            "jarvis_wyoming.piper",
            *("--voice", voices[0], "--voice", voices[1]),
            *("--cache-mb", "0"),  # the same text is spoken again and again
        )
        yield {
            Maker.RHASSPY: Side(Maker.RHASSPY, rhasspy_stt, rhasspy_tts, rhasspy_stt),
            Maker.JARVIS: Side(Maker.JARVIS, jarvis_stt, jarvis_tts, jarvis_early),
        }


async def receive(client: AsyncTcpClient, *kinds: str) -> Event:
    """Wait for an event of these kinds; anything that ends the request is an error."""
    while (event := await client.read_event()) is not None:
        if event.type in kinds:
            return event
        if Error.is_type(event.type):
            raise RuntimeError(f"A server said: {Error.from_event(event).text}")
    raise RuntimeError("A server closed the connection without an answer.")


async def describe(server: Server) -> Info:
    """Ask what a server is, as Home Assistant does every half minute."""
    async with server.client() as client:
        await client.write_event(Describe().event())
        return Info.from_event(await receive(client, "info"))


@asynccontextmanager
async def _running(
    python: Path, factor: float, module: str, *options: str | Path
) -> AsyncIterator[Server]:
    """Start a server on a free port, wait until it answers, and end it."""
    port = _free_port()
    at: tuple[str, ...] = ("--uri", f"tcp://{HOST}:{port}")
    if module.startswith("jarvis"):
        at = ("--host", HOST, "--port", str(port), "--no-zeroconf")
    process = await asyncio.to_thread(
        lambda: subprocess.Popen(
            [python, launch.__file__, str(factor), module, *options, *at],
            cwd=ROOT,
            env={
                **os.environ,
                "PYTHONPATH": str(PROJECT),
                "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime's own default is on
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    )
    server = Server(port, process)
    try:
        await _ready(server)
        yield server
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, _SECONDS)


async def _ready(server: Server) -> None:
    """Wait until a server answers."""
    async with asyncio.timeout(_SECONDS):
        while server.process.poll() is None:
            try:
                await describe(server)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                return
    raise RuntimeError(f"A server ended with {server.process.returncode}.")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])
