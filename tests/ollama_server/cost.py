"""What requests cost: waiting for a slot, loading, reading the prompt, speaking."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import asdict, dataclass, field
import math
from time import monotonic
from typing import Any, Protocol

from .kv_cache import Kind, KvCache, Slot
from .tokens import tokenize

SECOND = 1_000_000_000
OTHER_PROMPT = "Somebody else asks for something else, and at length. " * 100
# What the answers tell when a machine is infinitely fast.
_NS_PER_READ_TOKEN = 200_000
_NS_PER_SPOKEN_TOKEN = 10_000_000
_NS_PER_LOAD = 1_500_000_000

type Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What the models run on; without speeds nothing takes time."""

    slots: int = 1
    prefill: float = math.inf
    """Tokens that are read in a second."""
    decode: float = math.inf
    """Tokens that are spoken in a second."""
    load: float = 0.0
    """Seconds until a model is in memory."""
    host_cache: bool = True
    """Whether the host keeps what a slot has to give up."""
    marks_user: bool = False
    """Whether there is a checkpoint before the user's newest message.

    llama.cpp sets one for chats, but not for the rendered prompts of Ollama.
    """


@dataclass(frozen=True)
class Reading:
    """A prompt that is about to be read."""

    model: str
    kind: Kind
    layout: str
    text: str
    mark: int = -1
    """Where the user's newest message begins in the text."""
    limit: int | None = None
    """How many tokens fit into the context."""
    was_read: bool = False
    """Whether the model has to be loaded for it."""


@dataclass
class Cost:
    """What one request cost."""

    model: str
    layout: str
    text: str
    prompt_tokens: int = 0
    reused: int = 0
    processed: int = 0
    waited: float = 0.0
    seconds: float = 0.0
    """How long the prompt was read."""
    loaded: bool = False
    cancelled: bool = False

    def as_data(self, *, text: bool = False) -> dict[str, Any]:
        """Give the cost as JSON, with the rendered prompt on demand."""
        data = asdict(self)
        if not text:
            del data["text"]
        return data


@dataclass
class Run:
    """A request that has its slot: what it cost, and what is said in it."""

    cost: Cost
    load_ns: int = 0
    prefill_ns: int = 0
    decode_ns: int = _NS_PER_SPOKEN_TOKEN
    delay: float = 0.0
    """Seconds that each token takes."""
    raw: str = ""
    """What the model says, in its layout's own syntax."""
    sent: float = 0.0
    """Which part of that has been said."""
    sleep: Sleep = asyncio.sleep

    def tell(self, part: float) -> None:
        """Note that a part of the answer has been sent."""
        self.sent = part

    async def speak(self, tokens: int) -> None:
        """Take the time that so many tokens need."""
        await self.sleep(tokens * self.delay)
        self.sent = 1.0


class Meter(Protocol):
    """What reads prompts: a reckoning, or a real engine."""

    records: list[Cost]

    def run(self, reading: Reading) -> AbstractAsyncContextManager[Run]:
        """Read a prompt; afterwards the model speaks."""

    async def load(self, model: str, kind: Kind) -> None:
        """Bring a model into memory."""

    async def evict(self, model: str | None = None) -> None:
        """Let another client ask something else."""


@dataclass
class _Runner:
    """One model in memory."""

    kind: Kind
    machine: Machine
    cache: KvCache = field(init=False)
    turns: asyncio.Semaphore = field(init=False)
    loading: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.turns = asyncio.Semaphore(self.machine.slots)
        self.forget()

    def forget(self) -> None:
        """Begin without any memory, as after loading."""
        slots, host = self.machine.slots, self.machine.host_cache
        self.cache = KvCache(self.kind, slots, host=host)


