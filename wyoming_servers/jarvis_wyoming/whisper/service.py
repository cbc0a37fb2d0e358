"""jarvis-whisper as a service: its models, and what it says of them."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
import logging
import time

import numpy as np
from wyoming.info import AsrModel, AsrProgram, Attribution, Info

from .. import __version__
from ..server.client import Client
from ..server.errors import ServerError
from ..server.metrics import Metrics
from . import models
from .config import WhisperSettings
from .ending import Ending
from .engine import Engine, Wish
from .hearing import Figures, Hearing
from .session import WhisperSession
from .vad import RATE, Detector
from .wishes import Request, code_of
from .workers import Workers

_LOGGER = logging.getLogger(__name__)
_NAME = "jarvis-whisper"
_LOADING_SECONDS = 60
_EARS = 2
_OPENAI = Attribution(name="OpenAI", url="https://github.com/openai/whisper")
_OURS = Attribution(name="Jarvis", url="https://github.com/openai/whisper")


class WhisperService:
    """Hears for all clients."""

    def __init__(self, settings: WhisperSettings, metrics: Metrics) -> None:
        self.settings = settings
        self._workers = Workers(settings.workers)
        self._ears = ThreadPoolExecutor(_EARS, thread_name_prefix="ear")
        self._figures = Figures(metrics, self._workers)
        self._hearing: Hearing | None = None
        self._ready = asyncio.Event()
        self._languages = tuple(map(code_of, settings.languages))
        self._models = {settings.model: self._languages}
        for language, model in settings.models.items():
            self._models.setdefault(model, ())
            self._models[model] = (*self._models[model], code_of(language))

    def info(self) -> Info:
        """Say what is installed: small, at once, also while models load."""
        state = "" if self._ready.is_set() else " (loading)"
        program = AsrProgram(
            name=_NAME,
            attribution=_OURS,
            installed=True,
            description=f"Whisper, by Jarvis{state}",
            version=__version__,
            models=[self._model(*pair) for pair in self._models.items()],
            supports_transcript_streaming=True,
            requires_external_vad=True,
        )
        return Info(asr=[program])

    async def load(self) -> None:
        """Load every model and say a first silence to it."""
        engines = dict[str, Engine]()
        for model in self._models:
            engines[model] = await asyncio.to_thread(self._load, model)
        detector = await asyncio.to_thread(Detector)
        ending = await asyncio.to_thread(Ending, self.settings.turn_model)
        self._hearing = Hearing(
            settings=self.settings,
            workers=self._workers,
            figures=self._figures,
            detector=detector,
            ending=ending,
            engines=engines,
            ears=self._ears,
        )
        self._ready.set()

    def session(self, client: Client) -> WhisperSession:
        """Begin with a client."""
        return WhisperSession(client, self)

    async def close(self) -> None:
        """End the threads."""
        await self._workers.close()
        self._ears.shutdown(wait=False, cancel_futures=True)

    async def hearing(self) -> Hearing:
        """Return what hears, waiting for the models."""
        try:
            async with asyncio.timeout(_LOADING_SECONDS):
                await self._ready.wait()
        except TimeoutError as err:
            raise ServerError("loading", "The models are still loading.") from err
        assert self._hearing is not None  # noqa: S101 - it is ready
        return self._hearing

    def check(self, request: Request) -> None:
        """Refuse a model that is not there."""
        if request.model and request.model not in map(models.name_of, self._models):
            raise ServerError("no-model", "There is no model of this name.")

    def _load(self, model: str) -> Engine:
        begun = time.perf_counter()
        folder = models.bring(model, self.settings)
        try:
            engine = Engine(folder, self.settings)
        except (RuntimeError, ValueError) as err:
            raise ServerError("no-model", f"{folder} cannot be loaded: {err}") from err
        for language in self._models[model]:
            if not engine.knows(language):
                raise ServerError("no-language", f"{model} knows no {language}.")
        loaded = time.perf_counter()
        silence = np.zeros(RATE, np.float32)
        engine.hear(silence, Wish(languages=self._languages), lambda: None)
        fields = {
            "model": models.name_of(model),
            "device": engine.device,
            "compute_type": engine.compute_type,
            "threads": self.settings.cores,
            "loading": f"{loaded - begun:.2f}",
            "warming": f"{time.perf_counter() - loaded:.2f}",
        }
        _LOGGER.info("model loaded", extra=fields)
        return engine

    def _model(self, model: str, languages: tuple[str, ...]) -> AsrModel:
        name = models.name_of(model)
        return AsrModel(
            name=name,
            attribution=_OPENAI,
            installed=True,
            description=name,
            version=None,
            languages=list(languages),
        )


async def fetch(settings: WhisperSettings) -> int:
    """Bring the models of these settings and end."""
    for model in dict.fromkeys([settings.model, *settings.models.values()]):
        folder = await asyncio.to_thread(partial(models.bring, model, settings))
        _LOGGER.info("model is here", extra={"folder": folder})
    return 0
