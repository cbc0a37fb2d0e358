"""The script that tells how well people are heard saying the wake word."""

import os
from pathlib import Path
import subprocess
import sys

from pyopen_wakeword import openwakeword
import pytest

from .process import MODELS

CHECK = Path(__file__).parents[1] / "wakeword" / "check.py"
ENGLISH = str(MODELS / "hey_jarvis_en.wav")
FRENCH = str(MODELS / "hey_jarvis_fr.wav")
OTHER = str(MODELS / "cmd_en.wav")


def check(
    *arguments: str, typed: str = "", path: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run it."""
    return subprocess.run(
        [sys.executable, str(CHECK), *arguments],
        input=typed,
        env={**os.environ, "PATH": path or os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )


def test_who_is_heard_gets_a_threshold() -> None:
    """An English «Hey Jarvis» is heard, other words are not."""
    told = check("score", ENGLISH, "--others", OTHER)
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("0.99") or told.stdout.startswith(" 0.99")
    assert f" 0.00  {OTHER}" in told.stdout
    assert told.stdout.endswith("Threshold 0.7 hears everybody.\n")


def test_who_is_not_heard_is_told() -> None:
    """A French «Hé Jarvis» is not heard by the English model."""
    told = check("score", ENGLISH, FRENCH)
    assert f" 0.00  {FRENCH}" in told.stdout
    assert "does not hear everybody" in told.stdout


def test_what_wakes_it_wrongly_is_told() -> None:
    """Recordings without the word count when they wake."""
    told = check("score", ENGLISH, "--others", ENGLISH)
    assert "what nobody said" in told.stdout


def test_a_model_of_ones_own_is_taken() -> None:
    """Another model hears another word."""
    model = Path(openwakeword.__file__).parent / "models" / "alexa.tflite"
    told = check("score", ENGLISH, "--model", str(model))
    assert told.returncode == 0, told.stderr
    assert "does not hear everybody" in told.stdout


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((str(CHECK),), "no WAV file"),
        ((ENGLISH, "--model", "nowhere.tflite"), "no model nowhere.tflite"),
    ],
)
def test_what_cannot_be_read_is_said(arguments: tuple[str, ...], text: str) -> None:
    """One line, and no trace."""
    told = check("score", *arguments)
    assert told.returncode == 1
    assert text in told.stderr
    assert "Traceback" not in told.stderr


def test_recordings_are_taken_one_by_one_and_scored(tmp_path: Path) -> None:
    """Further ones stand beside those that are there."""
    # Given a microphone in which somebody says the word
    recorder = tmp_path / "arecord"
    recorder.write_text(f'#!/bin/sh\nfor last; do :; done\ncp {ENGLISH} "$last"\n')
    recorder.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    mine = tmp_path / "mine"
    # When two are recorded, and one more
    check("record", str(mine), "--count", "2", typed="\n\n", path=path)
    check("record", str(mine), "--count", "1", typed="\n", path=path)
    # Then they are there and are heard
    files = sorted(mine.glob("*.wav"))
    assert [file.name for file in files] == ["001.wav", "002.wav", "003.wav"]
    assert "hears everybody" in check("score", *map(str, files)).stdout


def test_without_a_recorder_it_says_what_to_install(tmp_path: Path) -> None:
    """No microphone, no arecord: one line."""
    told = check("record", str(tmp_path / "mine"), typed="\n", path=str(tmp_path))
    assert told.returncode == 1
    assert "alsa-utils" in told.stderr