class Reckoning:
    """Reckons what each request would cost, and lets it take that long."""

    def __init__(self, machine: Machine | None = None) -> None:
        self.machine = machine or Machine()
        self.records: list[Cost] = []
        self.sleep: Sleep = asyncio.sleep
        """How time passes; a bench lets nobody wait for what it does not measure."""
        self._runners: dict[str, _Runner] = {}

    @asynccontextmanager
    async def run(self, reading: Reading) -> AsyncGenerator[Run]:
        """Wait for a slot, load the model, read the prompt, and keep what is said."""
        runner = self._runner(reading.model, reading.kind)
        prompt = tokenize(reading.text)[: reading.limit]
        cost = Cost(reading.model, reading.layout, reading.text, len(prompt))
        cost.loaded = reading.was_read
        run = Run(cost)
        self.records.append(cost)
        asked = monotonic()
        async with runner.turns:
            if reading.was_read:
                runner.forget()
            cache = runner.cache
            slot = cache.take(prompt)
            cost.waited = monotonic() - asked
            try:
                await self._load(runner, needed=reading.was_read)
                await self._read(cache, slot, prompt, cost, self._marks(reading))
                self._started(run)
                yield run
            except asyncio.CancelledError, GeneratorExit, ConnectionError:
                cost.cancelled = True
                raise
            finally:
                # What was said stays with what was read, also when it was cut off.
                slot.state.tokens += tokenize(run.raw[: round(len(run.raw) * run.sent)])
                slot.busy = False

    async def load(self, model: str, kind: Kind) -> None:
        """Bring a model into memory, which takes its time."""
        runner = self._runner(model, kind)
        runner.forget()
        await self._load(runner, needed=True)

    async def evict(self, model: str | None = None) -> None:
        """Let another client ask something else, of one model or of all."""
        for name, runner in self._runners.items():
            if model not in {None, name}:
                continue
            async with runner.turns:
                other = tokenize(OTHER_PROMPT)
                slot = runner.cache.take(other)
                runner.cache.begin(slot, other)
                runner.cache.read(slot, other, len(other))
                slot.busy = False

    def _runner(self, model: str, kind: Kind) -> _Runner:
        if model not in self._runners:
            self._runners[model] = _Runner(kind, self.machine)
        return self._runners[model]

    def _marks(self, reading: Reading) -> tuple[int, ...]:
        if not self.machine.marks_user or reading.mark < 0:
            return ()
        return (len(tokenize(reading.text[: reading.mark])),)

    async def _load(self, runner: _Runner, *, needed: bool) -> None:
        # Whoever comes while the model is loaded waits for it too.
        async with runner.loading:
            if needed:
                await asyncio.sleep(self.machine.load)

    async def _read(
        self,
        cache: KvCache,
        slot: Slot,
        prompt: Sequence[str],
        cost: Cost,
        marks: tuple[int, ...],
    ) -> None:
        cost.reused = cache.begin(slot, prompt)
        cost.processed = len(prompt) - cost.reused
        started = monotonic()
        try:
            await self.sleep(cost.processed / self.machine.prefill)
        except asyncio.CancelledError:
            # What has been read until now is not lost.
            cost.seconds = monotonic() - started
            done = min(int(cost.seconds * self.machine.prefill), cost.processed)
            cost.processed = done
            cache.read(slot, prompt, cost.reused + done)
            raise
        cost.seconds = monotonic() - started
        cache.read(slot, prompt, len(prompt), marks)

    def _started(self, run: Run) -> None:
        machine, cost = self.machine, run.cost
        run.prefill_ns = cost.processed * _per_token(
            machine.prefill, _NS_PER_READ_TOKEN
        )
        run.decode_ns = _per_token(machine.decode, _NS_PER_SPOKEN_TOKEN)
        run.delay = 1 / machine.decode
        run.sleep = self.sleep
        if cost.loaded:
            run.load_ns = round(machine.load * SECOND) or _NS_PER_LOAD


def _per_token(speed: float, otherwise: int) -> int:
    return otherwise if math.isinf(speed) else round(SECOND / speed)
