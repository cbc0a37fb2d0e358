"""The model's part of a turn: it speaks, calls tools, reads their results, speaks."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import ollama

from homeassistant.components.conversation import (
    AssistantContent,
    ChatLog,
    ToolResultContent,
)
from homeassistant.components.conversation.chat_log import Content

from ..agent import Role
from ..errors import TurnError
from ..ollama.endpoint import ChatRequest
from ..ollama.endpoints import Endpoints
from ..tools.guard import Guard
from ..tools.think_harder import ROLE, ThinkHarder
from .readings import Readings
from .reply_stream import ReplyStream
from .report import TurnReport

MOST_ROUNDS = 10
"""Replies of the model in one turn; there are models that never stop calling tools."""
_MOST_SILENT = 2
"""Replies without a word or a call after which the turn is given up."""


@dataclass(slots=True)
class ModelLoop:
    """Runs a model until it has answered the person."""

    agent_id: str
    endpoints: Endpoints
    chat: Callable[[ChatRequest], AsyncGenerator[ollama.ChatResponse]]
    """Streams a reply of one of them."""
    guard: Guard
    request: Callable[[Role], Awaitable[ChatRequest]]
    """Makes the request to a role's model for what the chat log holds by now."""
    bridge: Callable[[str], str | None]
    """Gives words to say before a tool, if it is slow."""
    report: TurnReport
    role: Role = Role.HOME
    opening: str | None = None
    """What is said while the model begins; None to wait for its own words."""
    readings: Readings = field(default_factory=Readings)
    is_new: bool = False
    """Whether a conversation begins."""
    prompt_tokens: dict[str, int] = field(default_factory=dict)
    """What the last prompt to each model had, by the endpoint's own count."""

    async def async_run(self, chat_log: ChatLog) -> bool:
        """Run the rounds; False where the model acted and then said nothing.

        Raises `TurnError` where there is no answer.
        """
        began = len(chat_log.content)
        silent = 0
        model = ""
        for number in range(MOST_ROUNDS):
            # The last round is for words: calls made just before are turned away.
            self.guard.closed = number >= MOST_ROUNDS - 2
            request = await self.request(self.role)
            model = request.model
            added = await self._async_round(chat_log, request)
            if any(isinstance(content, ToolResultContent) for content in added):
                self._hand_over(added)
                continue
            if _said_something(added):
                return True
            if _acted(chat_log, began):
                return False
            silent += 1
            if silent == _MOST_SILENT:
                raise TurnError("empty_reply", model=model)
        raise TurnError("too_many_rounds", model=model)

    async def _async_round(
        self, chat_log: ChatLog, request: ChatRequest
    ) -> Sequence[Content]:
        """Stream one reply, run the tools that it calls; return what was added."""
        before = len(chat_log.content)
        tools = chat_log.llm_api.tools if chat_log.llm_api else []
        opening, self.opening = self.opening, None
        stream = ReplyStream([tool.name for tool in tools], self.bridge, opening)
        async for _content in chat_log.async_add_delta_content_stream(
            self.agent_id, stream.deltas(self.chat(request))
        ):
            pass
        added = chat_log.content[before:]
        self._note(stream, request)
        self._note_calls(added, chat_log)
        if stream.error:
            raise TurnError.of(stream.error) from stream.error
        return added

    def _note(self, stream: ReplyStream, request: ChatRequest) -> None:
        """Keep what the turn is told by."""
        if stream.prompt_tokens:
            self.prompt_tokens[request.model] = stream.prompt_tokens
        report = self.report
        report.rounds += 1
        report.model = request.model
        report.endpoint = self.endpoints.latest or report.endpoint
        if report.prompt is None and stream.prompt_seconds is not None:
            report.prompt = stream.prompt_seconds
            report.reread = self.readings.is_reread(
                report.endpoint or "",
                request,
                stream.prompt_tokens,
                stream.prompt_seconds,
                learns=self.is_new,
            )
        if report.first_word is None and stream.first_word is not None:
            report.first_word = stream.first_word - report.began

    def _note_calls(self, added: Sequence[Content], chat_log: ChatLog) -> None:
        """Keep which tools were called, and what was done with them."""
        calls = {
            call.id: call
            for content in added
            if isinstance(content, AssistantContent)
            for call in content.tool_calls or ()
        }
        acting = _acting(chat_log)
        for content in added:
            if not isinstance(content, ToolResultContent):
                continue
            self.report.tools.append(content.tool_name)
            call = calls.get(content.tool_call_id)
            if call and content.tool_name in acting and not content.result.error:
                self.report.actions.append(
                    {"tool": call.tool_name, "arguments": call.tool_args}
                )

    def _hand_over(self, added: Sequence[Content]) -> None:
        """Let another model go on where the last one asked for it."""
        for content in added:
            if (
                isinstance(content, ToolResultContent)
                and content.tool_name == ThinkHarder.name
                and not content.result.error
                and (role := content.result.data.get(ROLE))
            ):
                self.role = Role(str(role))


def _said_something(added: Sequence[Content]) -> bool:
    """Tell whether a reply has words for the person."""
    return any(
        isinstance(content, AssistantContent) and (content.content or "").strip()
        for content in added
    )


def _acted(chat_log: ChatLog, began: int) -> bool:
    """Tell whether a tool did something in this turn."""
    acting = _acting(chat_log)
    return any(
        isinstance(content, ToolResultContent)
        and content.tool_name in acting
        and not content.result.error
        for content in chat_log.content[began:]
    )


def _acting(chat_log: ChatLog) -> set[str]:
    """Return the names of the tools that change something."""
    tools = chat_log.llm_api.tools if chat_log.llm_api else []
    return {tool.name for tool in tools if not tool.annotations.read_only}
