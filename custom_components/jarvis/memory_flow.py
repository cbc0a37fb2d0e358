"""The entry's options: the memory and its second home, reminders, speech."""

from typing import Any

import probatio

from homeassistant.config_entries import (
    ConfigEntryState,
    ConfigFlowResult,
    OptionsFlow,
)
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

from . import reminder_flow
from .const import (
    CONF_EMBEDDING_MODEL,
    CONF_END_EARLY,
    CONF_GUEST_ENTITY,
    CONF_KEEP_TURNS_DAYS,
    CONF_LEARN,
    CONF_SECOND_HOME,
    DEFAULT_KEEP_TURNS_DAYS,
)
from .ollama.embed import EMBEDDING_MODELS
from .ollama.errors import OllamaError
from .ollama.models import same_model
from .store.errors import Reason, StoreError
from .store.postgres import probe

_LONGEST_DAYS = 3650
_WHO_IS_HERE = ["input_boolean", "binary_sensor", "switch", "schedule"]


class MemoryFlow(OptionsFlow):
    """Asks how Jarvis shall remember."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what to set."""
        return self.async_show_menu(
            step_id="init",
            menu_options=["memory", CONF_SECOND_HOME, "reminders", "speech"],
        )

    async def async_step_memory(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what is kept, for how long, and by which model it is found."""
        if user_input is None:
            models, silent = await self._async_models()
            return self.async_show_form(
                step_id="memory",
                data_schema=self.add_suggested_values_to_schema(
                    _schema(models), self.config_entry.options
                ),
                errors={"base": "endpoint_silent"} if silent else None,
                description_placeholders={"endpoints": ", ".join(silent)},
            )
        days = int(user_input[CONF_KEEP_TURNS_DAYS])
        return self._save({**user_input, CONF_KEEP_TURNS_DAYS: days}, _MEMORY)

    async def async_step_second_home(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a PostgreSQL database and test it; without one there is none."""
        errors: dict[str, str] = {}
        why = ""
        if user_input is not None:
            url = user_input.get(CONF_SECOND_HOME, "").strip()
            if not url:
                return self._save({}, {CONF_SECOND_HOME})
            try:
                await probe(url)
            except StoreError as err:
                errors["base"] = self.error_of(err.reason)
                why = err.detail
            else:
                return self._save({CONF_SECOND_HOME: url}, {CONF_SECOND_HOME})
        return self.async_show_form(
            step_id="second_home",
            data_schema=self.add_suggested_values_to_schema(
                _SECOND_HOME, user_input or self.config_entry.options
            ),
            errors=errors,
            description_placeholders={"why": why, "example": _EXAMPLE},
        )

    async def async_step_reminders(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask when nobody is spoken to, and how often reminders are told."""
        if user_input is None:
            return self.async_show_form(
                step_id="reminders",
                data_schema=self.add_suggested_values_to_schema(
                    reminder_flow.SCHEMA, self.config_entry.options
                ),
            )
        counts = {name: int(user_input[name]) for name in reminder_flow.COUNTED}
        return self._save({**user_input, **counts}, reminder_flow.ASKED)

    async def async_step_speech(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask how soon a command is over."""
        if user_input is None:
            return self.async_show_form(
                step_id="speech",
                data_schema=self.add_suggested_values_to_schema(
                    _SPEECH, self.config_entry.options
                ),
            )
        return self._save(user_input, {CONF_END_EARLY})

    @staticmethod
    def error_of(reason: Reason) -> str:
        """Return the key of what is told of a server."""
        return f"postgres_{reason if reason in _TOLD else Reason.FAILED}"

    def _save(self, values: dict[str, Any], asked: set[str]) -> ConfigFlowResult:
        """Keep the answers, and what was not asked for as it is."""
        others = {
            name: value
            for name, value in self.config_entry.options.items()
            if name not in asked
        }
        return self.async_create_entry(data=others | values)

    async def _async_models(self) -> tuple[list[str], list[str]]:
        """Return models that embed, those that are installed before others.

        Beside them are the endpoints that did not say what they have.
        """
        entry = self.config_entry
        installed: list[str] = []
        silent: list[str] = []
        if entry.state is ConfigEntryState.LOADED:
            for endpoint in entry.runtime_data.endpoints:
                try:
                    installed += [
                        model
                        for model in await endpoint.models()
                        if "embedding" in await endpoint.capabilities(model)
                    ]
                except OllamaError:
                    silent.append(endpoint.name)
        others = [
            model
            for model in EMBEDDING_MODELS
            if not any(same_model(model, one) for one in installed)
        ]
        return [*dict.fromkeys(installed), *others], silent


_TOLD = frozenset(
    {
        Reason.URL,
        Reason.UNKNOWN_HOST,
        Reason.UNREACHABLE,
        Reason.TLS,
        Reason.LOGIN,
        Reason.NO_DATABASE,
        Reason.RIGHTS,
        Reason.CONNECTIONS,
        Reason.NO_VECTOR,
        Reason.VECTOR_RIGHTS,
        Reason.VECTOR_TOO_OLD,
        Reason.SERVER_TOO_OLD,
        Reason.READ_ONLY,
        Reason.NEWER,
        Reason.FULL,
        Reason.BUSY,
    }
)
"""What has a remedy of its own; anything else is told as the server puts it."""
_EXAMPLE = "postgresql://jarvis:password@192.168.1.10:5432/jarvis?sslmode=require"
_MEMORY = {CONF_EMBEDDING_MODEL, CONF_LEARN, CONF_KEEP_TURNS_DAYS, CONF_GUEST_ENTITY}
_SECOND_HOME = probatio.Schema(
    {
        probatio.Optional(CONF_SECOND_HOME): TextSelector(
            # It holds a password.
            TextSelectorConfig(type=TextSelectorType.PASSWORD)
        )
    }
)
_SPEECH = probatio.Schema(
    {probatio.Required(CONF_END_EARLY, default=False): BooleanSelector()}
)


def _schema(models: list[str]) -> probatio.Schema:
    """Return the form of the memory."""
    return probatio.Schema(
        {
            probatio.Optional(CONF_EMBEDDING_MODEL): SelectSelector(
                SelectSelectorConfig(
                    options=models,
                    custom_value=True,
                    mode=SelectSelectorMode.DROPDOWN,
                )
            ),
            probatio.Required(CONF_LEARN, default=True): BooleanSelector(),
            probatio.Required(
                CONF_KEEP_TURNS_DAYS, default=DEFAULT_KEEP_TURNS_DAYS
            ): NumberSelector(
                NumberSelectorConfig(
                    min=1,
                    max=_LONGEST_DAYS,
                    step=1,
                    mode=NumberSelectorMode.BOX,
                    unit_of_measurement="d",
                )
            ),
            probatio.Optional(CONF_GUEST_ENTITY): EntitySelector(
                EntitySelectorConfig(domain=_WHO_IS_HERE)
            ),
        }
    )
