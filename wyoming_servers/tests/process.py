"""A real server in a process of its own."""

import asyncio
from collections.abc import Mapping
import os
from pathlib import Path
import re
import signal
import sys
from typing import Self
from urllib.request import urlopen

HERE = Path(__file__).parent
MODELS = HERE / "models"
WHISPER = MODELS / "tiny-whisper-ct2"
_SECONDS = 60


class Server:
    """Starts a program on a free port of the loopback and ends it."""

    def __init__(
        self, module: str, *flags: str, environ: Mapping[str, str] | None = None
    ) -> None:
        self._command = [sys.executable, "-m", module, "--port", "0", "--no-zeroconf"]
        if "--host" not in flags:
            self._command += ["--host", "127.0.0.1"]
        self._command += flags
        self._environ = {**os.environ, **(environ or {})}
        self.lines = list[str]()
        self.port = 0

    async def __aenter__(self) -> Self:
        await self.start()
        await self.wait_for("ready")
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.end()

    async def start(self) -> None:
        """Start it and wait until it listens."""
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            env=self._environ,
            cwd=HERE.parent,
            stderr=asyncio.subprocess.PIPE,
        )
        self._reading = asyncio.create_task(self._read())
        line = await self.wait_for("listening")
        self.port = int(re.findall(r"port\W+(\d+)", line)[0])

    async def end(self) -> int:
        """Ask it to end and return its exit status."""
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(_SECONDS):
            status = await self._process.wait()
            await self._reading
        return status

    @property
    def log(self) -> str:
        """What it wrote so far."""
        return "\n".join(self.lines)

    @property
    def memory(self) -> int:
        """Its resident memory in bytes."""
        status = Path(f"/proc/{self._process.pid}/status").read_text("utf-8")
        found = re.search(r"VmRSS:\s+(\d+)", status)
        assert found is not None
        return int(found[1]) * 1024

    async def shrinks_to(self, size: float) -> None:
        """Wait until it has given memory back."""
        for _ in range(100):
            if self.memory <= size:
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"{self.memory >> 20} MB stay of {int(size) >> 20}")

    async def wait_for(self, text: str) -> str:
        """Wait for a line that has the text."""
        async with asyncio.timeout(_SECONDS):
            while True:
                for line in self.lines:
                    if text in line:
                        return line
                assert not self._reading.done(), self.log
                await asyncio.sleep(0.01)

    async def _read(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            self.lines.append(line.decode().rstrip())


async def figures(port: int) -> dict[str, float]:
    """What a server's page of metrics says."""

    def read() -> str:
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as page:
            return str(page.read().decode())

    lines = (await asyncio.to_thread(read)).splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}
