"""Add and change agents: those that people talk to, and those that do tasks."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import (
    ConfigEntryState,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.const import CONF_NAME
from homeassistant.helpers.llm import LLM_API_ASSIST

from .const import (
    CONF_LLM_HASS_API,
    CONF_MODEL,
    DEFAULT_AGENT_NAME,
    DEFAULT_AI_TASK_NAME,
    SUBENTRY_AI_TASK,
)
from .flow_schemas import agent_schema, task_schema
from .ollama.errors import OllamaError
from .ollama.models import same_model
from .pull_steps import PullSteps
from .runtime import JarvisConfigEntry


class AgentFlow(ConfigSubentryFlow, PullSteps):
    """Asks for everything that makes an agent; downloads a model that is missing."""

    def __init__(self) -> None:
        """Begin without any answer."""
        self._data: dict[str, Any] = {}

    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Add an agent."""
        if user_input is not None:
            return await self._async_save(user_input)
        # What another agent uses is there and in memory.
        others = (
            one.data.get(CONF_MODEL) for one in self._get_entry().subentries.values()
        )
        data: dict[str, Any] = {CONF_MODEL: next(filter(None, others), None)}
        if self._subentry_type != SUBENTRY_AI_TASK:
            data[CONF_LLM_HASS_API] = [LLM_API_ASSIST]
        return await self._async_form("user", data)

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change an agent."""
        if user_input is not None:
            return await self._async_save(user_input)
        subentry = self._get_reconfigure_subentry()
        return await self._async_form("reconfigure", dict(subentry.data))

    async def async_step_pulled(
        self, _: Mapping[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Keep the agent now that its model is there."""
        return self._save()

    async def _async_save(self, data: dict[str, Any]) -> SubentryFlowResult:
        """Keep the agent, after its model was downloaded where it is missing."""
        self._data = data
        entry: JarvisConfigEntry = self._get_entry()
        model = self._data.get(CONF_MODEL)
        if model and entry.state is ConfigEntryState.LOADED:
            for endpoint in entry.runtime_data.endpoints.in_order(model):
                try:
                    installed = await endpoint.models()
                except OllamaError:
                    continue
                if any(same_model(model, there) for there in installed):
                    break
                pulls = entry.runtime_data.pulls
                self.async_begin_pull(*pulls.pull(endpoint, model))
                result: SubentryFlowResult = await self.async_step_pull()
                return result
        return self._save()

    def _save(self) -> SubentryFlowResult:
        """Keep the agent."""
        if self.source == "user":
            name = self._data.pop(CONF_NAME)
            return self.async_create_entry(title=name, data=self._data)
        return self.async_update_and_abort(
            self._get_entry(), self._get_reconfigure_subentry(), data=self._data
        )

    async def _async_form(self, step: str, data: dict[str, Any]) -> SubentryFlowResult:
        """Show the form; an endpoint that is down only shortens the list of models."""
        installed: list[str] = []
        silent: list[str] = []
        entry: JarvisConfigEntry = self._get_entry()
        if entry.state is ConfigEntryState.LOADED:
            for endpoint in entry.runtime_data.endpoints:
                try:
                    installed += await endpoint.models()
                except OllamaError:
                    silent.append(endpoint.name)
        models = list(dict.fromkeys(installed))
        if self._subentry_type == SUBENTRY_AI_TASK:
            name = DEFAULT_AI_TASK_NAME if step == "user" else None
            schema = task_schema(models, data, name)
        else:
            name = DEFAULT_AGENT_NAME if step == "user" else None
            schema = agent_schema(self.hass, models, data, name)
        return self.async_show_form(
            step_id=step,
            data_schema=schema,
            errors={"base": "endpoint_silent"} if silent else None,
            description_placeholders={"endpoints": ", ".join(silent)},
        )
