"""Each endpoint is watched; what changes is told once."""

import asyncio
from collections.abc import AsyncGenerator, Callable
import logging

import pytest

from custom_components.jarvis.ollama import health
from custom_components.jarvis.ollama.endpoint import Endpoint
from custom_components.jarvis.ollama.endpoints import Endpoints
from custom_components.jarvis.ollama.errors import OllamaError, Reason
from custom_components.jarvis.ollama.health import Watch
from tests.ollama_server import Kind, ScriptedOllama

from .conftest import MODEL, Connect, request

SOON = 0.01


class Watched:
    """An endpoint under watch, and what was told of it."""

    def __init__(self, endpoint: Endpoint) -> None:
        """Watch, but do not look yet."""
        self.told: list[tuple[bool, Reason | None]] = []
        self.watch = Watch(endpoint, self._changed)

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is so."""
        for _ in range(1000):
            if true():
                return
            await asyncio.sleep(SOON)
        raise AssertionError

    def _changed(self, endpoint: Endpoint) -> None:
        """Note how the endpoint is."""
        assert endpoint is self.watch.endpoint
        self.told.append((self.watch.health.well, self.watch.health.failure))


@pytest.fixture
async def watched(ollama: ScriptedOllama, connect: Connect) -> Watched:
    """Return an endpoint that is not looked at yet."""
    return Watched(connect(ollama))


@pytest.fixture
async def running(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[Watched]:
    """Return an endpoint that is looked at again and again, when it is ill soon."""
    monkeypatch.setattr(health, "ILL_EVERY", (SOON, SOON, SOON))
    task = asyncio.create_task(watched.watch.async_run())
    await watched.until(lambda: bool(watched.told))
    yield watched
    task.cancel()
    await asyncio.wait([task])


def looks(ollama: ScriptedOllama) -> int:
    """Count how often an endpoint was looked at."""
    return sum(asked.path == "/api/version" for asked in ollama.requests)


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return how loudly the watch spoke."""
    records = [one for one in caplog.records if one.name == health.__name__]
    return [one.levelname for one in records if one.levelno >= logging.INFO]


async def test_a_look(ollama: ScriptedOllama, watched: Watched) -> None:
    """Version, models and what is in memory are known after a look."""
    ollama.models.load(ollama.models.install(MODEL), 8192, -1)

    assert watched.watch.health.well
    await watched.watch.async_look()

    known = watched.watch.health
    assert (known.well, known.version) == (True, ollama.version)
    assert known.installed == [MODEL]
    (loaded,) = known.loaded
    assert (loaded.name, loaded.context) == (MODEL, 8192)
    assert loaded.in_graphics == loaded.size > 0
    assert watched.told == [(True, None)]


async def test_a_failure_during_a_look(
    ollama: ScriptedOllama, watched: Watched
) -> None:
    """What a server said before a reply of its broke off calls it well no more."""
    looking = asyncio.create_task(watched.watch.async_look())
    async with asyncio.timeout(5):
        while not looks(ollama):
            await asyncio.sleep(0)
    watched.watch.has_broken_off(OllamaError(Reason.INTERRUPTED))
    await looking

    assert watched.told == [(False, Reason.INTERRUPTED)]
    await watched.watch.async_look()
    assert watched.watch.health.well


async def test_what_stays_the_same_is_not_told(
    ollama: ScriptedOllama, watched: Watched
) -> None:
    """Only a difference is news: a model that came, or one that was unloaded."""
    await watched.watch.async_look()
    await watched.watch.async_look()
    assert len(watched.told) == 1

    ollama.models.install("gemma4:12b")
    await watched.watch.async_look()
    assert len(watched.told) == 2

    ollama.models.load(ollama.models.install(MODEL), 8192, -1)
    await watched.watch.async_look()
    ollama.models.unload(MODEL)
    await watched.watch.async_look()
    assert len(watched.told) == 4


