"""What one turn knows: who said what to which agent, in which language."""

from dataclasses import dataclass
from enum import StrEnum
from functools import partial
import time

from homeassistant.components.conversation import (
    AssistantContent,
    ChatLog,
    ConversationInput,
    ConversationResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import intent
from homeassistant.helpers.chat_session import async_get_chat_session

from ..agent import AgentConfig
from ..runtime import JarvisConfigEntry
from ..tools.permission import Permission
from .history import Conversation
from .report import TurnReport


class Outcome(StrEnum):
    """How a reply came about."""

    LOCAL = "local"
    MODEL = "model"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Turn:
    """Everything that one utterance takes along on its way to a reply."""

    hass: HomeAssistant
    entry: JarvisConfigEntry
    agent: AgentConfig
    agent_id: str
    user_input: ConversationInput
    chat_log: ChatLog
    language: str
    """The language of the utterance, which is also that of the reply."""
    permission: Permission
    report: TurnReport

    @property
    def has_model(self) -> bool:
        """Tell whether there is a model to ask."""
        return bool(self.agent.model and self.entry.runtime_data.endpoints)

    def conversation(self) -> Conversation:
        """Return what is kept of this conversation, until its session ends."""
        kept = self.entry.runtime_data.conversations
        identity = self.chat_log.conversation_id
        if identity not in kept:
            kept[identity] = Conversation()
            with async_get_chat_session(self.hass, identity) as session:
                session.async_on_cleanup(partial(_forget, kept, identity))
        return kept[identity]

    def say(
        self,
        sentence: str,
        outcome: Outcome,
        response: intent.IntentResponse | None = None,
    ) -> ConversationResult:
        """Answer with a sentence of Jarvis' own."""
        self.chat_log.async_add_assistant_content_without_tools(
            AssistantContent(agent_id=self.agent_id, content=sentence)
        )
        response = response or intent.IntentResponse(language=self.language)
        response.async_set_speech(sentence)
        result = ConversationResult(
            response,
            self.chat_log.conversation_id,
            self.chat_log.continue_conversation,
        )
        return self.with_outcome(result, outcome)

    def with_outcome(
        self, result: ConversationResult, outcome: Outcome, error: str | None = None
    ) -> ConversationResult:
        """Add to the speech how it came about, for whoever shows or measures it."""
        report = self.report
        report.understood = outcome.value
        report.error = error
        report.seconds = time.monotonic() - report.began
        plain = result.response.speech.setdefault("plain", {"speech": ""})
        plain["extra_data"] = {
            "jarvis": {
                "understood": outcome.value,
                "model": report.model if outcome is Outcome.MODEL else None,
                "error": error,
            }
        }
        self.entry.runtime_data.reports.tell(report)
        return result


def _forget(kept: dict[str, Conversation], identity: str) -> None:
    """Let go of a conversation whose session has ended."""
    kept.pop(identity, None)
