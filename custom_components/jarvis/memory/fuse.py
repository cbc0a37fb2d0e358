"""What was found by several searches as one list, or the finding that nothing is there.

Ranks are fused by reciprocal ranks (Cormack, Clarke and Büttcher 2009), with a k far
below the usual 60: with k = 60 the first place of a list is worth hardly more than its
twentieth. Pure arithmetic on candidates; every one tells why it stands where it does.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from .records import Item
from .when import Span


class Lists(StrEnum):
    """The searches that give ranks; also the names in `why`."""

    TURN_TEXT = "turn_text"
    TURN_VECTOR = "turn_vector"
    FACT_TEXT = "fact_text"
    FACT_VECTOR = "fact_vector"


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each reason counts: chosen as told at `WEIGHTS`."""

    k: float = 8
    lists: Mapping[str, float] = field(
        default_factory=lambda: dict.fromkeys(Lists, 1.0)
    )
    neighbours: float = 0.4
    """The share that a turn gets of what the turns before and after it have."""
    source: float = 0.3
    """The share that a fact and the turn that it comes from get of each other."""
    others: float = 0.5
    """The factor of what is of another person than who is asked about."""
    dated: float = 1.5
    """The factor of what is of the time that is asked about."""
    recency: float = 0.05
    """The most that newness adds, as a share; half of it after `half_life`."""
    half_life: timedelta = timedelta(days=30)
    importance: float = 0.1
    """The most that importance adds or takes, as a share."""
    nearness: float = 0.05
    """How much of coverage one standard deviation of nearness is worth."""
    turns: float = 0.5
    """What the evidence of a turn is worth: its words are many, a fact's are chosen."""
    least: float = 0.2
    """The evidence below which nothing is relevant…"""
    sure: float = 4.5
    """… unless something is nearer than this, in standard deviations: it may say the
    same in other words."""
    behind: float = 0.1
    """How far what is known of who is asked about may stand behind what is known of
    others: an answer about somebody else is none."""


WEIGHTS = Weights()
"""Chosen by leaving whole conversations out: see bench/recall.py."""


@dataclass(slots=True)
class Candidate:
    """A memory that some search found."""

    id: str
    item: Item
    terms: frozenset[str]
    when: datetime
    people: frozenset[str] = frozenset()
    """The terms of the names of whom it is of."""
    source: str | None = None
    """The turn that a fact comes from."""
    context: frozenset[str] = frozenset()
    """The terms of that turn."""
    importance: float = 0.5
    near: float = 0.0
    """Its nearness to the question in standard deviations above what is usual."""
    scores: dict[str, float] = field(default_factory=dict)
    """What each reason adds: the trace."""
    score: float = 0.0
    evidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for."""

    terms: frozenset[str]
    now: datetime
    span: Span | None = None
    only: Item | None = None
    """What alone is to be told, if not both turns and facts."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """Candidates, best first."""

    candidates: Sequence[Candidate]
    best: float
    """The evidence of the best candidate about whom is asked."""
    other: float
    """The same about other people."""
    is_nothing: bool
    """Whether none of them is relevant."""


def reciprocal_ranks(
    lists: Mapping[str, Sequence[str]], weights: Weights = WEIGHTS
) -> dict[str, dict[str, float]]:
    """Return what each list adds to each id: 1 for the first place of a list."""
    found: dict[str, dict[str, float]] = {}
    for name, ids in lists.items():
        weight = weights.lists.get(name, 1.0) * (weights.k + 1)
        for rank, one in enumerate(ids, start=1):
            found.setdefault(one, {})[name] = weight / (weights.k + rank)
    return found


def rank(
    candidates: Iterable[Candidate],
    neighbours: Mapping[str, tuple[str | None, str | None]],
    asked: Asked,
    weights: Weights = WEIGHTS,
) -> Ranked:
    """Order candidates by their own scores, their neighbours' and mild priors."""
    known = {one.id: one for one in candidates}
    for one in known.values():
        one.score = sum(one.scores.values())
    _add_neighbours(known, neighbours, weights.neighbours)
    facts = _facts_by_source(known.values())
    _add_sources(known, facts, weights.source)
    names = frozenset[str]().union(*(one.people for one in known.values()))
    people = names & asked.terms
    for one in known.values():
        _weigh(one, people, asked, weights)
    best, other = _evidence(known, people, asked, weights)
    near = max((it.near for it in known.values() if _is_of(it, people)), default=0.0)
    is_irrelevant = best < weights.least and near < weights.sure
    is_nothing = is_irrelevant or best < other - weights.behind
    meant = [one for one in known.values() if asked.only in (None, one.item)]
    ordered = sorted(meant, key=lambda one: (-one.score, one.id))
    return Ranked(tuple(_distinct(ordered)), best, other, is_nothing)