async def test_ill_and_well_are_logged_once(
    ollama: ScriptedOllama, watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    """However long it lasts, the log says once that it began and once that it ended."""
    caplog.set_level(logging.INFO, health.__name__)
    await watched.watch.async_look()
    ollama.faults.set(Kind.DOWN)
    for _ in range(4):
        await watched.watch.async_look()
    assert watched.watch.health.failures == 4
    ollama.faults.clear()
    for _ in range(2):
        await watched.watch.async_look()

    assert logged(caplog) == ["WARNING", "INFO"]
    assert watched.told == [(True, None), (False, Reason.UNREACHABLE), (True, None)]
    assert watched.watch.health.failures == 0


async def test_another_failure_is_news(
    ollama: ScriptedOllama, watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    """It is told, because it wants another remedy, but not logged as a new failure."""
    ollama.faults.set(Kind.DOWN)
    await watched.watch.async_look()
    ollama.faults.clear()
    ollama.auth = "a secret"
    await watched.watch.async_look()

    assert watched.told == [(False, Reason.UNREACHABLE), (False, Reason.UNAUTHORIZED)]
    assert logged(caplog) == ["WARNING"]


async def test_it_comes_back_by_itself(
    ollama: ScriptedOllama, running: Watched
) -> None:
    """An endpoint that is ill is looked at until it is well."""
    ollama.faults.set(Kind.DOWN)
    running.watch.has_failed(OllamaError(Reason.UNREACHABLE))
    await running.until(lambda: running.watch.health.failures > 3)

    ollama.faults.clear()
    await running.until(lambda: running.watch.health.well)

    assert running.told[-2:] == [(False, Reason.UNREACHABLE), (True, None)]


async def test_a_failure_in_a_turn_makes_it_look_at_once(
    ollama: ScriptedOllama, running: Watched
) -> None:
    """Nobody waits for the next look, which is half a minute away."""
    before = looks(ollama)

    running.watch.has_failed(OllamaError(Reason.INTERRUPTED))

    await running.until(lambda: running.watch.health.well)
    assert looks(ollama) == before + 1


async def test_who_answers_only_when_looked_at(
    ollama: ScriptedOllama,
    running: Watched,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """An endpoint whose replies fail again and again is not trusted at once again."""
    caplog.set_level(logging.INFO, health.__name__)
    monkeypatch.setattr(health, "ILL_EVERY", (0.2, 0.2, 0.2))
    broken = OllamaError(Reason.SERVER_ERROR)
    running.watch.has_broken_off(broken)
    await running.until(lambda: running.watch.health.well)
    before = looks(ollama)

    running.watch.has_broken_off(broken)
    await asyncio.sleep(0.05)
    assert running.watch.health.failure is Reason.SERVER_ERROR
    assert looks(ollama) == before
    await running.until(lambda: running.watch.health.well)
    assert logged(caplog) == ["WARNING", "INFO"]

    running.watch.has_replied()
    running.watch.has_broken_off(broken)
    await asyncio.sleep(0.05)
    assert running.watch.health.well
    assert logged(caplog) == ["WARNING", "INFO"] * 2


async def test_pauses_grow(
    ollama: ScriptedOllama, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The longer an endpoint is ill, the less often it is looked at."""
    monkeypatch.setattr(health, "ILL_EVERY", (0.02, 0.05, 0.1))
    monkeypatch.setattr(health, "WELL_EVERY", 0.03)
    pauses: list[float] = []
    timeout = asyncio.timeout

    def note(seconds: float) -> asyncio.Timeout:
        pauses.append(seconds)
        return timeout(seconds)

    ollama.faults.set(Kind.DOWN)
    monkeypatch.setattr(asyncio, "timeout", note)
    task = asyncio.create_task(watched.watch.async_run())
    await watched.until(lambda: watched.watch.health.failures > 4)
    ollama.faults.clear()
    await watched.until(lambda: pauses[-1] == health.WELL_EVERY)
    task.cancel()
    await asyncio.wait([task])

    assert [one for one in pauses if one < 1][:4] == [0.02, 0.05, 0.1, 0.1]


# The list


async def test_order(
    ollama: ScriptedOllama, spare: ScriptedOllama, connect: Connect
) -> None:
    """First who is well and holds the model, then who is well, then the rest."""
    spare.models.install("other:1b")
    one, two = connect(ollama), connect(spare)
    endpoints = Endpoints([one, two])
    assert endpoints.in_order("other:1b") == [one, two]
    for watch in endpoints.watches:
        await watch.async_look()
    assert endpoints.in_order("other:1b") == [two, one]
    assert endpoints.in_order(MODEL) == [one, two]

    ollama.faults.set(Kind.DOWN)
    await endpoints.watches[0].async_look()
    assert endpoints.in_order(MODEL) == [two, one]


async def test_replace_keeps_what_is_known(
    ollama: ScriptedOllama, spare: ScriptedOllama, connect: Connect
) -> None:
    """An endpoint that stays is not asked anew; one that left is forgotten."""
    one, two = connect(ollama), connect(spare)
    endpoints = Endpoints([one])
    told = list[Endpoint]()
    stop = endpoints.listen(told.append)
    await endpoints.watches[0].async_look()

    endpoints.replace([two, one])
    assert list(endpoints) == [two, one]
    assert endpoints.health(one).version == ollama.version
    assert endpoints.health(two).version is None

    endpoints.replace([two])
    assert endpoints.health(one).version is None
    stop()
    await endpoints.watches[0].async_look()
    assert told == [one]


async def test_a_turn_tells_too(ollama: ScriptedOllama, connect: Connect) -> None:
    """What a turn meets at an endpoint is known at once, in both directions."""
    endpoint = connect(ollama)
    endpoints = Endpoints([endpoint])
    ollama.faults.set(Kind.CUT, times=1)

    with pytest.raises(OllamaError, match="interrupted"):
        await anext(endpoints.chat(request()))
    assert endpoints.health(endpoint).failure is Reason.INTERRUPTED

    async for _part in endpoints.chat(request()):
        pass
    assert endpoints.health(endpoint).well
    assert endpoints.latest == endpoint.name


@pytest.mark.parametrize("kind", [Kind.BUSY, Kind.MISSING_MODEL])
async def test_who_is_busy_is_not_ill(
    ollama: ScriptedOllama, connect: Connect, kind: Kind
) -> None:
    """An endpoint that has no room or lacks one model is as well as before."""
    endpoints = Endpoints([connect(ollama)])
    ollama.faults.set(kind)

    with pytest.raises(OllamaError):
        await anext(endpoints.chat(request()))

    assert endpoints.watches[0].health.well
