"""AI tasks: text or structured data, from pictures and files too."""

from typing import override

from homeassistant.components.ai_task import (
    AITaskEntity,
    AITaskEntityFeature,
    GenDataTask,
    GenDataTaskResult,
)
from homeassistant.components.conversation import ChatLog
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import SUBENTRY_AI_TASK
from .entity import AgentEntity, async_add_for_agents
from .errors import TurnError
from .runtime import JarvisConfigEntry, agent_of
from .turn.task import async_generate

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: JarvisConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the task entities of an entry."""
    async_add_for_agents(
        entry,
        SUBENTRY_AI_TASK,
        async_add_entities,
        lambda subentry: [JarvisTask(entry, subentry)],
    )


class JarvisTask(AgentEntity, AITaskEntity):
    """Does what automations ask for."""

    _attr_name = None
    _attr_translation_key = "task"
    _attr_supported_features = (
        AITaskEntityFeature.GENERATE_DATA | AITaskEntityFeature.SUPPORT_ATTACHMENTS
    )

    def __init__(self, entry: JarvisConfigEntry, subentry: ConfigSubentry) -> None:
        """Take the task's settings; they are read anew each time."""
        super().__init__(entry, subentry)

    @override
    async def _async_generate_data(
        self, task: GenDataTask, chat_log: ChatLog
    ) -> GenDataTaskResult:
        """Generate text or data; errors are translated."""
        agent = agent_of(self._entry, self._subentry)
        runtime = self._entry.runtime_data
        if not agent.model or not runtime.endpoints:
            raise TurnError("no_endpoint")
        data = await async_generate(
            self.hass,
            runtime,
            agent,
            self.entity_id,
            chat_log,
            structure=task.structure,
        )
        return GenDataTaskResult(chat_log.conversation_id, data)
