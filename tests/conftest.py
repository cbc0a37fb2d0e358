"""What all tests share: a home, a scripted Ollama, and Jarvis between them."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

import custom_components.jarvis  # noqa: F401 - bound before the plugin's own folder
from custom_components.jarvis.const import (
    CONF_ENDPOINTS,
    CONF_LLM_HASS_API,
    CONF_MODEL,
    CONF_PREFER_LOCAL,
    CONF_URL,
    CONF_VERIFY_SSL,
    DOMAIN,
    SUBENTRY_AI_TASK,
    SUBENTRY_CONVERSATION,
)
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from .day.fixtures import morning, morning_house  # noqa: F401 - fixtures for all
from .deprecations import no_deprecated_use  # noqa: F401 - applies to every test
from .house import Jarvis, async_furnish
from .ollama_server import ScriptedOllama
from .postgres_server import Server
from .speech.servers import start_speech  # noqa: F401 - a fixture for all

MODEL = "scripted:latest"


@pytest.fixture(scope="session")
def server() -> Generator[Server]:
    """Return a server that is there for all tests; whoever stops it starts it again."""
    server = Server.new()
    server.start()
    yield server
    server.remove()


@pytest.fixture(autouse=True)
def _custom_integrations(request: pytest.FixtureRequest) -> None:
    """Let Home Assistant find the integration, in tests that have one."""
    if "hass" in request.fixturenames:
        request.getfixturevalue("enable_custom_integrations")


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Leave it to asyncio's own `PYTHONASYNCIODEBUG`.

    The plugin's fixture of this name has each future note where it was made: that takes
    a third of the time of all tests.
    """


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    """Return a folder of its own for each Home Assistant: the memory is a file."""
    return str(tmp_path)


@pytest.fixture
async def ollama(socket_enabled: None) -> AsyncGenerator[ScriptedOllama]:
    """Return a scripted Ollama that listens."""
    server = ScriptedOllama(models=[MODEL])
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def spare(socket_enabled: None) -> AsyncGenerator[ScriptedOllama]:
    """Return a second scripted Ollama, as on another machine."""
    server = ScriptedOllama(models=[MODEL])
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def bare(hass: HomeAssistant) -> HomeAssistant:
    """Return a Home Assistant without a home, in which Jarvis can be set up."""
    for component in ("homeassistant", "assist_pipeline"):
        assert await async_setup_component(hass, component, {})
    return hass


@pytest.fixture
async def home(hass: HomeAssistant) -> HomeAssistant:
    """Return a Home Assistant with a furnished home."""
    await async_furnish(hass)
    return hass


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let pages of the documentation be written by the tests that check them."""
    parser.addoption("--write-docs", action="store_true")


async def async_settle(
    hass: HomeAssistant,
    urls: list[str],
    agent: dict[str, Any],
    task: dict[str, Any] | None = None,
) -> MockConfigEntry:
    """Set up Jarvis with endpoints, one agent and perhaps one that does tasks."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Jarvis",
        data={CONF_ENDPOINTS: [{CONF_URL: url, CONF_VERIFY_SSL: True} for url in urls]},
        subentries_data=[
            ConfigSubentryData(
                data=data, subentry_type=kind, title="Jarvis", unique_id=None
            )
            for kind, data in (
                (SUBENTRY_CONVERSATION, {CONF_LLM_HASS_API: ["assist"], **agent}),
                (SUBENTRY_AI_TASK, task),
            )
            if data is not None
        ],
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    # A test may set the clock: by then nobody looks at it any more.
    data = entry.runtime_data
    while looking := (*data.reminding._working, *data.timers._working):
        await asyncio.wait(looking)
    return entry


async def async_prepared(entry: MockConfigEntry, ollama: ScriptedOllama) -> None:
    """Wait until the model is examined and warm; forget what was asked for that."""
    await entry.runtime_data.background.async_prepared()
    ollama.requests.clear()


@pytest.fixture
async def jarvis(home: HomeAssistant, ollama: ScriptedOllama) -> AsyncGenerator[Jarvis]:
    """Return a Jarvis that understands locally first and then asks the model."""
    entry = await async_settle(home, [ollama.url], {CONF_MODEL: MODEL})
    await async_prepared(entry, ollama)
    yield Jarvis(home, entry, ollama)
    await home.config_entries.async_unload(entry.entry_id)


@pytest.fixture
async def jarvis_model_only(
    home: HomeAssistant, ollama: ScriptedOllama
) -> AsyncGenerator[Jarvis]:
    """Return a Jarvis that asks the model for everything."""
    agent = {CONF_MODEL: MODEL, CONF_PREFER_LOCAL: False}
    entry = await async_settle(home, [ollama.url], agent)
    await async_prepared(entry, ollama)
    yield Jarvis(home, entry, ollama)
    await home.config_entries.async_unload(entry.entry_id)


@pytest.fixture
async def jarvis_alone(
    home: HomeAssistant, ollama: ScriptedOllama
) -> AsyncGenerator[Jarvis]:
    """Return a Jarvis without any language model."""
    entry = await async_settle(home, [], {})
    yield Jarvis(home, entry, ollama)
    await home.config_entries.async_unload(entry.entry_id)
