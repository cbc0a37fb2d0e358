"""What all utterances share: models, threads, the detector and the figures."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
import time
from typing import TypeVar

from ..server.metrics import Metrics
from .certain import sayable
from .config import WhisperSettings
from .ending import Ending
from .engine import Engine, Heard, Wish
from .models import name_of
from .vad import RATE, Audio, Detector, Ear
from .workers import Job, Urgency, Workers

T = TypeVar("T")
_FACTORS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0)


class Figures:
    """What is measured."""

    def __init__(self, metrics: Metrics, workers: Workers) -> None:
        self.after_stop = metrics.histogram(
            "transcript_after_stop_seconds", "From the end of the audio to its text."
        )
        self.transcription = metrics.histogram(
            "transcription_seconds", "How long the model took."
        )
        self.factor = metrics.histogram(
            "real_time_factor", "Time of the model by length of audio.", _FACTORS
        )
        self.audio = metrics.counter("audio_seconds_total", "Audio that was heard.")
        self.utterances = metrics.counter(
            "utterances_total", "Utterances by how they ended.", label="end"
        )
        self.guesses = metrics.counter(
            "guesses_total", "Transcriptions on speculation.", label="use"
        )
        metrics.gauge("queue", "Transcriptions that wait.", lambda: workers.waiting)


@dataclass(frozen=True, kw_only=True)
class Hearing:
    """Everything that is there once."""

    settings: WhisperSettings
    workers: Workers
    figures: Figures
    detector: Detector
    ending: Ending
    engines: Mapping[str, Engine]
    """By the name that is configured."""
    ears: ThreadPoolExecutor
    """Where the detector runs: short work that must not wait for transcriptions."""

    def engine(self, model: str, language: str | None) -> Engine:
        """Return the model that was asked for, or the one for the language."""
        settings = self.settings
        wanted = settings.models.get(language or "", settings.model)
        if model and name_of(wanted) != model:
            wanted = next(one for one in self.engines if name_of(one) == model)
        return self.engines[wanted]

    def ear(self) -> Ear:
        """Begin to listen."""
        return Ear(self.detector)

    async def beside(self, work: Callable[[], T]) -> T:
        """Do short work off the loop."""
        return await asyncio.get_running_loop().run_in_executor(self.ears, work)

    def transcribe(
        self, engine: Engine, audio: Audio, wish: Wish, urgency: Urgency
    ) -> Job[Heard]:
        """Have a piece of audio transcribed."""

        def work(job: Job[Heard]) -> Heard:
            begun = time.perf_counter()
            heard = engine.hear(audio, wish, job.check)
            seconds = time.perf_counter() - begun
            self.figures.transcription.observe(seconds)
            self.figures.factor.observe(seconds * RATE / max(1, len(audio)))
            return heard

        return self.workers.submit(work, urgency)

    def certainty(
        self, engine: Engine, audio: Audio, heard: Heard, wish: Wish, seconds: float
    ) -> Job[float]:
        """Have it looked at how certain words are that take so many seconds."""

        def work(job: Job[float]) -> float:
            if not sayable(heard.text, seconds):
                return 0.0
            return engine.certainty(audio, heard, wish, job.check)

        return self.workers.submit(work, Urgency.SOON)
