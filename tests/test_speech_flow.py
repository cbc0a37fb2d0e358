"""An owner adds, changes, orders and removes servers for speech."""

from collections.abc import Sequence
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jarvis.memory_flow import _SPEECH
from custom_components.jarvis.speech.errors import Reason
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from .conftest import async_settle
from .speech.servers import Fault, Scripted, Start
from .speech_home import async_give
from .walk import TEXTS, Walk


@pytest.fixture
async def entry(bare: HomeAssistant) -> MockConfigEntry:
    """Return a Jarvis without any server."""
    return await async_settle(bare, [], {})


async def walk_to(hass: HomeAssistant, entry: MockConfigEntry, step: str) -> Walk:
    """Choose a step from the menu."""
    return await (await Walk.reconfigure(hass, entry)).choose(step)


@pytest.mark.parametrize("shape", ["tcp://{}", "{}", " {}/ "])
async def test_add(
    bare: HomeAssistant, entry: MockConfigEntry, start_speech: Start, shape: str
) -> None:
    """Another server stands behind the others; the endpoints stay as they are."""
    first = await start_speech(hears=["fr"])
    second = await start_speech(voices={"siwis": ["fr_FR"]})
    await async_give(bare, entry, first)

    walk = await walk_to(bare, entry, "add_speech")
    walk = await walk.fill(address=shape.format(second.address))
    await bare.async_block_till_done()

    assert walk.ended == "reconfigure_successful"
    assert kept(entry) == [
        {"host": "127.0.0.1", "port": first.port},
        {"host": "127.0.0.1", "port": second.port},
    ]
    assert in_use(entry) == [str(first.address), str(second.address)]
    assert entry.data["endpoints"] == []


async def test_the_first_one(
    bare: HomeAssistant, entry: MockConfigEntry, start_speech: Start
) -> None:
    """As long as there is none, there is nothing to change or order."""
    server = await start_speech(hears=["fr"])
    walk = await Walk.reconfigure(bare, entry)
    assert walk.result["menu_options"] == ["add_endpoint", "add_speech"]

    walk = await (await walk.choose("add_speech")).fill(address=str(server.address))
    await bare.async_block_till_done()

    assert walk.ended == "reconfigure_successful"
    assert in_use(entry) == [str(server.address)]
    walk = await Walk.reconfigure(bare, entry)
    assert walk.result["menu_options"] == [
        "add_endpoint",
        "add_speech",
        "change_speech",
        "order_speech",
    ]


async def test_what_is_wrong_is_told(
    bare: HomeAssistant, entry: MockConfigEntry, start_speech: Start
) -> None:
    """A form stays open with what was entered until it can be used."""
    here = await start_speech(hears=["fr"])
    gone = await start_speech(hears=["fr"])
    empty = await start_speech()
    await gone.stop()
    await async_give(bare, entry, here)
    walk = await walk_to(bare, entry, "add_speech")

    told = {}
    for address in ("nas", str(here.address), str(gone.address), str(empty.address)):
        walk = await walk.fill(address=address)
        told[address] = next(iter(walk.errors.items()))
        assert walk.suggested == {"address": address}

    assert list(told.values()) == [
        ("address", "speech_invalid_address"),
        ("address", "speech_already_configured"),
        ("base", "speech_unreachable"),
        ("base", "speech_nothing_offered"),
    ]
    assert in_use(entry) == [str(here.address)]
    await gone.start()
    assert (await walk.fill(address=str(gone.address))).ended


@pytest.mark.parametrize(
    "reason", sorted(set(Reason) - {Reason.NO_SERVER, Reason.OTHER_FORMAT})
)
def test_every_cause_has_words(reason: Reason) -> None:
    """Whatever a server can do wrong when it is tried has a text."""
    assert f"speech_{reason}" in TEXTS["config"]["error"]


