"""Audio in memory, and the ways in which clients write it."""

import numpy as np
import pytest

from jarvis_wyoming.server.errors import ServerError
from jarvis_wyoming.whisper.tape import Format, Tape


def test_it_grows_and_forgets() -> None:
    """What was forgotten is gone, the rest keeps its place."""
    tape = Tape()
    for value in range(20):
        tape.add(np.full(16000, value, np.float32))
    assert tape.end == 20 * 16000
    tape.forget(10 * 16000)

    assert tape.part(15 * 16000, 15 * 16000 + 3).tolist() == [15, 15, 15]
    assert tape.part(0, 10 * 16000 + 2).tolist() == [10, 10]
    assert len(tape.part(19 * 16000, 99 * 16000)) == 16000
    assert len(tape.part(30 * 16000, 31 * 16000)) == 0


@pytest.mark.parametrize(
    ("width", "kind", "values"),
    [
        (1, "u1", [128, 255, 0]),
        (2, "<i2", [0, 32512, -32768]),
        (4, "<i4", [0, 2130706432, -(2**31)]),
    ],
)
def test_widths(width: int, kind: str, values: list[int]) -> None:
    """8, 16 and 32 bits say the same."""
    found = Format(16000, width, 1).read(np.array(values, kind).tobytes())
    assert found.tolist() == pytest.approx([0, 0.9922, -1], abs=1e-4)


def test_channels_are_mixed() -> None:
    """Two become one."""
    found = Format(16000, 2, 2).read(np.array([100, 300], "<i2").tobytes())
    assert found.tolist() == pytest.approx([200 / 32768])


@pytest.mark.parametrize("rate", [8000, 22050, 44100, 48000])
def test_rates(rate: int) -> None:
    """A tone keeps its pitch and its length."""
    tone = np.sin(2 * np.pi * 440 * np.arange(rate) / rate) * 20000
    found = Format(rate, 2, 1).read(tone.astype("<i2").tobytes())
    assert len(found) == 16000
    assert int(np.argmax(np.abs(np.fft.rfft(found)))) == 440


def test_a_sample_may_be_torn() -> None:
    """Its second half comes with the next chunk."""
    reader = Format(16000, 2, 1)
    whole = np.arange(100, dtype="<i2").tobytes()
    parts = [reader.read(whole[at : at + 7]) for at in range(0, len(whole), 7)]
    assert (np.concatenate(parts) * 32768).tolist() == list(range(100))


@pytest.mark.parametrize(
    "shape", [(0, 2, 1), (16000, 3, 1), (16000, 2, 0), (10**9, 2, 1), ("a", None, [])]
)
def test_formats_that_nobody_has(shape: tuple[object, object, object]) -> None:
    """They are refused by name."""
    with pytest.raises(ServerError) as caught:
        Format(*shape)
    assert caught.value.code == "audio-format"
