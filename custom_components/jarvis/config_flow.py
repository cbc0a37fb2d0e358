"""Set up, reconfigure and reauthenticate Jarvis."""

from collections.abc import Mapping
from typing import Any, override

import probatio

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlowResult,
    ConfigSubentryData,
    ConfigSubentryFlow,
)
from homeassistant.core import callback
from homeassistant.helpers.llm import LLM_API_ASSIST
from homeassistant.helpers.selector import (
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)

from .agent_flow import AgentFlow
from .const import (
    CONF_ENDPOINTS,
    CONF_LLM_HASS_API,
    CONF_MODEL,
    CONF_PULL,
    CONF_URL,
    DEFAULT_AGENT_NAME,
    DEFAULT_AI_TASK_NAME,
    DOMAIN,
    SUBENTRY_AI_TASK,
    SUBENTRY_CONVERSATION,
)
from .flow_schemas import (
    CREDENTIALS_SCHEMA,
    ENDPOINT_SCHEMA,
    Probe,
    async_probe,
    first_agent_schema,
    normalized_url,
    pipeline_schema,
)
from .memory_flow import MemoryFlow
from .ollama.endpoint import EndpointConfig
from .ollama.errors import Reason
from .ollama.models import same_model
from .pull_steps import PullSteps
from .runtime import make_endpoint
from .speech_flow import SpeechSteps


