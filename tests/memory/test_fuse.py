"""Fusing: ranks become scores, scores say why, and nothing relevant is a result."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.jarvis.memory.fuse import (
    WEIGHTS,
    Asked,
    Candidate,
    Lists,
    rank,
    reciprocal_ranks,
)
from custom_components.jarvis.memory.records import Item
from custom_components.jarvis.memory.when import Span

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
OLD = NOW - timedelta(days=400)


def candidate(one: str, score: float = 1.0, **more: object) -> Candidate:
    """Make a turn that has the words "boat" and "blue"."""
    plain = {
        "item": Item.TURN,
        "terms": frozenset({"boat", "blue"}),
        "when": OLD,
        "scores": {Lists.TURN_TEXT: score},
    }
    return Candidate(id=one, **{**plain, **more})  # type: ignore[arg-type]


def asked(*words: str, span: Span | None = None) -> Asked:
    """Ask for some words."""
    return Asked(frozenset(words or ("boat", "blue")), NOW, span)


def order(*candidates: Candidate, what: Asked | None = None) -> list[str]:
    """Return the ids in their order."""
    ranked = rank(candidates, {}, what or asked())
    return [one.id for one in ranked.candidates]


def test_reciprocal_ranks() -> None:
    """The first place of a list adds 1, and each list says what it adds."""
    found = reciprocal_ranks(
        {Lists.TURN_TEXT: ["a", "b"], Lists.TURN_VECTOR: ["b"]},
        replace(WEIGHTS, k=1, lists={Lists.TURN_VECTOR: 0.5}),
    )
    assert found == {
        "a": {Lists.TURN_TEXT: 1.0},
        "b": {Lists.TURN_TEXT: pytest.approx(2 / 3), Lists.TURN_VECTOR: 0.5},
    }


def test_two_lists_beat_one() -> None:
    """What two searches find stands above what only one has in the same place."""
    scores = reciprocal_ranks(
        {Lists.TURN_TEXT: ["a", "b"], Lists.TURN_VECTOR: ["c", "b"]}
    )
    assert max(scores, key=lambda one: sum(scores[one].values())) == "b"


def test_neighbours_share() -> None:
    """A turn beside a good one gets a share, and says so."""
    ranked = rank(
        [candidate("a", 0.5), candidate("b", 0.5), candidate("c", 1.0)],
        {"a": (None, "x"), "b": ("c", None), "c": (None, "b")},
        asked(),
    )
    assert [one.id for one in ranked.candidates] == ["c", "b", "a"]
    assert ranked.candidates[1].scores["neighbours"] == WEIGHTS.neighbours
    assert "neighbours" not in ranked.candidates[2].scores


def test_fact_stands_for_its_turn() -> None:
    """A fact and its turn vouch for each other; the lower of them says it again."""
    fact = candidate("fact", 0.9, item=Item.FACT, source="turn")
    assert order(fact, candidate("turn", 0.8), candidate("other", 1.0)) == [
        "fact",
        "other",
    ]
    assert fact.scores["source"] == pytest.approx(WEIGHTS.source * 0.8)


def test_priors_are_mild() -> None:
    """Newness and importance decide between equals, and nothing else."""
    assert order(candidate("a"), candidate("b", when=NOW)) == ["b", "a"]
    assert order(candidate("a"), candidate("b", importance=0.9)) == ["b", "a"]
    assert order(candidate("a", 1.3), candidate("b", when=NOW, importance=1.0)) == [
        "a",
        "b",
    ]
    # A clock that was set back is no reason for more.
    assert order(candidate("a", when=NOW), candidate("b", when=NOW + NOW.resolution))


def test_time_that_is_asked_about() -> None:
    """What is of the time that is asked about comes first."""
    day = Span(OLD - timedelta(days=1), OLD + timedelta(days=1))
    found = order(
        candidate("a", 1.2, when=NOW), candidate("b", 1.0), what=asked(span=day)
    )
    assert found == ["b", "a"]


def test_others_come_later() -> None:
    """Who is asked about comes before others with the same words."""
    anna = candidate("anna", 0.9, people=frozenset({"anna"}))
    paul = candidate("paul", 1.0, people=frozenset({"paul"}))
    assert order(anna, paul) == ["paul", "anna"]
    anna = candidate("anna", 0.9, people=frozenset({"anna"}))
    paul = candidate("paul", 1.0, people=frozenset({"paul"}))
    assert order(anna, paul, what=asked("boat", "blue", "anna")) == ["anna", "paul"]


def fact(one: str, name: str, *words: str, near: float = 0.0) -> Candidate:
    """Make a fact about somebody."""
    terms = frozenset({name, *words})
    people = frozenset({name})
    return candidate(one, item=Item.FACT, terms=terms, people=people, near=near)


def test_nothing_about_who_is_asked_about() -> None:
    """Given that Paul has a blue boat, nothing is known of Anna's."""
    paul = fact("paul", "paul", "blue", "boat")
    anna = fact("anna", "anna", "boat")
    ranked = rank([paul, anna], {}, asked("anna", "blue", "boat"))
    assert ranked.is_nothing
    assert (ranked.best, ranked.other) == (0.5, 1.0)
    # Of Paul it is known, and of the boats of all as well.
    for words in (["paul", "blue", "boat"], ["blue", "boat"]):
        again = [
            fact("paul", "paul", "blue", "boat"),
            fact("anna", "anna", "boat"),
        ]
        assert not rank(again, {}, asked(*words)).is_nothing


def test_nothing_relevant() -> None:
    """A word of many is no answer, unless the meaning is very near."""
    words = ["one", "two", "three", "four", "five", "boat"]
    assert rank([candidate("a")], {}, asked(*words)).is_nothing
    near = candidate("a", near=5.0)
    assert not rank([near], {}, asked(*words)).is_nothing
    assert rank([], {}, asked()).is_nothing


def test_everything_is_asked_for() -> None:
    """Where only a person or a time is named, all of it is relevant."""
    assert not rank([fact("a", "anna", "boat")], {}, asked("anna")).is_nothing
    span = Span(OLD, NOW)
    nothing_but_time = Asked(frozenset(), NOW, span)
    assert not rank([candidate("a")], {}, nothing_but_time).is_nothing
    assert rank([candidate("a")], {}, Asked(frozenset(), NOW)).is_nothing
