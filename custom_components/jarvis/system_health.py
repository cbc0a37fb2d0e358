"""What Home Assistant's system page shows of Jarvis."""

from typing import Any

from homeassistant.components.system_health import SystemHealthRegistration
from homeassistant.core import HomeAssistant, callback

from .const import SUBENTRY_CONVERSATION
from .runtime import agents, loaded_entry


@callback
def async_register(hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Register what to show."""
    register.async_register_info(_async_info)


async def _async_info(hass: HomeAssistant) -> dict[str, Any]:
    """Return how many endpoints are well and which models are in use."""
    if (entry := loaded_entry(hass)) is None:
        return {}
    endpoints = entry.runtime_data.endpoints
    well = sum(endpoints.health(endpoint).well for endpoint in endpoints)
    models = {agent.model for agent in agents(entry, SUBENTRY_CONVERSATION)}
    return {
        "endpoints_well": f"{well}/{len(list(endpoints))}",
        "models": ", ".join(sorted(model for model in models if model)) or "-",
        "conversations": len(entry.runtime_data.conversations),
    }
