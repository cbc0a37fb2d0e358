"""Another model takes the name of the one that was examined."""

from collections.abc import AsyncGenerator
from datetime import timedelta

import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.jarvis.background import SETTLE
from custom_components.jarvis.const import CONF_MODEL, CONF_PREFER_LOCAL
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .conftest import MODEL, async_prepared, async_settle
from .house import Jarvis
from .ollama_server import Model, ScriptedOllama, load_script

AGENT = {CONF_MODEL: MODEL, CONF_PREFER_LOCAL: False}


@pytest.fixture
async def jarvis(home: HomeAssistant, ollama: ScriptedOllama) -> AsyncGenerator[Jarvis]:
    """Return a Jarvis whose model is examined and warm."""
    entry = await async_settle(home, [ollama.url], AGENT)
    await async_prepared(entry, ollama)
    yield Jarvis(home, entry, ollama)
    await home.config_entries.async_unload(entry.entry_id)


async def found_out(jarvis: Jarvis) -> None:
    """Have the endpoint looked at, and what that brings be done."""
    await jarvis.entry.runtime_data.endpoints.watches[0].async_look()
    async_fire_time_changed(
        jarvis.hass, dt_util.utcnow() + timedelta(seconds=SETTLE + 1)
    )
    await jarvis.hass.async_block_till_done()
    await jarvis.entry.runtime_data.background.async_prepared()


async def test_the_model_was_replaced(jarvis: Jarvis) -> None:
    """Another model of the same name is examined, tried and warmed anew."""
    assert jarvis.entry.runtime_data.preflight(MODEL).calls_tools is True
    jarvis.ollama.models.install(Model(name=MODEL, version=2, layout="llama3.3"))
    jarvis.ollama.script = load_script([{"say": "I would rather not."}])
    await found_out(jarvis)

    found = jarvis.entry.runtime_data.preflight(MODEL)
    assert (found.tools_first, found.calls_tools) == (False, False)
    warmed = [
        one for one in jarvis.ollama.chats if one["options"].get("num_predict") == 1
    ]
    assert len(warmed) == 1


async def test_replies_are_begun_only_where_they_are_gone_on_with(
    home: HomeAssistant, ollama: ScriptedOllama
) -> None:
    """Whether a template leaves the turn open is known of the one that is there."""
    ollama.models.install(Model(name=MODEL, layout="qwen3.5"))
    entry = await async_settle(home, [ollama.url], AGENT)
    await async_prepared(entry, ollama)
    jarvis = Jarvis(home, entry, ollama)
    begun = list[bool]()
    for version, layout in enumerate(("qwen3.5", "gemma4", "qwen3.5"), 1):
        ollama.models.install(Model(name=MODEL, layout=layout, version=version))
        await found_out(jarvis)
        (endpoint,) = entry.runtime_data.endpoints
        begun.append(entry.runtime_data.endpoints.goes_on(endpoint, MODEL))

    assert begun == [True, False, True]
    await home.config_entries.async_unload(entry.entry_id)
