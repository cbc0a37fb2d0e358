"""Audio to send: spoken sentences, silence and noise, always the same."""

import asyncio
from functools import cache
import time
from typing import Any
import wave

import numpy as np
from piper import PiperVoice

from .process import MODELS
from .wire import Reply, Wire

RATE = 16000
FORMAT: dict[str, Any] = {"rate": RATE, "width": 2, "channels": 1}
CHUNK = RATE // 100 * 2  # 10 ms, as Home Assistant sends
_VOICES = {"en": "en_US-tiny-low", "fr": "fr_FR-tiny-low"}


def recording(name: str) -> bytes:
    """The samples of a WAV file among the models."""
    with wave.open(str(MODELS / name)) as reader:
        return bytes(reader.readframes(reader.getnframes()))


@cache
def spoken(
    language: str, text: str, *, before: float = 0.3, after: float = 0.7
) -> bytes:
    """A sentence, with silence around it."""
    audio = b"".join(c.audio_int16_bytes for c in _voice(language).synthesize(text))
    return silence(before) + audio + silence(after)


def silence(seconds: float) -> bytes:
    """Samples of nothing."""
    return bytes(2 * int(seconds * RATE))


def noise(seed: int, seconds: float = 2.0) -> bytes:
    """White, pink, brown or humming noise, soft or loud, as the seed wants."""
    rng = np.random.default_rng(seed)
    count = int(seconds * RATE)
    white = np.fft.rfft(rng.normal(size=count))
    slope = (0, 0.5, 1)[seed % 3]
    coloured = np.fft.irfft(
        white / np.maximum(1, np.arange(len(white))) ** slope, count
    )
    if seed % 4 == 0:
        coloured += np.sin(2 * np.pi * 50 * np.arange(count) / RATE)
    loudness = 10 ** -rng.uniform(0.7, 3)
    samples = coloured / np.abs(coloured).max() * loudness * 32767
    return bytes(samples.astype("<i2").tobytes())


async def say(wire: Wire, audio: bytes, *, live: bool = False) -> None:
    """Send audio in chunks, at once or as a microphone would."""
    begun = time.monotonic()
    for start in range(0, len(audio), CHUNK):
        if live:
            due = begun + start / 2 / RATE
            await asyncio.sleep(max(0, due - time.monotonic()))
        await wire.send("audio-chunk", FORMAT, audio[start : start + CHUNK])


async def transcribe(
    port: int, audio: bytes, *, live: bool = False, **wishes: Any
) -> Reply:
    """What Home Assistant does with an utterance; the first event that comes back."""
    async with Wire(port) as wire:
        await wire.send("transcribe", wishes)
        await wire.send("audio-start", FORMAT)
        await say(wire, audio, live=live)
        return await wire.ask("audio-stop")


@cache
def _voice(language: str) -> PiperVoice:
    return PiperVoice.load(MODELS / "tiny-piper" / f"{_VOICES[language]}.onnx")
