"""What is remembered that matters to a question: the walk from words to memories.

Full text and vectors are searched at the same time; what is not there by the deadline
is left out, and the turn goes on without it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
import logging

from .fuse import (
    WEIGHTS,
    Asked,
    Candidate,
    Lists,
    Ranked,
    Weights,
    rank,
    reciprocal_ranks,
)
from .near import Nearest, Question
from .records import Fact, Item, Turn
from .repository import Context, Hit, Owners, Repository
from .terms import terms
from .vectors import Near
from .when import Span, span, without

_LOGGER = logging.getLogger(__name__)

DEADLINE = 0.15
"""Seconds, of which the searches may take a share and reading the rest."""
_SEARCHING = 0.7
_FOUND = 40
"""Places of a list that count; what stands lower changes nothing."""
_CHARACTERS_A_TOKEN = 3.5
"""Of French and English, rather too few than too many."""

_TEXT = {Item.TURN: Lists.TURN_TEXT, Item.FACT: Lists.FACT_TEXT}
_VECTOR = {Item.TURN: Lists.TURN_VECTOR, Item.FACT: Lists.FACT_VECTOR}

type Embed = Callable[[str], Awaitable[Question]]
type Search = Awaitable[Mapping[Lists, Sequence[Hit] | Sequence[Near]]]


@dataclass(frozen=True, slots=True)
class Vectors:
    """How questions become vectors, and where those of memories are."""

    embed: Embed
    nearest: Nearest
    """The vector of a turn is best made of the turn before it and its own words:
    "yes, two" means little by itself."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How much may be told to a model."""

    items: int = 10
    tokens: int = 600
    least_share: float = 0.0
    """The share of the best score that an item needs."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A memory that matters, and why."""

    id: str
    item: Item
    text: str
    when: datetime
    score: float
    why: Mapping[str, float]
    """What each list and reason adds to the score."""
    record: Turn | Fact
    """What is kept: the home that was asked need not be the first one."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """What is remembered: nothing is an answer too."""

    items: Sequence[Remembered] = ()
    withheld: Sequence[Remembered] = ()
    """What was found but is not relevant: for the trace alone."""
    span: Span | None = None
    missing: Mapping[str, str] = field(default_factory=dict)
    """What was not there in time or failed, and how; for the trace."""
    best: float = 0.0
    other: float = 0.0
    """The evidence about whom is asked, and about others."""


BUDGET = Budget()


async def recall(
    question: str,
    *,
    owners: Owners,
    now: datetime,
    language: str | None,
    repository: Repository,
    vectors: Vectors | None = None,
    speaker: Callable[[Turn], str | None] = lambda _turn: None,
    only: Item | None = None,
    budget: Budget = BUDGET,
    weights: Weights = WEIGHTS,
    deadline: float = DEADLINE,
) -> Recalled:
    """Return what matters to a question, from the memories of some owners only.

    `now` is aware and in the person's time zone, the deadline in seconds. `speaker`
    names who says a turn where that is known, and is asked in an executor.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + deadline
    said = span(question, now, language)
    wanted = terms(without(question, said), language)
    search = _Search(question, wanted, said, owners, repository)
    searches: dict[str, Search] = {"text": search.text()}
    if vectors is not None:
        searches["vectors"] = search.near(vectors)
    found, missing = await _in_time(searches, loop.time() + deadline * _SEARCHING)
    lists = {name: hits for one in found.values() for name, hits in one.items()}
    ids = {one.id for hits in lists.values() for one in hits}
    read, late = await _in_time({"memories": repository.in_context(ids)}, end)
    missing |= late
    if "memories" not in read:
        return Recalled(span=said, missing=missing)
    context = read["memories"]
    # A vector is there until somebody tidies up.
    known = {one: it for one, it in context.memories.items() if not _is_over(it, now)}

    def ranked() -> Ranked:
        candidates = _candidates(lists, known, context, speaker, weights)
        asked = Asked(frozenset(wanted), now, said, only)
        return rank(candidates, context.neighbours, asked, weights)

    # Names become terms and scores are added up: the event loop has no time for it.
    order = await loop.run_in_executor(None, ranked)
    items = tuple(_affordable(order.candidates, known, budget))
    return Recalled(
        () if order.is_nothing else items,
        items if order.is_nothing else (),
        said,
        missing,
        order.best,
        order.other,
    )


