"""The model's part of a turn: it speaks, calls tools, reads their results, speaks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from homeassistant.components.conversation import (
    AssistantContent,
    ChatLog,
    ToolResultContent,
)
from homeassistant.components.conversation.chat_log import Content

from ..errors import TurnError
from ..ollama.endpoint import ChatRequest
from ..ollama.endpoints import Endpoints
from ..tools.guard import Guard
from .reply_stream import ReplyStream

MOST_ROUNDS = 10
"""Replies of the model in one turn; there are models that never stop calling tools."""
_MOST_SILENT = 2
"""Replies without a word or a call after which the turn is given up."""


@dataclass(slots=True)
class ModelLoop:
    """Runs a model until it has answered the person."""

    agent_id: str
    endpoints: Endpoints
    guard: Guard
    request: Callable[[], ChatRequest]
    """Makes the request for what the chat log holds by now."""
    prompt_tokens: int = 0
    """What the last prompt had, by the endpoint's own count."""

    async def async_run(self, chat_log: ChatLog) -> bool:
        """Run the rounds; False where the model acted and then said nothing.

        Raises `TurnError` where there is no answer.
        """
        began = len(chat_log.content)
        silent = 0
        for number in range(MOST_ROUNDS):
            # The last round is for words: calls made just before are turned away.
            self.guard.closed = number >= MOST_ROUNDS - 2
            added = await self._async_round(chat_log)
            if any(isinstance(content, ToolResultContent) for content in added):
                continue
            if _said_something(added):
                return True
            if _acted(chat_log, began):
                return False
            silent += 1
            if silent == _MOST_SILENT:
                raise TurnError("empty_reply", model=self.request().model)
        raise TurnError("too_many_rounds", model=self.request().model)

    async def _async_round(self, chat_log: ChatLog) -> Sequence[Content]:
        """Stream one reply, run the tools that it calls; return what was added."""
        before = len(chat_log.content)
        tools = chat_log.llm_api.tools if chat_log.llm_api else []
        stream = ReplyStream([tool.name for tool in tools])
        deltas = stream.deltas(self.endpoints.chat(self.request()))
        async for _content in chat_log.async_add_delta_content_stream(
            self.agent_id, deltas
        ):
            pass
        self.prompt_tokens = stream.prompt_tokens or self.prompt_tokens
        if stream.error:
            raise TurnError.of(stream.error) from stream.error
        return chat_log.content[before:]


def _said_something(added: Sequence[Content]) -> bool:
    """Tell whether a reply has words for the person."""
    return any(
        isinstance(content, AssistantContent) and (content.content or "").strip()
        for content in added
    )


def _acted(chat_log: ChatLog, began: int) -> bool:
    """Tell whether a tool did something in this turn."""
    tools = chat_log.llm_api.tools if chat_log.llm_api else []
    acting = {tool.name for tool in tools if not tool.annotations.read_only}
    return any(
        isinstance(content, ToolResultContent)
        and content.tool_name in acting
        and not content.result.error
        for content in chat_log.content[began:]
    )
