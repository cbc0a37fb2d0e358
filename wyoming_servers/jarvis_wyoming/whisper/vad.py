"""Silero's voice detector on a stream of audio."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

RATE = 16000
WINDOW = 512
"""Samples that are judged at a time: 32 ms."""
_CONTEXT = 64
_STATE = (1, 1, 128)

Audio = npt.NDArray[np.float32]


class Detector:
    """The network, shared by all streams; it may run in several threads at a time."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(
            str(_model()), sess_options=options, providers=["CPUExecutionProvider"]
        )

    def run(self, windows: Audio, h: Audio, c: Audio) -> tuple[Audio, Audio, Audio]:
        """Return how likely each window is speech, and the state behind the last."""
        found: Any = self._session.run(None, {"input": windows, "h": h, "c": c})
        return found[0].ravel(), found[1], found[2]


class Ear:
    """One stream: audio goes in as it comes, judgements of windows come out."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self._h = np.zeros(_STATE, np.float32)
        self._c = np.zeros(_STATE, np.float32)
        self._context = np.zeros(_CONTEXT, np.float32)
        self._rest = np.zeros(0, np.float32)

    def feed(self, audio: Audio) -> Audio:
        """Judge what has come; what is no whole window waits for more."""
        audio = np.concatenate([self._rest, audio])
        count = len(audio) // WINDOW
        self._rest = audio[count * WINDOW :]
        if not count:
            return np.zeros(0, np.float32)
        samples = np.concatenate([self._context, audio[: count * WINDOW]])
        self._context = samples[-_CONTEXT:]
        places = np.arange(count)[:, None] * WINDOW + np.arange(WINDOW + _CONTEXT)
        found, self._h, self._c = self._detector.run(samples[places], self._h, self._c)
        return found


def _model() -> Path:
    """The model that faster-whisper brings, without importing all of it."""
    spec = find_spec("faster_whisper")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("faster-whisper, which brings the detector")
    assets = Path(spec.origin).parent / "assets"
    return max(assets.glob("silero_vad*.onnx"))
