"""What an owner may attach to a report: settings without secrets or words."""

from dataclasses import asdict
import time
from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.core import HomeAssistant

from .const import (
    CONF_ENDPOINTS,
    CONF_PASSWORD,
    CONF_PROMPT,
    CONF_TOKEN,
    CONF_URL,
    CONF_USERNAME,
)
from .ollama.errors import OllamaError
from .runtime import JarvisConfigEntry
from .tools.targets import exposed_entity_ids

_REDACTED = {CONF_URL, CONF_TOKEN, CONF_USERNAME, CONF_PASSWORD, CONF_PROMPT}


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: JarvisConfigEntry
) -> dict[str, Any]:
    """Return the entry, its agents and how its endpoints and servers for speech are."""
    endpoints = []
    for endpoint in entry.runtime_data.endpoints:
        try:
            endpoints.append(
                {
                    "version": await endpoint.version(),
                    "models": await endpoint.models(),
                    "loaded": [asdict(one) for one in await endpoint.loaded()],
                }
            )
        except OllamaError as err:
            endpoints.append({"failure": err.reason.value})
    seen = entry.runtime_data.endpoints.contexts.seen(time.monotonic())
    return {
        CONF_ENDPOINTS: async_redact_data(entry.data[CONF_ENDPOINTS], _REDACTED),
        "speech": [
            {
                "failure": watch.health.failure,
                "offer": asdict(watch.health.offer) if watch.health.offer else None,
            }
            for watch in entry.runtime_data.speech.watches
        ],
        "agents": [
            async_redact_data(dict(subentry.data), _REDACTED)
            for subentry in entry.subentries.values()
        ],
        "answers": endpoints,
        "other_contexts": [
            {"model": model, "context": other.context, "times": other.times}
            for (_, model), other in seen.items()
        ],
        "exposed_entities": len(exposed_entity_ids(hass)),
        "conversations": len(entry.runtime_data.conversations),
    }
