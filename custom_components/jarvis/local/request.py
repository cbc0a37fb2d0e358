"""An utterance on its way through the local stage, and what comes of it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from homeassistant.components.conversation import ChatLog, ConversationInput
from homeassistant.core import HomeAssistant
from homeassistant.helpers import intent

from .commands.calls import narrowed
from .commands.command import Command, Speaker
from .house.things import House, Thing
from .recent import Recent
from .strict import Allows
from .text.normal import normal
from .timers.running import Timers

if TYPE_CHECKING:
    from .questions.events import Event


class Later(Protocol):
    """What is to come: told, and added to."""

    async def async_reminded(
        self, start: datetime, end: datetime, language: str
    ) -> Sequence[Event] | None:
        """Return what the person is reminded of in a time; None if nobody knows."""

    async def async_keep(
        self, command: str, at: datetime, language: str
    ) -> Callable[[], Awaitable[None]]:
        """Have a command said to Jarvis at a time; return what calls it off."""


@dataclass(frozen=True, slots=True)
class Request:
    """An utterance, and all that its words may refer to."""

    hass: HomeAssistant
    user_input: ConversationInput
    chat_log: ChatLog
    language: str
    house: House
    area: str | None
    recent: Recent
    allows: Allows
    later: Later
    timers: Timers

    @property
    def text(self) -> str:
        """Return the words as the grammar reads them."""
        return normal(self.user_input.text, self.language)

    def saying(self, text: str) -> Request:
        """Return the request with other words, a part of them for instance."""
        return replace(self, user_input=replace(self.user_input, text=text))

    def narrowed(self, command: Command) -> Command:
        """Return a command for the one of its things that it makes sense for."""
        return narrowed(self.hass, command, self.area)

    @property
    def speaker(self) -> Speaker:
        """Return what the words refer to."""
        return Speaker(self.language, self.area, self.recent.last, self.recent.referent)


@dataclass(frozen=True, slots=True)
class Understood:
    """What came of an utterance that was understood."""

    speech: str
    response: intent.IntentResponse | None = None
    allowed: bool = True
    """False when the guard refused it; nothing was done then."""


def spoken(
    request: Request,
    speech: str,
    *,
    intent_type: str | None = None,
    things: Sequence[Thing] = (),
) -> Understood:
    """Return a sentence as a response, with what it was about."""
    response = intent.IntentResponse(language=request.language)
    if intent_type:
        response.intent = intent.Intent(
            request.hass,
            "conversation",
            intent_type,
            {},
            request.user_input.text,
            request.user_input.context,
            request.language,
        )
    response.async_set_results(
        success_results=[
            intent.IntentResponseTarget(
                name=thing.names[0],
                type=intent.IntentResponseTargetType.ENTITY,
                id=thing.entity_id,
            )
            for thing in things
        ]
    )
    return Understood(speech, response)
