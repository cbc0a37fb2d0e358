"""Tiny models with random weights: real graphs and caches that say nothing sensible."""

from collections.abc import Iterator
from itertools import cycle, islice
import math
from pathlib import Path
import random

from .gguf import Tensor, Value, write
from .vocabulary import ENDS, MARKS, merges, tokens

CONTEXT = 32_768
WINDOW = 512
_WIDTH, _HEADS, _HEADS_KV, _HEAD, _INNER = 128, 4, 2, 32, 256
_LAYERS = {"llama": 4, "gemma3": 6, "lfm2": 6}
_NORMAL, _CONTROL = 1, 3
_F16 = 1


def write_model(path: Path, architecture: str) -> None:
    """Write the model of one architecture: llama, gemma3 or lfm2."""
    vocabulary = tokens()
    keys = _keys(architecture) | _tokenizer(vocabulary)
    model = _Weights(architecture, len(vocabulary))
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, {"general.name": path.stem, **keys}, list(model.tensors()))


def _keys(architecture: str) -> dict[str, Value]:
    heads: Value = _HEADS_KV
    own: dict[str, Value] = {"rope.freq_base": 500_000.0}
    match architecture:
        case "llama":
            own["rope.dimension_count"] = _HEAD
        case "gemma3":
            own["rope.freq_base"] = 1_000_000.0
            own["attention.sliding_window"] = WINDOW
        case "lfm2":
            own["shortconv.l_cache"] = 3
            layers = range(_LAYERS[architecture])
            heads = [_heads_kv(architecture, at) for at in layers]
    own |= {
        "context_length": CONTEXT,
        "embedding_length": _WIDTH,
        "block_count": _LAYERS[architecture],
        "feed_forward_length": _INNER,
        "attention.head_count": _HEADS,
        "attention.head_count_kv": heads,
        "attention.layer_norm_rms_epsilon": 1e-5,
        "attention.key_length": _HEAD,
        "attention.value_length": _HEAD,
        "vocab_size": len(tokens()),
    }
    general: dict[str, Value] = {
        "general.architecture": architecture,
        "general.file_type": _F16,
    }
    return general | {f"{architecture}.{key}": value for key, value in own.items()}


def _tokenizer(vocabulary: list[str]) -> dict[str, Value]:
    special = {*MARKS, *ENDS}
    kinds = [_CONTROL if token in special else _NORMAL for token in vocabulary]
    return {
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "gpt-2",
        "tokenizer.ggml.tokens": vocabulary,
        "tokenizer.ggml.token_type": kinds,
        "tokenizer.ggml.merges": [" ".join(pair) for pair in merges()],
        "tokenizer.ggml.bos_token_id": len(vocabulary) - 2,
        "tokenizer.ggml.eos_token_id": len(vocabulary) - 1,
        "tokenizer.ggml.add_bos_token": False,
    }


class _Weights:
    """The weights of one model, the same ones whenever they are made."""

    def __init__(self, architecture: str, vocabulary: int) -> None:
        self._architecture = architecture
        self._vocabulary = vocabulary
        chance = random.Random(1)  # noqa: S311 - weights, not secrets
        # A prime number of them, so that no two rows are alike.
        self._noise = cycle([chance.gauss() for _ in range(65_537)])

    def tensors(self) -> Iterator[Tensor]:
        """Make all tensors."""
        scale = 0.1 if self._architecture == "gemma3" else 1.0
        yield self._matrix("token_embd", _WIDTH, self._vocabulary, scale)
        last = "token_embd_norm" if self._architecture == "lfm2" else "output_norm"
        yield _ones(last, _WIDTH)
        if self._architecture == "llama":
            yield self._matrix("output", _WIDTH, self._vocabulary, 0.2)
        for at in range(_LAYERS[self._architecture]):
            yield from self._layer(at)

    def _layer(self, at: int) -> Iterator[Tensor]:
        layer = f"blk.{at}."
        yield _ones(f"{layer}attn_norm", _WIDTH)
        if _is_recurrent(self._architecture, at):
            yield self._matrix(f"{layer}shortconv.in_proj", _WIDTH, 3 * _WIDTH)
            yield self._matrix(f"{layer}shortconv.out_proj", _WIDTH, _WIDTH)
            yield self._matrix(f"{layer}shortconv.conv", 3, _WIDTH, 1.0)
        else:
            yield from self._attention(layer)
        if self._architecture == "gemma3":
            yield _ones(f"{layer}post_attention_norm", _WIDTH)
            yield _ones(f"{layer}post_ffw_norm", _WIDTH)
        yield _ones(f"{layer}ffn_norm", _WIDTH)
        yield self._matrix(f"{layer}ffn_gate", _WIDTH, _INNER)
        yield self._matrix(f"{layer}ffn_up", _WIDTH, _INNER)
        yield self._matrix(f"{layer}ffn_down", _INNER, _WIDTH)

    def _attention(self, layer: str) -> Iterator[Tensor]:
        yield self._matrix(f"{layer}attn_q", _WIDTH, _HEADS * _HEAD)
        yield self._matrix(f"{layer}attn_k", _WIDTH, _HEADS_KV * _HEAD)
        yield self._matrix(f"{layer}attn_v", _WIDTH, _HEADS_KV * _HEAD)
        yield self._matrix(f"{layer}attn_output", _HEADS * _HEAD, _WIDTH)
        if self._architecture != "llama":
            yield _ones(f"{layer}attn_q_norm", _HEAD)
            yield _ones(f"{layer}attn_k_norm", _HEAD)

    def _matrix(self, name: str, width: int, rows: int, scale: float = 0.05) -> Tensor:
        shape = (width, rows)
        noise = islice(self._noise, math.prod(shape))
        values = [value * scale for value in noise]
        return Tensor.of(f"{name}.weight", shape, values)


def _is_recurrent(architecture: str, at: int) -> bool:
    return architecture == "lfm2" and at % 3 != 2


def _heads_kv(architecture: str, at: int) -> int:
    return 0 if _is_recurrent(architecture, at) else _HEADS_KV


def _ones(name: str, size: int) -> Tensor:
    return Tensor.of(f"{name}.weight", (size,), [1.0] * size)
