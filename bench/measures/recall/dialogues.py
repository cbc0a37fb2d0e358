"""Conversations with questions, as turns and facts that Jarvis can keep.

The files hold turns, facts and questions of several
conversations (LoCoMo, Maharana et al. 2024), and their unit vectors in the same order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
import re
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from custom_components.jarvis.memory.records import Fact, Turn

type Matrix = NDArray[np.float16]
"""Unit vectors (items, dimensions)."""

ADVERSARIAL = 5
"""The category of questions that nothing answers."""
CATEGORIES = {1: "multi_hop", 2: "temporal", 3: "open_domain", 4: "single_hop"}
_DATE = "%I:%M %p on %d %B, %Y"
_APART = timedelta(seconds=20)
"""Between two turns of a session."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and the turns that answer it."""

    text: str
    conversation: int
    category: int
    evidence: frozenset[str]
    now: datetime
    """A day after the last turn of its conversation."""
    vector: NDArray[np.float16]
    """A unit vector (dimensions,)."""


@dataclass(frozen=True, slots=True)
class Dialogues:
    """All conversations of a file."""

    turns: Sequence[Turn]
    turn_vectors: Matrix
    """Each of the turn before and the turn itself."""
    facts: Sequence[Fact]
    fact_vectors: Matrix
    questions: Sequence[Question]
    speakers: Mapping[str, str]
    """Who says a turn, by its id."""
    stands_for: Mapping[str, frozenset[str]]
    """The turns that a fact or a turn stands for."""

    @classmethod
    def read(cls, data: Path, vectors: Path, *, is_pooled: bool = False) -> Self:
        """Read them; each conversation has its own owner, unless they are pooled."""
        told = json.loads(data.read_text("utf-8"))
        with np.load(vectors) as file:
            arrays = {name: file[name] for name in file.files}
        owner = (lambda _: "all") if is_pooled else _owner
        turns = [_turn(one, owner(one["c"])) for one in told["turns"]]
        facts, rows, stands_for = _facts(told, turns, owner)
        ends: dict[int, datetime] = {}
        for one, turn in zip(told["turns"], turns, strict=True):
            ends[one["c"]] = max(turn.at, ends.get(one["c"], turn.at))
        known = frozenset(turn.id for turn in turns)
        return cls(
            turns,
            arrays["turns_with_previous"],
            facts,
            arrays["facts"][rows],
            [
                Question(
                    one["q"],
                    one["c"],
                    one["cat"],
                    known & {_id(one["c"], dia) for dia in one["ev"]},
                    ends[one["c"]] + timedelta(days=1),
                    vector,
                )
                for one, vector in zip(
                    told["questions"], arrays["questions"], strict=True
                )
            ],
            {
                turn.id: one["speaker"]
                for one, turn in zip(told["turns"], turns, strict=True)
            },
            stands_for | {one: frozenset({one}) for one in known},
        )


def _owner(conversation: int) -> str:
    """Return whose memory a conversation is."""
    return f"conversation {conversation}"


def _id(conversation: int, dialogue: str) -> str:
    """Return the id of a turn."""
    return f"{conversation}/{dialogue}"


def _turn(told: Mapping[str, Any], owner: str) -> Turn:
    """Make a turn; what a picture shows is told behind the words."""
    shown = f" [{told['cap']}]" if told["cap"] else ""
    return Turn(
        id=_id(told["c"], told["dia"]),
        conversation=f"{told['c']}/{told['s']}",
        owner=owner,
        said=f"{told['speaker']}: {told['text']}{shown}",
        at=_date(told["date"]) + _APART * told["pos"],
        language="en",
    )


def _facts(
    told: Mapping[str, Any], turns: Sequence[Turn], owner: Any
) -> tuple[list[Fact], list[int], dict[str, frozenset[str]]]:
    """Make facts: these, the rows of their vectors, and the turns they stand for.

    The subject is the first of a conversation's people that the sentence names.
    """
    names: dict[int, set[str]] = {}
    for one in told["turns"]:
        names.setdefault(one["c"], set()).add(one["speaker"])
    known = {turn.id for turn in turns}
    facts: dict[tuple[str | None, str], Fact] = {}
    rows: list[int] = []
    stands_for: dict[str, frozenset[str]] = {}
    for row, one in enumerate(told["facts"]):
        sources = [_id(one["c"], dia) for dia in one["ev"]]
        sources = [source for source in sources if source in known]
        said = re.findall(r"\w+", one["fact"])
        fact = Fact(
            id=f"fact {row}",
            text=one["fact"],
            owner=owner(one["c"]),
            subject=next((name for name in said if name in names[one["c"]]), ""),
            source_turn=sources[0] if sources else None,
            created_at=_date(one["date"]),
        )
        same = facts.setdefault((fact.owner, fact.content_hash), fact)
        if same is fact:
            rows.append(row)
        stands_for[same.id] = stands_for.get(same.id, frozenset()) | set(sources)
    return list(facts.values()), rows, stands_for


def _date(told: str) -> datetime:
    """Read the date of a session; the files name no time zone."""
    return datetime.strptime(told, _DATE).replace(tzinfo=UTC)
