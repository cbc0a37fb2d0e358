"""What every home of the memory can do, the local one and PostgreSQL alike."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from .records import Fact, Item, Kind, Turn

type Owners = Collection[str | None]
"""Whose memories are meant; None is the household."""
type Vector = NDArray[np.floating[Any]]
type HalfMatrix = NDArray[np.float16]


class ForgottenError(Exception):
    """A fact is not kept: it was forgotten before, and nobody asked for it anew."""


class UnknownError(LookupError):
    """There is nothing of this id."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found by its words; a higher score is better."""

    id: str
    score: float


class Neighbours(NamedTuple):
    """The turns around a turn, in its conversation and of its owner."""

    previous: str | None
    next: str | None


@dataclass(frozen=True, slots=True)
class Context:
    """Turns and facts as recall needs them."""

    memories: Mapping[str, Turn | Fact]
    terms: Mapping[str, frozenset[str]]
    """By what each is found."""
    sources: Mapping[str, frozenset[str]]
    """Of each fact the terms of the turn that it comes from."""
    neighbours: Mapping[str, Neighbours]
    """Of turns that have others of their conversation among them."""


class SpaceState(StrEnum):
    """What a space of vectors is used for."""

    BUILDING = "building"
    SERVING = "serving"
    RETIRED = "retired"
    """Its vectors are being deleted; nobody else gets to see it."""


@dataclass(frozen=True, slots=True)
class Space:
    """The vectors of one embedding model, which are never compared with others."""

    id: str
    model: str
    dimensions: int
    prefixes: Mapping[str, str]
    """What the model wants before a query and before a document, and its digest."""
    state: SpaceState
    created_at: datetime

    def is_like(self, other: Space) -> bool:
        """Tell whether the vectors of two spaces can be compared."""
        return (self.model, self.dimensions, dict(self.prefixes)) == (
            other.model,
            other.dimensions,
            dict(other.prefixes),
        )


@dataclass(frozen=True, slots=True)
class VectorChunk:
    """Some vectors of a space, row by row."""

    ids: list[str]
    kinds: list[Item]
    owners: list[str | None]
    matrix: HalfMatrix


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left of a forgotten fact, so that it is not learned again."""

    owner: str | None
    content_hash: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OffLimits:
    """What somebody does not want to be remembered."""

    id: str
    text: str
    owner: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class News:
    """What other houses have told the home that all share."""

    at: datetime
    """When, by that home's clock."""
    gone: Sequence[str]
    """Ids of what was forgotten."""
    tombstones: Sequence[Tombstone]
    off_limits: Sequence[OffLimits]


class Op(StrEnum):
    """What the second home has to do."""

    PUT = "put"
    """Make it as it is here now; where it is gone here, a `FORGET` follows."""
    FORGET = "forget"


