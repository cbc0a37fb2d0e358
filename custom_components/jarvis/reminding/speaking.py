"""How reminders are said aloud: on satellites, else on players that announce."""

import asyncio
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
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
from homeassistant.components.tts import async_default_engine
from homeassistant.components.tts.helper import get_engine_instance
from homeassistant.const import (
    ATTR_ENTITY_ID,
    ATTR_SUPPORTED_FEATURES,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import Context, HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util, language as language_util

from .audience import Person, room_of, room_of_device, rooms
from .spoken_lately import SpokenLately

_LOGGER = logging.getLogger(__name__)

_ANNOUNCED_WITHIN_S = 120
"""A satellite answers when it has said all of it."""
_PLAYED_WITHIN_S = 30
_COMES_BACK = timedelta(minutes=2)
"""For how long a satellite that went away is waited for."""


class Said(Enum):
    """What came of saying something aloud."""

    SPOKEN = auto()
    BUSY = auto()
    """Who would say it is talking with somebody, or has just gone: later."""
    NOWHERE = auto()


@dataclass(frozen=True, slots=True)
class Spoken:
    """What came of it, and where it was heard."""

    said: Said
    voices: Sequence[str] = ()
    devices: Sequence[str] = ()


class Speaking:
    """Says sentences where people are."""

    def __init__(
        self, hass: HomeAssistant, on_spoken: Callable[[str, str], None]
    ) -> None:
        """Take what to call with a room and with what is spoken there."""
        self._hass = hass
        self._on_spoken = on_spoken
        self._speaking: dict[str, asyncio.Lock] = {}
        self.lately = SpokenLately(hass)

    async def async_say(
        self,
        message: str,
        people: Sequence[Person],
        *,
        device: str | None,
        waits: bool,
        language: str,
        everywhere: bool = False,
        heard: Collection[str] = (),
    ) -> Spoken:
        """Say something to some people, apart from where it was heard already.

        Who waits is told that the first of somebody's voices is busy; who does not has
        it said by the next one.
        """
        if everywhere:
            chains = [[one] for one in self._voices([], device)]
        else:
            there = [one for one in people if one.is_home] or people
            chains = [
                list(self._voices(self._rooms(person, device), device))
                for person in there or (None,)
            ]
        voices = list(heard)

        async def say(chain: Sequence[str]) -> Said:
            return await self._async_one(chain, voices, message, language, waits=waits)

        if everywhere:
            came = await asyncio.gather(*map(say, chains))
        else:
            came = [await say(chain) for chain in chains]
        is_busy = Said.BUSY in came
        if is_busy and (waits or not voices):
            said = Said.BUSY
        else:
            said = Said.SPOKEN if voices else Said.NOWHERE
        return Spoken(said, voices, [*filter(None, map(self._device, voices))])

    async def _async_one(
        self,
        chain: Sequence[str],
        heard: list[str],
        message: str,
        language: str,
        *,
        waits: bool,
    ) -> Said:
        """Say something by one of some voices, the first that can."""
        came = Said.NOWHERE
        for voice in chain:
            if voice in heard:
                return Said.SPOKEN
            said = await self._async_try(voice, message, language)
            if said is Said.SPOKEN:
                heard.append(voice)
                return said
            if said is Said.BUSY:
                came = said
                if waits:
                    break
        return came

    def _rooms(self, person: Person | None, device: str | None) -> list[str]:
        return rooms(self._hass, person, device, self.lately.room())

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
            if self._features(state) & feature
            and (_is_there(state) or _comes_back(state))
        ]

    def _features(self, state: State) -> int:
        """Return what an entity can, also while it is not there."""
        if (known := state.attributes.get(ATTR_SUPPORTED_FEATURES)) is not None:
            return int(known)
        entry = er.async_get(self._hass).async_get(state.entity_id)
        return entry.supported_features if entry else 0

    def _device(self, entity_id: str) -> str | None:
        return _device_of(self._hass, entity_id)

    async def _async_try(self, voice: str, message: str, language: str) -> Said:
        """Say something in one place, after what is being said there."""
        async with self._speaking.setdefault(voice, asyncio.Lock()):
            state = self._hass.states.get(voice)
            if state is None or not _is_there(state):
                is_back_soon = state is not None and _comes_back(state)
                return Said.BUSY if is_back_soon else Said.NOWHERE
            is_satellite = voice.startswith(f"{SATELLITE_DOMAIN}.")
            # An announcement would cut off whoever speaks with it now.
            if is_satellite and state.state != AssistSatelliteState.IDLE:
                return Said.BUSY
            try:
                self._spoken(voice, message)
                if is_satellite:
                    await async_announce(
                        self._hass, voice, message, _ANNOUNCED_WITHIN_S
                    )
                elif not await self._async_play(voice, message, language):
                    return Said.NOWHERE
                # It may have begun late.
                self._spoken(voice, message)
            except SatelliteBusyError:
                return Said.BUSY
            except (HomeAssistantError, TimeoutError) as err:
                _LOGGER.warning("A reminder could not be said on %s: %r", voice, err)
                return Said.NOWHERE
            except Exception:
                # Whatever is wrong with one device, the next one may speak.
                _LOGGER.exception("A reminder could not be said on %s", voice)
                return Said.NOWHERE
        return Said.SPOKEN

    def _spoken(self, voice: str, message: str) -> None:
        """Tell that satellites in the room of a voice may hear it, itself first."""
        for place in places_of(self._hass, voice):
            self._on_spoken(place, message)

    async def _async_play(self, player: str, message: str, language: str) -> bool:
        """Let a player speak with the voice of the house; false where it has none."""
        pipeline = async_get_pipeline(self._hass)
        engine = pipeline.tts_engine
        if engine is None or self._hass.states.get(engine) is None:
            engine = async_default_engine(self._hass)
        if engine is None or self._hass.states.get(engine) is None:
            return False
        data: dict[str, Any] = {
            ATTR_ENTITY_ID: engine,
            "media_player_entity_id": player,
            "message": message,
        }
        spoken = pipeline.tts_language if engine == pipeline.tts_engine else None
        if spoken and language_util.Dialect.parse(spoken).language == language:
            data["language"] = spoken
            if pipeline.tts_voice:
                data["options"] = {"voice": pipeline.tts_voice}
        elif found := self._language(engine, language):
            data["language"] = found
        await _async_call(self._hass, ("tts", "speak"), data, _PLAYED_WITHIN_S)
        return True

    def _language(self, engine: str, language: str) -> str | None:
        """Return the language of a voice in which something is said."""
        speaks = get_engine_instance(self._hass, engine)
        country = self._hass.config.country
        languages = speaks.supported_languages if speaks else ()
        return next(iter(language_util.matches(language, languages, country)), None)


