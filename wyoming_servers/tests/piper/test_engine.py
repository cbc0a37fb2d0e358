"""A loaded voice."""

from dataclasses import replace
from pathlib import Path
import threading

import pytest

from jarvis_wyoming.piper.engine import CalledOff, Engine, Manner, Stop
from jarvis_wyoming.piper.voices import read_voice
from jarvis_wyoming.server.errors import ServerError

from .helpers import FR

SLOW = "la lampe du salon est allumée et la porte du garage est ouverte " * 60


def test_words_become_samples(french: Engine) -> None:
    """Given words there is sound, given only marks there is none."""
    audio = french.speak("Bonjour à tous.", Manner(), Stop())
    assert len(audio) > french.rate
    assert french.speak("...", Manner(), Stop()) == b""


def test_sentences_of_a_piece_are_apart(french: Engine) -> None:
    """Given a pause, it stands between sentences and not behind the last one."""
    joined = french.speak("Oui. Non.", Manner(), Stop())
    apart = french.speak("Oui. Non.", Manner(pause=0.5), Stop())
    assert len(apart) - len(joined) == french.rate


def test_a_running_piece_can_be_stopped(french: Engine) -> None:
    """Given a piece of minutes, it ends inside the model when it is told to."""
    stop = Stop()
    timer = threading.Timer(0.02, stop.ask)
    timer.start()
    with pytest.raises(CalledOff):
        french.speak(SLOW, Manner(), stop)
    assert french.speak("Oui.", Manner(), Stop())


def test_many_threads_speak_the_same(french: Engine) -> None:
    """Given one voice and four threads, nobody hears another's words."""
    alone = french.speak("La lampe est allumée.", Manner(), Stop())
    heard = [b""] * 4

    def speak(at: int) -> None:
        heard[at] = french.speak("La lampe est allumée.", Manner(), Stop())

    threads = [threading.Thread(target=speak, args=(at,)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard == [alone] * 4


def test_a_broken_voice_is_refused(tmp_path: Path) -> None:
    """Given a file that is no model, the error names the voice."""
    model = tmp_path / "broken.onnx"
    model.write_bytes(b"no model")
    voice = replace(read_voice(FR), name="broken", model=model)
    with pytest.raises(ServerError, match="broken cannot be loaded"):
        Engine(voice, threads=1, device="cpu")
