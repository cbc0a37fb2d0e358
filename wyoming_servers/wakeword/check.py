#!/usr/bin/env python3
"""Records people saying the wake word and tells how well a model hears them.

    check.py record mine --count 10
    check.py score mine/*.wav --others television/*.wav --model hey_jarvis_maison.tflite
    check.py wakes mine/*.wav --port 10400

It needs pyopen-wakeword and wyoming, and `arecord` (alsa-utils) to record.
"""

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
import socket
import subprocess
import sys
import time
import wave

from pyopen_wakeword import Model, OpenWakeWord, OpenWakeWordFeatures
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.wake import Detect, Detection, NotDetected

RATE = 16000
CHUNK = RATE * 2 * 80 // 1000
"""Bytes of the 80 ms that a score stands for."""

_THRESHOLDS = (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
_LOWEST_USEFUL = 0.2
"""Below it a television says the word about as well as people do."""

_HIGHEST_ADVISED = 0.7
"""Another day people say it less clearly."""

_AFTER = bytes(RATE * 2)
_BEFORE = bytes(RATE * 2 * 2)
"""A server has to have heard two seconds before it recognises anything."""
_REST = 25
"""Scores, two seconds of them, in which a word counts once."""

_PATIENCE = 10
"""Seconds in which a server answers."""


class CheckError(Exception):
    """What cannot be done; the text is for people."""


@dataclass(frozen=True)
class Heard:
    """A recording and what the model made of it."""

    path: Path
    seconds: float
    scores: tuple[float, ...]

    @property
    def best(self) -> float:
        """How sure the model was when it was surest."""
        return max(self.scores, default=0.0)

    def wakes(self, threshold: float) -> int:
        """How often it would have woken the house."""
        count = rest = 0
        for score in self.scores:
            rest -= 1
            if score >= threshold and rest < 0:
                count += 1
                rest = _REST
        return count


def main() -> int:
    """Do what the command line says."""
    arguments = _parser().parse_args()
    try:
        if arguments.command == "record":
            _record(arguments.folder, arguments.count, arguments.seconds)
        elif arguments.command == "health":
            _ask(arguments.host, arguments.port)
        elif arguments.command == "wakes":
            asyncio.run(_wake(arguments.recordings, arguments.host, arguments.port))
        else:
            _score(arguments.recordings, arguments.others, arguments.model)
    except (CheckError, OSError) as err:
        print(err, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    record = commands.add_parser("record", help="record the word with a microphone")
    record.add_argument("folder", type=Path)
    record.add_argument("--count", type=int, default=10)
    record.add_argument("--seconds", type=int, default=3)
    score = commands.add_parser("score", help="tell how well recordings are heard")
    score.add_argument("recordings", type=Path, nargs="+")
    score.add_argument(
        "--others", type=Path, nargs="+", default=[], help="where nobody says the word"
    )
    score.add_argument("--model", type=Path, help="a .tflite (default: hey_jarvis)")
    wakes = commands.add_parser("wakes", help="let the running server listen")
    wakes.add_argument("recordings", type=Path, nargs="+")
    health = commands.add_parser("health", help="ask the running server")
    for command in (wakes, health):
        command.add_argument("--host", default="127.0.0.1")
        command.add_argument("--port", type=int, default=10400)
    return parser


def _record(folder: Path, count: int, seconds: int) -> None:
    """Take recordings one after the other, beside those that are there."""
    folder.mkdir(parents=True, exist_ok=True)
    begin = len(list(folder.glob("*.wav"))) + 1
    for number in range(begin, begin + count):
        path = folder / f"{number:03}.wav"
        input(f"{path.name}: press Enter, then say the word. ")
        command = ["arecord", "--quiet", "--file-type", "wav", "--format", "S16_LE"]
        command += ["--rate", str(RATE), "--channels", "1"]
        command += ["--duration", str(seconds), str(path)]
        try:
            subprocess.run(command, check=True)
        except FileNotFoundError as err:
            raise CheckError("arecord is missing: apt install alsa-utils.") from err
        except subprocess.CalledProcessError as err:
            raise CheckError("arecord found no microphone that it can use.") from err


def _score(
    recordings: Sequence[Path], others: Sequence[Path], model: Path | None
) -> None:
    """Print how well each recording is heard, and which threshold fits them all."""
    mine = [_hear(path, model) for path in recordings]
    theirs = [_hear(path, model) for path in others]
    for heard in (*mine, *theirs):
        print(f"{heard.best:5.2f}  {heard.path}")
    minutes = sum(heard.seconds for heard in theirs) / 60
    print(f"\nthreshold  heard of {len(mine)}  false in {minutes:.1f} min")
    for threshold in _THRESHOLDS:
        right = sum(heard.best >= threshold for heard in mine)
        wrong = sum(heard.wakes(threshold) for heard in theirs)
        print(f"{threshold:9}  {right:{9 + len(str(len(mine)))}}  {wrong:5}")
    print(f"\n{_advice(mine, theirs)}")


def _advice(mine: Sequence[Heard], theirs: Sequence[Heard]) -> str:
    fitting = [
        threshold
        for threshold in _THRESHOLDS
        if threshold <= _HIGHEST_ADVISED
        and all(heard.best >= threshold for heard in mine)
    ]
    if not fitting or fitting[0] < _LOWEST_USEFUL:
        return (
            "This model does not hear everybody. Say it in the English way, or train a "
            "model with these recordings."
        )
    if any(heard.wakes(fitting[0]) for heard in theirs):
        return (
            f"{fitting[0]} hears everybody, but also what nobody said: train a model, "
            "or choose a higher threshold and speak clearly."
        )
    return f"Threshold {fitting[0]} hears everybody."


def _hear(path: Path, model: Path | None) -> Heard:
    audio = _samples(path)
    return Heard(path, len(audio) / 2 / RATE, tuple(_scores(audio, model)))


def _samples(path: Path) -> bytes:
    try:
        with wave.open(str(path)) as reader:
            form = (reader.getframerate(), reader.getsampwidth(), reader.getnchannels())
            audio = bytes(reader.readframes(reader.getnframes()))
    except (wave.Error, EOFError) as err:
        raise CheckError(f"{path} is no WAV file: {err}") from err
    if form != (RATE, 2, 1):
        again = f"ffmpeg -i {path} -ar {RATE} -ac 1 -sample_fmt s16 again.wav"
        raise CheckError(f"{path} is not 16 kHz, 16 bits, mono. Convert it: {again}")
    return audio


def _scores(audio: bytes, model: Path | None) -> Iterator[float]:
    """Score every 80 ms, as the server does."""
    if model is not None and not model.is_file():
        raise CheckError(f"There is no model {model}.")
    features = OpenWakeWordFeatures.from_builtin()
    word = (
        OpenWakeWord.from_builtin(Model.HEY_JARVIS)
        if model is None
        else OpenWakeWord.from_model(model)
    )
    audio += _AFTER
    for start in range(0, len(audio), CHUNK):
        for embedding in features.process_streaming(audio[start : start + CHUNK]):
            yield from word.process_streaming(embedding)


async def _wake(recordings: Sequence[Path], host: str, port: int) -> None:
    """Print which recordings wake the server that runs, and when."""
    woken = 0
    for path in recordings:
        detection = await _detection(_samples(path), host, port)
        if detection is None:
            print(f"    not  {path}")
        else:
            woken += 1
            seconds = (detection.timestamp or 0) / 1000 - len(_BEFORE) / 2 / RATE
            print(f"{seconds:5.1f} s  {path}  {detection.name}")
    print(f"\n{woken} of {len(recordings)} wake it.")


async def _detection(audio: bytes, host: str, port: int) -> Detection | None:
    """Let the server hear audio at the speed of a microphone, until it wakes."""
    audio = _BEFORE + audio + _AFTER
    async with AsyncTcpClient(host, port) as client:
        await client.write_event(Detect().event())
        await client.write_event(AudioStart(RATE, 2, 1).event())
        answer = asyncio.create_task(client.read_event())
        begun = time.monotonic()
        for start in range(0, len(audio), CHUNK):
            due = (start + CHUNK) / 2 / RATE
            # A chunk is there when it was spoken to its end.
            rest = max(0.0, begun + due - time.monotonic())
            if (await asyncio.wait({answer}, timeout=rest))[0]:
                break
            chunk = AudioChunk(
                RATE, 2, 1, audio[start : start + CHUNK], timestamp=round(due * 1000)
            )
            await client.write_event(chunk.event())
        else:
            await client.write_event(AudioStop().event())
        try:
            event = await asyncio.wait_for(answer, _PATIENCE)
        except TimeoutError as err:
            raise CheckError(f"{host}:{port} does not answer.") from err
    if event is None or not (
        Detection.is_type(event.type) or NotDetected.is_type(event.type)
    ):
        raise CheckError(f"{host}:{port} is no wake word server.")
    return Detection.from_event(event) if Detection.is_type(event.type) else None


def _ask(host: str, port: int) -> None:
    """Ask the server what it is: no answer raises."""
    with socket.create_connection((host, port), timeout=5) as connection:
        connection.sendall(b'{"type": "describe"}\n')
        if b"info" not in connection.recv(1024):
            raise CheckError(f"{host}:{port} is no Wyoming server.")


if __name__ == "__main__":
    sys.exit(main())
