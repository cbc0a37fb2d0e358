"""The steps in which an owner adds, changes, orders and removes servers for speech."""

from typing import Any

import probatio

from homeassistant.config_entries import ConfigEntry, ConfigFlow, ConfigFlowResult
from homeassistant.const import CONF_ADDRESS
from homeassistant.core import callback
from homeassistant.helpers.selector import (
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)

from .const import CONF_SPEECH_SERVERS
from .runtime import speech_addresses, speech_data
from .speech.errors import SpeechError
from .speech.server import Address, Server

_SCHEMA = probatio.Schema({probatio.Required(CONF_ADDRESS): TextSelector()})


class SpeechSteps(ConfigFlow):
    """Adds the servers for speech to the flow that changes an entry."""

    _changed_speech: Address
    """The server that is being changed."""

    @callback
    def speech_options(self, entry: ConfigEntry) -> list[str]:
        """Return what can be done about the servers of an entry."""
        if not speech_addresses(entry.data):
            return ["add_speech"]
        return ["add_speech", "change_speech", "order_speech"]

    async def async_step_add_speech(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for one more server, which is asked after the others."""
        address, errors = await self._async_tested_speech(user_input)
        if address is None:
            return self._speech_form("add_speech", user_input, errors)
        return self._save_speech([*self._speech, address])

    async def async_step_change_speech(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask which server to change."""
        by_name = {str(address): address for address in self._speech}
        if user_input is None and len(by_name) > 1:
            return self.async_show_form(
                step_id="change_speech",
                data_schema=probatio.Schema(
                    {
                        probatio.Required(CONF_ADDRESS): _choice(
                            list(by_name), multiple=False
                        )
                    }
                ),
            )
        self._changed_speech = (
            by_name[user_input[CONF_ADDRESS]] if user_input else self._speech[0]
        )
        return await self.async_step_changed_speech()

    async def async_step_changed_speech(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask where a server is from now on."""
        address, errors = await self._async_tested_speech(
            user_input, but=self._changed_speech
        )
        if address is None:
            values = user_input or {CONF_ADDRESS: str(self._changed_speech)}
            return self._speech_form("changed_speech", values, errors)
        return self._save_speech(
            [address if one == self._changed_speech else one for one in self._speech]
        )

    async def async_step_order_speech(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the order of the servers; what is left out is removed."""
        by_name = {str(address): address for address in self._speech}
        if user_input is None:
            marker = probatio.Required(CONF_SPEECH_SERVERS, default=list(by_name))
            return self.async_show_form(
                step_id="order_speech",
                data_schema=probatio.Schema(
                    {marker: _choice(list(by_name), multiple=True)}
                ),
            )
        return self._save_speech(
            [by_name[name] for name in user_input[CONF_SPEECH_SERVERS]]
        )

    @property
    def _speech(self) -> list[Address]:
        """The servers that there are."""
        return speech_addresses(self._get_reconfigure_entry().data)

    async def _async_tested_speech(
        self, user_input: dict[str, Any] | None, but: Address | None = None
    ) -> tuple[Address | None, dict[str, str]]:
        """Test what was entered; return it, or what is wrong with it."""
        if user_input is None:
            return None, {}
        address = Address.parse(user_input[CONF_ADDRESS])
        if address is None:
            return None, {CONF_ADDRESS: "speech_invalid_address"}
        if address != but and address in self._speech:
            return None, {CONF_ADDRESS: "speech_already_configured"}
        try:
            offer = await Server(address).describe()
        except SpeechError as err:
            return None, {"base": f"speech_{err.reason}"}
        if offer.ears is None and offer.mouth is None:
            return None, {"base": "speech_nothing_offered"}
        return address, {}

    def _speech_form(
        self, step: str, values: dict[str, Any] | None, errors: dict[str, str]
    ) -> ConfigFlowResult:
        """Show the form of a server with what was entered before."""
        return self.async_show_form(
            step_id=step,
            data_schema=self.add_suggested_values_to_schema(_SCHEMA, values),
            errors=errors,
        )

    def _save_speech(self, addresses: list[Address]) -> ConfigFlowResult:
        """Keep the servers."""
        return self.async_update_and_abort(
            self._get_reconfigure_entry(),
            data_updates={CONF_SPEECH_SERVERS: speech_data(addresses)},
        )


def _choice(names: list[str], *, multiple: bool) -> SelectSelector:
    """Return a choice among servers; several keep the order they were put in."""
    return SelectSelector(
        SelectSelectorConfig(
            options=names, multiple=multiple, mode=SelectSelectorMode.DROPDOWN
        )
    )