def _add_neighbours(
    known: Mapping[str, Candidate],
    neighbours: Mapping[str, tuple[str | None, str | None]],
    share: float,
) -> None:
    """Let turns share with the turns beside them: an answer stands by its question."""
    own = {one: candidate.score for one, candidate in known.items()}
    for one, beside in neighbours.items():
        if one in known:
            added = share * sum(own.get(other, 0.0) for other in beside if other)
            _add(known[one], "neighbours", added)


def _facts_by_source(candidates: Iterable[Candidate]) -> dict[str, list[Candidate]]:
    """Return the facts of each turn that was found."""
    facts: dict[str, list[Candidate]] = {}
    for one in candidates:
        if one.source is not None:
            facts.setdefault(one.source, []).append(one)
    return facts


def _add_sources(
    known: Mapping[str, Candidate],
    facts: Mapping[str, Sequence[Candidate]],
    share: float,
) -> None:
    """Let a fact and its turn vouch for each other."""
    own = {one: candidate.score for one, candidate in known.items()}
    for source, of_it in facts.items():
        if turn := known.get(source):
            for fact in of_it:
                _add(fact, "source", share * own[source])
            _add(turn, "facts", share * max(own[fact.id] for fact in of_it))


def _weigh(
    one: Candidate, people: frozenset[str], asked: Asked, weights: Weights
) -> None:
    """Weigh a candidate by whom it is of, its time and its importance."""
    if not _is_of(one, people):
        _add(one, "others", (weights.others - 1) * one.score)
    if asked.span is not None and asked.span.holds(one.when):
        _add(one, "dated", (weights.dated - 1) * one.score)
    age = max(asked.now - one.when, timedelta()) / weights.half_life
    _add(one, "recency", weights.recency * 0.5**age * one.score)
    lean = 2 * one.importance - 1
    _add(one, "importance", weights.importance * lean * one.score)


def _evidence(
    known: Mapping[str, Candidate],
    people: frozenset[str],
    asked: Asked,
    weights: Weights,
) -> tuple[float, float]:
    """Return the best evidence about whom is asked, and about others.

    It is the share of the question's terms that a memory has, by itself and together
    with its turn, and its nearness. The names of whom it is about do not count, these
    are everywhere. Of others only facts count: a turn does not tell whom it is about.
    """
    wanted = asked.terms - people
    # «Que sais-tu de Paul ?» and «qu'ai-je dit hier ?» ask for everything.
    whole = 1.0 if people or asked.span else 0.0
    best = other = 0.0
    for one in known.values():
        turn = known.get(one.source or "")
        both = one.terms | one.context
        near = (one.near + (turn.near if turn else one.near)) / 2
        covered = whole
        if wanted:
            covered = (len(wanted & one.terms) + len(wanted & both)) / 2 / len(wanted)
        one.evidence = covered + weights.nearness * near
        if one.item is Item.TURN:
            one.evidence *= weights.turns
        if _is_of(one, people):
            best = max(best, one.evidence)
        elif one.item is Item.FACT:
            other = max(other, one.evidence)
    return best, other


def _is_of(one: Candidate, people: frozenset[str]) -> bool:
    """Tell whether a memory may be about the people who are asked about."""
    if not people:
        return True
    there = one.people | one.terms if one.item is Item.FACT else one.people
    return bool(people & there)


def _distinct(ordered: Iterable[Candidate]) -> Iterator[Candidate]:
    """Leave out what says again what stands further up: a turn and its only fact."""
    told = set[str]()
    for one in ordered:
        says = one.source or one.id
        if says not in told:
            told.add(says)
            yield one


def _add(one: Candidate, reason: str, amount: float) -> None:
    """Add to a score and remember why."""
    if amount:
        one.scores[reason] = one.scores.get(reason, 0.0) + amount
        one.score += amount
