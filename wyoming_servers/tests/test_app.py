"""The app of Home Assistant, run as its supervisor runs it."""

import asyncio
import json
from pathlib import Path
import signal
import sys

import pytest

from .process import MODELS, WHISPER
from .wire import Wire

ROOT = Path(__file__).parents[1]
OPTIONS: dict[str, dict[str, object]] = {
    "whisper": {"model": str(WHISPER), "languages": ["fr", "en"]},
    "piper": {"voice": [str(MODELS / "tiny-piper" / "fr_FR-tiny-low.onnx")]},
}


class Supervisor:
    """Takes one message of discovery."""

    def __init__(self) -> None:
        self.told: asyncio.Future[tuple[str, dict[str, object]]] = asyncio.Future()

    async def answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Take it and say that all is well."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        size = next(
            int(line.partition(":")[2])
            for line in head.splitlines()
            if line.lower().startswith("content-length")
        )
        body = json.loads(await reader.readexactly(size))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        await writer.drain()
        writer.close()
        self.told.set_result((head, body))


@pytest.mark.parametrize("program", OPTIONS)
async def test_an_app_serves_is_announced_and_ends(
    program: str, tmp_path: Path, free_port: int
) -> None:
    """Home Assistant is told where it is; SIGTERM ends it in order."""
    # Given options and a supervisor
    options = {"host": ["127.0.0.1"], "port": free_port, **OPTIONS[program]}
    (tmp_path / "options.json").write_text(json.dumps(options), "utf-8")
    supervisor = Supervisor()
    listening = await asyncio.start_server(supervisor.answer, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    # When the app is started
    command = [str(ROOT / "app" / "run.py"), program, "--data", str(tmp_path)]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        "--supervisor",
        address,
        env={"SUPERVISOR_TOKEN": "secret", "PYTHONPATH": str(ROOT)},
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        # Then it is announced with the token and where it listens
        async with asyncio.timeout(60):
            head, message = await supervisor.told
        assert head.startswith("POST /discovery ")
        assert "authorization: bearer secret" in head.lower()
        assert message["service"] == "wyoming"
        assert str(message["config"]).endswith(f":{free_port}'}}")
        # and says what it is
        async with Wire(free_port) as wire:
            info = await wire.ask("describe")
        assert info.kind == "info"
        assert info.data["asr" if program == "whisper" else "tts"]
    finally:
        # When it is to end, then it does
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(60):
            status = await process.wait()
        listening.close()
    assert status == 0
