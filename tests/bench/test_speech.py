"""The benchmark of the speech servers runs, beside rivals that are pinned."""

import json
from pathlib import Path
import re
import subprocess
import sys

import pytest

from bench.measures.speech.clips import FOREIGN, SENTENCES
from bench.measures.speech.hearing import paused, spread
from bench.rivals import bring, launch
from bench.speech import TARGETS, target_of

from .conftest import ROOT, Bench

RIVALS = ROOT / "bench" / "rivals"
SERVERS = ROOT / "wyoming_servers"
ENGINES = ("ctranslate2", "faster-whisper", "onnxruntime", "piper-tts", "wyoming")

WHISPER = """
class Whisper:
    def encode(self, features): return "encoded"
    def generate(self, encoded, prompts): return [encoded]
class models:
    Whisper = Whisper
"""
PROGRAM = """
import json, sys, time
import ctranslate2, numpy as np
features = np.zeros((1, 80, 3000), np.float32)
features[:, :, :40] = 1  # 0.4 s of audio; the rest is padding
model = ctranslate2.models.Whisper()
begun = time.perf_counter()
encoded = model.encode(features)
halfway = time.perf_counter()
found = model.generate(encoded, [[1]])
ended = time.perf_counter()
json.dump([found, sys.argv[1:], halfway - begun, ended - halfway], sys.stdout)
"""


@pytest.mark.timeout(600)
@pytest.mark.skipif(bring.found() is None, reason="python -m bench.rivals.bring")
async def test_all_figures(bench: Bench) -> None:
    """Given both makers' servers, every figure is there and every target fits one."""
    figures, table = await bench("speech", "--quick", "--factors", "0")

    for name in ("stt.after_stop_ratio.0", "stt.after_speech_ratio.0", "rss_ratio"):
        assert figures[name] > 0
    assert 0 <= figures["cut_short"] <= 1
    assert 0 < figures["ended_early"] <= 1
    assert figures["stt.wrong.0"] == figures["rhasspy.stt.wrong.0"] == 0
    assert figures["rhasspy.tts.audio_s.0"] > 3
    for key in TARGETS:
        assert any(name.startswith(key) for name in figures), key
    assert "rhasspy" in table


def test_a_launched_engine_is_slow(tmp_path: Path) -> None:
    """Given a factor, both halves take their share of the audio, not of its padding."""
    (tmp_path / "ctranslate2.py").write_text(WHISPER, "utf-8")
    (tmp_path / "some_whisper.py").write_text(PROGRAM, "utf-8")

    told = subprocess.run(
        [sys.executable, launch.__file__, "2", "some_whisper", "--port", "1"],
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        check=True,
    )

    found, arguments, encoding, decoding = json.loads(told.stdout)
    assert found == ["encoded"]
    assert arguments == ["--port", "1"]
    assert encoding >= 0.7 * 2 * 0.4
    assert decoding >= 0.3 * 2 * 0.4


def test_pauses_are_between_words() -> None:
    """Every boundary is tried once, and what is said stays the same."""
    cases = list(paused([("fr", "Quelle heure est-il ?"), ("en", "Good night.")]))

    assert [(one.before, one.behind) for one in cases] == [
        ("Quelle", "heure est-il ?"),
        ("Quelle heure", "est-il ?"),
        ("Good", "night."),
    ]
    assert all(0.5 <= one.pause <= 0.8 for one in cases)


def test_what_is_tried_is_spread() -> None:
    """A few of many are of both languages."""
    assert spread(range(10), 5) == [1, 3, 5, 7, 9]
    assert {language for language, _ in spread(SENTENCES, 2)} == {"en", "fr"}
    assert not set(SENTENCES) & set(FOREIGN)


def test_targets_of_figures() -> None:
    """A figure has a target by the beginning of its name; one of a part has none."""
    target = target_of("stt.after_stop_ratio.0.5")
    assert target is not None
    assert target.most == 0.2
    assert target_of("cut_short.others") is None
    assert target_of("stt.clients8_p95_ratio.0") is None


def test_rivals_are_pinned() -> None:
    """Given the lock, all of it has hashes, none an address, and engines are ours."""
    locked = _pins(RIVALS / "requirements.txt")
    wanted = _pins(RIVALS / "requirements.in")
    ours = _pins(SERVERS / "requirements.txt")
    text = (RIVALS / "requirements.txt").read_text("utf-8")

    assert wanted.items() <= locked.items(), "run scripts/lock"
    assert {name: locked[name] for name in ENGINES} == {
        name: ours[name] for name in ENGINES
    }
    lines = text.replace("\\\n", " ").splitlines()
    assert not [line for line in lines if "--hash=sha256:" not in line]
    assert not re.search(r"https?://|--(?:index|extra-index|find-links|trusted)", text)


def _pins(path: Path) -> dict[str, str]:
    """Read which version of a package a file names."""
    text = path.read_text("utf-8")
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE))
