"""A flow as its owner walks through it, form by form, with every text in place."""

from dataclasses import dataclass
import re
from typing import Any, Self

from custom_components.jarvis.const import DOMAIN, SUBENTRY_CONVERSATION
from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlowContext,
    SubentryFlowContext,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowManager, FlowResultType

from .source import JARVIS, read_json

TEXTS = read_json(JARVIS / "translations" / "en.json")
AGENT_TEXTS = TEXTS["config_subentries"][SUBENTRY_CONVERSATION]


@dataclass(slots=True)
class Walk:
    """A flow under way, and where it stands."""

    manager: FlowManager[Any, Any, Any]
    texts: dict[str, Any]
    result: Any

    @classmethod
    async def set_up(cls, hass: HomeAssistant) -> Self:
        """Begin to set up Jarvis."""
        manager = hass.config_entries.flow
        result = await manager.async_init(DOMAIN, context={"source": "user"})
        return cls(manager, TEXTS["config"], result)._told()

    @classmethod
    async def connect(cls, hass: HomeAssistant, url: str, **more: Any) -> Self:
        """Begin to set up Jarvis and enter an endpoint."""
        walk = await (await cls.set_up(hass)).choose("endpoint")
        return await walk.fill(url=url, **more)

    @classmethod
    async def reconfigure(cls, hass: HomeAssistant, entry: ConfigEntry) -> Self:
        """Begin to change the endpoints."""
        context = ConfigFlowContext(source="reconfigure", entry_id=entry.entry_id)
        manager = hass.config_entries.flow
        result = await manager.async_init(DOMAIN, context=context)
        return cls(manager, TEXTS["config"], result)._told()

    @classmethod
    async def reauth(cls, hass: HomeAssistant) -> Self:
        """Come to the one flow that asks for new credentials."""
        manager = hass.config_entries.flow
        (flow,) = manager.async_progress()
        assert flow["context"]["source"] == "reauth"
        result = await manager.async_configure(flow["flow_id"])
        return cls(manager, TEXTS["config"], result)._told()

    @classmethod
    async def agent(
        cls, hass: HomeAssistant, entry: ConfigEntry, changed: str | None = None
    ) -> Self:
        """Begin to add an agent, or to change one."""
        manager = hass.config_entries.subentries
        context = SubentryFlowContext(source="user")
        if changed:
            context = SubentryFlowContext(source="reconfigure", subentry_id=changed)
        result = await manager.async_init(
            (entry.entry_id, SUBENTRY_CONVERSATION), context=context
        )
        return cls(manager, AGENT_TEXTS, result)._told()

    @classmethod
    async def set_options(cls, hass: HomeAssistant, entry: ConfigEntry) -> Self:
        """Begin to change the options."""
        manager = hass.config_entries.options
        result = await manager.async_init(entry.entry_id)
        return cls(manager, TEXTS["options"], result)._told()

    async def choose(self, option: str) -> Self:
        """Choose from a menu."""
        assert self.result["type"] is FlowResultType.MENU
        assert option in self.result["menu_options"]
        return await self._go({"next_step_id": option})

    async def fill(self, **values: Any) -> Self:
        """Fill in a form; what is left out is as the form suggests it."""
        assert self.result["type"] is FlowResultType.FORM
        return await self._go({**self.suggested, **values})

    async def fill_only(self, **values: Any) -> Self:
        """Fill in a form whose other fields are emptied."""
        assert self.result["type"] is FlowResultType.FORM
        return await self._go(values)

    @property
    def step(self) -> str:
        """The step whose form or menu is shown."""
        return str(self.result["step_id"])

    @property
    def errors(self) -> dict[str, str]:
        """What the form says was wrong."""
        return self.result["errors"] or {}

    @property
    def ended(self) -> str:
        """Why the flow came to an end."""
        assert self.result["type"] is FlowResultType.ABORT
        return str(self.result["reason"])

    @property
    def entry(self) -> ConfigEntry:
        """The entry that was made."""
        assert self.result["type"] is FlowResultType.CREATE_ENTRY
        entry: ConfigEntry = self.result["result"]
        return entry

    @property
    def defaults(self) -> dict[str, Any]:
        """What the form holds unless somebody changes it."""
        return {
            str(field): field.default()
            for field in self._fields
            if callable(getattr(field, "default", None))
        }

    @property
    def suggested(self) -> dict[str, Any]:
        """What the form shows in fields that may be emptied."""
        return {
            str(field): field.description["suggested_value"]
            for field in self._fields
            if (field.description or {}).get("suggested_value") is not None
        }

    def options(self, field: str) -> list[str]:
        """What can be chosen in a field."""
        choices = self._fields[field].config["options"]
        return [each if isinstance(each, str) else each["value"] for each in choices]

    @property
    def _fields(self) -> dict[Any, Any]:
        fields: dict[Any, Any] = self.result["data_schema"].schema
        return fields

    async def _go(self, given: dict[str, Any]) -> Self:
        flow_id = self.result["flow_id"]
        self.result = await self.manager.async_configure(flow_id, given)
        return self._told()

    def _told(self) -> Self:
        """Check that what is shown now has its words."""
        match self.result["type"]:
            case FlowResultType.FORM:
                told = self.texts["step"][self.step]
                assert {str(field) for field in self._fields} == told["data"].keys()
                assert set(self.errors.values()) <= self.texts.get("error", {}).keys()
                given = self.result["description_placeholders"] or {}
                described = told.get("description", "")
                assert set(re.findall(r"\{(\w+)\}", described)) <= given.keys()
            case FlowResultType.MENU:
                told = self.texts["step"][self.step]
                assert set(self.result["menu_options"]) <= told["menu_options"].keys()
            case FlowResultType.ABORT:
                # Home Assistant has words for the ends that every integration knows.
                if self.result.get("translation_domain") != "homeassistant":
                    assert self.ended in self.texts["abort"]
        return self
