"""Another client loads Jarvis' model with a context of its own."""

from collections.abc import AsyncGenerator
from datetime import timedelta
import time
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.jarvis.background import SETTLE
from custom_components.jarvis.const import (
    CONF_KEEP_ALIVE,
    CONF_MODEL,
    CONF_NUM_CTX,
    CONF_PREFER_LOCAL,
    DOMAIN,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from .conftest import MODEL, async_prepared, async_settle
from .house import Jarvis
from .ollama_server import Model, ScriptedOllama

AGENT = {CONF_MODEL: MODEL, CONF_PREFER_LOCAL: False}
OURS, THEIRS = 8192, 4096


class Clock:
    """Tells Jarvis the time of a day that passes quickly."""

    def __init__(self) -> None:
        """Begin now."""
        self._passed = 0.0

    def now(self) -> float:
        """Return the monotonic time."""
        return time.monotonic() + self._passed

    async def pass_by(self, jarvis: Jarvis, seconds: float) -> None:
        """Let time pass, and what it brings be done."""
        self._passed += seconds
        later = dt_util.utcnow() + timedelta(seconds=seconds)
        async_fire_time_changed(jarvis.hass, later)
        await jarvis.hass.async_block_till_done()
        await jarvis.entry.runtime_data.background.async_prepared()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return the clock by which Jarvis waits for another client."""
    clock = Clock()
    monkeypatch.setattr("custom_components.jarvis.background.monotonic", clock.now)
    return clock


@pytest.fixture
async def jarvis(home: HomeAssistant, ollama: ScriptedOllama) -> AsyncGenerator[Jarvis]:
    """Return a Jarvis whose model is examined and warm."""
    entry = await async_settle(home, [ollama.url], AGENT)
    await async_prepared(entry, ollama)
    yield Jarvis(home, entry, ollama)
    await home.config_entries.async_unload(entry.entry_id)


async def look(jarvis: Jarvis) -> None:
    """Have the endpoint looked at as it is every half minute."""
    await jarvis.entry.runtime_data.endpoints.watches[0].async_look()
    await jarvis.hass.async_block_till_done()


async def taken(jarvis: Jarvis, context: int = THEIRS) -> None:
    """Let another client ask for another context, and that be found."""
    models = jarvis.ollama.models
    models.load(models.install(MODEL), context, -1)
    await look(jarvis)


def context(jarvis: Jarvis) -> int:
    """Return the context that the model is loaded with."""
    (loaded,) = jarvis.ollama.models.as_ps()["models"]
    number: int = loaded["context_length"]
    return number


def told(jarvis: Jarvis) -> dict[str, str] | None:
    """Return what the repair tells, if there is one."""
    for issue in ir.async_get(jarvis.hass).issues.values():
        if issue.domain == DOMAIN and issue.translation_key == "context_of_others":
            return issue.translation_placeholders
    return None


async def test_it_is_taken_back(jarvis: Jarvis, clock: Clock) -> None:
    """While nobody speaks the model reads its prompt again, with our context."""
    await taken(jarvis)
    assert context(jarvis) == THEIRS

    await clock.pass_by(jarvis, SETTLE + 1)

    assert context(jarvis) == OURS
    assert not told(jarvis), "once is no reason to trouble anybody"


async def test_it_is_not_fought_over(jarvis: Jarvis, clock: Clock) -> None:
    """Who comes again and again is left alone for longer, and the owner is told."""
    await taken(jarvis)
    await clock.pass_by(jarvis, SETTLE + 1)
    await taken(jarvis)
    assert told(jarvis) == {
        "model": MODEL,
        "endpoint": f"127.0.0.1:{jarvis.ollama.port}",
        "num_ctx": str(OURS),
        "other": str(THEIRS),
    }

    await clock.pass_by(jarvis, SETTLE + 1)
    await look(jarvis)
    assert context(jarvis) == THEIRS
    await clock.pass_by(jarvis, 60)
    await clock.pass_by(jarvis, SETTLE + 1)
    assert context(jarvis) == OURS
    assert told(jarvis)

    await taken(jarvis)
    await clock.pass_by(jarvis, 61)
    await clock.pass_by(jarvis, SETTLE + 1)
    assert context(jarvis) == THEIRS


async def test_the_owner_gives_in(jarvis: Jarvis, clock: Clock) -> None:
    """With the other's context nothing is wrong any more."""
    await taken(jarvis)
    await clock.pass_by(jarvis, SETTLE + 1)
    await taken(jarvis)
    (subentry,) = jarvis.entry.subentries.values()
    jarvis.hass.config_entries.async_update_subentry(
        jarvis.entry, subentry, data={**subentry.data, CONF_NUM_CTX: THEIRS}
    )
    await jarvis.hass.async_block_till_done()
    await jarvis.entry.runtime_data.background.async_prepared()

    assert told(jarvis) is None
    assert context(jarvis) == THEIRS


async def test_another_setting_is_no_other_client(jarvis: Jarvis) -> None:
    """What was loaded before with our own context is not somebody else's."""
    (subentry,) = jarvis.entry.subentries.values()
    for number in (16384, OURS, 16384):
        data = {**subentry.data, CONF_NUM_CTX: number}
        jarvis.hass.config_entries.async_update_subentry(
            jarvis.entry, subentry, data=data
        )
        await jarvis.hass.async_block_till_done()
        await jarvis.entry.runtime_data.background.async_prepared()
        await look(jarvis)
        assert context(jarvis) == number

    assert not jarvis.entry.runtime_data.endpoints.contexts.seen(0)


async def test_a_model_that_need_not_stay(
    home: HomeAssistant, ollama: ScriptedOllama, clock: Clock
) -> None:
    """Where it may be unloaded it is left to the other client until somebody speaks."""
    entry = await async_settle(home, [ollama.url], {**AGENT, CONF_KEEP_ALIVE: 300})
    await async_prepared(entry, ollama)
    jarvis = Jarvis(home, entry, ollama)

    await taken(jarvis)
    await clock.pass_by(jarvis, SETTLE + 1)

    assert context(jarvis) == THEIRS
    await home.config_entries.async_unload(entry.entry_id)


async def test_a_model_with_a_smaller_context(
    home: HomeAssistant, ollama: ScriptedOllama, clock: Clock
) -> None:
    """Ollama gives no model more than it was made for: that is nobody's doing."""
    ollama.models.install(Model(name=MODEL, context_length=2048))
    entry = await async_settle(home, [ollama.url], AGENT)
    await async_prepared(entry, ollama)
    jarvis = Jarvis(home, entry, ollama)
    assert context(jarvis) == 2048

    await look(jarvis)
    await clock.pass_by(jarvis, SETTLE + 1)

    assert not ollama.chats
    await home.config_entries.async_unload(entry.entry_id)


async def test_diagnostics(jarvis: Jarvis, hass_client: ClientSessionGenerator) -> None:
    """A report tells what is in memory, and what others made of it."""
    assert await async_setup_component(jarvis.hass, "diagnostics", {})
    await taken(jarvis)

    report: Any = await get_diagnostics_for_config_entry(
        jarvis.hass, hass_client, jarvis.entry
    )

    (loaded,) = report["answers"][0]["loaded"]
    assert (loaded["name"], loaded["context"]) == (MODEL, THEIRS)
    assert report["other_contexts"] == [{"model": MODEL, "context": THEIRS, "times": 1}]
