"""A reply on its way from the endpoints: it survives the one that began it."""

from collections.abc import Iterator
from dataclasses import replace

import ollama

from .continuation import Prefilled, WholeWords, continued
from .endpoint import ChatRequest
from .seam import Rest


class Reply:
    """Follows what was said and called, so that another endpoint can go on."""

    def __init__(self, request: ChatRequest) -> None:
        """Begin a reply to a request."""
        self._request = request
        self._words = WholeWords()
        self._resumed: Prefilled | Rest | None = None
        self._called = False

    @property
    def called(self) -> bool:
        """Whether a tool call was passed on: those are never made a second time."""
        return self._called or self._words.has_called

    def request(self, *, prefill: bool) -> ChatRequest:
        """Return what to ask the next endpoint: for all, or for what is missing."""
        said = self._words.passed
        if not said.strip():
            self._words = WholeWords()
            return self._request
        # Nobody heard the word that was held back, and models that begin with half a
        # word go on with another one.
        self._words.held = ""
        self._resumed = Prefilled(said) if prefill else Rest(said)
        messages = continued(self._request.messages, said, prefill=prefill)
        return replace(self._request, messages=messages)

    def passed(self, part: ollama.ChatResponse) -> Iterator[ollama.ChatResponse]:
        """Yield what a piece brings that was not said before, in whole words."""
        text = part.message.content or ""
        ends = bool(part.message.tool_calls or part.done)
        if self._resumed is not None:
            text = self._resumed.feed(text)
            if ends:
                text += self._resumed.finish()
        text = self._words.feed(text)
        if ends:
            text += self._words.finish()
        self._called = self._called or bool(part.message.tool_calls)
        message = part.message.model_copy(update={"content": text})
        yield part.model_copy(update={"message": message})

    def ended(self) -> ollama.ChatResponse:
        """Return the end of a reply that broke off after its calls."""
        self._words.drop_half()
        return ollama.ChatResponse(
            message=ollama.Message(role="assistant", content=self._words.finish()),
            done=True,
            done_reason="stop",
        )
