"""The memory for other models: an API of Home Assistant's, apart from Assist's."""

from typing import override

from homeassistant.core import HomeAssistant
from homeassistant.helpers import llm

from .const import DOMAIN
from .tools.memory import memory_tools
from .turn.hand import MemoryHand


class MemoryApi(llm.API):
    """Offers the memory tools to whoever chooses it; Jarvis' own agents have them.

    Never in `assist`: whoever may use that may not look into people's memories.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        """Go by the name of the integration."""
        super().__init__(hass=hass, id=DOMAIN, name="Jarvis")

    @override
    async def async_get_api_instance(
        self, llm_context: llm.LLMContext
    ) -> llm.APIInstance:
        """Return the tools; each call looks who asks."""
        tools = memory_tools(MemoryHand(self.hass))
        return llm.APIInstance(self, "", llm_context, list(tools))
