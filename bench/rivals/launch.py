"""Runs a speech server, its engine as slow as a bigger one: FACTOR MODULE ARGUMENTS.

The factor is the time of the engine by the length of the audio; with 0 nothing is
changed. What is slow is the engine itself (CTranslate2's Whisper, Piper's voice), so
both servers meet the same one; it serves one call at a time, as the cores of a machine
would. Runs in the Python of either server: the standard library and theirs alone.
"""

from collections.abc import Callable
from importlib import import_module
import runpy
import sys
import threading
import time
from typing import Any

_ENCODER, _DECODER = 0.7, 0.3
"""How a model's time is shared between its halves."""
_FRAMES_PER_SECOND = 100

_cores = threading.Lock()
_last = threading.local()


def main() -> None:
    """Slow the engine of a server and run it."""
    factor, module = float(sys.argv[1]), sys.argv[2]
    sys.argv = sys.argv[2:]
    if factor:
        (_slow_whisper if "whisper" in module else _slow_piper)(factor)
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _slow_whisper(factor: float) -> None:
    """Let both halves take their share of the audio's length, without its padding."""
    np, models = import_module("numpy"), import_module("ctranslate2").models

    def seconds(_: object, features: Any, *__: object, **___: object) -> float:
        told = np.abs(np.array(features)[0]).sum(axis=0) > 0
        _last.seconds = float(told.sum()) / _FRAMES_PER_SECOND
        return float(_last.seconds)

    model = models.Whisper
    model.encode = _slowed(model.encode, lambda *a: factor * _ENCODER * seconds(*a[1:]))
    model.generate = _slowed(
        model.generate, lambda *_: factor * _DECODER * _last.seconds
    )


def _slow_piper(factor: float) -> None:
    """Let a voice take its time for what it says."""
    voices = import_module("piper").PiperVoice

    def seconds(result: Any, voice: Any, *_: object) -> float:
        audio = result[0] if isinstance(result, tuple) else result
        return factor * float(audio.size) / float(voice.config.sample_rate)

    voices.phoneme_ids_to_audio = _slowed(voices.phoneme_ids_to_audio, seconds)


def _slowed(
    call: Callable[..., Any], takes: Callable[..., float]
) -> Callable[..., Any]:
    """Return a call that takes longer, and alone."""

    def slow(*arguments: Any, **options: Any) -> Any:
        with _cores:
            begun = time.perf_counter()
            result = call(*arguments, **options)
            rest = takes(result, *arguments) - (time.perf_counter() - begun)
            time.sleep(max(0.0, rest))
            return result

    return slow


if __name__ == "__main__":
    main()
