"""Jarvis' ears: whichever server for speech hears."""

from collections.abc import AsyncIterable, Iterable
from functools import partial
import logging
from typing import override

from homeassistant.components import stt
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import CONF_END_EARLY
from .local.complete import is_complete
from .local.text.language import language_of
from .runtime import JarvisConfigEntry
from .speech.errors import SpeechError
from .speech.hearing import hear
from .speech.servers import Sense
from .speech_entity import SpeechEntity, async_add_while_offered
from .speech_vocabulary import async_vocabulary

_LOGGER = logging.getLogger(__name__)
PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: JarvisConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the ears while there is a server that hears."""
    async_add_while_offered(
        hass,
        entry,
        Sense.HEARING,
        async_add_entities,
        lambda: JarvisEars(entry, Sense.HEARING),
    )


class JarvisEars(SpeechEntity, stt.SpeechToTextEntity):
    """Writes down what is said."""

    @property
    @override
    def supported_languages(self) -> list[str]:
        """Return the languages of all servers."""
        return self._languages

    @property
    @override
    def supported_formats(self) -> list[stt.AudioFormats]:
        """Return what Assist records."""
        return [stt.AudioFormats.WAV]

    @property
    @override
    def supported_codecs(self) -> list[stt.AudioCodecs]:
        """Return what Assist records."""
        return [stt.AudioCodecs.PCM]

    @property
    @override
    def supported_bit_rates(self) -> list[stt.AudioBitRates]:
        """Return what Assist records."""
        return [stt.AudioBitRates.BITRATE_16]

    @property
    @override
    def supported_sample_rates(self) -> list[stt.AudioSampleRates]:
        """Return what Assist records."""
        return [stt.AudioSampleRates.SAMPLERATE_16000]

    @property
    @override
    def supported_channels(self) -> list[stt.AudioChannels]:
        """Return what Assist records."""
        return [stt.AudioChannels.CHANNEL_MONO]

    @property
    @override
    def audio_processing(self) -> stt.SpeechAudioProcessing:
        """Return what the sound needs so that any of the servers can take it."""
        ears = self._servers.ears
        if not ears:
            return super().audio_processing
        return stt.SpeechAudioProcessing(
            requires_external_vad=any(one.needs_vad for one in ears),
            prefers_auto_gain_enabled=ears[0].likes_gain,
            prefers_noise_reduction_enabled=ears[0].likes_noise_reduction,
        )

    @override
    async def async_process_audio_stream(
        self, metadata: stt.SpeechMetadata, stream: AsyncIterable[bytes]
    ) -> stt.SpeechResult:
        """Have the servers hear what is said."""
        try:
            text = await hear(
                self._servers,
                metadata.language,
                async_vocabulary(self.hass, self._entry.runtime_data),
                stream,
                partial(self._is_all, metadata.language),
            )
        except SpeechError as err:
            _LOGGER.warning("No server wrote down what was said: %s", err)
            return stt.SpeechResult(None, stt.SpeechResultState.ERROR)
        return stt.SpeechResult(text, stt.SpeechResultState.SUCCESS)

    @callback
    def _is_all(self, language: str, text: str) -> bool:
        """Begin to answer what may be all; tell whether it certainly is."""
        runtime = self._entry.runtime_data
        runtime.ahead.async_guess(text)
        return bool(self._entry.options.get(CONF_END_EARLY)) and is_complete(
            text, language_of(text, language), runtime.house.async_get()
        )

    @override
    def _offered(self) -> Iterable[str]:
        """Return the languages that are heard."""
        return (language for ears in self._servers.ears for language in ears.languages)
