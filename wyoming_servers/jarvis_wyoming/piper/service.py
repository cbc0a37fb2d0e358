"""jarvis-piper as a service: its voices, and what it says of them."""

import asyncio
from functools import partial
import logging
import re

from wyoming.info import Attribution, Info, TtsProgram, TtsVoice, TtsVoiceSpeaker

from .. import __version__
from ..server.client import Client
from ..server.errors import ServerError
from ..server.metrics import Metrics
from ..speak import say
from . import voices
from .cache import Cache
from .config import PiperSettings
from .engine import Engine
from .session import PiperSession
from .shelf import Shelf
from .utterance import Figures, Speaking
from .voices import Voice
from .workers import Workers

_LOGGER = logging.getLogger(__name__)
_NAME = "jarvis-piper"
_LOADING_SECONDS = 60
_MEGABYTE = 1 << 20
_PIPER = Attribution(name="Piper", url="https://github.com/OHF-Voice/piper1-gpl")
_WARMING = {"fr": "Bonjour, il est 8 h 30.", "en": "Hello, it is 8:30."}


class PiperService:
    """Speaks for all clients."""

    def __init__(self, settings: PiperSettings, metrics: Metrics) -> None:
        self.settings = settings
        self._workers = Workers(settings.pieces_at_a_time)
        self._shelf = Shelf(self._load, settings.memory_mb * _MEGABYTE)
        self._cache = Cache(settings.cache_mb * _MEGABYTE)
        self._figures = Figures(metrics, self._workers, self._cache)
        self._speaking: Speaking | None = None
        self._ready = asyncio.Event()

    def info(self) -> Info:
        """Say what is installed: small, at once, also while voices load."""
        if self._speaking is None:
            names = map(voices.name_of, self.settings.voice)
            listed = [_listed(name, voices.language_in(name), ()) for name in names]
        else:
            catalogue = self._speaking.catalogue
            listed = [_listed(v.name, v.language, v.speakers) for v in catalogue]
        state = "" if self._ready.is_set() else " (loading)"
        program = TtsProgram(
            name=_NAME,
            attribution=_PIPER,
            installed=True,
            description=f"Piper, by Jarvis{state}",
            version=__version__,
            voices=listed,
            supports_synthesize_streaming=True,
        )
        return Info(tts=[program])

    async def load(self) -> None:
        """Find the voices, load those of the settings and let each say a word."""
        catalogue = await asyncio.to_thread(voices.open_catalogue, self.settings)
        self._speaking = Speaking(
            catalogue=catalogue,
            shelf=self._shelf,
            workers=self._workers,
            cache=self._cache,
            figures=self._figures,
        )
        for voice in catalogue.chosen:
            await self._shelf.engine(voice)
        self._ready.set()

    def session(self, client: Client) -> PiperSession:
        """Begin with a client."""
        return PiperSession(client, self)

    async def close(self) -> None:
        """End the threads."""
        await self._workers.close()
        await self._shelf.close()

    async def speaking(self) -> Speaking:
        """What speaks, waiting for the voices."""
        try:
            async with asyncio.timeout(_LOADING_SECONDS):
                await self._ready.wait()
        except TimeoutError as err:
            raise ServerError("loading", "The voices are still loading.") from err
        assert self._speaking is not None  # noqa: S101 - it is ready
        return self._speaking

    def _load(self, voice: Voice) -> Engine:
        """Load a voice and warm it, in a thread."""
        threads = self.settings.cores_of_a_piece
        engine = Engine(voice, threads=threads, device=self.settings.device)
        engine.warm(say(_WARMING.get(voice.family, _WARMING["en"]), voice.language))
        return engine


async def fetch(settings: PiperSettings) -> int:
    """Bring the voices of these settings and end."""
    for voice in settings.voice:
        await asyncio.to_thread(partial(voices.bring, voice, settings))
        _LOGGER.info("voice is here", extra={"voice": voices.name_of(voice)})
    return 0


def _listed(name: str, language: str, speakers: tuple[str, ...]) -> TtsVoice:
    """A voice as clients show it: "siwis (medium)"."""
    parts = re.fullmatch(r"[a-z]+_[A-Z]+-(?P<voice>.+)-(?P<quality>[^-]+)", name)
    return TtsVoice(
        name=name,
        attribution=_PIPER,
        installed=True,
        description=f"{parts['voice']} ({parts['quality']})" if parts else name,
        version=None,
        languages=[language],
        speakers=[TtsVoiceSpeaker(name=speaker) for speaker in speakers] or None,
    )
