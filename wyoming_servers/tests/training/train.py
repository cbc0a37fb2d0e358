"""Trains the network from random weights."""

from itertools import chain
import logging
import math
import random
import time

import numpy as np
import torch
from torch.nn import functional

from .batches import Batch, Batches
from .network import TinyWhisper
from .samples import Samples
from .speech import Speech
from .vocabulary import Vocabulary

_THREADS = 2
_SIZE = 32
_WINDOW_SIZE = 8
"""Samples of a batch; of one that is 30 s long."""
_WINDOW_EVERY = 20
_WINDOWS_FROM = 0.85
"""The last part of the training hears nothing but whole windows, as a server does."""
_CTC_UNTIL = 0.6
_CTC_WEIGHT = 0.3
_RATE = 2e-3
"""The highest rate of learning."""
_WARM_UP = 150
_REPORT = 100

_LOGGER = logging.getLogger(__name__)


def train(
    speech: Speech, vocabulary: Vocabulary, *, steps: int, seed: int
) -> TinyWhisper:
    """Return a network that knows the commands, and how they begin."""
    torch.manual_seed(seed)
    torch.set_num_threads(_THREADS)
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    noises = np.random.default_rng(seed)
    network = TinyWhisper(vocabulary.size)
    optimizer = _optimizer(network)
    samples = Samples(speech.commands, speech.parts, vocabulary, rng, noises)
    batches = Batches(samples, vocabulary, rng, noises)
    shift = torch.zeros(vocabulary.size)
    shift[vocabulary.other] = math.log(vocabulary.others)
    network.train()
    begun = time.monotonic()
    losses = []
    for step in range(steps):
        done = step / steps
        for group in optimizer.param_groups:
            group["lr"] = _learning_rate(step, done)
        window = done > _WINDOWS_FROM or step % _WINDOW_EVERY == _WINDOW_EVERY - 1
        batch = batches.make(_WINDOW_SIZE if window else _SIZE, window=window)
        memory = network.encode(batch.mel)
        logits = network.decode(batch.tokens, memory) + shift
        loss = functional.cross_entropy(logits.flatten(0, 1), batch.labels.flatten())
        losses.append(loss.item())
        if done < _CTC_UNTIL:
            loss = loss + _CTC_WEIGHT * _ctc(network, memory, batch, vocabulary.size)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        if len(losses) == _REPORT:
            _LOGGER.info("step %d: loss %.3f", step + 1, np.mean(losses))
            losses.clear()
    minutes = (time.monotonic() - begun) / 60
    _LOGGER.info("trained %d steps in %.1f minutes", steps, minutes)
    return network


def _optimizer(network: TinyWhisper) -> torch.optim.AdamW:
    parameters = list(network.parameters())
    matrices = {"params": [p for p in parameters if p.ndim > 1], "weight_decay": 0.01}
    others = {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0}
    return torch.optim.AdamW([matrices, others], lr=_RATE, betas=(0.9, 0.98))


def _learning_rate(step: int, done: float) -> float:
    """It rises for a short while, then falls as a cosine to a thirtieth."""
    risen = min(1, (step + 1) / _WARM_UP)
    return _RATE * risen * (0.5 * (1 + math.cos(math.pi * done)) * 0.97 + 0.03)


def _ctc(
    network: TinyWhisper, memory: torch.Tensor, batch: Batch, blank: int
) -> torch.Tensor:
    """The loss that teaches the encoder where the words are.

    Graves et al., «Connectionist Temporal Classification», 2006; beside attention as in
    Kim et al., «Joint CTC-Attention Based End-to-End Speech Recognition», 2017.
    """
    scores = network.ctc(memory).log_softmax(-1).transpose(0, 1)
    return functional.ctc_loss(
        scores,
        torch.tensor(list(chain.from_iterable(batch.words))),
        torch.tensor([min((n + 1) // 2, scores.shape[0]) for n in batch.lengths]),
        torch.tensor([len(words) for words in batch.words]),
        blank=blank,
        zero_infinity=True,
    )
