"""The servers tell nobody anything."""

import os
from pathlib import Path
import subprocess
import sys

import pytest

from .process import HERE

SESSION = "import onnxruntime; onnxruntime.InferenceSession({!r})"
MODEL = str(HERE / "models" / "turn.onnx")
MUTE = {"CI", "GITHUB_ACTIONS", "TF_BUILD", "ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME"}


@pytest.mark.parametrize("program", ["whisper", "piper"])
def test_onnx_runtime_keeps_no_identifier(program: str, tmp_path: Path) -> None:
    """Its telemetry is off before it is loaded: it makes no identifier."""
    # Given a home without anything in it, on a machine where it would be on
    environ = {k: v for k, v in os.environ.items() if k not in MUTE}
    environ |= {"HOME": str(tmp_path), "PYTHONPATH": str(HERE.parent)}
    # When a model is loaded as the program does
    code = f"import jarvis_wyoming.{program}.__main__; {SESSION.format(MODEL)}"
    subprocess.run([sys.executable, "-c", code], env=environ, check=True, timeout=60)
    # Then nothing was written there
    assert not list(tmp_path.rglob("*"))
