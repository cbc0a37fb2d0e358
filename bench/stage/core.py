"""A real Home Assistant core in this process, for benchmarks to set up agents in."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
import logging
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pytest_homeassistant_custom_component.common import async_test_home_assistant

import custom_components.jarvis  # noqa: F401 - bound before the plugin's own folder
from homeassistant.core import HomeAssistant
from homeassistant.loader import DATA_CUSTOM_COMPONENTS
from homeassistant.setup import async_setup_component

BARE = ("homeassistant", "conversation", "assist_pipeline", "llm")
"""What both agents need, for a house that brings its own devices."""
COMPONENTS = (
    *BARE,
    "light",
    "switch",
    "cover",
    "climate",
    "fan",
    "lock",
    "media_player",
    "vacuum",
    "sensor",
    "binary_sensor",
    "valve",
    "todo",
    "weather",
    "calendar",
)
"""What makes Home Assistant offer the tools of a usual house."""


@asynccontextmanager
async def home_assistant(
    components: Sequence[str] = COMPONENTS,
    config: Mapping[str, Any] | None = None,
    folder: Path | None = None,
) -> AsyncIterator[HomeAssistant]:
    """Run a Home Assistant without any devices, in a folder that stays or in none."""
    # What is missing here, such as ffmpeg, is of no interest; what Jarvis says is.
    logging.getLogger().setLevel(logging.CRITICAL)
    logging.getLogger("custom_components.jarvis").setLevel(logging.WARNING)
    with nullcontext(folder) if folder else TemporaryDirectory() as home:
        async with async_test_home_assistant(config_dir=str(home)) as hass:
            hass.data.pop(DATA_CUSTOM_COMPONENTS)
            await hass.config.async_set_time_zone("Europe/Paris")
            try:
                given = dict(config or {})
                for component in components:
                    assert await async_setup_component(hass, component, given)
                await hass.async_block_till_done()
                yield hass
            finally:
                await hass.async_stop(force=True)
