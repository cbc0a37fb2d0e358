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
from homeassistant.helpers.chat_session import current_session
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import SUBENTRY_CONVERSATION
from .entity import AgentEntity, async_add_for_agents
from .local.text.language import language_of
from .local.text.words import LANGUAGES
from .runtime import JarvisConfigEntry, agent_of
from .tools.permission import async_permission
from .turn.report import TurnReport
from .turn.take_turn import async_take_turn
from .turn.turn import Turn

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: JarvisConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the agents of an entry."""
    async_add_for_agents(
        entry,
        SUBENTRY_CONVERSATION,
        async_add_entities,
        lambda subentry: [JarvisConversation(entry, subentry)],
    )


class JarvisConversation(AgentEntity, ConversationEntity):
    """An agent that people talk to."""

    _attr_name = None
    _attr_translation_key = "agent"
    _attr_supports_streaming = True
    _attr_supported_features = ConversationEntityFeature.CONTROL

    def __init__(self, entry: JarvisConfigEntry, subentry: ConfigSubentry) -> None:
        """Take the agent; its settings are read at each turn."""
        super().__init__(entry, subentry)

    @property
    @override
    def supported_languages(self) -> list[str] | Literal["*"]:
        """Return the languages that Jarvis speaks."""
        return list(LANGUAGES)

    @override
    async def async_prepare(self, language: str | None = None) -> None:
        """Get ready while the person still speaks."""
        agent = agent_of(self._entry, self._subentry)
        runtime = self._entry.runtime_data
        session = current_session.get()
        runtime.beginnings.async_listen()
        runtime.background.async_warm(
            agent, language, session.conversation_id if session else None
        )
        runtime.ahead.async_listen(agent, self.entity_id, language)
        for one in LANGUAGES:
            await async_prepare_agent(self.hass, HOME_ASSISTANT_AGENT, one)

    @override
    async def _async_handle_message(
        self, user_input: ConversationInput, chat_log: ChatLog
    ) -> ConversationResult:
        """Take a turn."""
        language = language_of(user_input.text, user_input.language)
        turn = Turn(
            hass=self.hass,
            entry=self._entry,
            agent=agent_of(self._entry, self._subentry),
            agent_id=self.entity_id,
            user_input=user_input,
            chat_log=chat_log,
            language=language,
            permission=await async_permission(self.hass, user_input.context),
            report=TurnReport(
                self._subentry.subentry_id,
                self.entity_id,
                language,
                context_id=user_input.context.id,
            ),
        )
        return await async_take_turn(turn)
