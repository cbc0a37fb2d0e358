"""Jarvis' mouth: whichever server for speech speaks."""

from array import array
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from functools import partial
import struct
from typing import override

from homeassistant.components import tts
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import language as language_util

from .const import DOMAIN
from .local.text.language import language_of
from .local.text.words import LANGUAGES
from .runtime import JarvisConfigEntry
from .speech.errors import SpeechError
from .speech.offer import standard
from .speech.servers import Sense
from .speech.speaking import Manner, speak
from .speech_entity import SpeechEntity, async_add_while_offered

PARALLEL_UPDATES = 0
_AUTO = tts.Voice("auto", "Auto")
"""The voice that is chosen by the language of what is said.

It stands first because Assist takes the first voice where nobody chooses.
"""
_SPEAKER = "speaker"
_SILENCE = (16_000, 2, 1)
"""The format of no sound at all."""
_SHORT = 2
"""Bytes of the samples that voices make."""
_FULL_SCALE = 1 << 15
_WHOLE, _FRACTIONS = 1, 3
"""What a WAV file calls the two kinds of samples."""


async def async_setup_entry(
    hass: HomeAssistant,
    entry: JarvisConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the mouth while there is a server that speaks."""
    async_add_while_offered(
        hass,
        entry,
        Sense.SPEAKING,
        async_add_entities,
        lambda: JarvisMouth(hass, entry),
    )


class JarvisMouth(SpeechEntity, tts.TextToSpeechEntity):
    """Speaks a text while it is being written."""

    def __init__(self, hass: HomeAssistant, entry: JarvisConfigEntry) -> None:
        """Take whose language is the usual one."""
        self._config = hass.config
        self._attr_supported_options = [tts.ATTR_VOICE, _SPEAKER]
        super().__init__(entry, Sense.SPEAKING)

    @callback
    @override
    def async_get_supported_voices(self, language: str) -> list[tts.Voice] | None:
        """Return the voices of all servers for a language."""
        voices = {
            voice.name: tts.Voice(voice.name, voice.label)
            for mouth in self._servers.mouths
            for voice in mouth.voices
            if standard(language) in map(standard, voice.languages)
        }
        ordered = sorted(voices.values(), key=lambda voice: voice.name)
        return [_AUTO, *ordered] if ordered else None

    @override
    async def async_stream_tts_audio(
        self, request: tts.TTSAudioRequest
    ) -> tts.TTSAudioResponse:
        """Have the servers speak."""
        return tts.TTSAudioResponse("wav", self._async_sound(request))

    @override
    def _offered(self) -> Iterable[str]:
        """Return the languages that are spoken."""
        return (
            language
            for mouth in self._servers.mouths
            for voice in mouth.voices
            for language in voice.languages
        )

    @callback
    @override
    def _show(self) -> None:
        """Take the languages that are spoken by now."""
        languages = self._languages
        fitting = language_util.matches(
            self._config.language, languages, country=self._config.country
        )
        self._attr_supported_languages = languages
        self._attr_default_language = (fitting or languages)[0]

    async def _async_sound(self, request: tts.TTSAudioRequest) -> AsyncGenerator[bytes]:
        """Return a WAV file as it grows."""
        voice = request.options.get(tts.ATTR_VOICE)
        manner = Manner(
            partial(_language, expected=request.language),
            None if voice == _AUTO.voice_id else voice,
            request.options.get(_SPEAKER),
        )
        speech = speak(self._servers, manner, request.message_gen)
        begun = False
        rest = b""
        try:
            async with aclosing(speech) as sound:
                async for chunk in sound:
                    if not begun:
                        yield _header(chunk.rate, chunk.width, chunk.channels)
                        begun = True
                    audio = rest + chunk.audio
                    whole = len(audio) - len(audio) % chunk.width
                    audio, rest = audio[:whole], audio[whole:]
                    yield _fractions(audio) if chunk.width == _SHORT else audio
        except SpeechError as err:
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="not_spoken",
                translation_placeholders={"server": err.server or "-"},
            ) from err
        if not begun:
            yield _header(*_SILENCE)


def _language(beginning: str, expected: str) -> str:
    """Return the language of a text; one that cannot be told is the expected one."""
    usual = expected.partition("-")[0]
    if usual not in LANGUAGES:
        return expected
    found = language_of(beginning, expected)
    return expected if found == usual else found


def _header(rate: int, width: int, channels: int) -> bytes:
    """Return the beginning of a WAV file whose length nobody knows yet."""
    kind = _WHOLE
    if width == _SHORT:
        kind, width = _FRACTIONS, array("f").itemsize
    frame = width * channels
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", 36, b"WAVE"),
        *(b"fmt ", 16, kind, channels, rate, rate * frame, frame, 8 * width),
        *(b"data", 0),
    )


def _fractions(audio: bytes) -> bytes:
    """Return samples as fractions of the loudest.

    Home Assistant has ffmpeg make of them what a satellite plays. Whole numbers may be
    S/PDIF in disguise: of those ffmpeg wants 64 KB, which are two seconds of speech,
    before it lets the first sound out.
    """
    return array("f", [one / _FULL_SCALE for one in array("h", audio)]).tobytes()
