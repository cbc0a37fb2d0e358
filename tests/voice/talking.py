"""Speaks to Assist as a satellite does: audio in, audio out, over the websocket."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any

from imageio_ffmpeg import get_ffmpeg_exe
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    MockHAClientWebSocket,
)

_CHUNK = 3200
_PAUSE = 0.02
"""Between two chunks of 0.1 s: five times as fast as people speak."""


class NotAnswered(Exception):  # noqa: N818 - it says what happened
    """The pipeline ended with an error; the text is its code."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of an utterance."""

    transcript: str
    reply: str
    audio: bytes
    """The samples that a speaker would play."""


@dataclass(frozen=True, slots=True)
class Satellite:
    """A microphone and a speaker at a websocket."""

    client: MockHAClientWebSocket
    get_http: ClientSessionGenerator

    async def hear(
        self,
        audio: bytes,
        device_id: str,
        wake: bytes = b"",
        patience: float = 0,
    ) -> Answered:
        """Send what the microphone hears; return what was understood and spoken.

        With a sound to wake with, the audio begins once that has woken the pipeline;
        with patience, it has so many seconds of sound to do so. How soon a server wakes
        depends on the machine, so no pause between both may end the command.
        """
        waking_input = {"timeout": patience, "no_vad": True}
        await self.client.send_json_auto_id(
            {
                "type": "assist_pipeline/run",
                "start_stage": "wake_word" if wake else "stt",
                "end_stage": "tts",
                "input": {"sample_rate": 16_000} | (waking_input if wake else {}),
                "device_id": device_id,
            }
        )
        result = await self.client.receive_json()
        assert result["success"], result
        transcript = reply = url = ""
        handler = 0
        waking: asyncio.Task[None] | None = None
        while True:
            event = (await self.client.receive_json())["event"]
            data: dict[str, Any] = event["data"] or {}
            match event["type"]:
                case "run-start":
                    handler = data["runner_data"]["stt_binary_handler_id"]
                    if wake:
                        waking = asyncio.create_task(self._listen(handler, wake))
                    else:
                        await self._send(handler, audio)
                case "wake_word-end":
                    assert waking
                    await _ended(waking)
                    await self._send(handler, audio)
                case "stt-end":
                    transcript = data["stt_output"]["text"]
                case "intent-end":
                    reply = data["intent_output"]["response"]["speech"]["plain"][
                        "speech"
                    ]
                case "tts-end":
                    url = data["tts_output"]["url"]
                case "error":
                    if waking:
                        await _ended(waking)
                    raise NotAnswered(data["code"])
                case "run-end":
                    break
        # Where nothing is said there is nothing to fetch.
        spoken = await self._spoken(url) if url else b""
        return Answered(transcript, reply, spoken)

    async def _send(self, handler: int, audio: bytes) -> None:
        """Send audio as fast as it is taken, and the sign of its end."""
        prefix = bytes([handler])
        for piece in _pieces(audio):
            await self.client.send_bytes(prefix + piece)
        await self.client.send_bytes(prefix)

    async def _listen(self, handler: int, audio: bytes) -> None:
        """Send audio as an open microphone does, and silence behind it, for ever."""
        for piece in chain(_pieces(audio), repeat(bytes(_CHUNK))):
            await self.client.send_bytes(bytes([handler]) + piece)
            await asyncio.sleep(_PAUSE)

    async def _spoken(self, url: str) -> bytes:
        """Return the samples of an answer."""
        response = await (await self.get_http()).get(url)
        assert response.status == 200
        return await _samples(await response.read())


def _pieces(audio: bytes) -> Iterator[bytes]:
    for start in range(0, len(audio), _CHUNK):
        yield audio[start : start + _CHUNK]


async def _ended(task: asyncio.Task[None]) -> None:
    """End a task that would not end by itself; its failure is ours."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _samples(audio: bytes) -> bytes:
    """Return what a speaker makes of a file: 16 kHz, mono, 16 bits."""
    decode = "-loglevel error -i - -f s16le -ac 1 -ar 16000 -".split()
    process = await asyncio.create_subprocess_exec(
        get_ffmpeg_exe(),
        *decode,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    samples, _ = await process.communicate(audio)
    assert process.returncode == 0
    return samples
