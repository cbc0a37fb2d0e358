"""From what a model streams to what Home Assistant's chat log takes."""

from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
import json
import time
from typing import Any

import ollama

from homeassistant.components.conversation import AssistantContentDeltaDict
from homeassistant.helpers import llm

from ..ollama.errors import OllamaError
from .call_syntax import PrintedCall
from .printed_calls import CallCatcher, Found, PrintedThought
from .speech import SpokenText


class ReplyStream:
    """One reply of a model, cleaned while it streams.

    A failure ends the stream and is kept in `error`: raised through the chat log it
    would lose what was said and the results of the calls that are already running.
    """

    def __init__(
        self,
        tool_names: Sequence[str],
        bridge: Callable[[str], str | None] = lambda _: None,
        opening: str | None = None,
    ) -> None:
        """Take the names of the tools that the model may call.

        `bridge` gives a few words to say before a tool that is called without any: they
        let speech begin at once where the tool usually takes a while. `opening` is said
        before anything else, while a large model is loaded.
        """
        self._tool_names = tool_names
        self._bridge = bridge
        self._opening = opening
        self._catcher = CallCatcher(
            [*tool_names, *{name.rpartition("__")[2] for name in tool_names}]
        )
        self._speech = SpokenText()
        self.error: OllamaError | None = None
        self.first_word: float | None = None
        """When the first words came, by the monotonic clock."""
        self.prompt_tokens = 0
        """What the endpoint says that the prompt had."""
        self.prompt_seconds: float | None = None
        """How long the endpoint read the prompt, by its own account."""

    async def deltas(
        self, parts: AsyncGenerator[ollama.ChatResponse]
    ) -> AsyncGenerator[AssistantContentDeltaDict]:
        """Yield the reply as deltas."""
        yield {"role": "assistant"}
        for delta in self._said(f"{self._opening} " if self._opening else ""):
            yield delta
        try:
            async with aclosing(parts):
                async for part in parts:
                    for delta in self._of_part(part):
                        yield delta
            for delta in self._of_found(self._catcher.finish()):
                yield delta
        except OllamaError as err:
            # What was held back may be half a call: it must not be carried out.
            self.error = err
        for delta in self._said(self._speech.finish()):
            yield delta

    def _of_part(
        self, part: ollama.ChatResponse
    ) -> Iterable[AssistantContentDeltaDict]:
        """Yield what one piece of the reply brings."""
        message = part.message
        if message.thinking:
            yield {"thinking_content": message.thinking}
        if message.content:
            yield from self._of_found(self._catcher.feed(message.content))
        for call in message.tool_calls or ():
            yield from self._called(call.function.name, call.function.arguments)
        if part.done:
            self.prompt_tokens = part.prompt_eval_count or 0
            self.prompt_seconds = (part.prompt_eval_duration or 0) / 1e9

    def _of_found(self, found: Iterable[Found]) -> Iterable[AssistantContentDeltaDict]:
        """Yield speech, thoughts and calls that were found in the text."""
        for piece in found:
            match piece:
                case PrintedCall(name, arguments):
                    yield from self._called(name, arguments)
                case PrintedThought(text):
                    yield {"thinking_content": text}
                case _:
                    yield from self._said(self._speech.feed(piece))

    def _said(self, text: str) -> Iterable[AssistantContentDeltaDict]:
        """Yield text that is fit to be spoken."""
        if text:
            self.first_word = self.first_word or time.monotonic()
            yield {"content": text}

    def _called(
        self, name: str, arguments: Mapping[str, Any]
    ) -> Iterable[AssistantContentDeltaDict]:
        """Yield a tool call, after all that was said before it."""
        yield from self._said(self._speech.finish())
        full_name = _full_name(name, self._tool_names)
        if self.first_word is None and (words := self._bridge(full_name)):
            yield from self._said(words)
        call = llm.ToolInput(
            tool_name=full_name,
            tool_args={
                key: _decoded(value)
                for key, value in arguments.items()
                if value is not None and value != ""
            },
        )
        yield {"tool_calls": [call]}


def _full_name(name: str, tool_names: Sequence[str]) -> str:
    """Return the name of the one tool that can be meant, or the name as it came.

    Models leave out the prefix of a tool's name or replace it.
    """
    if name in tool_names:
        return name
    bare = name.replace(".", "__").rpartition("__")[2]
    meant = [known for known in tool_names if known.rpartition("__")[2] == bare]
    return meant[0] if len(meant) == 1 else name


def _decoded(value: Any) -> Any:
    """Return an argument that came as JSON in a string as what it means."""
    if isinstance(value, str) and value[:1] + value[-1:] in ("[]", "{}"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
