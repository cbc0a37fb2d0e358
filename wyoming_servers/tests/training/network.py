"""Whisper's network with very small dimensions.

Radford et al., «Robust Speech Recognition via Large-Scale Weak Supervision», 2022. The
names of its modules are those in the file of its weights.
"""

import math

import torch
from torch import nn
from torch.nn import functional

from .features import FRAMES, MELS

HEADS = 2
LAYERS = 2
"""As many in the encoder as in the decoder."""

_WIDTH = 96
_TOKENS = 448
"""The longest text."""
_DROPPED = 0.1
"""Part of a layer's results that training hides from it."""


class TinyWhisper(nn.Module):  # type: ignore[misc] # torch may not be here
    """Reads spectra and writes tokens of a small vocabulary."""

    def __init__(self, words: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(MELS, _WIDTH, 3, padding=1)
        self.conv2 = nn.Conv1d(_WIDTH, _WIDTH, 3, stride=2, padding=1)
        half = _WIDTH // 2
        rate = torch.exp(-math.log(10000) / (half - 1) * torch.arange(half))
        angle = torch.arange(FRAMES // 2)[:, None] * rate[None]
        self.register_buffer("encoder_pos", torch.cat([angle.sin(), angle.cos()], 1))
        self.encoder = nn.ModuleList(Layer(crosses=False) for _ in range(LAYERS))
        self.encoder_norm = nn.LayerNorm(_WIDTH)
        self.embed = nn.Embedding(words, _WIDTH)
        nn.init.normal_(self.embed.weight, std=_WIDTH**-0.5)
        self.decoder_pos = nn.Parameter(torch.randn(_TOKENS, _WIDTH) * 0.02)
        self.decoder = nn.ModuleList(Layer(crosses=True) for _ in range(LAYERS))
        self.decoder_norm = nn.LayerNorm(_WIDTH)
        self.ctc = nn.Linear(_WIDTH, words + 1)
        """Helps to train the encoder; it is not part of a Whisper."""

    def encode(self, mel: torch.Tensor) -> torch.Tensor:
        """Spectra (samples, 80, frames) to (samples, frames / 2, width)."""
        x = functional.gelu(self.conv1(mel))
        x = functional.gelu(self.conv2(x)).transpose(1, 2)
        x = x + self.encoder_pos[: x.shape[1]]
        for layer in self.encoder:
            x = layer(x)
        return self.encoder_norm(x)

    def decode(self, tokens: torch.Tensor, memory: torch.Tensor) -> torch.Tensor:
        """The logits of what comes behind each token: (samples, tokens, words)."""
        x = self.embed(tokens) + self.decoder_pos[: tokens.shape[1]]
        for layer in self.decoder:
            x = layer(x, memory)
        return self.decoder_norm(x) @ self.embed.weight.T


class Layer(nn.Module):  # type: ignore[misc]
    """A layer of the decoder, which looks across at the encoder, or of the encoder."""

    def __init__(self, *, crosses: bool) -> None:
        super().__init__()
        self.attn = Attention()
        self.attn_norm = nn.LayerNorm(_WIDTH)
        self.cross = Attention() if crosses else None
        self.cross_norm = nn.LayerNorm(_WIDTH) if crosses else None
        self.up = nn.Linear(_WIDTH, 4 * _WIDTH)
        self.down = nn.Linear(4 * _WIDTH, _WIDTH)
        self.ffn_norm = nn.LayerNorm(_WIDTH)

    def forward(
        self, x: torch.Tensor, memory: torch.Tensor | None = None
    ) -> torch.Tensor:
        """(samples, length, width) to the same."""
        y = self.attn_norm(x)
        y = self.attn(y, y, causal=self.cross is not None)
        x = x + functional.dropout(y, _DROPPED, self.training)
        if self.cross is not None and self.cross_norm is not None:
            x = x + self.cross(self.cross_norm(x), memory)
        y = self.down(functional.gelu(self.up(self.ffn_norm(x))))
        return x + functional.dropout(y, _DROPPED, self.training)


class Attention(nn.Module):  # type: ignore[misc]
    """Attention with two heads."""

    def __init__(self) -> None:
        super().__init__()
        # The first random weights depend on the order of their making.
        self.q, self.v, self.o = (nn.Linear(_WIDTH, _WIDTH) for _ in range(3))
        self.k = nn.Linear(_WIDTH, _WIDTH, bias=False)

    def forward(
        self, x: torch.Tensor, source: torch.Tensor, *, causal: bool = False
    ) -> torch.Tensor:
        """(samples, length, width) of x, with what it finds in the source."""
        out = functional.scaled_dot_product_attention(
            _split(self.q(x)),
            _split(self.k(source)),
            _split(self.v(source)),
            is_causal=causal,
        )
        return self.o(out.transpose(1, 2).flatten(2))


def _split(x: torch.Tensor) -> torch.Tensor:
    """(samples, length, width) to (samples, heads, length, width of a head)."""
    return x.view(*x.shape[:2], HEADS, -1).transpose(1, 2)