async def async_announce(
    hass: HomeAssistant, satellite: str, message: str, timeout_s: float
) -> None:
    """Say something on a satellite; it is over when all of it was said."""
    data = {ATTR_ENTITY_ID: satellite, "message": message}
    await _async_call(hass, (SATELLITE_DOMAIN, "announce"), data, timeout_s)


async def _async_call(
    hass: HomeAssistant, action: tuple[str, str], data: dict[str, Any], timeout_s: float
) -> None:
    async with asyncio.timeout(timeout_s):
        await hass.services.async_call(*action, data, blocking=True, context=Context())


def places_of(hass: HomeAssistant, voice: str) -> set[str]:
    """Return where somebody's own voice may be heard again: rooms, else a device."""
    device = _device_of(hass, voice)
    own = (room_of_device(hass, device) or device) if device else None
    return {place for place in (own, room_of(hass, voice)) if place is not None}


def _device_of(hass: HomeAssistant, entity_id: str) -> str | None:
    entry = er.async_get(hass).async_get(entity_id)
    return entry.device_id if entry else None


def _is_there(state: State) -> bool:
    return state.state != STATE_UNAVAILABLE and not (
        state.state == STATE_UNKNOWN and state.domain == SATELLITE_DOMAIN
    )


def _comes_back(state: State) -> bool:
    """Tell whether a satellite is away so shortly that it may be back at once."""
    return (
        state.domain == SATELLITE_DOMAIN
        and dt_util.utcnow() - state.last_changed < _COMES_BACK
    )
