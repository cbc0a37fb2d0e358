"""Home Assistant's process: its port, its start, its end."""

import asyncio
from collections.abc import Awaitable
import contextlib
import os
from pathlib import Path
import signal
import socket
import sys
from typing import Self

from .config import HOST

STOP_TIMEOUT = 8
LAST_LINES = 25
LAST_SECONDS = 1


class HouseError(Exception):
    """Something that the person who started the house has to know."""

    def __init__(self, message: str, code: int = 1) -> None:
        """Remember what to print and the exit code."""
        super().__init__(message)
        self.code = code


def port_is_free(port: int) -> bool:
    """Tell whether nobody listens on the port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def choose_port(wanted: int | None, default: int, any_port: bool) -> int:
    """Return the port to use; the default one may give way to any free one."""
    if wanted is None and any_port:
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            port: int = probe.getsockname()[1]
            return port
    port = default if wanted is None else wanted
    if not port_is_free(port):
        raise HouseError(
            f"Port {port} is in use on this machine. Choose another with --port.", 2
        )
    return port


class Process:
    """A program that ends with the house."""

    def __init__(
        self,
        command: list[str],
        log: Path,
        folder: Path | None = None,
        extra: dict[str, str] | None = None,
    ) -> None:
        """Prepare the program; extra adds to its environment."""
        self.command = command
        self.log = log
        self.folder = folder
        self.extra = extra or {}
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches only this one."""
        with self.log.open("wb") as output:
            self._process = await asyncio.create_subprocess_exec(
                *self.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.folder,
                env=environment() | self.extra,
                start_new_session=True,
            )

    async def stop(self) -> None:
        """End it: ask first, and insist when it does not listen."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(STOP_TIMEOUT):
                await process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()

    async def wait(self) -> int:
        """Wait for its end."""
        assert self._process is not None
        return await self._process.wait()

    def last_lines(self) -> str:
        """Return the end of its log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-LAST_LINES:])


class Processes:
    """The programs that were started; all end together."""

    def __init__(self) -> None:
        """Start with none."""
        self._started: list[Process] = []

    async def __aenter__(self) -> Self:
        """Offer the list."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """End all of them at the same time, so that one slow end is the longest."""
        await asyncio.gather(*(process.stop() for process in self._started))

    async def start(self, process: Process) -> None:
        """Start a program and remember to end it."""
        self._started.append(process)
        await process.start()


def home_assistant(config: Path, log: Path) -> Process:
    """Return Home Assistant's process; it installs nothing."""
    command = [sys.executable, "-m", "homeassistant", "-c", str(config), "--skip-pip"]
    # Python looks into the current folder first, and this repository has a package
    # named custom_components, too.
    return Process(command, log, folder=config)


def environment() -> dict[str, str]:
    """Return the environment of what is started; compiled files make it start fast."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


async def unless_ended[T](process: Process, work: Awaitable[T]) -> T:
    """Return what the work returns, or fail as soon as Home Assistant ends."""
    task = asyncio.ensure_future(work)
    end = asyncio.ensure_future(process.wait())
    try:
        await asyncio.wait({task, end}, return_when=asyncio.FIRST_COMPLETED)
        if task.done() and task.exception():
            # A dying server first closes its connections.
            await asyncio.wait({end}, timeout=LAST_SECONDS)
        if end.done() and not (task.done() and not task.exception()):
            raise HouseError(
                f"Home Assistant ended by itself (exit code {end.result()})."
                f" The end of {process.log}:\n{process.last_lines()}"
            )
        return task.result()
    finally:
        for pending in (task, end):
            pending.cancel()
        await asyncio.gather(task, end, return_exceptions=True)
