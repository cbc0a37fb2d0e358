"""How reminders are said aloud: on satellites, else on players that announce."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
import logging
from typing import Any

from homeassistant.components.assist_pipeline import async_get_pipeline
from homeassistant.components.assist_satellite import (
    DOMAIN as SATELLITE_DOMAIN,
    AssistSatelliteEntityFeature,
    SatelliteBusyError,
)
from homeassistant.components.assist_satellite.entity import AssistSatelliteState
from homeassistant.components.media_player import (
    DOMAIN as PLAYER_DOMAIN,
    MediaPlayerEntityFeature,
)
from homeassistant.const import (
    ATTR_ENTITY_ID,
    ATTR_SUPPORTED_FEATURES,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import Context, HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er

from .audience import Person, room_of, rooms

_LOGGER = logging.getLogger(__name__)

_ANNOUNCED_WITHIN_S = 120
"""A satellite answers when it has said all of it."""
_PLAYED_WITHIN_S = 30


class Said(Enum):
    """What came of saying something aloud."""

    SPOKEN = auto()
    BUSY = auto()
    """Who would say it is talking with somebody: later."""
    NOWHERE = auto()


@dataclass(frozen=True, slots=True)
class Spoken:
    """What came of it, and on which devices it was heard."""

    said: Said
    devices: Sequence[str] = ()


class Speaking:
    """Says sentences where people are."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Begin with nobody speaking."""
        self._hass = hass
        self._speaking: dict[str, asyncio.Lock] = {}

    async def async_say(
        self,
        message: str,
        people: Sequence[Person],
        *,
        device: str | None,
        waits: bool,
        language: str,
        everywhere: bool = False,
    ) -> Spoken:
        """Say something to some people; who waits is told that the first is busy."""
        if everywhere:
            chains = [[one] for one in self._voices([], device)]
        else:
            chains = [
                list(self._voices(rooms(self._hass, person, device), device))
                for person in people or (None,)
            ]
        heard: list[str] = []
        is_busy = False
        for chain in chains:
            for voice in chain:
                if voice in heard:
                    break
                said = await self._async_try(voice, message, language)
                if said is Said.SPOKEN:
                    heard.append(voice)
                    break
                is_busy |= said is Said.BUSY
                if said is Said.BUSY and waits:
                    break
        if heard:
            return Spoken(Said.SPOKEN, [*filter(None, map(self._device, heard))])
        return Spoken(Said.BUSY if is_busy else Said.NOWHERE)

    def _voices(self, areas: Sequence[str], device: str | None) -> Iterator[str]:
        """Yield what can speak: nearest first, satellites before players."""
        satellites = self._that_announce(
            SATELLITE_DOMAIN, AssistSatelliteEntityFeature.ANNOUNCE
        )
        own = {self._device(one) for one in satellites} - {None}
        players = [
            one
            for one in self._that_announce(
                PLAYER_DOMAIN, MediaPlayerEntityFeature.MEDIA_ANNOUNCE
            )
            if self._device(one) not in own
        ]
        near = [
            voice
            for area in areas
            for voice in (*satellites, *players)
            if room_of(self._hass, voice) == area
        ]
        said_on = [one for one in satellites if device and self._device(one) == device]
        yield from dict.fromkeys((*near, *said_on, *satellites, *players))

    def _that_announce(self, domain: str, feature: int) -> list[str]:
        return [
            state.entity_id
            for state in self._hass.states.async_all(domain)
            if state.attributes.get(ATTR_SUPPORTED_FEATURES, 0) & feature
            and _is_there(state)
        ]

    def _device(self, entity_id: str) -> str | None:
        entry = er.async_get(self._hass).async_get(entity_id)
        return entry.device_id if entry else None

    async def _async_try(self, voice: str, message: str, language: str) -> Said:
        """Say something in one place, after what is being said there."""
        async with self._speaking.setdefault(voice, asyncio.Lock()):
            state = self._hass.states.get(voice)
            if state is None or not _is_there(state):
                return Said.NOWHERE
            is_satellite = voice.startswith(f"{SATELLITE_DOMAIN}.")
            # An announcement would cut off whoever speaks with it now.
            if is_satellite and state.state != AssistSatelliteState.IDLE:
                return Said.BUSY
            try:
                if is_satellite:
                    await self._async_announce(voice, message)
                elif not await self._async_play(voice, message, language):
                    return Said.NOWHERE
            except SatelliteBusyError:
                return Said.BUSY
            except (HomeAssistantError, TimeoutError) as err:
                _LOGGER.warning("A reminder could not be said on %s: %r", voice, err)
                return Said.NOWHERE
        return Said.SPOKEN

    async def _async_announce(self, satellite: str, message: str) -> None:
        await self._async_call(
            (SATELLITE_DOMAIN, "announce"),
            {ATTR_ENTITY_ID: satellite, "message": message},
            _ANNOUNCED_WITHIN_S,
        )

    async def _async_play(self, player: str, message: str, language: str) -> bool:
        """Let a player speak with the voice of the house; false where it has none."""
        pipeline = async_get_pipeline(self._hass)
        if (engine := pipeline.tts_engine) is None or not self._hass.states.get(engine):
            return False
        data: dict[str, Any] = {
            ATTR_ENTITY_ID: engine,
            "media_player_entity_id": player,
            "message": message,
            "language": pipeline.tts_language or language,
        }
        if pipeline.tts_voice:
            data["options"] = {"voice": pipeline.tts_voice}
        await self._async_call(("tts", "speak"), data, _PLAYED_WITHIN_S)
        return True

    async def _async_call(
        self, action: tuple[str, str], data: dict[str, Any], timeout_s: float
    ) -> None:
        async with asyncio.timeout(timeout_s):
            await self._hass.services.async_call(
                *action, data, blocking=True, context=Context()
            )


def _is_there(state: State) -> bool:
    return state.state != STATE_UNAVAILABLE and not (
        state.state == STATE_UNKNOWN and state.domain == SATELLITE_DOMAIN
    )
