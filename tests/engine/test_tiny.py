"""The tiny models as files."""

from pathlib import Path
import struct

import pytest

from .llama import FOLDER, Kind, found
from .tiny import write_model
from .vocabulary import MARKS, merges, tokens


@pytest.mark.parametrize("kind", list(Kind))
def test_models_are_small_and_always_the_same(tmp_path: Path, kind: Kind) -> None:
    """A model is written in a moment, twice alike."""
    first, second = tmp_path / "a" / "it.gguf", tmp_path / "b" / "it.gguf"
    write_model(first, kind)
    write_model(second, kind)
    data = first.read_bytes()
    assert data == second.read_bytes()
    assert len(data) < 3_000_000
    magic, version, tensors, keys = struct.unpack("<4sIQQ", data[:24])
    assert (magic, version) == (b"GGUF", 3)
    assert tensors > 30
    assert keys > 20


def test_vocabulary() -> None:
    """Every byte is a token, and so are marks and frequent words."""
    known = tokens()
    assert len(known) == len(set(known))
    assert {"Ġthe", "Ġlight", "ĊĊ", *MARKS} <= set(known)
    assert all(first + second in known for first, second in merges())


def test_nothing_is_found_where_nothing_was_brought(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty folder holds no engine, and nothing is brought on its own."""
    monkeypatch.setenv(FOLDER, str(tmp_path))
    assert found() is None
    assert not list(tmp_path.iterdir())
