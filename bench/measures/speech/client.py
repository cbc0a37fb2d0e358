"""A client that speaks as Home Assistant does, and looks at the clock."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
import time

from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.tts import (
    Synthesize,
    SynthesizeChunk,
    SynthesizeStart,
    SynthesizeStop,
    SynthesizeVoice,
)

from .clips import CHUNK, CHUNK_SECONDS, RATE, WIDTH, Clip
from .servers import VOICE, Server, receive

_BETWEEN_WORDS = 1 / 12
"""Seconds: a model of 70B on a machine at home writes so many words."""
_END = frozenset({"synthesize-stopped"})


@dataclass(frozen=True, slots=True)
class Transcribed:
    """What a server heard; the times are seconds."""

    text: str
    after_stop: float
    """From the end of the audio to the text; negative when it came before."""
    after_speech: float
    """From the last spoken sample."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a server said; the times are seconds."""

    first_audio: float
    """From the last word of the first clause."""
    audio: float
    """How long it speaks."""


async def transcribe(server: Server, clip: Clip, names: Sequence[str]) -> Transcribed:
    """Send a clip as a microphone would and wait for the text."""
    async with server.client() as client:
        await client.write_event(
            Transcribe(
                language=clip.language, transcript_names=list(names) or None
            ).event()
        )
        await client.write_event(AudioStart(RATE, WIDTH, 1).event())
        begun = time.perf_counter()
        upload = asyncio.create_task(_upload(client, clip, begun))
        try:
            event = await receive(client, "transcript")
        finally:
            upload.cancel()  # as Home Assistant does when a text comes early
        now = time.perf_counter()
    return Transcribed(
        Transcript.from_event(event).text.strip(),
        now - begun - clip.seconds,
        now - begun - clip.spoken_until,
    )


async def _upload(client: AsyncTcpClient, clip: Clip, begun: float) -> None:
    """Send ten milliseconds at a time, when they would have been recorded."""
    for at in range(0, len(clip.audio), CHUNK):
        ended = begun + (at // CHUNK + 1) * CHUNK_SECONDS
        await asyncio.sleep(max(0.0, ended - time.perf_counter()))
        part = clip.audio[at : at + CHUNK]
        await client.write_event(AudioChunk(RATE, WIDTH, 1, part).event())
    await client.write_event(AudioStop().event())


async def speak(server: Server, clause: str, rest: str, language: str) -> Spoken:
    """Send a text word by word, as a model writes it, and listen to the end."""
    voice = SynthesizeVoice(name=VOICE[language])
    text = f"{clause} {rest}"
    said = asyncio.Future[float]()
    async with server.client() as client:
        await client.write_event(SynthesizeStart(voice=voice).event())

        async def write() -> None:
            so_far = ""
            for word in text.split(" "):
                if so_far:
                    await asyncio.sleep(_BETWEEN_WORDS)
                piece = f" {word}" if so_far else word
                so_far += piece
                await client.write_event(SynthesizeChunk(text=piece).event())
                if so_far == clause:
                    said.set_result(time.perf_counter())
            await client.write_event(Synthesize(text=text, voice=voice).event())
            await client.write_event(SynthesizeStop().event())

        writing = asyncio.create_task(write())
        first, audio = 0.0, 0.0
        while True:
            event = await receive(client, "audio-chunk", *_END)
            if event.type in _END:
                break
            first = first or time.perf_counter()
            chunk = AudioChunk.from_event(event)
            audio += chunk.seconds
        await writing
    return Spoken(first - said.result(), audio)
