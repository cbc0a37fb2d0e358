"""A reply that is begun before it is certain that the person has ended.

A server that hears may tell at a silence what was said by then, half a second before
Assist knows that nobody goes on. The model begins to answer that, unheard. If the turn
then asks the model for just the same, the reply goes on from where it is; otherwise it
is thrown away. Before that no word of it is heard, and none of its calls is made.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field

import ollama

from homeassistant.components.assist_satellite import DOMAIN as SATELLITE_DOMAIN
from homeassistant.components.assist_satellite.entity import AssistSatelliteState
from homeassistant.components.conversation import ConversationInput, UserContent
from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.chat_session import current_session
from homeassistant.helpers.event import async_call_later

from ..agent import AgentConfig, Role
from ..errors import TurnError
from ..local.commands.command import Speaker
from ..local.commands.reading import read
from ..local.text.language import language_of
from ..local.text.normal import normal
from ..ollama.endpoint import ChatRequest
from ..ollama.errors import OllamaError
from ..runtime import JarvisConfigEntry
from ..tools.permission import Permission
from .ask_model import async_asking
from .inventory import area_of_device
from .memory.recalling import begin_recalling
from .report import TurnReport
from .turn import Turn
from .warm import copied

_WANTED_WITHIN = 5.0
"""Seconds until a reply is given up that no turn asks for."""

type _Part = ollama.ChatResponse | OllamaError | None
"""A piece of a reply, what broke it, or its end."""


@dataclass(frozen=True, slots=True)
class _Listening:
    """To whom somebody speaks, and in which conversation."""

    conversation_id: str
    agent: AgentConfig
    agent_id: str
    language: str | None


@dataclass(slots=True)
class _Guess:
    """A reply to what may have been said."""

    text: str
    parts: asyncio.Queue[_Part] = field(default_factory=asyncio.Queue)
    request: ChatRequest | None = None
    """What the model is asked; None while that is being put together."""
    task: asyncio.Task[None] | None = None
    stop_waiting: CALLBACK_TYPE | None = None

    def drop(self) -> None:
        """Throw it away."""
        if self.stop_waiting is not None:
            self.stop_waiting()
        if self.task is not None:
            self.task.cancel()

    async def reply(self) -> AsyncGenerator[ollama.ChatResponse]:
        """Go on with it as the answer."""
        if self.stop_waiting is not None:
            self.stop_waiting()
        try:
            while (part := await self.parts.get()) is not None:
                if isinstance(part, OllamaError):
                    raise part
                yield part
        finally:
            self.drop()


class Ahead:
    """Begins replies to what is being said to a satellite."""

    def __init__(self, hass: HomeAssistant, entry: JarvisConfigEntry) -> None:
        """Begin with nobody who speaks."""
        self._hass = hass
        self._entry = entry
        self._listening: _Listening | None = None
        self._guess: _Guess | None = None

    @callback
    def async_listen(
        self, agent: AgentConfig, agent_id: str, language: str | None
    ) -> None:
        """Take to whom somebody begins to speak, in the session of their pipeline."""
        self._listening = None
        if session := current_session.get():
            identity = session.conversation_id
            self._listening = _Listening(identity, agent, agent_id, language)

    @callback
    def async_guess(self, text: str) -> None:
        """Begin a reply to what was said by now, in the session of its pipeline.

        What was guessed before, it is not.
        """
        if self._guess is not None:
            if self._guess.text == text:
                return
            self.async_drop()
        listening, session = self._listening, current_session.get()
        satellites = [
            state.entity_id
            for state in self._hass.states.async_all(SATELLITE_DOMAIN)
            if state.state == AssistSatelliteState.LISTENING
        ]
        # Of two that listen nobody knows which one heard it.
        if (
            listening is None
            or session is None
            or session.conversation_id != listening.conversation_id
            or not text
            or len(satellites) != 1
        ):
            return
        turn = self._turn(text, satellites[0], listening)
        if not turn.has_model or self._is_understood(turn):
            return
        guess = self._guess = _Guess(text)
        guess.task = self._entry.async_create_background_task(
            self._hass, self._async_begin(turn, guess), "jarvis reply ahead"
        )
        guess.stop_waiting = async_call_later(
            self._hass, _WANTED_WITHIN, lambda _now: guess.drop()
        )

    async def chat(self, request: ChatRequest) -> AsyncGenerator[ollama.ChatResponse]:
        """Stream a reply, the one that was begun if that is to the same request."""
        guess, self._guess = self._guess, None
        if guess is not None and guess.request == request:
            parts = guess.reply()
        else:
            if guess is not None:
                guess.drop()
            parts = self._entry.runtime_data.endpoints.chat(request)
        async with aclosing(parts):
            async for part in parts:
                yield part

    @callback
    def async_drop(self) -> None:
        """Throw away what no turn wanted."""
        guess, self._guess = self._guess, None
        if guess is not None:
            guess.drop()

    def _turn(self, text: str, satellite: str, listening: _Listening) -> Turn:
        """Return the turn that may come, over a copy of its conversation."""
        entry = er.async_get(self._hass).async_get(satellite)
        identity = listening.conversation_id
        _, chat_log = copied(self._hass, self._entry.runtime_data, identity)
        chat_log.content.append(UserContent(content=text))
        spoken = listening.language or self._hass.config.language
        language = language_of(text, spoken)
        return Turn(
            hass=self._hass,
            entry=self._entry,
            agent=listening.agent,
            agent_id=listening.agent_id,
            user_input=ConversationInput(
                text=text,
                context=Context(),
                conversation_id=identity,
                device_id=entry.device_id if entry else None,
                satellite_id=satellite,
                language=spoken,
                agent_id=listening.agent_id,
            ),
            chat_log=chat_log,
            language=language,
            # Satellites have no user.
            permission=Permission(None),
            report=TurnReport("", listening.agent_id, language),
        )

    def _is_understood(self, turn: Turn) -> bool:
        """Tell whether this is a command that needs no model."""
        if not turn.agent.prefer_local:
            return False
        area = area_of_device(self._hass, turn.user_input.device_id)
        speaker = Speaker(turn.language, area.id if area else None)
        house = self._entry.runtime_data.house.async_get()
        text = normal(turn.user_input.text, turn.language)
        return bool(read(text, house, speaker).commands)

    async def _async_begin(self, turn: Turn, guess: _Guess) -> None:
        """Ask the model, and keep what it says."""
        identity = turn.chat_log.conversation_id
        conversation, _ = copied(self._hass, self._entry.runtime_data, identity)
        recalling = begin_recalling(turn, None)
        try:
            asking = await async_asking(turn, conversation, recalling)
            # A larger model would first have to be loaded.
            if asking.role is not Role.HOME:
                return
            request = guess.request = await asking.async_request(Role.HOME)
            parts = self._entry.runtime_data.endpoints.chat(request)
            async with aclosing(parts):
                async for part in parts:
                    guess.parts.put_nowait(part)
            guess.parts.put_nowait(None)
        except OllamaError as err:
            guess.parts.put_nowait(err)
        except TurnError:
            # The turn itself will say so.
            guess.request = None
        finally:
            if recalling is not None:
                recalling.cancel()
