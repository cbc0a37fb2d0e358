"""The benchmarks are programs of their own: they are started as people start them."""

import asyncio
from collections.abc import Awaitable, Callable
import json
from pathlib import Path
import sys
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

type Bench = Callable[..., Awaitable[tuple[dict[str, Any], str]]]


@pytest.fixture
def bench(tmp_path: Path, socket_enabled: None) -> Bench:
    """Return what runs a benchmark and reads its figures and its table."""

    async def run(name: str, *arguments: str) -> tuple[dict[str, Any], str]:
        path = tmp_path / "figures.json"
        program = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            f"bench.{name}",
            "--json",
            str(path),
            *arguments,
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await program.communicate()
        assert program.returncode == 0, err.decode()
        return json.loads(path.read_text(encoding="utf-8")), out.decode()

    return run
