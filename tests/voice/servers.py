"""The speech servers as processes, and their clients."""

from collections.abc import Generator
from contextlib import contextmanager
import os
from pathlib import Path
import re
import subprocess
import time
import wave

import pytest
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.tts import Synthesize, SynthesizeVoice

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "wyoming_servers"
BRING_WAKE_WORD = PROJECT / "wakeword" / "bring"
MODELS = PROJECT / "tests" / "models"
WHISPER = MODELS / "tiny-whisper-ct2"
VOICES = MODELS / "tiny-piper"
VOICE = {"en": "en_US-tiny-low", "fr": "fr_FR-tiny-low"}
HOST = "127.0.0.1"
RATE, WIDTH, CHANNELS = 16_000, 2, 1

_START_SECONDS = 60
_END_SECONDS = 15
_CHUNK = 3200


@contextmanager
def serving(module: str, log: Path, *flags: str) -> Generator[int]:
    """Start a server of the project and yield its port once it is ready."""
    python = str(PROJECT / ".venv" / "bin" / "python")
    command = [python, "-m", module, "--host", HOST, "--port", "0", "--no-zeroconf"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--offline", *flags], cwd=PROJECT, stdout=output, stderr=output
        )
    try:
        yield _port(process, log)
    finally:
        process.terminate()
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wake_word_programs() -> Path:
    """Return the folder of the wake word server's programs, which are brought here.

    A test that needs them is passed over where they cannot be fetched, but for the
    check of the whole project.
    """
    brought = subprocess.run(
        BRING_WAKE_WORD, capture_output=True, text=True, check=False
    )
    if brought.returncode:
        told = f"{BRING_WAKE_WORD.relative_to(ROOT)}: {brought.stderr}"
        assert not os.environ.get("CI"), told
        pytest.skip(told)
    return Path(brought.stdout.strip())


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    """Wait until a server is ready and return its port."""
    for _ in range(_START_SECONDS * 20):
        said = log.read_text("utf-8")
        port = re.search(r"listening.*\bport\W+(\d+)", said)
        if port and re.search(r"\bready\b", said):
            return int(port[1])
        assert process.poll() is None, said
        time.sleep(0.05)
    raise AssertionError(f"A server does not become ready: {log.read_text('utf-8')}")


async def synthesised(port: int, text: str, voice: str) -> bytes:
    """Return the samples that a server speaks of a whole text."""
    audio = b""
    async with AsyncTcpClient(HOST, port) as client:
        named = SynthesizeVoice(name=voice)
        await client.write_event(Synthesize(text=text, voice=named).event())
        while event := await client.read_event():
            if AudioStop.is_type(event.type):
                return audio
            if AudioChunk.is_type(event.type):
                audio += AudioChunk.from_event(event).audio
            else:
                assert AudioStart.is_type(event.type), event
    raise AssertionError("The server closed the connection")


async def transcribed(port: int, audio: bytes, language: str) -> str:
    """Return what a server hears."""
    async with AsyncTcpClient(HOST, port) as client:
        await client.write_event(Transcribe(language=language).event())
        await client.write_event(AudioStart(RATE, WIDTH, CHANNELS).event())
        for start in range(0, len(audio), _CHUNK):
            piece = audio[start : start + _CHUNK]
            await client.write_event(AudioChunk(RATE, WIDTH, CHANNELS, piece).event())
        await client.write_event(AudioStop().event())
        event = await client.read_event()
        assert event
        assert Transcript.is_type(event.type), event
        return Transcript.from_event(event).text


def recording(name: str) -> bytes:
    """Return the samples of a WAV file among the models."""
    with wave.open(str(MODELS / name)) as reader:
        return bytes(reader.readframes(reader.getnframes()))


def silence(seconds: float) -> bytes:
    """Return samples of nothing."""
    return bytes(int(seconds * RATE) * WIDTH * CHANNELS)
