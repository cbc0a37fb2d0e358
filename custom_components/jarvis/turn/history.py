"""What a conversation has been so far, as the model is told it: it only grows."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import ollama

from homeassistant.components.conversation import (
    AssistantContent,
    ChatLog,
    ToolResultContent,
    UserContent,
)
from homeassistant.components.conversation.chat_log import Content
from homeassistant.helpers.json import json_dumps

from ..local.recent import Recent
from .context import Told, context_block, one_line, untold, with_block
from .question import Question
from .tokens import estimated

APOLOGY = "apology"
"""Marks what Jarvis itself said about a failure: no model shall learn to say it."""


_NEARLY = 0.7
"""The part of the budget from which on a summary is made."""


@dataclass(slots=True, weakref_slot=True)
class Conversation:
    """What is kept of a conversation beside Home Assistant's chat log."""

    blocks: dict[int, str] = field(default_factory=dict)
    """The context block of each user message, by its place in the chat log."""
    told: dict[int, Told] = field(default_factory=dict)
    """What each of these told."""
    start: int = 1
    """Where in the chat log begins what is still sent."""
    summary: str = ""
    """What was said before that place, in short; stands in front of what is sent."""
    next_summary: str = ""
    """Made in the background before it is needed; takes effect with the next cut."""
    past: Sequence[ollama.Message] = ()
    """What a model has read of it by now."""
    prefix: str = ""
    """What stood before that, by its identity."""
    about: list[str] = field(default_factory=list)
    """The entities that the newest words were about."""
    excluded: bool = False
    """Whether nothing of it is to be remembered."""
    asked: Question | None = None
    """What the next words may answer with yes or no."""
    to_ask: Question | None = None
    """What a model wants to be done: the person is still to be asked."""
    facts_told: Sequence[str] = ()
    """The facts that the turn before kept or told, for «non, c'est mardi»."""
    recent: Recent = field(default_factory=Recent)
    """What was done or asked last without a model."""
    prompt_tokens: dict[str, int] = field(default_factory=dict)
    """What the newest prompt to each model had, by the endpoint's own count."""

    def copied(self) -> Conversation:
        """Return it so that what is told there is not told here."""
        return replace(self, blocks=dict(self.blocks), told=dict(self.told))

    def emptied(self) -> Conversation:
        """Return it without a word of what was said, but as private as before."""
        return Conversation(excluded=self.excluded)

    def messages(self, chat_log: ChatLog) -> list[ollama.Message]:
        """Return the turns as messages, byte for byte as in the turns before."""
        messages = []
        for index, content in enumerate(chat_log.content):
            if index >= self.start and not _is_apology(content):
                block = self.blocks.get(index)
                if index == self.start and self.summary:
                    block = "\n".join(
                        [_earlier(self.summary), *([block] if block else [])]
                    )
                messages.append(message_of(content, block))
        return messages

    def begins_at(self, chat_log: ChatLog) -> int:
        """Return which message tells what was so before its words.

        That is the first one for as long as no model was asked: what people say most
        needs none, and all conversations begin alike then.
        """
        newest = len(chat_log.content) - 1
        is_first = not self.past and not self.told and self.start <= newest
        if is_first and isinstance(chat_log.content[self.start], UserContent):
            return self.start
        return newest

    def known(self) -> Told:
        """Return what was told by now in what is still sent."""
        known: dict[str, tuple[str, datetime | None]] = {}
        for place in sorted(self.told):
            known.update(self.told[place])
        return known

    def tell(self, index: int, lines: Told) -> None:
        """Give a user message one more block: what is not told yet."""
        news = untold(lines, self.known())
        self.told[index] = {**self.told.get(index, {}), **news}
        blocks = [self.blocks.get(index), context_block(news) if news else None]
        self.blocks[index] = "\n".join(block for block in blocks if block)

    def fewest_tokens(self, model: str) -> int:
        """Return the fewest tokens that the next prompt to a model can have.

        It only grows, but many templates leave out thoughts once they are past.
        """
        thought = any(message.thinking for message in self.past)
        return 0 if thought else self.prompt_tokens.get(model, 0)

    def is_nearly_full(self, chat_log: ChatLog, budget: int) -> bool:
        """Tell whether the next turns will exceed the budget."""
        return self._length(chat_log.content, self.start) > _NEARLY * budget

    def trim(self, chat_log: ChatLog, budget: int) -> None:
        """Forget the oldest turns once the past exceeds a budget of tokens.

        Half of it is given up at once: every cut makes the model read all that is left
        again, so cuts are rare and big instead of one in each turn.
        """
        turns = [
            index
            for index, content in enumerate(chat_log.content)
            if index >= self.start and isinstance(content, UserContent)
        ]
        if len(turns) < 2 or self._length(chat_log.content, turns[0]) <= budget:
            return
        while len(turns) > 1 and (
            self._length(chat_log.content, turns[0]) > budget // 2
        ):
            turns.pop(0)
        self.start = turns[0]
        for index in [one for one in self.blocks if one < self.start]:
            del self.blocks[index], self.told[index]
        self.summary = self.next_summary or self.summary
        self.next_summary = ""
        # A shorter prompt than before is meant from now on.
        self.prompt_tokens.clear()

    def _length(self, contents: Sequence[Content], start: int) -> int:
        """Return how long the past is from a place on, without the newest message."""
        return sum(
            estimated(
                f"{self.blocks.get(index, '')}{content.content}"
                if not isinstance(content, ToolResultContent)
                else json_dumps(content.result.data)
            )
            for index, content in enumerate(contents[:-1])
            if index >= start
        )


def _earlier(summary: str) -> str:
    """Return a summary as a block in front of what is still told in full."""
    return f"<earlier>\n{one_line(summary)}\n</earlier>"


def _is_apology(content: Content) -> bool:
    """Tell whether this is what Jarvis said about a failure."""
    return isinstance(content, AssistantContent) and content.native == APOLOGY


def message_of(content: Content, block: str | None = None) -> ollama.Message:
    """Return an entry of the chat log as a message."""
    if isinstance(content, ToolResultContent):
        return ollama.Message(
            role="tool",
            tool_name=content.tool_name,
            content=json_dumps(content.result.data),
        )
    if isinstance(content, AssistantContent):
        return ollama.Message(
            role="assistant",
            content=content.content or "",
            thinking=content.thinking_content,
            tool_calls=[
                ollama.Message.ToolCall(
                    function=ollama.Message.ToolCall.Function(
                        name=call.tool_name, arguments=call.tool_args
                    )
                )
                for call in content.tool_calls or ()
            ]
            or None,
        )
    if isinstance(content, UserContent):
        return ollama.Message(role="user", content=with_block(block, content.content))
    return ollama.Message(role="system", content=content.content)