@dataclass(frozen=True, slots=True)
class _Search:
    """One question to one repository."""

    question: str
    terms: Sequence[str]
    span: Span | None
    owners: Owners
    repository: Repository

    async def text(self) -> dict[Lists, Sequence[Hit]]:
        """Search turns and facts by their words, in the time that is meant first."""
        if not self.terms:
            # «Qu'est-ce que j'ai dit hier ?»: everything of that time is asked for.
            return {Lists.TURN_TEXT: await self._all(self.span)} if self.span else {}
        found = await self.repository.search_each(
            self.owners,
            self.terms,
            since=self.span.start if self.span else None,
            until=self.span.end if self.span else None,
            limit=_FOUND,
        )
        return {_TEXT[item]: hits for item, hits in found.items()}

    async def _all(self, within: Span) -> list[Hit]:
        found = await self.repository.turns(
            self.owners, since=within.start, until=within.end, limit=_FOUND
        )
        return [Hit(one.id, 1.0) for one in found]

    async def near(self, vectors: Vectors) -> dict[Lists, Sequence[Near]]:
        """Search turns and facts by their meaning."""
        vector = await vectors.embed(self.question)
        near = await vectors.nearest.near(vector, self.owners, _VECTOR, _FOUND)
        return {_VECTOR[item]: hits for item, hits in near.items()}


async def _in_time[T](
    waited: Mapping[str, Awaitable[T]], end: float
) -> tuple[dict[str, T], dict[str, str]]:
    """Return what is there by a time of the loop, and why the rest is not."""
    tasks = {name: asyncio.ensure_future(one) for name, one in waited.items()}
    try:
        left = max(end - asyncio.get_running_loop().time(), 0)
        await asyncio.wait(tasks.values(), timeout=left)
        done: dict[str, T] = {}
        missing: dict[str, str] = {}
        for name, task in tasks.items():
            if not task.done():
                missing[name] = "late"
            elif task.cancelled():
                missing[name] = "cancelled"
            elif err := task.exception():
                # A search that fails must not cost the turn its answer.
                _LOGGER.debug("The search of %s failed", name, exc_info=err)
                missing[name] = type(err).__name__
            else:
                done[name] = task.result()
        return done, missing
    finally:
        for task in tasks.values():
            task.cancel()


def _candidates(
    lists: Mapping[Lists, Sequence[Hit | Near]],
    known: Mapping[str, Turn | Fact],
    context: Context,
    speaker: Callable[[Turn], str | None],
    weights: Weights,
) -> list[Candidate]:
    """Make candidates of what was found and is still there."""
    scores = reciprocal_ranks(
        {
            name: [one.id for one in hits if one.id in known]
            for name, hits in lists.items()
        },
        weights,
    )
    near = {
        one.id: one.deviations
        for hits in lists.values()
        for one in hits
        if isinstance(one, Near)
    }
    candidates = []
    for one, why in scores.items():
        memory = known[one]
        candidate = Candidate(
            id=one,
            item=Item.FACT if isinstance(memory, Fact) else Item.TURN,
            terms=context.terms[one],
            when=_when(memory),
            near=near.get(one, 0.0),
            scores=why,
        )
        if isinstance(memory, Fact):
            candidate.people = frozenset(terms(memory.subject))
            candidate.importance = memory.importance
            candidate.source = memory.source_turn
            candidate.context = context.sources[one]
        else:
            candidate.people = frozenset(terms(speaker(memory) or ""))
        candidates.append(candidate)
    return candidates


def _is_over(memory: Turn | Fact, now: datetime) -> bool:
    """Tell whether a fact holds no longer."""
    return isinstance(memory, Fact) and (
        memory.is_past(now)
        or (memory.expires_at is not None and memory.expires_at <= now)
    )


def _when(memory: Turn | Fact) -> datetime:
    """Return when something was said, or from when on it held."""
    if isinstance(memory, Fact):
        return memory.valid_from or memory.created_at
    return memory.at


def _affordable(
    ranked: Sequence[Candidate], known: Mapping[str, Turn | Fact], budget: Budget
) -> Iterator[Remembered]:
    """Yield the best memories as long as there is room; what is too long is skipped."""
    left, places = float(budget.tokens), budget.items
    for one in ranked:
        if not places or one.score < budget.least_share * ranked[0].score:
            return
        text = known[one.id].words
        cost = len(text) / _CHARACTERS_A_TOKEN
        if cost <= left:
            left -= cost
            places -= 1
            yield Remembered(
                one.id, one.item, text, one.when, one.score, one.scores, known[one.id]
            )
