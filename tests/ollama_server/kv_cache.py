"""What a model still knows of the prompts that it has read: llama.cpp's caches."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from .tokens import common_prefix

WINDOW = 512
# llama.cpp keeps the state that far in front of the end of every prompt; where it has
# less to read, it keeps the one that it begins with.
CHECKPOINTS = (4, 4 + WINDOW)
# Below this part that would be kept, a slot's state goes to the host's memory first.
_WORTH_KEEPING = 0.5
# A slot is taken for its content only from this part of the prompt on.
_SIMILAR = 0.1


class Kind(StrEnum):
    """How far a model can go back in what it has read."""

    FULL = "full"
    """To any point."""
    SWA = "swa"
    """Within its sliding window, further only to a checkpoint."""
    HYBRID = "hybrid"
    """Only to a checkpoint."""


@dataclass
class State:
    """What was read, and the points to which one can go back."""

    tokens: list[str] = field(default_factory=list)
    checkpoints: list[int] = field(default_factory=list)
    window: int = WINDOW
    """How far back a sliding window still reaches without a checkpoint."""

    def reusable(self, prompt: Sequence[str], kind: Kind) -> int:
        """How many tokens of a prompt need not be read again."""
        # The last one is always read: it is what the answer begins with.
        shared = min(common_prefix(self.tokens, prompt), max(len(prompt) - 1, 0))
        back = len(self.tokens) - shared
        if kind is Kind.FULL or not back or (kind is Kind.SWA and back <= self.window):
            return shared
        return max((at for at in self.checkpoints if at <= shared), default=0)

    def cut(self, length: int) -> None:
        """Forget all but the beginning."""
        del self.tokens[length:]
        self.checkpoints = [at for at in self.checkpoints if at <= length]


@dataclass(eq=False)
class Slot:
    """One place where a model reads."""

    state: State = field(default_factory=State)
    busy: bool = False
    used: int = 0


class KvCache:
    """The slots of one loaded model, and what the host keeps of them."""

    def __init__(self, kind: Kind, slots: int = 1, *, host: bool = True) -> None:
        self.kind = kind
        self.slots = [Slot() for _ in range(slots)]
        self._host: list[State] | None = [] if host else None
        self._clock = 0

    def take(self, prompt: Sequence[str]) -> Slot:
        """Take the free slot that suits a prompt, otherwise the one longest unused."""
        free = [slot for slot in self.slots if not slot.busy]
        slot = max(free, key=lambda slot: common_prefix(slot.state.tokens, prompt))
        if common_prefix(slot.state.tokens, prompt) <= _SIMILAR * len(prompt):
            slot = min(free, key=lambda slot: slot.used)
        slot.busy = True
        self._clock += 1
        slot.used = self._clock
        return slot

    def begin(self, slot: Slot, prompt: Sequence[str]) -> int:
        """Go back to where a prompt begins to differ; tell how much is kept."""
        self._exchange(slot, prompt)
        kept = slot.state.reusable(prompt, self.kind)
        slot.state.cut(kept)
        return kept

    def read(
        self, slot: Slot, prompt: Sequence[str], end: int, marks: Iterable[int] = ()
    ) -> None:
        """Read a prompt on, to its end or as far as one came."""
        start = len(slot.state.tokens)
        slot.state.tokens += prompt[start:end]
        slot.state.window = WINDOW
        if self.kind is Kind.FULL or end < len(prompt):
            return
        near, far = (len(prompt) - before for before in CHECKPOINTS)
        points = {*marks, near, max(far, start)} - {*slot.state.checkpoints, 0}
        slot.state.checkpoints += sorted(at for at in points if start <= at < end)

    def _exchange(self, slot: Slot, prompt: Sequence[str]) -> None:
        """Save what would be lost and bring back what fits better."""
        tokens = slot.state.tokens
        shared = common_prefix(tokens, prompt)
        if self._host is None or (tokens and shared >= _WORTH_KEEPING * len(tokens)):
            return
        if tokens:
            self._host.append(slot.state)
            slot.state = State(list(tokens), list(slot.state.checkpoints))
        best = max(
            self._host,
            key=lambda state: common_prefix(state.tokens, prompt),
            default=None,
        )
        if best is not None and common_prefix(best.tokens, prompt) > shared:
            self._host.remove(best)
            # Of a window only what the next token needs is saved.
            best.window = 0
            slot.state = best
