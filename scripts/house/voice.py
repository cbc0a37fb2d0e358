"""Starts the speech servers and lets the house hear and speak through them."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import jarvis, wake_word
from .client import HomeAssistant
from .config import HOST, ROOT
from .flows import ENTRIES, finish_flow
from .server import HouseError, Process, Processes, choose_port

PROJECT = ROOT / "wyoming_servers"
PYTHON = PROJECT / ".venv" / "bin" / "python"
DOMAIN = "wyoming"
LOAD_SECONDS = 120
OFFERED_SECONDS = 10
POLL_SECONDS = 0.1
READY = " ready"

INSTALL = "Speech needs wyoming_servers/.venv: scripts/setup brings it."
MEANWHILE = "Meanwhile Jarvis reads and writes."


@dataclass(frozen=True)
class Wanted:
    """Which models shall be taken; those that are not named are fetched."""

    whisper: Path | None = None
    piper: Path | None = None
    wakeword: Path | None = None

    def hearing(self) -> list[str]:
        """Return the flags of jarvis-whisper."""
        return ["--model", str(self.whisper)] if self.whisper else []

    def speaking(self) -> list[str]:
        """Return the flags of jarvis-piper: every voice of the folder."""
        if self.piper is None:
            return []
        voices = sorted(file.stem for file in self.piper.glob("*.onnx"))
        named = [flag for voice in voices for flag in ("--voice", voice)]
        return ["--voice-dir", str(self.piper), *named]


@dataclass(frozen=True)
class Found:
    """The servers that run, and what the person should know."""

    ports: dict[str, int] = field(default_factory=dict)
    """By what they are for, as Home Assistant calls it."""
    notes: list[str] = field(default_factory=list)
    waiting: wake_word.Waiting | None = None
    """What wakes the house."""


async def start(wanted: Wanted | None, processes: Processes, state: Path) -> Found:
    """Start all servers; without them the house goes on with text."""
    if wanted is None:
        return Found()
    if not PYTHON.exists():
        return Found(notes=[INSTALL, MEANWHILE])
    *ended, waiting = await asyncio.gather(
        _start("whisper", wanted.hearing(), processes, state),
        _start("piper", wanted.speaking(), processes, state),
        wake_word.start(wanted.wakeword, processes, state),
        return_exceptions=True,
    )
    ports, notes = dict[str, int](), list[str]()
    for kind, port in zip(("stt", "tts"), ended, strict=True):
        if isinstance(port, int):
            ports[kind] = port
        else:
            notes.append(_failure(port))
    if notes:
        notes.append(MEANWHILE)
    if not isinstance(waiting, wake_word.Waiting):
        return Found(ports, [*notes, _failure(waiting)])
    word = waiting.word.replace("_", " ")
    notes.append(f"Satellites wake the house with: {word}")
    return Found(ports, notes, waiting)


async def connect(client: HomeAssistant, found: Found) -> None:
    """Set up these servers, and no others, and put them into Jarvis' pipeline.

    Jarvis hears and speaks by itself: so it begins to answer before Assist is sure that
    somebody has ended.
    """
    for entry in await client.get(f"{ENTRIES}?domain={DOMAIN}"):
        await client.request("DELETE", f"{ENTRIES}/{entry['entry_id']}")
    if found.waiting is not None:
        address = {"host": HOST, "port": found.waiting.port}
        flow = await finish_flow(client, {"handler": DOMAIN}, [address])
        if flow["type"] != "create_entry":
            raise HouseError(f"Home Assistant does not take the server: {flow}")
    addresses = [f"{HOST}:{port}" for port in found.ports.values()]
    await jarvis.set_speech(client, addresses)
    listed = await client.command("assist_pipeline/pipeline/list")
    pipeline = next(
        one for one in listed["pipelines"] if one["id"] == listed["preferred_pipeline"]
    )
    engines = await _engines(client, pipeline["language"], found)
    word = found.waiting.word if found.waiting else None
    engines |= await wake_word.settings(client, word)
    await client.command(
        "assist_pipeline/pipeline/update",
        pipeline_id=pipeline.pop("id"),
        **pipeline | engines,
    )


def _failure(ended: object) -> str:
    """Return what to tell of a server that did not start; all else is a fault."""
    if isinstance(ended, HouseError):
        return str(ended)
    assert isinstance(ended, BaseException)
    raise ended


async def _start(name: str, flags: list[str], processes: Processes, state: Path) -> int:
    """Fetch what a server needs, start it, and return its port once it is ready."""
    log = state / f"{name}.log"
    command = [str(PYTHON), "-m", f"jarvis_wyoming.{name}", *flags]
    fetching = Process([*command, "--fetch"], log, folder=PROJECT)
    await processes.start(fetching)
    if await fetching.wait():
        raise HouseError(f"jarvis-{name} has no model:\n{fetching.last_lines()}")
    port = choose_port(None, 0, any_port=True)
    where = ["--host", HOST, "--port", str(port), "--no-zeroconf"]
    server = Process([*command, *where], log, folder=PROJECT)
    await processes.start(server)
    end = asyncio.ensure_future(server.wait())
    try:
        async with asyncio.timeout(LOAD_SECONDS):
            while not end.done():
                if READY in log.read_text("utf-8"):
                    return port
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError:
        pass
    finally:
        end.cancel()
    raise HouseError(f"jarvis-{name} does not start:\n{server.last_lines()}")


async def _engines(
    client: HomeAssistant, language: str, found: Found
) -> dict[str, Any]:
    """Return what the pipeline hears and speaks with; None where nothing does."""
    ears, ear_language = await _engine(client, "stt", language, found)
    mouth, mouth_language = await _engine(client, "tts", language, found)
    voice = None
    if mouth and mouth_language:
        listed = await client.command(
            "tts/engine/voices", engine_id=mouth, language=mouth_language
        )
        voice = next((one["voice_id"] for one in listed["voices"] or ()), None)
    return {
        "stt_engine": ears,
        "stt_language": ear_language,
        "tts_engine": mouth,
        "tts_language": mouth_language,
        "tts_voice": voice,
    }


async def _engine(
    client: HomeAssistant, kind: str, language: str, found: Found
) -> tuple[str | None, str | None]:
    """Return the first engine of a kind that has the language, and how it calls it.

    Jarvis' own are there once it has asked its servers what they offer.
    """
    for _ in range(int(OFFERED_SECONDS / POLL_SECONDS)):
        listed = await client.command(f"{kind}/engine/list", language=language)
        for provider in listed["providers"]:
            if provider["supported_languages"]:
                return provider["engine_id"], provider["supported_languages"][0]
        if kind not in found.ports:
            break
        await asyncio.sleep(POLL_SECONDS)
    return None, None
