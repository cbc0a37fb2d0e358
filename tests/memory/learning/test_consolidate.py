"""Doubles become one; what goes leaves a sentence."""

from datetime import UTC, datetime, timedelta
from typing import Any

from custom_components.jarvis.memory.learning.consolidate import merge, summarise
from custom_components.jarvis.memory.learning.learner import Learner
from custom_components.jarvis.memory.local import LocalRepository
from custom_components.jarvis.memory.records import Fact, Kind, Origin, Turn

from .conftest import Model

NOW = datetime.now(UTC)
YEAR = timedelta(days=365)


async def test_doubles(repository: LocalRepository) -> None:
    """What was said on purpose stands for what was guessed; nothing is lost."""
    said = Fact(text="J'aime le café serré.", owner="ann")
    guess = Fact(
        text="j’aime les cafés serrés",
        owner="ann",
        origin=Origin.INFERRED,
        confidence=0.7,
        kind=Kind.PREFERENCE,
    )
    await repository.add_facts([said, guess])

    assert await merge(repository) == 1
    assert await merge(repository) == 0

    assert await repository.facts(("ann",)) == [said]
    old = await repository.fact(guess.id)
    assert old
    assert old.superseded_by == said.id


async def test_no_doubles(repository: LocalRepository) -> None:
    """Another person, a "not", an order, a place make other sentences."""
    facts = [
        Fact(text="J'aime le café", owner="ann"),
        Fact(text="J'aime le café", owner="ben"),
        Fact(text="Je n'aime pas le café", owner="ann"),
        Fact(text="Anna aime Paul"),
        Fact(text="Paul aime Anna"),
        Fact(text="The key is in the car"),
        Fact(text="The key is under the car"),
        Fact(text="I get up at 7"),
        Fact(text="I get up at 8"),
    ]
    await repository.add_facts(facts)

    assert await merge(repository) == 0


async def _talk(repository: LocalRepository, *said: str, **more: Any) -> list[Turn]:
    turns = [
        Turn(
            **{
                "conversation": "old",
                "owner": "ann",
                "language": "en",
                "model": "m",
                "at": NOW - YEAR + timedelta(minutes=at),
                **more,
            },
            said=one,
        )
        for at, one in enumerate(said)
    ]
    await repository.add_turns(turns)
    return turns


async def _summarised(learner: Learner, model: Model) -> int | None:
    return await summarise(
        learner, model, since=NOW - 2 * YEAR, until=NOW - YEAR + timedelta(days=7)
    )


async def test_a_sentence_of_old_talk(
    learner: Learner, repository: LocalRepository
) -> None:
    """Its words are the person's, its owner is the speaker."""
    first, _ = await _talk(
        repository, "we are planning the wedding in Bath", "how many guests fit in"
    )
    model = Model({"sentence": "We planned the wedding in Bath"})

    assert await _summarised(learner, model) == 1

    (kept,) = await repository.facts(("ann",))
    assert kept.text == "We planned the wedding in Bath"
    assert (kept.kind, kept.origin) == (Kind.EVENT, Origin.INFERRED)
    assert kept.valid_from == first.at


async def test_nothing_to_tell(learner: Learner, repository: LocalRepository) -> None:
    """Commands, single questions and new talk are not summarised."""
    await _talk(repository, "turn it on", "turn it off", model=None)
    await _talk(repository, "what is a quokka", conversation="short")
    await _talk(repository, "we wed", "in Bath", conversation="off", excluded=True)
    await _talk(repository, "we wed", "in Bath", conversation="new", at=NOW)

    assert await _summarised(learner, Model()) == 0


async def test_a_summary_that_says_too_much(
    learner: Learner, repository: LocalRepository
) -> None:
    """What nobody said is not kept; an empty sentence is nothing."""
    await _talk(repository, "we wed in Bath", "in the spring")
    await _talk(repository, "we wed in Bath", "in spring", conversation="two")
    model = Model({"sentence": "Ben robbed a bank"}, {"sentence": ""})

    assert await _summarised(learner, model) == 0


async def test_a_person_came(learner: Learner, repository: LocalRepository) -> None:
    """The rest waits for another night."""
    await _talk(repository, "we wed in Bath", "in the spring")

    assert await _summarised(learner, Model(None)) is None
