"""Speaks to Assist as a satellite does: audio in, audio out, over the websocket."""

import asyncio
from dataclasses import dataclass
from typing import Any

from imageio_ffmpeg import get_ffmpeg_exe
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    MockHAClientWebSocket,
)

_CHUNK = 3200


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
        self, audio: bytes, device_id: str, start_stage: str = "stt"
    ) -> Answered:
        """Send what the microphone hears; return what was understood and spoken."""
        await self.client.send_json_auto_id(
            {
                "type": "assist_pipeline/run",
                "start_stage": start_stage,
                "end_stage": "tts",
                "input": {"sample_rate": 16_000},
                "device_id": device_id,
            }
        )
        result = await self.client.receive_json()
        assert result["success"], result
        transcript = reply = url = ""
        while True:
            event = (await self.client.receive_json())["event"]
            data: dict[str, Any] = event["data"] or {}
            match event["type"]:
                case "run-start":
                    handler = data["runner_data"]["stt_binary_handler_id"]
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
                    raise AssertionError(data)
                case "run-end":
                    break
        # Where nothing is said there is nothing to fetch.
        spoken = await self._spoken(url) if url else b""
        return Answered(transcript, reply, spoken)

    async def _send(self, handler: int, audio: bytes) -> None:
        """Send audio as fast as it is taken, and the sign of its end."""
        prefix = bytes([handler])
        for start in range(0, len(audio), _CHUNK):
            await self.client.send_bytes(prefix + audio[start : start + _CHUNK])
        await self.client.send_bytes(prefix)

    async def _spoken(self, url: str) -> bytes:
        """Return the samples of an answer."""
        response = await (await self.get_http()).get(url)
        assert response.status == 200
        return await _samples(await response.read())


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