class JarvisConfigFlow(SpeechSteps, PullSteps, domain=DOMAIN):
    """Leads an owner from nothing to a pipeline that answers."""

    VERSION = 1

    def __init__(self) -> None:
        """Begin without any endpoint."""
        self._endpoints: list[dict[str, Any]] = []
        self._probe = Probe()
        self._model: str | None = None
        self._changed: str | None = None
        """The address of the endpoint that is being changed."""

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: ConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Return what may be added to an entry: more agents."""
        return {SUBENTRY_CONVERSATION: AgentFlow, SUBENTRY_AI_TASK: AgentFlow}

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> MemoryFlow:
        """Return what asks about the memory."""
        return MemoryFlow()

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whether there is a language model yet."""
        return self.async_show_menu(
            step_id="user", menu_options=["endpoint", "no_model"]
        )

    async def async_step_endpoint(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the first endpoint and test it."""
        data, errors = await self._async_tested(user_input)
        if data is None:
            return self._endpoint_form("endpoint", user_input, errors)
        self._endpoints = [data]
        return await self.async_step_agent()

    async def async_step_no_model(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Go on without a language model."""
        return await self.async_step_pipeline()

    async def async_step_agent(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask which model shall answer."""
        if user_input is None:
            return self.async_show_form(
                step_id="agent", data_schema=first_agent_schema(self._probe)
            )
        self._model = model = user_input[CONF_MODEL]
        installed = any(same_model(model, one) for one in self._probe.installed)
        if user_input[CONF_PULL] and not installed:
            self.start_own_pull(
                make_endpoint(EndpointConfig(**self._endpoints[0])), model
            )
            result: ConfigFlowResult = await self.async_step_pull()
            return result
        return await self.async_step_pipeline()

    async def async_step_pulled(
        self, _: Mapping[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Go on now that the model is there."""
        return await self.async_step_pipeline()

    async def async_step_pipeline(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Offer a pipeline, so that the owner can talk to Jarvis at once."""
        if user_input is None:
            return self.async_show_form(
                step_id="pipeline", data_schema=pipeline_schema(self.hass)
            )
        agent: dict[str, Any] = {CONF_LLM_HASS_API: [LLM_API_ASSIST]}
        if self._model:
            agent[CONF_MODEL] = self._model
        return self.async_create_entry(
            title=DEFAULT_AGENT_NAME,
            data={CONF_ENDPOINTS: self._endpoints, **user_input},
            subentries=[
                ConfigSubentryData(
                    data=agent,
                    subentry_type=SUBENTRY_CONVERSATION,
                    title=DEFAULT_AGENT_NAME,
                    unique_id=None,
                ),
                ConfigSubentryData(
                    data={CONF_MODEL: self._model} if self._model else {},
                    subentry_type=SUBENTRY_AI_TASK,
                    title=DEFAULT_AI_TASK_NAME,
                    unique_id=None,
                ),
            ],
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what to change about the endpoints and the servers for speech."""
        entry = self._get_reconfigure_entry()
        self._endpoints = list(entry.data[CONF_ENDPOINTS])
        options = ["add_endpoint"]
        if self._endpoints:
            options += ["change_endpoint", "order_endpoints"]
        options += self.speech_options(entry)
        return self.async_show_menu(step_id="reconfigure", menu_options=options)

    async def async_step_add_endpoint(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for one more endpoint, which is asked after the others."""
        data, errors = await self._async_tested(user_input)
        if data is None:
            return self._endpoint_form("add_endpoint", user_input, errors)
        self._give_models()
        return self._save([*self._endpoints, data])

    async def async_step_change_endpoint(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask which endpoint to change."""
        urls = [endpoint[CONF_URL] for endpoint in self._endpoints]
        if user_input is None and len(urls) > 1:
            return self.async_show_form(
                step_id="change_endpoint",
                data_schema=probatio.Schema(
                    {probatio.Required(CONF_URL): _choice(urls, multiple=False)}
                ),
            )
        self._changed = user_input[CONF_URL] if user_input else urls[0]
        return await self.async_step_changed_endpoint()

    async def async_step_changed_endpoint(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask how an endpoint is reached from now on."""
        position = next(
            index
            for index, endpoint in enumerate(self._endpoints)
            if endpoint[CONF_URL] == self._changed
        )
        data, errors = await self._async_tested(user_input, but=self._changed)
        if data is None:
            return self._endpoint_form(
                "changed_endpoint", user_input or self._endpoints[position], errors
            )
        return self._save(
            [*self._endpoints[:position], data, *self._endpoints[position + 1 :]]
        )

    async def async_step_order_endpoints(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the order of the endpoints; what is left out is removed."""
        by_url = {endpoint[CONF_URL]: endpoint for endpoint in self._endpoints}
        if user_input is None:
            return self.async_show_form(
                step_id="order_endpoints",
                data_schema=probatio.Schema(
                    {
                        probatio.Required(CONF_ENDPOINTS, default=list(by_url)): (
                            _choice(list(by_url), multiple=True)
                        )
                    }
                ),
            )
        return self._save([by_url[url] for url in user_input[CONF_ENDPOINTS]])

    async def async_step_reauth(
        self, entry_data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Find the endpoint that lets Jarvis in no more."""
        self._endpoints = list(entry_data[CONF_ENDPOINTS])
        for endpoint in self._endpoints:
            probe = await async_probe(EndpointConfig(**endpoint))
            if probe.failure == Reason.UNAUTHORIZED:
                self._changed = endpoint[CONF_URL]
                return await self.async_step_reauth_confirm()
        return self.async_abort(reason="all_authorized")

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for other credentials for that endpoint and test them."""
        errors: dict[str, str] = {}
        if user_input is not None:
            changed = [
                {**_without_credentials(endpoint), **user_input}
                if endpoint[CONF_URL] == self._changed
                else endpoint
                for endpoint in self._endpoints
            ]
            tested = next(one for one in changed if one[CONF_URL] == self._changed)
            probe = await async_probe(EndpointConfig(**tested))
            if probe.failure is None:
                return self.async_update_and_abort(
                    self._get_reauth_entry(), data_updates={CONF_ENDPOINTS: changed}
                )
            errors["base"] = probe.failure
        return self.async_show_form(
            step_id="reauth_confirm",
            data_schema=CREDENTIALS_SCHEMA,
            errors=errors,
            description_placeholders={"endpoint": self._changed or ""},
        )

    async def _async_tested(
        self, user_input: dict[str, Any] | None, but: str | None = None
    ) -> tuple[dict[str, Any] | None, dict[str, str]]:
        """Test what was entered; return it as it is kept, or what is wrong with it."""
        if user_input is None:
            return None, {}
        if (url := normalized_url(user_input[CONF_URL])) is None:
            return None, {CONF_URL: "invalid_url"}
        others = [one[CONF_URL] for one in self._endpoints if one[CONF_URL] != but]
        if url in map(normalized_url, others):
            return None, {CONF_URL: "already_configured"}
        data = {**user_input, CONF_URL: url}
        self._probe = await async_probe(EndpointConfig(**data))
        if self._probe.failure:
            return None, {"base": self._probe.failure}
        return data, {}

    def _endpoint_form(
        self, step: str, values: dict[str, Any] | None, errors: dict[str, str]
    ) -> ConfigFlowResult:
        """Show the form of an endpoint with what was entered before."""
        return self.async_show_form(
            step_id=step,
            data_schema=self.add_suggested_values_to_schema(ENDPOINT_SCHEMA, values),
            errors=errors,
        )

    def _give_models(self) -> None:
        """Give agents that were made without a model the best of the endpoint's."""
        entry = self._get_reconfigure_entry()
        for subentry in entry.subentries.values():
            if not subentry.data.get(CONF_MODEL):
                self.hass.config_entries.async_update_subentry(
                    entry,
                    subentry,
                    data={**subentry.data, CONF_MODEL: self._probe.best},
                )

    def _save(self, endpoints: list[dict[str, Any]]) -> ConfigFlowResult:
        """Keep the endpoints."""
        return self.async_update_and_abort(
            self._get_reconfigure_entry(), data_updates={CONF_ENDPOINTS: endpoints}
        )


def _choice(urls: list[str], *, multiple: bool) -> SelectSelector:
    """Return a choice among addresses; several keep the order they were put in."""
    return SelectSelector(
        SelectSelectorConfig(
            options=urls, multiple=multiple, mode=SelectSelectorMode.DROPDOWN
        )
    )


def _without_credentials(endpoint: Mapping[str, Any]) -> dict[str, Any]:
    """Return an endpoint's data without what lets Jarvis in."""
    secret = {str(marker) for marker in CREDENTIALS_SCHEMA.schema}
    return {key: value for key, value in endpoint.items() if key not in secret}
