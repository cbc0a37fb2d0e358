"""A download is one for all who wait for it, and does not give up easily."""

import asyncio
from typing import Any

import pytest

from custom_components.jarvis.ollama import pull as module
from custom_components.jarvis.ollama.errors import OllamaError, Reason
from custom_components.jarvis.ollama.pull import Progress, Pull, Pulls
from tests.ollama_server import Kind, ScriptedOllama

from .conftest import Connect

NEW = "gemma4:26b"
PATH = "/api/pull"
FULL = "write /root/.ollama/models/blobs: no space left on device"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once."""
    monkeypatch.setattr(module, "TRY_AGAIN_AFTER", (0,))


def asked(ollama: ScriptedOllama) -> int:
    """Count how often a download was asked for."""
    return sum(one.path == PATH for one in ollama.requests)


def pulls() -> Pulls:
    """Return downloads whose tasks belong to the test."""
    return Pulls(lambda pull: asyncio.create_task(pull.async_run()))


async def test_it_ends_with_the_model(ollama: ScriptedOllama, connect: Connect) -> None:
    """The model is there at the end, and how far it was could be seen."""
    endpoint = connect(ollama)
    pull = Pull(endpoint, NEW)
    shares: list[float] = []
    pull.listen(lambda progress: shares.append(progress.share))

    await pull.async_run()

    assert NEW in await endpoint.models()
    assert shares == [0, 0, 0.25, 0.5, 0.75, 1]


def test_progress_counts_all_layers() -> None:
    """The share is that of all layers that are known by now."""
    progress = Progress()
    assert progress.share == 0
    progress.add("a", 0, 100)
    progress.add("a", 50, 100)
    assert progress.share == 0.5
    progress.add("b", 0, 300)
    assert (progress.completed, progress.total, progress.share) == (50, 400, 0.125)


@pytest.mark.parametrize(
    "kind", [Kind.CUT, Kind.ERROR_LINE, Kind.BROKEN_LINE, Kind.BUSY, Kind.RUNNER_DIED]
)
async def test_it_tries_again(
    ollama: ScriptedOllama, connect: Connect, kind: Kind
) -> None:
    """A connection that breaks is made again: Ollama keeps what it has."""
    ollama.faults.set(kind, path=PATH, after=3, times=3)

    await Pull(connect(ollama), NEW).async_run()

    assert asked(ollama) == 4
    assert ollama.models.find(NEW)


async def test_the_server_is_restarted(
    ollama: ScriptedOllama, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While Ollama is restarted the download waits for it."""
    monkeypatch.setattr(module, "TRY_AGAIN_AFTER", (0.1,))
    ollama.faults.set(Kind.STALL, path=PATH, after=3, times=1)
    pull = Pull(connect(ollama), NEW)
    task = asyncio.create_task(pull.async_run())
    while not pull.progress.completed:
        await asyncio.sleep(0.01)

    port = ollama.port
    await ollama.stop()
    await asyncio.sleep(0.05)
    assert not task.done()
    await ollama.start(port)
    await task

    assert ollama.models.find(NEW)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"kind": Kind.UNAUTHORIZED}, Reason.UNAUTHORIZED),
        ({"kind": Kind.NOT_OLLAMA}, Reason.NOT_OLLAMA),
        ({"kind": Kind.ERROR_LINE, "after": 2, "error": FULL}, Reason.DISK_FULL),
    ],
)
async def test_what_cannot_go_well_ends(
    ollama: ScriptedOllama, connect: Connect, fault: dict[str, Any], reason: Reason
) -> None:
    """Where another try would meet the same, there is none."""
    ollama.faults.set(**fault, path=PATH)

    with pytest.raises(OllamaError) as raised:
        await Pull(connect(ollama), NEW).async_run()

    assert raised.value.reason is reason
    assert asked(ollama) == 1


async def test_a_name_that_nobody_knows(
    ollama: ScriptedOllama, connect: Connect
) -> None:
    """A name with a mistake in it is told apart from all else."""
    with pytest.raises(OllamaError) as raised:
        await Pull(connect(ollama), "gema4:26b").async_run()

    assert raised.value.reason is Reason.MODEL_UNKNOWN
    assert asked(ollama) == 1


async def test_it_gives_up_in_the_end(ollama: ScriptedOllama, connect: Connect) -> None:
    """After many tries whoever waits is told why."""
    ollama.faults.set(Kind.CUT, path=PATH, after=1)

    with pytest.raises(OllamaError) as raised:
        await Pull(connect(ollama), NEW).async_run()

    assert raised.value.reason is Reason.INTERRUPTED
    assert asked(ollama) == 20


async def test_one_download_for_all(ollama: ScriptedOllama, connect: Connect) -> None:
    """Who asks for what is being downloaded joins, and sees how far it is."""
    ollama.faults.set(Kind.STALL, path=PATH, after=4, times=1, seconds=0.1)
    endpoint, running = connect(ollama), pulls()
    first, task = running.pull(endpoint, NEW)
    while not first.progress.completed:
        await asyncio.sleep(0.01)

    again, same = running.pull(connect(ollama), NEW)
    assert (again, same) == (first, task)
    shares: list[float] = []
    again.listen(lambda progress: shares.append(progress.share))
    await asyncio.gather(asyncio.wait([task]), asyncio.wait([same]))

    assert 0 < shares[0] < shares[-1] == 1
    assert asked(ollama) == 1


async def test_another_model_is_another_download(
    ollama: ScriptedOllama, connect: Connect
) -> None:
    """Models are told apart, and so are endpoints."""
    endpoint, running = connect(ollama), pulls()

    tasks = [running.pull(endpoint, one)[1] for one in (NEW, "qwen3.5:4b")]
    await asyncio.gather(*tasks)

    assert len(set(tasks)) == 2
    assert ollama.models.find("qwen3.5:4b")
    # What has ended may be asked for again.
    _pull, task = running.pull(endpoint, NEW)
    assert task not in tasks
    await task


async def test_until_an_endpoint_downloads_nothing_more(
    ollama: ScriptedOllama, spare: ScriptedOllama, connect: Connect
) -> None:
    """Waiting for an endpoint's downloads does not wait for those of others."""
    spare.faults.set(Kind.STALL, path=PATH, after=1)
    here, there, running = connect(ollama), connect(spare), pulls()
    await running.async_ended(here)
    _pull, task = running.pull(here, NEW)
    _other, endless = running.pull(there, NEW)

    await running.async_ended(here)

    assert task.done()
    assert not endless.done()
    endless.cancel()
    await asyncio.wait([endless])
