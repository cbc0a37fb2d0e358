"""Who is asked first: the owner's order, unless it did not hold."""

import asyncio
from collections.abc import Callable
import logging

import pytest

from custom_components.jarvis.speech import health
from custom_components.jarvis.speech.errors import Reason
from custom_components.jarvis.speech.hearing import Vocabulary, hear
from custom_components.jarvis.speech.servers import Sense, Servers

from .conftest import asked, stream
from .servers import Fault, Scripted, Start

SOON = 0.01


async def answers(servers: Servers) -> str:
    """Say something; return what the server wrote that answered."""
    return await hear(servers, "fr", Vocabulary(), stream(b"..."))


async def look(servers: Servers) -> None:
    """Look at all servers now."""
    for watch in servers.watches:
        await watch.async_look()


async def until(true: Callable[[], bool]) -> None:
    """Wait until something is so."""
    while not true():
        await asyncio.sleep(SOON)


@pytest.fixture
async def two(start: Start) -> list[Scripted]:
    """Return two servers that say who they are."""
    return [await start(hears=["fr"], transcript=name) for name in ("one", "two")]


async def test_the_owners_order(two: list[Scripted]) -> None:
    """While all are well the first is asked."""
    servers = await asked(*two)

    assert [await answers(servers) for _ in range(3)] == ["one"] * 3


async def test_who_answered_stays_first(two: list[Scripted]) -> None:
    """A server that is back is not asked at once, but if the other fails."""
    servers = await asked(*two)
    two[0].fault = Fault.ERROR
    assert await answers(servers) == "two"
    two[0].fault = None
    await look(servers)

    assert [await answers(servers) for _ in range(2)] == ["two"] * 2

    two[1].fault = Fault.ERROR
    assert await answers(servers) == "one"
    two[1].fault = None
    await look(servers)
    assert await answers(servers) == "one"


async def test_away_for_a_moment(two: list[Scripted]) -> None:
    """A server that failed while nobody spoke has to be well for a while too."""
    servers = await asked(*two)
    assert await answers(servers) == "one"
    await two[0].stop()
    await look(servers)
    await two[0].start()
    await look(servers)

    assert await answers(servers) == "two"


async def test_both_are_back(two: list[Scripted]) -> None:
    """Where both failed, the one that answered since then goes on."""
    servers = await asked(*two)
    for scripted in two:
        await scripted.stop()
    await look(servers)
    await two[1].start()
    await look(servers)
    assert await answers(servers) == "two"

    await two[0].start()
    await look(servers)

    assert await answers(servers) == "two"


async def test_the_order_counts_again(
    two: list[Scripted], monkeypatch: pytest.MonkeyPatch
) -> None:
    """When a server has been well for a while, it is the first again."""
    servers = await asked(*two)
    two[0].fault = Fault.ERROR
    assert await answers(servers) == "two"
    two[0].fault = None
    await look(servers)

    monkeypatch.setattr(health, "TRUSTED_AFTER", 0)

    assert await answers(servers) == "one"


async def test_all_are_ill(two: list[Scripted]) -> None:
    """Then they are asked all the same: one may be back."""
    servers = await asked(*two)
    for scripted in two:
        await scripted.stop()
    await look(servers)
    assert not any(servers.health(one).well for one in servers)
    for scripted in two:
        await scripted.start()

    assert await answers(servers) == "one"
    assert servers.health(next(iter(servers))).well


async def test_lost_and_back_are_logged_once(
    two: list[Scripted], caplog: pytest.LogCaptureFixture
) -> None:
    """However long it lasts."""
    caplog.set_level(logging.INFO, health.__name__)
    servers = await asked(*two)
    await two[0].stop()
    for _ in range(3):
        await look(servers)
    await two[0].start()
    for _ in range(2):
        await look(servers)

    levels = [one.levelname for one in caplog.records if one.name == health.__name__]
    assert levels == ["WARNING", "INFO"]


async def test_one_that_only_describes_itself_well_is_logged_once(
    two: list[Scripted], caplog: pytest.LogCaptureFixture
) -> None:
    """It fails whoever asks it; that is said once, until it answers."""
    caplog.set_level(logging.INFO, health.__name__)
    servers = await asked(two[0])
    two[0].fault = Fault.ERROR
    for _ in range(3):
        with pytest.raises(Exception, match="server_error"):
            await answers(servers)
        await look(servers)

    levels = [one.levelname for one in caplog.records if one.name == health.__name__]
    assert levels == ["WARNING", "INFO"]


async def test_only_news_is_told(two: list[Scripted]) -> None:
    """Who listens hears of each difference once."""
    servers = await asked(*two)
    first = next(iter(servers))
    told: list[tuple[bool, Reason | None]] = []
    servers.listen(
        lambda server: told.append((server is first, servers.health(server).failure))
    )
    await look(servers)
    assert not told

    two[0].hears = ["fr", "en"]
    await look(servers)
    await two[0].stop()
    await look(servers)
    await look(servers)
    await two[0].start()
    await look(servers)

    assert told == [(True, None), (True, Reason.UNREACHABLE), (True, None)]


async def test_long_gone_is_told(
    two: list[Scripted], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that does not come back is lost, once."""
    monkeypatch.setattr(health, "LOST_AFTER", 3)
    servers = await asked(two[0])
    told: list[bool] = []
    servers.listen(lambda server: told.append(servers.health(server).lost))
    await two[0].stop()
    for _ in range(4):
        await look(servers)
    assert told == [False, True]

    await two[0].start()
    await look(servers)
    assert told == [False, True, False]


async def test_a_failure_is_looked_at_at_once(two: list[Scripted]) -> None:
    """Whoever is watched need not wait for the next look to be well again."""
    servers = await asked(two[0])
    watch = servers.watches[0]
    running = asyncio.create_task(watch.async_run())
    await until(lambda: two[0].described == 2)

    two[0].fault = Fault.ERROR
    with pytest.raises(Exception, match="server_error"):
        await answers(servers)
    assert not watch.health.well
    await until(lambda: watch.health.well)

    running.cancel()
    await asyncio.wait([running])


async def test_one_that_is_ill_is_looked_at_soon(
    two: list[Scripted], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody need say anything for a server to be found again."""
    monkeypatch.setattr(health, "ILL_EVERY", (SOON,))
    await two[0].stop()
    servers = await asked(two[0])
    watch = servers.watches[0]
    running = asyncio.create_task(watch.async_run())
    await until(lambda: watch.health.failures > 3)
    await two[0].start()
    await until(lambda: watch.health.well)

    running.cancel()
    await asyncio.wait([running])


async def test_servers_come_and_go(two: list[Scripted]) -> None:
    """What stays keeps what is known of it."""
    servers = await asked(*two)
    first, second = servers

    servers.replace([second])

    assert await answers(servers) == "two"
    assert [ears.languages for ears in servers.ears] == [("fr",)]
    assert servers.health(first).offer is None


async def test_what_is_offered(start: Start) -> None:
    """It is not known before the servers were asked, unless one offers it."""
    ears = await start(hears=["fr"])
    servers = await asked(ears, described=False)
    assert servers.offers(Sense.HEARING) is None

    await look(servers)

    assert servers.offers(Sense.HEARING) is True
    assert servers.offers(Sense.SPEAKING) is False
    assert Servers().offers(Sense.HEARING) is False
