"""The tokens that training uses, and what the decoder shall write with them."""

import math
import random
from typing import NamedTuple

from tokenizers import Tokenizer

from .sentences import halves, heard_as, sentences

ROWS = 51865
"""Tokens of the multilingual Whisper."""

_GRID = 0.5
"""Seconds: times at which speech may end. The end is rounded up to them."""
_LATEST = 15.0
_TICK = 0.02
"""Seconds between two of Whisper's tokens for times."""
_SPECIAL = (
    *("startoftranscript", "en", "fr", "translate", "transcribe", "startofprev"),
    *("nospeech", "notimestamps", "endoftext"),
)
_PROMPTED = 0.2
_TIMED = 0.6
"""How many of the samples have a prompt, and times."""
_LONGEST_PROMPT = 24


class Target(NamedTuple):
    """What the decoder reads and writes, in indices of the small vocabulary."""

    tokens: list[int]
    prompt: int
    """So many of the first tokens are to be read, never to be written."""


class Vocabulary:
    """The few hundred tokens that training uses, and one for all the others.

    The real vocabulary has 51,865 rows. Rows that training never sees would be random,
    so they all share one trained row (`other`), and its logit gets the logarithm of
    their number in the loss: the same mathematics as a full matrix in which those rows
    are tied, at a hundredth of the cost.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self._zero = self.token("0.00")
        used = {self.token(name) for name in _SPECIAL}
        ends = range(round(_LATEST / _GRID) + 1)
        used |= {self._zero + round(i * _GRID / _TICK) for i in ends}
        # The order in which prompts are drawn from it is that of its making.
        self._text = set[int]()
        for _, sentence in sentences():
            self._text |= set(self._encode(sentence))
            for before, _ in halves(sentence):
                self._text |= set(self._encode(heard_as(before)))
            for _, behind in halves(sentence):
                self._text |= set(self._encode(behind))
        self.ids = sorted(used | self._text)
        """The real token at each index; `other` stands behind the last."""
        self._index = {token: i for i, token in enumerate(self.ids)}
        self.text = {self._index[token] for token in self._text}
        """The indices that words are made of."""
        self.other = len(self.ids)
        self.size = len(self.ids) + 1
        self.others = ROWS - len(self.ids)
        """Rows of the real vocabulary that `other` stands for."""

    def token(self, name: str) -> int:
        """The number of a special token in the real vocabulary."""
        number = self.tokenizer.token_to_id(f"<|{name}|>")
        if number is None:
            raise ValueError(f"The tokenizer has no {name}.")
        return int(number)

    def special(self, *names: str) -> list[int]:
        """The indices of special tokens."""
        return [self._index[self.token(name)] for name in names]

    def target(
        self, rng: random.Random, language: str, text: str, seconds: float
    ) -> Target:
        """What to write about speech that ends after so many seconds.

        Without a text nobody speaks.
        """
        prompt = []
        if rng.random() < _PROMPTED:
            words = [self._index[token] for token in self._text]
            words += [self.other] * len(words)
            length = rng.randint(1, _LONGEST_PROMPT)
            prompt = self.special("startofprev") + rng.choices(words, k=length)
        head = self.special("startoftranscript", language, "transcribe")
        words = [self._index[t] for t in self._encode(text)] if text else []
        if rng.random() < _TIMED:
            end = [self._end(seconds)] if text else []
            body = [self._index[self._zero], *words, *end]
        else:
            body = self.special("notimestamps") + words
        return Target(
            prompt + head + body + self.special("endoftext"), prompt=len(prompt)
        )

    def _end(self, seconds: float) -> int:
        late = math.ceil(seconds / _GRID)
        return self._index[self._zero + round(late * _GRID / _TICK)]

    def _encode(self, text: str) -> list[int]:
        return list(self.tokenizer.encode(" " + text, add_special_tokens=False).ids)
