"""One loaded voice: words in, samples out, and it can be told to stop."""

import copy
from dataclasses import dataclass
import json
import threading
import time
from typing import Any

import numpy as np
import onnxruntime
from piper.config import PiperConfig, SynthesisConfig
from piper.voice import PiperVoice

from ..server.errors import ServerError
from .voices import Voice

WIDTH = 2
"""Bytes of a sample."""

_FIRST_GUESS = 0.3
_SMOOTHING = 0.3
_LOUDEST = 32767.0
_SILENT = 1e-8


class CalledOff(Exception):  # noqa: N818 - it is no error
    """Raised in work that nobody wants any more."""


class Stop:
    """Tells a piece that is being spoken to end, from any thread."""

    def __init__(self) -> None:
        self.options = onnxruntime.RunOptions()
        self._asked = threading.Event()

    def ask(self) -> None:
        """Nobody wants it: what runs ends before its next operation."""
        self._asked.set()
        self.options.terminate = True

    def check(self) -> None:
        """Raise when it was asked."""
        if self._asked.is_set():
            raise CalledOff

    @property
    def asked(self) -> bool:
        """Whether to end."""
        return self._asked.is_set()


@dataclass(frozen=True)
class Manner:
    """How to speak."""

    speaker: int | None = None
    speed: float = 1.0
    pause: float = 0.0
    """Seconds between the sentences of a piece."""


class Engine:
    """A voice that is loaded; several threads may speak with it."""

    def __init__(self, voice: Voice, *, threads: int, device: str) -> None:
        try:
            config = json.loads(voice.config.read_text("utf-8"))
            session = onnxruntime.InferenceSession(
                str(voice.model),
                sess_options=_options(threads),
                providers=_providers(device),
            )
            self._piper = PiperVoice(
                config=PiperConfig.from_dict(config),
                session=session,
                download_dir=voice.model.parent,
            )
        except Exception as err:  # onnxruntime's errors have no common class
            text = f"{voice.name} cannot be loaded: {type(err).__name__}."
            raise ServerError("no-voice", text) from err
        self.voice = voice
        self.rate = self._piper.config.sample_rate
        self._known = False
        self.pace = _FIRST_GUESS
        """Seconds of work for a second of speech, lately."""

    def speak(self, words: str, manner: Manner, stop: Stop) -> bytes:
        """The words as samples of 16 bits; blocks."""
        begun = time.perf_counter()
        how = SynthesisConfig(
            speaker_id=manner.speaker,
            length_scale=self._piper.config.length_scale / manner.speed,
        )
        speaking = copy.copy(self._piper)
        speaking.session = _Stoppable(self._piper.session, stop)
        pause = bytes(round(manner.pause * self.rate) * WIDTH)
        sentences = []
        for phonemes in self._piper.phonemize(words):
            stop.check()
            if phonemes:
                ids = self._piper.phonemes_to_ids(phonemes)
                audio: Any = speaking.phoneme_ids_to_audio(ids, how)
                sentences.append(_samples(audio))
        audio_bytes = pause.join(sentences)
        self._learn(time.perf_counter() - begun, len(audio_bytes) / (self.rate * WIDTH))
        return audio_bytes

    def warm(self, words: str) -> None:
        """Say something to nobody: the first piece of all takes longest."""
        self.speak(words, Manner(), Stop())
        self._known = False
        self.speak(words, Manner(), Stop())

    def _learn(self, worked: float, spoken: float) -> None:
        """Remember how fast it went."""
        if spoken > 0:
            weight = _SMOOTHING if self._known else 1.0
            self.pace += weight * (worked / spoken - self.pace)
            self._known = True


class _Stoppable:
    """A session whose runs can be stopped: what piper-tts asks of one."""

    def __init__(self, session: Any, stop: Stop) -> None:
        self._session = session
        self._stop = stop

    def run(self, outputs: Any, inputs: Any) -> Any:
        """Run, unless it is stopped."""
        try:
            return self._session.run(outputs, inputs, self._stop.options)
        except Exception:
            self._stop.check()
            raise


def _options(threads: int) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Pieces differ in length: an arena would keep the largest of each for ever, and
    # threads that wait in a loop would take the cores from other clients.
    options.enable_cpu_mem_arena = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return options


def _providers(device: str) -> list[Any]:
    if device == "cuda":
        search = {"cudnn_conv_algo_search": "HEURISTIC"}
        return [("CUDAExecutionProvider", search), "CPUExecutionProvider"]
    return ["CPUExecutionProvider"]


def _samples(audio: Any) -> bytes:
    """Samples of 16 bits, as loud as they can be."""
    peak = float(np.max(np.abs(audio), initial=0.0))
    if peak < _SILENT:
        return bytes(audio.size * WIDTH)
    loud = np.clip(audio / peak * _LOUDEST, -_LOUDEST, _LOUDEST)
    samples: bytes = loud.astype("<i2").tobytes()
    return samples
