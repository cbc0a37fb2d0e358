"""Where nobody speaks there is no text."""

import numpy as np
import pytest

from ..clips import FORMAT, noise, silence, spoken, transcribe
from ..process import Server
from ..wire import Wire


@pytest.mark.parametrize("seconds", [0.001, 0.02, 0.5, 3.0, 35.0])
async def test_silence(whisper: Server, seconds: float) -> None:
    """Digital silence of any length."""
    reply = await transcribe(whisper.port, silence(seconds), language="fr")

    assert (reply.kind, reply.data["text"]) == ("transcript", "")


async def test_a_hundred_noises(whisper: Server) -> None:
    """White, pink, brown, humming, soft and loud: no text, and no memory is kept."""
    await transcribe(whisper.port, noise(0))
    before = whisper.memory
    texts = [
        (await transcribe(whisper.port, noise(seed))).data["text"]
        for seed in range(100)
    ]

    assert texts == [""] * 100
    await whisper.shrinks_to(before * 1.1)


async def test_a_click(whisper: Server) -> None:
    """A switch is no word."""
    click = silence(0.5) + b"\xff\x7f" * 160 + silence(0.5)

    reply = await transcribe(whisper.port, click)

    assert reply.data["text"] == ""


async def test_no_audio(whisper: Server) -> None:
    """A client that stops before it starts."""
    async with Wire(whisper.port) as wire:
        assert (await wire.ask("audio-stop")).data == {"text": "", "language": "en"}
        await wire.send("transcribe", {"language": "fr"})
        await wire.send("audio-start", FORMAT)
        assert (await wire.ask("audio-stop")).data == {"text": "", "language": "fr"}


async def test_speech_in_noise_is_still_heard(whisper: Server) -> None:
    """The gate lets through what is spoken over a soft noise."""
    text = "Allume la lumière du salon."
    clean = np.frombuffer(spoken("fr", text), "<i2").astype(np.float64)
    hiss = np.random.default_rng(3).normal(0, clean.std() / 10, len(clean))
    audio = np.clip(clean + hiss, -32768, 32767).astype("<i2").tobytes()

    reply = await transcribe(whisper.port, audio, language="fr")

    assert reply.data["text"] == text
