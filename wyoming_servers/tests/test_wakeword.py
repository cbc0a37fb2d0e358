"""The wake word server, and the script that tells how well people are heard by it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
import os
from pathlib import Path
import shutil
import subprocess
import sys
import time

from pyopen_wakeword import openwakeword
import pytest

from .process import MODELS, Server

WAKEWORD = Path(__file__).parents[1] / "wakeword"
CHECK = WAKEWORD / "check.py"
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


@pytest.fixture(scope="module")
def programs() -> Path:
    """The folder of the server's programs, brought here."""
    brought = subprocess.run(
        WAKEWORD / "bring", capture_output=True, text=True, check=False
    )
    if brought.returncode:
        # Where the whole project is checked, nothing is passed over.
        assert not os.environ.get("CI"), brought.stderr
        pytest.skip(f"wakeword/bring: {brought.stderr}")
    return Path(brought.stdout.strip())


@contextmanager
def listening(programs: Path, port: int, log: Path, *flags: str) -> Iterator[None]:
    """Run the server."""
    where = ("--uri", f"tcp://127.0.0.1:{port}")
    with log.open("wb") as output:
        server = subprocess.Popen(
            [programs / "wyoming-openwakeword", *where, *flags],
            stdout=output,
            stderr=output,
        )
    try:
        while check("health", "--port", str(port)).returncode:
            assert server.poll() is None, log.read_text("utf-8")
            time.sleep(0.05)
        yield
    finally:
        server.terminate()
        server.wait(10)


def test_the_running_server_wakes_at_the_word(
    programs: Path, free_port: int, tmp_path: Path
) -> None:
    """It hears the English word when it was said, and no «Hé Jarvis»."""
    flags = ("--preload-model", "hey_jarvis")
    with listening(programs, free_port, tmp_path / "log", *flags):
        told = check("wakes", FRENCH, ENGLISH, "--port", str(free_port))

    assert told.returncode == 0, told.stderr
    french, english, _, total = told.stdout.splitlines()
    assert french.split() == ["not", FRENCH]
    assert english.split()[1:] == ["s", ENGLISH, "hey_jarvis_v0.1"]
    # The word ends after 1.4 s, and a second is sent behind the 1.9 s of the recording.
    assert 1.4 <= float(english.split()[0]) <= 2.9
    assert total == "1 of 2 wake it."


def test_threshold_and_folder_of_the_server_count(
    programs: Path, free_port: int, tmp_path: Path
) -> None:
    """A model of one's own wakes by its name; a threshold above its scores never."""
    (ready_made,) = programs.parent.rglob("hey_jarvis_v0.1.tflite")
    models = tmp_path / "models"
    models.mkdir()
    shutil.copy(ready_made, models / "maison.tflite")
    flags = ("--custom-model-dir", str(models), "--preload-model", "maison")
    for threshold, expected in (("0.9", "maison"), ("0.9999", None)):
        limit = ("--threshold", threshold)
        with listening(programs, free_port, tmp_path / "log", *flags, *limit):
            told = check("wakes", ENGLISH, "--port", str(free_port))
        assert told.returncode == 0, told.stderr
        first = told.stdout.splitlines()[0]
        assert first.endswith(expected) if expected else first.split()[0] == "not"


def test_a_server_that_is_not_there_is_said(free_port: int) -> None:
    """One line, and no trace."""
    told = check("wakes", ENGLISH, "--port", str(free_port))
    assert told.returncode == 1
    assert str(free_port) in told.stderr
    assert "Traceback" not in told.stderr


async def test_a_server_of_another_kind_is_said(whisper: Server) -> None:
    """It hears words, and not that one."""
    told = await asyncio.to_thread(check, "wakes", ENGLISH, "--port", str(whisper.port))
    assert told.returncode == 1
    assert "is no wake word server" in told.stderr


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
