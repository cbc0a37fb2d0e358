"""Jarvis: a voice assistant that lives in Home Assistant, at home."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType

from .background import Background
from .const import DOMAIN
from .local.load import load
from .memory_services import async_setup_memory_services
from .ollama.endpoints import Endpoints
from .pipeline import async_offer_pipeline
from .pulls import KeptPulls
from .remembering.memory import Memory
from .repair_issues import async_forget_findings
from .runtime import JarvisConfigEntry, JarvisRuntime, endpoint_configs, make_endpoint
from .services import async_setup_services
from .turn.prefix import Prefixes
from .turn.spoken_house import SpokenHouse

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)
PLATFORMS = (
    Platform.AI_TASK,
    Platform.BINARY_SENSOR,
    Platform.CONVERSATION,
    Platform.EVENT,
    Platform.SENSOR,
)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions, which are there with or without an entry."""
    async_setup_services(hass)
    async_setup_memory_services(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: JarvisConfigEntry) -> bool:
    """Set up Jarvis; no endpoint need be well for it, what is local works alone."""
    await hass.async_add_executor_job(load)
    pulls = KeptPulls(hass, entry)
    entry.runtime_data = runtime = JarvisRuntime(
        Endpoints([make_endpoint(one) for one in endpoint_configs(entry.data)]),
        Prefixes(hass),
        pulls.pulls,
        SpokenHouse(hass),
        memory := Memory(hass),
    )
    runtime.background = Background(hass, entry)
    await memory.async_open()
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    # Before anything listens to updates: it makes one itself.
    await async_offer_pipeline(hass, entry)
    entry.async_on_unload(entry.add_update_listener(_async_apply))
    runtime.background.async_start()
    entry.async_on_unload(pulls.async_save)
    await pulls.async_resume()
    return True


async def async_unload_entry(hass: HomeAssistant, entry: JarvisConfigEntry) -> bool:
    """Unload Jarvis and close its connections."""
    if not await hass.config_entries.async_unload_platforms(entry, PLATFORMS):
        return False
    entry.runtime_data.background.async_stop()
    await entry.runtime_data.memory.async_close()
    await entry.runtime_data.endpoints.close()
    # A mere reload keeps them, and with them what the owner ignores.
    if entry.disabled_by:
        async_forget_findings(hass)
    return True


async def async_remove_entry(hass: HomeAssistant, entry: JarvisConfigEntry) -> None:
    """Take back what would outlive the entry."""
    async_forget_findings(hass)


async def _async_apply(hass: HomeAssistant, entry: JarvisConfigEntry) -> None:
    """Apply changed settings of the entry or its agents in place."""
    await entry.runtime_data.background.async_apply()
