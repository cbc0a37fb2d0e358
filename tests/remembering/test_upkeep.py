"""Each night the memory is put in order, whatever fails of it."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
import json
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.jarvis.const import CONF_KEEP_TURNS_DAYS, CONF_MODEL
from custom_components.jarvis.memory.local import LocalRepository
from custom_components.jarvis.memory.records import Fact, Kind, Turn, now
from custom_components.jarvis.remembering.upkeep import (
    DEFAULT_KEEP_TURNS_DAYS,
    HOUR,
    MINUTE,
)
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..conftest import MODEL, async_prepared, async_settle
from ..house import Jarvis
from ..ollama_server import Kind as Fault, ScriptedOllama, load_script

WEDDING = "We planned the wedding in Bath"
OLD = timedelta(days=DEFAULT_KEEP_TURNS_DAYS)


@pytest.fixture
async def jarvis(home: HomeAssistant, ollama: ScriptedOllama) -> AsyncGenerator[Jarvis]:
    """Return a Jarvis whose model knows a sentence for what is long ago."""
    ollama.script = load_script(
        [
            {"prompt": "said to it long ago", "say": json.dumps({"sentence": WEDDING})},
            {"prompt": "You keep the memory", "say": json.dumps({"facts": []})},
            {"say": "How nice."},
        ]
    )
    entry = await async_settle(home, [ollama.url], {CONF_MODEL: MODEL})
    await async_prepared(entry, ollama)
    yield Jarvis(home, entry, ollama)
    await home.config_entries.async_unload(entry.entry_id)


def _repository(jarvis: Jarvis) -> LocalRepository:
    repository = jarvis.entry.runtime_data.memory.repository
    assert isinstance(repository, LocalRepository)
    return repository


def _turn(said: str, age: timedelta, **more: Any) -> Turn:
    return Turn(
        **{
            "conversation": "old",
            "said": said,
            "answered": "Fine.",
            "at": now() - age,
            "language": "en",
            "model": MODEL,
            **more,
        }
    )


async def _night(jarvis: Jarvis) -> None:
    """Let the next night come, and what it brings be done."""
    tonight = dt_util.now().replace(hour=HOUR, minute=MINUTE, second=0, microsecond=0)
    async_fire_time_changed(jarvis.hass, tonight + timedelta(days=1))
    await jarvis.hass.async_block_till_done()
    working = jarvis.entry.runtime_data.upkeep._working
    assert working
    await asyncio.wait([working])


async def test_what_is_too_old_goes(jarvis_alone: Jarvis) -> None:
    """Old turns and facts whose time has come; the rest stays."""
    repository = _repository(jarvis_alone)
    recent = _turn("recent", timedelta(days=1))
    await repository.add_turns([_turn("ancient", OLD + timedelta(days=1)), recent])
    fact = Fact(text="Kept")
    over = Fact(text="Over", expires_at=now() - timedelta(days=1))
    await repository.add_facts([fact, over])

    await _night(jarvis_alone)

    assert await repository.turns((None,)) == [recent]
    assert list(await repository.get_many([fact.id, over.id])) == [fact.id]
    # It grew old and was not forgotten: it may be learned again.
    assert await repository.tombstones() == []


async def test_as_long_as_the_owner_wants(jarvis_alone: Jarvis) -> None:
    """The option is read each night."""
    hass, entry = jarvis_alone.hass, jarvis_alone.entry
    repository = _repository(jarvis_alone)
    await repository.add_turns([_turn("a week ago", timedelta(days=8))])
    hass.config_entries.async_update_entry(entry, options={CONF_KEEP_TURNS_DAYS: 7})

    await _night(jarvis_alone)

    assert await repository.turns((None,)) == []


async def test_doubles_become_one(jarvis_alone: Jarvis) -> None:
    """The better one stands for both."""
    repository = _repository(jarvis_alone)
    said = Fact(text="I like the strong coffees")
    await repository.add_facts(
        [Fact(text="I like strong coffee", kind=Kind.PREFERENCE, confidence=0.9), said]
    )

    await _night(jarvis_alone)

    assert await repository.facts((None,)) == [said]


async def test_old_talk_leaves_a_sentence(jarvis: Jarvis) -> None:
    """Some days before it goes, and only once."""
    repository = _repository(jarvis)
    age = OLD - timedelta(days=3)
    said = ("we are planning the wedding in Bath", "how many guests fit in there")
    await repository.add_turns([_turn(one, age) for one in said])

    await _night(jarvis)
    await _night(jarvis)

    (kept,) = await repository.facts((None,))
    assert (kept.text, kept.kind) == (WEDDING, Kind.EVENT)
    asked = [one for one in jarvis.ollama.chats if "long ago" in str(one["messages"])]
    assert len(asked) == 1
    assert len(await repository.turns((None,))) == 2


async def test_a_model_that_sleeps(jarvis: Jarvis) -> None:
    """Where there is nothing to learn and to summarise it is not woken."""
    jarvis.ollama.requests.clear()

    await jarvis.entry.runtime_data.upkeep.async_keep_up()
    await jarvis.hass.async_block_till_done()

    assert not jarvis.ollama.chats


async def test_the_night_learns_the_rest(jarvis: Jarvis) -> None:
    """All that is left is read, without a rest."""
    repository = _repository(jarvis)
    said = [f"The shelf number {at} holds grandfather's mugs" for at in range(50)]
    day = timedelta(days=1)
    await repository.add_turns([_turn(one, day) for one in said])

    await _night(jarvis)

    asked = [one for one in jarvis.ollama.chats if "shelf" in str(one["messages"])]
    assert len(asked) == 2


async def test_a_model_that_is_away(jarvis: Jarvis) -> None:
    """Nothing is summarised then; the rest is done."""
    repository = _repository(jarvis)
    soon = _turn("we are planning the wedding", OLD - timedelta(days=3))
    later = _turn("how many guests fit in", OLD - timedelta(days=3))
    await repository.add_turns([_turn("old", OLD + timedelta(days=1)), soon, later])
    jarvis.ollama.faults.set(Fault.DOWN)

    await _night(jarvis)

    assert {one.id for one in await repository.turns((None,))} == {soon.id, later.id}
    assert await repository.facts((None,)) == []


async def test_a_memory_that_is_closed(
    jarvis_alone: Jarvis, caplog: pytest.LogCaptureFixture
) -> None:
    """There is nothing to put in order, and nothing is raised."""
    await jarvis_alone.entry.runtime_data.memory.async_close()

    await _night(jarvis_alone)

    working = jarvis_alone.entry.runtime_data.upkeep._working
    assert working
    assert working.exception() is None