class Sent(StrEnum):
    """What an entry of the outbox is about."""

    TURN = "turn"
    FACT = "fact"
    SPACE = "space"
    VECTORS = "vectors"
    """`item` is the space, `payload["items"]` whose vectors."""
    OFF_LIMITS = "off_limits"
    ELSEWHERE = "elsewhere"
    """A turn or fact that is not here: it may have come from another house."""


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One change that the second home has yet to hear of. It holds nobody's words."""

    seq: int
    op: Op
    sent: Sent
    item: str
    payload: Mapping[str, Any] | None
    created_at: datetime
    tries: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is remembered."""

    turns: int
    facts: int
    past_facts: int
    vectors: Mapping[str, int] = field(default_factory=dict)
    """By the id of their space."""


class Repository(Protocol):
    """Keeps, finds and forgets. Writing returns after the commit, never before."""

    async def add_turn(self, turn: Turn) -> None:
        """Keep a turn; one that is known stays as it is."""

    async def add_turns(self, turns: Sequence[Turn]) -> int:
        """Keep many turns in one transaction; return how many were new."""

    async def answer_turn(
        self,
        turn_id: str,
        answered: str,
        done: Mapping[str, Any] | None = None,
        model: str | None = None,
    ) -> None:
        """Add the reply to a turn; `UnknownError` where it was forgotten meanwhile."""

    async def exclude(self, conversation: str) -> int:
        """Take all turns of a conversation out of what is remembered."""

    async def add_fact(self, fact: Fact, *, force: bool = False) -> Fact:
        """Keep a fact and return it, or the one that says the same already.

        `ForgottenError` where it was forgotten, unless somebody asks for it (force).
        """

    async def add_facts(self, facts: Sequence[Fact], *, force: bool = False) -> int:
        """Keep many facts in one transaction; return how many were new."""

    async def supersede(
        self, old_id: str, new_fact: Fact, *, force: bool = False
    ) -> Fact:
        """Let a fact stand in the place of another, which becomes the past."""

    async def end_fact(self, fact_id: str, at: datetime) -> None:
        """Note that a fact holds no longer, with nothing in its place."""

    async def fact(self, fact_id: str) -> Fact | None:
        """Return a fact."""

    async def facts(
        self,
        owners: Owners,
        *,
        kinds: Collection[Kind] | None = None,
        include_past: bool = False,
        limit: int = 100,
        offset: int = 0,
        text: str | None = None,
    ) -> list[Fact]:
        """List facts, the newest first."""

    async def turns(
        self,
        owners: Owners,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> list[Turn]:
        """List turns, the newest first."""

    async def forget(self, ids: Collection[str]) -> int:
        """Leave no trace of these turns and facts and of what the facts superseded."""

    async def forget_range(
        self, owners: Owners, since: datetime, until: datetime
    ) -> int:
        """Forget the turns of a time and what was learned from them or then."""

    async def forgotten_with(self, ids: Collection[str]) -> list[Turn | Fact]:
        """List what `forget` would take, so that a person can be asked."""

    async def expire(
        self, at: datetime, *, turns_before: datetime | None = None
    ) -> int:
        """Delete the facts whose time has come, and turns that are too old."""

    async def search_terms(
        self,
        owners: Owners,
        terms: Sequence[str],
        *,
        items: Item,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 50,
    ) -> list[Hit]:
        """Find turns or current facts that have some of these terms, the best first."""

    async def search_each(
        self,
        owners: Owners,
        terms: Sequence[str],
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 50,
    ) -> dict[Item, list[Hit]]:
        """Find turns and facts by their terms; those of a time before the others."""

    async def get_many(self, ids: Collection[str]) -> dict[str, Turn | Fact]:
        """Return turns and facts by their ids; what is gone is left out."""

    async def in_context(self, ids: Collection[str]) -> Context:
        """Return turns and facts by their ids, with what else tells about them."""

    async def neighbours(self, turn_ids: Collection[str]) -> dict[str, Neighbours]:
        """Return what was said just before and after each turn."""

    async def counts(self, owners: Owners | None = None) -> Counts:
        """Count what is remembered, of some or of all."""

    async def spaces(self) -> list[Space]:
        """Return the space that serves and the one that is being built."""

    async def begin_space(
        self, model: str, dimensions: int, prefixes: Mapping[str, str]
    ) -> Space:
        """Return the space of a model: the one that is there, or a new one to build."""

    async def serve_space(self, space_id: str) -> None:
        """Let a space take the place of the one that served, whose vectors go."""

    async def put_vectors(
        self, space_id: str, rows: Sequence[tuple[str, Vector]]
    ) -> int:
        """Keep vectors of items that are still there; return how many these were."""

    def vectors(
        self, space_id: str, owners: Owners | None = None
    ) -> AsyncIterator[VectorChunk]:
        """Give all vectors of a space, some at a time."""

    async def vectors_of(self, space_id: str, ids: Collection[str]) -> VectorChunk:
        """Return the vectors of some items."""

    async def without_vector(
        self, space_id: str, limit: int, *, after: str | None = None
    ) -> list[Turn | Fact]:
        """Return what has no vector yet, by id, from behind `after` on."""

    async def add_off_limits(self, off_limits: OffLimits) -> None:
        """Note what somebody does not want to be remembered."""

    async def remove_off_limits(self, off_limits_id: str) -> None:
        """Allow it again."""

    async def off_limits(self, owners: Owners | None = None) -> list[OffLimits]:
        """Return what is not to be remembered."""

    async def every(
        self,
        items: Item,
        *,
        owners: Owners | None = None,
        after: str | None = None,
        limit: int = 500,
    ) -> Sequence[Turn | Fact]:
        """Page through all turns or facts by id, what is past or excluded too."""

    async def tombstones(self, owners: Owners | None = None) -> list[Tombstone]:
        """Return what is left of what was forgotten."""

    async def add_tombstones(self, tombstones: Sequence[Tombstone]) -> int:
        """Keep facts of these hashes from being learned; return how many were new."""

    async def tidy(self) -> None:
        """Finish what a stop interrupted: vectors of retired spaces, traces in logs."""


class Outbox(Protocol):
    """What the local home keeps for the second one, in the order of its happening."""

    async def outbox(self, limit: int) -> list[OutboxEntry]:
        """Return the oldest changes that the second home has yet to hear of."""

    async def outbox_done(self, seq: int) -> None:
        """Note that the second home has everything up to this entry."""

    async def outbox_failed(self, seq: int, *, for_good: bool = False) -> None:
        """Note that this entry could not be sent; after some times it is set aside."""

    async def outbox_backlog(self) -> int:
        """Count what waits."""

    async def outbox_set_aside(self) -> list[OutboxEntry]:
        """Return what the second home cannot hold."""
