"""Where speech is, from the detector's judgements alone."""

import numpy as np

from jarvis_wyoming.whisper.speech import Pause, Speech
from jarvis_wyoming.whisper.vad import WINDOW


def told(*runs: tuple[float, int]) -> Speech:
    """Judgements, each repeated."""
    speech = Speech(0.5)
    for probability, windows in runs:
        speech.feed(np.full(windows, probability, np.float32))
    return speech


def test_nobody_speaks() -> None:
    """Doubt is no speech."""
    speech = told((0.1, 20), (0.45, 20))
    assert speech.first is None
    assert not speech.speaking


def test_a_click_is_no_speech() -> None:
    """One window is too short."""
    assert told((0, 10), (0.99, 1), (0, 10)).first is None


def test_a_word() -> None:
    """It begins with the first sure window and ends before the first unlikely one."""
    speech = told((0, 10), (0.9, 5), (0.4, 3), (0.1, 10))
    assert speech.first == 10 * WINDOW
    assert speech.end == 18 * WINDOW
    assert speech.silence == 10 * WINDOW / 16000
    assert not speech.speaking


def test_a_pause_between_words() -> None:
    """Pauses are kept to cut at; short gaps are none."""
    speech = told((0.9, 10), (0, 3), (0.9, 10), (0, 20), (0.9, 10))
    assert speech.pauses == [Pause(23 * WINDOW, 43 * WINDOW)]
    assert speech.pauses[0].middle == 33 * WINDOW
    assert speech.speaking
    assert speech.silence == 0


def test_little_speech_is_weak() -> None:
    """A quarter of a second of certain speech is what it takes."""
    assert told((0.95, 4)).weak
    assert told((0.7, 40)).weak
    assert not told((0.95, 40)).weak


def test_the_softest_place() -> None:
    """Where a long speech without pauses is cut."""
    speech = told((0.9, 30), (0.6, 1), (0.9, 30))
    assert speech.softest(5 * WINDOW, 60 * WINDOW) // WINDOW == 30
