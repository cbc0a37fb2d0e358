"""The conversation agents: one entity a subentry."""

from typing import Literal, override

from homeassistant.components.conversation import (
    HOME_ASSISTANT_AGENT,
    ChatLog,
    ConversationEntity,
    ConversationEntityFeature,
    ConversationInput,
    ConversationResult,
    async_prepare_agent,
)
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN, SUBENTRY_CONVERSATION
from .local.language import language_of
from .local.words import LANGUAGES
from .runtime import AgentConfig, JarvisConfigEntry
from .tools.permission import async_permission
from .turn.take_turn import async_take_turn
from .turn.turn import Turn

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: JarvisConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the agents of an entry."""
    for subentry in entry.subentries.values():
        if subentry.subentry_type == SUBENTRY_CONVERSATION:
            async_add_entities(
                [JarvisConversation(entry, subentry)],
                config_subentry_id=subentry.subentry_id,
            )


class JarvisConversation(ConversationEntity):
    """An agent that people talk to."""

    _attr_has_entity_name = True
    _attr_name = None
    _attr_translation_key = "agent"
    _attr_supports_streaming = True
    _attr_supported_features = ConversationEntityFeature.CONTROL

    def __init__(self, entry: JarvisConfigEntry, subentry: ConfigSubentry) -> None:
        """Take the agent's settings."""
        self._entry = entry
        self._agent = AgentConfig.of(subentry)
        self._attr_unique_id = subentry.subentry_id
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, subentry.subentry_id)},
            name=subentry.title,
            manufacturer="Jarvis",
            model=self._agent.model,
            entry_type=DeviceEntryType.SERVICE,
        )

    @property
    @override
    def supported_languages(self) -> list[str] | Literal["*"]:
        """Return the languages that Jarvis speaks."""
        return list(LANGUAGES)

    @override
    async def async_prepare(self, language: str | None = None) -> None:
        """Load what is needed to understand, while the person still speaks."""
        for one in LANGUAGES:
            await async_prepare_agent(self.hass, HOME_ASSISTANT_AGENT, one)

    @override
    async def _async_handle_message(
        self, user_input: ConversationInput, chat_log: ChatLog
    ) -> ConversationResult:
        """Take a turn."""
        turn = Turn(
            hass=self.hass,
            entry=self._entry,
            agent=self._agent,
            agent_id=self.entity_id,
            user_input=user_input,
            chat_log=chat_log,
            language=language_of(user_input.text, user_input.language),
            permission=await async_permission(self.hass, user_input.context),
        )
        return await async_take_turn(turn)
