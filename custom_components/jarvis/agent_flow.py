"""Add and change conversation agents."""

from typing import Any

from homeassistant.config_entries import ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import CONF_NAME
from homeassistant.helpers.llm import LLM_API_ASSIST

from .const import CONF_LLM_HASS_API
from .flow_schemas import agent_schema
from .ollama.errors import OllamaError
from .runtime import JarvisConfigEntry


class AgentFlow(ConfigSubentryFlow):
    """Asks for everything that makes an agent."""

    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Add an agent."""
        if user_input is not None:
            return self.async_create_entry(
                title=user_input.pop(CONF_NAME), data=user_input
            )
        return await self._async_form("user", {CONF_LLM_HASS_API: [LLM_API_ASSIST]})

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change an agent."""
        subentry = self._get_reconfigure_subentry()
        if user_input is not None:
            return self.async_update_and_abort(
                self._get_entry(), subentry, data=user_input
            )
        return await self._async_form("reconfigure", dict(subentry.data))

    async def _async_form(self, step: str, data: dict[str, Any]) -> SubentryFlowResult:
        """Show the form; an endpoint that is down only shortens the list of models."""
        installed: list[str] = []
        entry: JarvisConfigEntry = self._get_entry()
        if runtime := getattr(entry, "runtime_data", None):
            for endpoint in runtime.endpoints:
                try:
                    installed += await endpoint.models()
                except OllamaError:
                    continue
        return self.async_show_form(
            step_id=step,
            data_schema=agent_schema(
                self.hass,
                list(dict.fromkeys(installed)),
                data,
                named=step == "user",
            ),
        )
