"""Writes the network as faster-whisper reads it: CTranslate2's format, in int8."""

import json
import logging
from pathlib import Path
from typing import Any

from ctranslate2.specs.whisper_spec import WhisperSpec
import numpy as np
from torch import Tensor, nn

from .clips import RATE, Audio
from .features import HOP, MELS, WINDOW
from .network import HEADS, LAYERS, Layer, TinyWhisper
from .vocabulary import ROWS, Vocabulary

_NEVER = (
    *("startoftranscript", "translate", "transcribe"),
    *("startoflm", "startofprev", "nospeech"),
)
_SPACE = "Ġ"
"""How the vocabulary spells a token of nothing but a space."""

_LOGGER = logging.getLogger(__name__)


def export(network: TinyWhisper, vocabulary: Vocabulary, output: Path) -> None:
    """Write the folder of a model, all but its tokenizer."""
    network.eval()
    spec = WhisperSpec(LAYERS, HEADS, LAYERS, HEADS)
    _fill_encoder(spec.encoder, network)
    _fill_decoder(spec.decoder, network, vocabulary)
    tokens = vocabulary.tokenizer.get_vocab()
    if len(tokens) != ROWS:
        raise ValueError(f"The tokenizer has {len(tokens)} tokens, not {ROWS}.")
    spec.register_vocabulary(sorted(tokens, key=tokens.__getitem__))
    _configure(spec.config, vocabulary)
    spec.validate()
    spec.optimize(quantization="int8")
    output.mkdir(parents=True, exist_ok=True)
    spec.save(str(output))
    preprocessor = {
        "feature_size": MELS,
        "sampling_rate": RATE,
        "hop_length": HOP,
        "chunk_length": 30,
        "n_fft": WINDOW,
    }
    text = json.dumps(preprocessor, indent=1) + "\n"
    (output / "preprocessor_config.json").write_text(text, "utf-8")
    _LOGGER.info("%s: %d bytes", output, (output / "model.bin").stat().st_size)


def _fill_encoder(spec: Any, network: TinyWhisper) -> None:
    for name in ("conv1", "conv2"):
        conv = getattr(network, name)
        getattr(spec, name).weight = _array(conv.weight)
        getattr(spec, name).bias = _array(conv.bias)
    spec.position_encodings.encodings = _array(network.encoder_pos)
    _fill_norm(spec.layer_norm, network.encoder_norm)
    for layer_spec, layer in zip(spec.layer, network.encoder, strict=True):
        _fill_layer(layer_spec, layer)


def _fill_decoder(spec: Any, network: TinyWhisper, vocabulary: Vocabulary) -> None:
    learned = _array(network.embed.weight)
    rows = np.repeat(learned[vocabulary.other][None], ROWS, axis=0)
    rows[vocabulary.ids] = learned[: len(vocabulary.ids)]
    spec.embeddings.weight = rows
    spec.projection.weight = rows
    spec.position_encodings.encodings = _array(network.decoder_pos)
    _fill_norm(spec.layer_norm, network.decoder_norm)
    for layer_spec, layer in zip(spec.layer, network.decoder, strict=True):
        _fill_layer(layer_spec, layer)


def _fill_layer(spec: Any, layer: Layer) -> None:
    attn, cross = layer.attn, layer.cross
    _fill_linear(spec.self_attention.linear[0], attn.q, attn.k, attn.v)
    _fill_linear(spec.self_attention.linear[1], attn.o)
    _fill_norm(spec.self_attention.layer_norm, layer.attn_norm)
    if cross is not None:
        _fill_linear(spec.attention.linear[0], cross.q)
        _fill_linear(spec.attention.linear[1], cross.k, cross.v)
        _fill_linear(spec.attention.linear[2], cross.o)
        _fill_norm(spec.attention.layer_norm, layer.cross_norm)
    _fill_linear(spec.ffn.linear_0, layer.up)
    _fill_linear(spec.ffn.linear_1, layer.down)
    _fill_norm(spec.ffn.layer_norm, layer.ffn_norm)


def _fill_linear(spec: Any, *linears: nn.Linear) -> None:
    """Several of them that read the same are one in CTranslate2."""
    spec.weight = np.concatenate([_array(linear.weight) for linear in linears])
    spec.bias = np.concatenate(
        [
            np.zeros(linear.out_features, np.float32)
            if linear.bias is None
            else _array(linear.bias)
            for linear in linears
        ]
    )


def _fill_norm(spec: Any, norm: nn.LayerNorm) -> None:
    spec.gamma, spec.beta = _array(norm.weight), _array(norm.bias)


def _configure(config: Any, vocabulary: Vocabulary) -> None:
    token = vocabulary.token
    config.suppress_ids = [token(name) for name in _NEVER]
    space = vocabulary.tokenizer.token_to_id(_SPACE)
    config.suppress_ids_begin = [space, token("endoftext")]
    # The languages stand between these two.
    first, last = token("startoftranscript") + 1, token("translate") - 1
    config.lang_ids = list(range(first, last + 1))
    config.alignment_heads = [(LAYERS - 1, head) for head in range(HEADS)]


def _array(tensor: Tensor) -> Audio:
    return np.asarray(tensor.detach().numpy(), np.float32)
