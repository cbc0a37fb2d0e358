"""From turns to facts: whose they are, what they replace, and what is left out."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.jarvis.memory.learning.extract import Prompt, UnreadableError
from custom_components.jarvis.memory.learning.learner import Learner
from custom_components.jarvis.memory.local import LocalRepository
from custom_components.jarvis.memory.records import Fact, Kind, Origin, Turn, new_id
from custom_components.jarvis.memory.repository import OffLimits

from .conftest import Model, fact

NOW = datetime.now(UTC)


def _turn(
    said: str, language: str = "fr", owner: str | None = "ann", **more: Any
) -> Turn:
    more.setdefault("conversation", "one")
    return Turn(said=said, language=language, owner=owner, at=NOW, **more)


async def _texts(repository: LocalRepository, owner: str | None = "ann") -> list[str]:
    return [one.text for one in await repository.facts((owner,))]


async def _by_rules(learner: Learner, turns: list[Turn]) -> int:
    await learner.repository.add_turns(turns)
    return await learner.by_rules(turns)


async def _by_model(learner: Learner, turns: list[Turn], model: Model) -> int | None:
    await learner.repository.add_turns(turns)
    return await learner.by_model(turns, model)


# By rules


async def test_a_plain_sentence(learner: Learner, repository: LocalRepository) -> None:
    """It is learned with its source, for the person alone, and not quite certain."""
    turn = _turn("Au fait, j'aime le café serré")

    assert await _by_rules(learner, [turn]) == 1

    (kept,) = await repository.facts(("ann",))
    assert kept.text == "J'aime le café serré"
    assert kept.kind is Kind.PREFERENCE
    assert kept.origin is Origin.SAID
    assert kept.confidence < 1
    assert kept.source_turn == turn.id
    assert await _texts(repository, None) == []


async def test_learned_once(learner: Learner, repository: LocalRepository) -> None:
    """The same turns, or the same words on another day, bring nothing new."""
    turns = [_turn("J'aime le café serré"), _turn("j'aime le café serré.")]

    assert await _by_rules(learner, turns) == 1
    assert await _by_rules(learner, turns) == 0
    assert await _texts(repository) == ["J'aime le café serré"]


async def test_another_language(learner: Learner, repository: LocalRepository) -> None:
    """An English agent hears French as well."""
    assert await _by_rules(learner, [_turn("J'aime le café serré", "en-GB")]) == 1


async def test_said_anew(learner: Learner, repository: LocalRepository) -> None:
    """What replaces something makes it the past, which is still there."""
    await _by_rules(learner, [_turn("j'aime le café serré")])
    await _by_rules(learner, [_turn("j'aime le thé maintenant, plus le café")])

    assert await _texts(repository) == ["J'aime le thé maintenant, plus le café"]
    past = await repository.facts(("ann",), include_past=True)
    assert len(past) == 2


async def test_told_on_purpose_before(
    learner: Learner, repository: LocalRepository
) -> None:
    """A newer sentence also replaces what was to be remembered."""
    await repository.add_fact(Fact(text="Mon anniversaire est le 2 mai", owner="ann"))

    await _by_rules(learner, [_turn("mon anniversaire est le 3 mai")])

    assert await _texts(repository) == ["Mon anniversaire est le 3 mai"]


async def test_nobody_replaces_what_is_anothers(
    learner: Learner, repository: LocalRepository
) -> None:
    """Each person has a birthday of their own."""
    await repository.add_fact(Fact(text="Mon anniversaire est le 2 mai", owner="ben"))

    await _by_rules(learner, [_turn("mon anniversaire est le 3 mai")])

    assert await _texts(repository, "ben") == ["Mon anniversaire est le 2 mai"]


async def test_several_people_in_one_household(
    learner: Learner, repository: LocalRepository
) -> None:
    """Where nobody knows who speaks, two names are two people."""
    said = ("je m'appelle Paul", "je m'appelle Anna")
    await _by_rules(learner, [_turn(one, owner=None) for one in said])

    assert sorted(await _texts(repository, None)) == [
        "Je m'appelle Anna",
        "Je m'appelle Paul",
    ]


async def test_forgotten_is_not_learned_again(
    learner: Learner, repository: LocalRepository
) -> None:
    """What is left of a fact keeps it from coming back out of the same turn."""
    turn = _turn("j'aime le café serré")
    await _by_rules(learner, [turn])
    (kept,) = await repository.facts(("ann",))
    await repository.forget([kept.id])

    assert await _by_rules(learner, [turn]) == 0
    assert await _texts(repository) == []


@pytest.mark.parametrize(
    "turns",
    [
        [_turn("j'aime le café serré", excluded=True)],
        [_turn("j'aime le café serré"), _turn("non, je plaisante")],
        [_turn("mon mot de passe est azerty et j'aime le café")],
        [_turn("quelle heure est-il ?", answered="J'aime le café serré")],
    ],
    ids=["excluded", "taken back", "secret", "not the person's words"],
)
async def test_not_learned(
    learner: Learner, repository: LocalRepository, turns: list[Turn]
) -> None:
    """What was not meant to be kept teaches nothing."""
    assert await _by_rules(learner, turns) == 0


@pytest.mark.parametrize(("declared_by", "count"), [("ann", 0), (None, 0), ("ben", 1)])
async def test_off_limits(
    learner: Learner, repository: LocalRepository, declared_by: str | None, count: int
) -> None:
    """What the person or the household declared is left out."""
    await repository.add_off_limits(OffLimits(new_id(), "le café", declared_by, NOW))

    assert await _by_rules(learner, [_turn("j'aime le café serré")]) == count


async def test_an_event_that_is_over(
    learner: Learner, repository: LocalRepository
) -> None:
    """Who learns late does not learn what is past."""
    late = _turn("on part en vacances demain", conversation="old")
    late = Turn(conversation="old", said=late.said, at=NOW - timedelta(days=9))

    assert await _by_rules(learner, [late]) == 0


# By a model

QUOKKA = "The quokka mug on the shelf belonged to my grandfather"


async def test_what_a_model_finds(
    learner: Learner, repository: LocalRepository
) -> None:
    """It is marked, belongs to the speaker, and expires."""
    kept_for = timedelta(days=365)
    turn = _turn(QUOKKA, "en", model="m")
    model = Model({"facts": [fact("My grandfather owned the quokka mug")]})

    assert await _by_model(Learner(repository, UTC, kept_for), [turn], model) == 1

    (kept,) = await repository.facts(("ann",))
    assert kept.origin is Origin.INFERRED
    assert kept.confidence < 1
    assert kept.source_turn == turn.id
    assert kept.expires_at
    assert await _texts(repository, None) == []


async def test_a_model_decides_what_is_replaced(
    learner: Learner, repository: LocalRepository
) -> None:
    """It is shown what is known of the words, of this person alone."""
    learned = await repository.add_fact(
        Fact(text="The quokka mug is mine", owner="ann", confidence=0.9)
    )
    await repository.add_fact(Fact(text="The quokka mug is Ben's", owner="ben"))
    model = Model({"facts": [fact("My grandfather owned the quokka mug", replaces=1)]})

    await _by_model(learner, [_turn(QUOKKA, "en")], model)

    (asked,) = model.asked
    assert "1. The quokka mug is mine" in asked.user
    assert "Ben" not in asked.user
    assert await _texts(repository) == ["My grandfather owned the quokka mug"]
    past = await repository.fact(learned.id)
    assert past
    assert past.superseded_by


async def test_what_was_told_on_purpose_stays(
    learner: Learner, repository: LocalRepository
) -> None:
    """A guess is kept beside it, not in its place."""
    await repository.add_fact(Fact(text="The quokka mug is mine", owner="ann"))
    model = Model({"facts": [fact("My grandfather owned the quokka mug", replaces=1)]})

    await _by_model(learner, [_turn(QUOKKA, "en")], model)

    assert len(await _texts(repository)) == 2


async def test_a_person_came(learner: Learner, repository: LocalRepository) -> None:
    """Nothing is learned, and the caller is told."""
    assert await _by_model(learner, [_turn(QUOKKA, "en")], Model(None)) is None


@pytest.mark.parametrize("is_gone", [True, False], ids=["forgotten", "excluded"])
async def test_taken_out_meanwhile(
    learner: Learner, repository: LocalRepository, is_gone: bool
) -> None:
    """Who wants it forgotten while the model still reads it does not meet it again."""
    turn = _turn(QUOKKA, "en")
    model = Model({"facts": [fact("My grandfather owned the quokka mug")]})

    async def ask(prompt: Prompt) -> str | None:
        if is_gone:
            await repository.forget([turn.id])
        else:
            await repository.exclude(turn.conversation)
        return await model(prompt)

    await repository.add_turn(turn)
    assert await learner.by_model([turn], ask) == 0
    assert await _texts(repository) == []


async def test_a_model_that_talks(
    learner: Learner, repository: LocalRepository
) -> None:
    """An answer that is none is an error, and nothing is kept."""
    with pytest.raises(UnreadableError):
        await _by_model(learner, [_turn(QUOKKA, "en")], Model("Sure! Here you are."))
    assert await _texts(repository) == []


async def test_what_is_worth_asking(learner: Learner) -> None:
    """Commands, secrets and what rules have read cost no model any time."""
    worth = [
        _turn(QUOKKA, "en", model="m"),
        _turn("we repainted the whole corridor in green", "en"),
        _turn("which wine goes with my wife's roast?", "en", model="m"),
    ]
    not_worth = [
        _turn("turn on the kitchen light", "en"),
        _turn("what is my name?", "en"),
        _turn("j'aime le café serré", model="m"),
        _turn("ok", "en", model="m"),
        _turn("how far is the moon tonight?", "en", model="m"),
        _turn("my pin is 4821 and I like it", "en", model="m"),
        _turn("my story " * 100, "en", model="m"),
        _turn(QUOKKA, "en", model="m", excluded=True),
    ]

    assert await learner.worth_asking([*not_worth, *worth]) == worth
