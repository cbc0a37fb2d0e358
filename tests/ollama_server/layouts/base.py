"""What a layout is: how a model is shown a conversation, and how it writes back."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

type Message = dict[str, Any]
type Tool = dict[str, Any]
type Think = bool | str | None


class UnreadableError(ValueError):
    """The model wrote what Ollama's own parser does not survive."""


@dataclass(frozen=True)
class Call:
    """One call of a tool."""

    name: str
    arguments: Any


@dataclass(frozen=True)
class Talk:
    """What a layout renders: messages, tools and how to think."""

    messages: Sequence[Message]
    tools: Sequence[Tool] = ()
    think: Think = None
    today: str = ""

    @property
    def last_user(self) -> int:
        """Where the user's newest message stands; -1 without any."""
        return max(
            (at for at, each in enumerate(self.messages) if each["role"] == "user"),
            default=-1,
        )

    @property
    def prefill(self) -> Message | None:
        """The beginning of an answer that the model shall go on with."""
        last = self.messages[-1] if self.messages else None
        return last if last is not None and last["role"] == "assistant" else None

    def of(self, messages: Sequence[Message]) -> Talk:
        """Give the same talk with other messages."""
        return replace(self, messages=messages)


@dataclass(frozen=True)
class Said:
    """What a model says: thoughts, text and calls, each in the pieces that came."""

    thinking: tuple[str, ...] = ()
    content: tuple[str, ...] = ()
    calls: tuple[Call, ...] = ()

    def __add__(self, other: Said) -> Said:
        return Said(
            self.thinking + other.thinking,
            self.content + other.content,
            self.calls + other.calls,
        )


class Reader(ABC):
    """Reads what a model writes, as it comes."""

    @abstractmethod
    def read(self, text: str, *, end: bool = False) -> Said:
        """Take a piece of raw text and give what is certain by now."""


class Layout(ABC):
    """The prompt format of one family of models."""

    name: str
    user_mark: str
    """What a message of the user begins with."""

    @abstractmethod
    def render(self, talk: Talk) -> str:
        """Lay the conversation out as the model reads it."""

    @abstractmethod
    def write(self, talk: Talk, said: Said) -> tuple[str, ...]:
        """Write what the model says in its own syntax, in pieces."""

    @abstractmethod
    def reader(self, talk: Talk) -> Reader:
        """Give what reads the model's answer to this conversation."""


def text_of(message: Message) -> str:
    """The text of a message."""
    return str(message.get("content") or "")


def thought_of(message: Message) -> str:
    """What was thought before a message."""
    return str(message.get("thinking") or "")


def calls_of(message: Message) -> list[Call]:
    """The calls in a message."""
    functions = [call["function"] for call in message.get("tool_calls") or ()]
    return [Call(each["name"], each.get("arguments") or {}) for each in functions]
