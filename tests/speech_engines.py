"""Speech engines that are real to Home Assistant: deaf ears, and a mouth."""

from collections.abc import AsyncGenerator, AsyncIterable
from typing import override

from homeassistant.components import stt, tts
from homeassistant.components.stt.const import DATA_COMPONENT as STT_ENTITIES
from homeassistant.components.tts.const import DATA_COMPONENT as TTS_ENTITIES
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component


class Ears(stt.SpeechToTextEntity):
    """A speech-to-text engine that is only there to be chosen."""

    _attr_name = "Ears"
    _attr_unique_id = "ears"

    def __init__(self, languages: list[str]) -> None:
        """Understand some languages."""
        self._languages = languages

    @property
    @override
    def supported_languages(self) -> list[str]:
        """Return these languages."""
        return self._languages

    @property
    @override
    def supported_formats(self) -> list[stt.AudioFormats]:
        """Return the one that Assist records."""
        return [stt.AudioFormats.WAV]

    @property
    @override
    def supported_codecs(self) -> list[stt.AudioCodecs]:
        """Return the one that Assist records."""
        return [stt.AudioCodecs.PCM]

    @property
    @override
    def supported_bit_rates(self) -> list[stt.AudioBitRates]:
        """Return the one that Assist records."""
        return [stt.AudioBitRates.BITRATE_16]

    @property
    @override
    def supported_sample_rates(self) -> list[stt.AudioSampleRates]:
        """Return the one that Assist records."""
        return [stt.AudioSampleRates.SAMPLERATE_16000]

    @property
    @override
    def supported_channels(self) -> list[stt.AudioChannels]:
        """Return the one that Assist records."""
        return [stt.AudioChannels.CHANNEL_MONO]

    @override
    async def async_process_audio_stream(
        self, metadata: stt.SpeechMetadata, stream: AsyncIterable[bytes]
    ) -> stt.SpeechResult:
        """Hear nothing."""
        return stt.SpeechResult(None, stt.SpeechResultState.ERROR)


class Mouth(tts.TextToSpeechEntity):
    """A text-to-speech engine that speaks while the text still comes."""

    _attr_name = "Mouth"
    _attr_unique_id = "mouth"

    def __init__(self, languages: list[str], voices: list[str]) -> None:
        """Speak some languages."""
        self._attr_supported_languages = languages
        self._attr_default_language = languages[0]
        self._attr_supported_options = ["voice"]
        self._voices = voices
        self.heard: list[str] = []
        """The pieces of text as they came."""

    @override
    def async_get_supported_voices(self, language: str) -> list[tts.Voice] | None:
        """Return the voices, the same for each language."""
        return [tts.Voice(voice, voice.title()) for voice in self._voices] or None

    @override
    async def async_stream_tts_audio(
        self, request: tts.TTSAudioRequest
    ) -> tts.TTSAudioResponse:
        """Make one byte a character."""

        async def audio() -> AsyncGenerator[bytes]:
            async for text in request.message_gen:
                self.heard.append(text)
                yield b"." * len(text)

        return tts.TTSAudioResponse("mp3", audio())


async def async_give_speech(hass: HomeAssistant, ears: Ears, mouth: Mouth) -> None:
    """Let Home Assistant have both."""
    assert await async_setup_component(hass, "assist_pipeline", {})
    await hass.data[STT_ENTITIES].async_add_entities([ears])
    await hass.data[TTS_ENTITIES].async_add_entities([mouth])
    await hass.async_block_till_done()