async def test_change_the_only_one(
    bare: HomeAssistant, entry: MockConfigEntry, start_speech: Start
) -> None:
    """With one server there is nothing to choose; its address is shown."""
    old, new = await start_speech(hears=["fr"]), await start_speech(hears=["fr"])
    await async_give(bare, entry, old)

    walk = await walk_to(bare, entry, "change_speech")
    assert walk.step == "changed_speech"
    assert walk.suggested == {"address": str(old.address)}
    walk = await walk.fill(address=str(new.address))
    await bare.async_block_till_done()

    assert walk.ended == "reconfigure_successful"
    assert in_use(entry) == [str(new.address)]


@pytest.mark.parametrize("position", [0, 1])
async def test_change_one_of_two(
    bare: HomeAssistant, entry: MockConfigEntry, start_speech: Start, position: int
) -> None:
    """The chosen server changes in its place, and may stay as it is."""
    servers = [await start_speech(hears=["fr"]) for _ in range(2)]
    new = await start_speech(hears=["fr"])
    await async_give(bare, entry, *servers)
    names = addresses(servers)

    walk = await walk_to(bare, entry, "change_speech")
    assert walk.options("address") == names
    walk = await walk.fill(address=names[position])
    taken = await walk.fill(address=names[1 - position])
    assert taken.errors == {"address": "speech_already_configured"}
    walk = await taken.fill(address=str(new.address))
    await bare.async_block_till_done()

    assert walk.ended == "reconfigure_successful"
    names[position] = str(new.address)
    assert in_use(entry) == names


@pytest.mark.parametrize(
    "wanted", [(1, 0), (0,), (1,), ()], ids=["turned", "first", "second", "none"]
)
async def test_order_and_remove(
    bare: HomeAssistant,
    entry: MockConfigEntry,
    start_speech: Start,
    wanted: Sequence[int],
) -> None:
    """Servers are asked in the order that was chosen; what was left out is gone."""
    servers = [await start_speech(hears=["fr"]) for _ in range(2)]
    await async_give(bare, entry, *servers)
    names = addresses(servers)

    walk = await walk_to(bare, entry, "order_speech")
    assert walk.defaults == {"speech_servers": names}
    walk = await walk.fill(speech_servers=[names[index] for index in wanted])
    await bare.async_block_till_done()

    assert walk.ended == "reconfigure_successful"
    assert in_use(entry) == [names[index] for index in wanted]


async def test_one_that_fails_who_asks_can_be_added(
    bare: HomeAssistant, entry: MockConfigEntry, start_speech: Start
) -> None:
    """A set-up asks only what a server can do, which costs it nothing."""
    server = await start_speech(hears=["fr"], fault=Fault.ERROR)

    walk = await walk_to(bare, entry, "add_speech")
    walk = await walk.fill(address=str(server.address))

    assert walk.ended == "reconfigure_successful"
    assert not server.requests


def addresses(servers: Sequence[Scripted]) -> list[str]:
    """Return where servers are, as people read it."""
    return [str(one.address) for one in servers]


async def test_how_soon_a_command_is_over(
    bare: HomeAssistant, entry: MockConfigEntry
) -> None:
    """An owner has complete commands end at once, and may take that back."""
    bare.config_entries.async_update_entry(entry, options={"learn": False})
    shown = []
    for wanted in (True, False):
        walk = await (await Walk.set_options(bare, entry)).choose("speech")
        shown.append((walk.step, walk.suggested.get("end_early")))
        walk = await walk.fill(end_early=wanted)
        assert walk.result["type"] is FlowResultType.CREATE_ENTRY
        assert entry.options == {"learn": False, "end_early": wanted}

    # It is not on unless somebody wants it.
    assert shown == [("speech", None), ("speech", True)]
    assert _SPEECH({}) == {"end_early": False}


def kept(entry: MockConfigEntry) -> list[dict[str, Any]]:
    """Return the servers as they are kept."""
    servers: list[dict[str, Any]] = entry.data["speech_servers"]
    return servers


def in_use(entry: MockConfigEntry) -> list[str]:
    """Return the servers that are asked, in their order."""
    return [server.name for server in entry.runtime_data.speech]
