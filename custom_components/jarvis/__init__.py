"""Jarvis: a voice assistant that lives in Home Assistant, at home."""

import logging

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant

from .local.words import load_words
from .ollama.errors import OllamaError, Reason
from .pipeline import async_offer_pipeline
from .runtime import JarvisConfigEntry, make_runtime

_LOGGER = logging.getLogger(__name__)

PLATFORMS = (Platform.CONVERSATION,)


async def async_setup_entry(hass: HomeAssistant, entry: JarvisConfigEntry) -> bool:
    """Set up Jarvis; no endpoint need be well for it, what is local works alone."""
    await hass.async_add_executor_job(load_words)
    entry.runtime_data = make_runtime(entry)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    # Before anything listens to updates: it makes one itself.
    await async_offer_pipeline(hass, entry)
    entry.async_on_unload(entry.add_update_listener(_async_reload))
    entry.async_create_background_task(
        hass, _async_check_endpoints(hass, entry), "jarvis check endpoints"
    )
    return True


async def async_unload_entry(hass: HomeAssistant, entry: JarvisConfigEntry) -> bool:
    """Unload Jarvis and close its connections."""
    if not await hass.config_entries.async_unload_platforms(entry, PLATFORMS):
        return False
    await entry.runtime_data.endpoints.close()
    return True


async def _async_check_endpoints(hass: HomeAssistant, entry: JarvisConfigEntry) -> None:
    """Log which endpoints are not well, and ask for credentials that are refused."""
    for endpoint in entry.runtime_data.endpoints:
        try:
            await endpoint.version()
        except OllamaError as err:
            _LOGGER.warning("Ollama at %s: %s %s", err.endpoint, err.reason, err.detail)
            if err.reason is Reason.UNAUTHORIZED:
                entry.async_start_reauth(hass)


async def _async_reload(hass: HomeAssistant, entry: JarvisConfigEntry) -> None:
    """Apply changed settings of the entry or its agents."""
    await hass.config_entries.async_reload(entry.entry_id)
