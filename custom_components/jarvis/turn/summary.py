"""What a long conversation was about, in short, before its oldest part is given up."""

from dataclasses import replace
import logging

import ollama

from ..ollama.endpoint import ChatRequest
from ..ollama.endpoints import Endpoints
from ..ollama.errors import OllamaError
from .history import Conversation
from .speech import spoken

_LOGGER = logging.getLogger(__name__)

_ASK = (
    "For yourself, not to be spoken: sum up this conversation in at most five short "
    "sentences, in its language. Keep what the person told you, asked for and was "
    "promised. Call no tool."
)
_MOST_TOKENS = 300


async def async_sum_up(
    endpoints: Endpoints, request: ChatRequest, conversation: Conversation
) -> None:
    """Have the model sum up a conversation while nobody waits.

    The prompt is the conversation's own and one message more, so that hardly anything
    has to be read for it.
    """
    ask = ollama.Message(role="user", content=_ASK)
    messages = [*request.messages, ask]
    try:
        answer = await endpoints.in_background(
            replace(request, messages=messages, num_predict=_MOST_TOKENS)
        )
    except OllamaError as err:
        _LOGGER.debug("No summary: %s", err)
        return
    conversation.next_summary = spoken(answer.text) if answer else ""
