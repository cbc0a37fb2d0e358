"""The memory's copy in PostgreSQL, in a real Home Assistant and a real server."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

import pytest

from custom_components.jarvis.const import CONF_SECOND_HOME
from custom_components.jarvis.remembering import second_home
from custom_components.jarvis.remembering.memory import FILE, ISSUE_SET_ASIDE
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import issue_registry as ir

from ..house import Jarvis
from ..postgres_server import Server

PATIENCE_S = 20


@dataclass
class Copied:
    """A Jarvis whose memory is copied, and the server."""

    jarvis: Jarvis
    server: Server
    name: str

    def facts(self) -> set[str]:
        """Return the facts that are there."""
        found = self.server.sql(
            "SELECT text FROM jarvis_memory.fact", database=self.name
        )
        return set(found)

    async def soon(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds."""
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                await asyncio.sleep(0.02)

    async def fed(self) -> None:
        """Wait until the copy has everything."""
        runtime = self.jarvis.entry.runtime_data
        await self.soon(lambda: runtime.second_home.home is not None)

    async def recall(self, about: str) -> list[str]:
        """Return the facts that are recalled."""
        answer = await self.jarvis.hass.services.async_call(
            "jarvis", "recall", {"text": about}, blocking=True, return_response=True
        )
        assert answer
        memories = cast("list[dict[str, str]]", answer["memories"])
        return [one["text"] for one in memories if one["kind"] == "fact"]

    async def restart(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Unload Jarvis and set it up anew."""
        entries = self.jarvis.hass.config_entries
        assert await entries.async_unload(self.jarvis.entry.entry_id)
        meanwhile()
        assert await entries.async_setup(self.jarvis.entry.entry_id)
        await self.jarvis.hass.async_block_till_done()


type Choose = Callable[[str | None], Awaitable[None]]


@pytest.fixture
def choose(jarvis_alone: Jarvis) -> Choose:
    """Return what sets the address."""

    async def chosen(url: str | None) -> None:
        jarvis_alone.hass.config_entries.async_update_entry(
            jarvis_alone.entry, options={CONF_SECOND_HOME: url} if url else {}
        )
        await jarvis_alone.hass.async_block_till_done()

    return chosen


@pytest.fixture
async def copied(jarvis_alone: Jarvis, server: Server, choose: Choose) -> Copied:
    """Return a Jarvis with a second home, chosen after something was said."""
    await jarvis_alone.say("Remember that the boiler is from 2009", "en")
    await jarvis_alone.hass.async_block_till_done()
    name = server.new_database()
    await choose(server.url(name))
    copied = Copied(jarvis_alone, server, name)
    await copied.fed()
    return copied


async def test_everything_is_copied(copied: Copied) -> None:
    """What was said before and what is said after it was chosen."""
    before = copied.facts()
    await copied.jarvis.say("Remember that the safe is green", "en")
    await copied.fed()

    assert before == {"The boiler is from 2009"}
    assert copied.facts() == {"The boiler is from 2009", "The safe is green"}


async def test_it_is_asked_while_it_is_well(copied: Copied) -> None:
    """Given what only another house has told it, then that is recalled."""
    copied.server.sql(
        "UPDATE jarvis_memory.fact SET text = text || ', said elsewhere'",
        database=copied.name,
    )
    there = await copied.recall("the boiler")
    copied.server.stop("immediate")
    try:
        here = await copied.recall("the boiler")
    finally:
        copied.server.start()

    assert there == ["The boiler is from 2009, said elsewhere"]
    assert here == ["The boiler is from 2009"]


async def test_forgotten_there_too(copied: Copied) -> None:
    """Given something forgotten here, then it is gone there."""
    asked = await copied.jarvis.say("Forget what I told you about the boiler", "en")
    await copied.jarvis.say("yes", "en", conversation_id=asked.result.conversation_id)
    await copied.soon(lambda: not copied.facts())


async def test_a_server_that_was_away(copied: Copied) -> None:
    """Given a server that is down, then people are answered, and it hears later."""
    copied.server.stop("immediate")
    try:
        said = await copied.jarvis.say("Remember that the safe is green", "en")
        told = await copied.jarvis.say("What do you know about the safe?", "en")
    finally:
        copied.server.start()
    await copied.soon(lambda: "The safe is green" in copied.facts())

    assert said.speech == "Noted."
    assert "green" in told.speech


async def test_what_stays_wrong_is_a_repair(
    copied: Copied, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a server that stays away, then its owner is told, until it is back."""
    monkeypatch.setattr(second_home, "_TOLD_AFTER_S", 0)
    issues = ir.async_get(copied.jarvis.hass)
    copied.server.stop("immediate")
    try:
        await copied.jarvis.say("Remember that the safe is green", "en")
        await copied.soon(
            lambda: issues.async_get_issue("jarvis", second_home.ISSUE) is not None
        )
    finally:
        copied.server.start()
    await copied.soon(
        lambda: issues.async_get_issue("jarvis", second_home.ISSUE) is None
    )


async def test_a_damaged_file_is_rebuilt(copied: Copied) -> None:
    """Given a file that was destroyed, then all is here again from there."""
    file = Path(copied.jarvis.hass.config.path(FILE))

    def destroy() -> None:
        file.write_bytes(b"not a database, by far" * 1000)

    await copied.restart(destroy)
    runtime = copied.jarvis.entry.runtime_data
    await copied.soon(lambda: not runtime.memory.was_set_aside)
    copied.server.stop("immediate")
    try:
        told = await copied.jarvis.say("What do you know about the boiler?", "en")
    finally:
        copied.server.start()

    assert "2009" in told.speech
    issues = ir.async_get(copied.jarvis.hass)
    assert issues.async_get_issue("jarvis", ISSUE_SET_ASIDE) is None


async def test_given_up_and_chosen_again(copied: Copied, choose: Choose) -> None:
    """Given no second home for a while, then it gets what it has missed."""
    await choose(None)
    await copied.jarvis.say("Remember that the safe is green", "en")
    await copied.jarvis.hass.async_block_till_done()
    without = copied.facts()
    await choose(copied.server.url(copied.name))
    await copied.fed()

    assert without == {"The boiler is from 2009"}
    assert "The safe is green" in copied.facts()


@pytest.mark.parametrize("to", ["second_home", "local"])
async def test_moved_and_compared(copied: Copied, to: str) -> None:
    """Given both homes alike, then a move finds all of it in both."""
    moved = await copied.jarvis.hass.services.async_call(
        "jarvis", "move_memory", {"to": to}, blocking=True, return_response=True
    )

    assert moved == {
        "turns": 1,
        "facts": 1,
        "merged": 0,
        "missing": 0,
        "different": 0,
        "complete": True,
    }


async def test_a_move_that_cannot_be(copied: Copied, choose: Choose) -> None:
    """Given a server that is down, or none at all, then that is said."""
    move = partial(
        copied.jarvis.hass.services.async_call,
        "jarvis",
        "move_memory",
        {"to": "second_home"},
        blocking=True,
    )
    copied.server.stop("immediate")
    try:
        with pytest.raises(HomeAssistantError) as down:
            await move()
    finally:
        copied.server.start()
    await choose(None)
    with pytest.raises(ServiceValidationError) as none:
        await move()

    assert down.value.translation_key == "second_home_failed"
    assert none.value.translation_key == "no_second_home"


async def test_after_a_restart(copied: Copied) -> None:
    """Given a restart, then the copy goes on where it was."""
    await copied.restart()
    await copied.jarvis.say("Remember that the safe is green", "en")
    await copied.fed()

    assert copied.facts() == {"The boiler is from 2009", "The safe is green"}
