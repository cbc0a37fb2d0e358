"""What is Jarvis' own for other models: an API of Home Assistant's, beside Assist's."""

from typing import override

from homeassistant.core import HomeAssistant
from homeassistant.helpers import llm

from .const import DOMAIN
from .tools.memory import memory_tools
from .tools.reminders import reminder_tools
from .turn.memory.hand import MemoryHand
from .turn.reminders.hand import ReminderHand


class MemoryApi(llm.API):
    """Offers memory and reminders to whoever chooses it; Jarvis' own agents have them.

    Never in `assist`: whoever may use that may not look into what is people's own.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        """Go by the name of the integration."""
        super().__init__(hass=hass, id=DOMAIN, name="Jarvis")

    @override
    async def async_get_api_instance(
        self, llm_context: llm.LLMContext
    ) -> llm.APIInstance:
        """Return the tools; each call looks who asks."""
        tools = [
            *memory_tools(MemoryHand(self.hass)),
            *reminder_tools(ReminderHand(self.hass)),
        ]
        return llm.APIInstance(self, "", llm_context, tools)
