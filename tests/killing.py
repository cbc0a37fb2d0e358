"""A process of our own that is killed at work, as by a power cut."""

import asyncio
from pathlib import Path
import sys

from .source import ROOT


async def async_until_killed(module: str, path: Path, after_s: float) -> list[str]:
    """Let a module work on a file, kill it some seconds after its first line.

    Return its lines; one that was cut off was not heard.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", module, str(path)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert child.stdout is not None
    first = await child.stdout.readline()
    await asyncio.sleep(after_s)
    child.kill()
    rest = await child.stdout.read()
    await child.wait()
    return [line.decode() for line in (first + rest).split(b"\n")[:-1]]
