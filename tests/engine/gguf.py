"""Writing GGUF files: what llama.cpp loads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
import itertools
from pathlib import Path
import struct

type Value = bool | int | float | str | Sequence[int] | Sequence[str]

_VERSION = 3
_ALIGNMENT = 32
# The numbers that the format gives to the types of its values.
_COUNT, _INTEGER, _FLOAT, _BOOLEAN, _TEXT, _LIST = 4, 5, 6, 7, 8, 9
_FLOATS, _HALVES = 0, 1


@dataclass(frozen=True)
class Tensor:
    """One tensor; the innermost dimension comes first, as in the file."""

    name: str
    shape: tuple[int, ...]
    data: bytes
    is_half: bool

    @classmethod
    def of(cls, name: str, shape: tuple[int, ...], values: Sequence[float]) -> Tensor:
        """Make a tensor: matrices in half precision, vectors in full."""
        is_half = len(shape) > 1 and shape[0] > 3
        data = struct.pack(f"<{len(values)}{'e' if is_half else 'f'}", *values)
        return cls(name, shape, data, is_half)


def write(path: Path, keys: Mapping[str, Value], tensors: Sequence[Tensor]) -> None:
    """Write a model."""
    head = struct.pack("<4sIQQ", b"GGUF", _VERSION, len(tensors), len(keys))
    head += b"".join(_text(key) + _value(value) for key, value in keys.items())
    sizes = [len(_padded(tensor.data)) for tensor in tensors]
    offsets = itertools.accumulate(sizes, initial=0)
    for tensor, offset in zip(tensors, offsets, strict=False):
        kind = _HALVES if tensor.is_half else _FLOATS
        head += _text(tensor.name) + struct.pack("<I", len(tensor.shape))
        head += struct.pack(f"<{len(tensor.shape)}Q", *tensor.shape)
        head += struct.pack("<IQ", kind, offset)
    data = b"".join(_padded(tensor.data) for tensor in tensors)
    path.write_bytes(_padded(head) + data)


def _value(value: Value) -> bytes:
    if isinstance(value, bool):
        return struct.pack("<I?", _BOOLEAN, value)
    if isinstance(value, int):
        return struct.pack("<II", _COUNT, value)
    if isinstance(value, float):
        return struct.pack("<If", _FLOAT, value)
    if isinstance(value, str):
        return struct.pack("<I", _TEXT) + _text(value)
    texts = [_text(each) for each in value if isinstance(each, str)]
    items = texts or [struct.pack("<i", each) for each in value]
    kind = _TEXT if texts else _INTEGER
    return struct.pack("<IIQ", _LIST, kind, len(items)) + b"".join(items)


def _text(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % _ALIGNMENT)
