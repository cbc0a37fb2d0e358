"""Every memory gets a vector; another model's space takes over when it is complete."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.jarvis.memory import embedding as embedding_module
from custom_components.jarvis.memory.embed_texts import TRIAL, Model
from custom_components.jarvis.memory.embedding import Wanted
from custom_components.jarvis.memory.recall import Recalled, recall
from custom_components.jarvis.memory.records import Fact, Turn
from custom_components.jarvis.memory.repository import Space, SpaceState

from .conftest import Local
from .embedders import Models, Watched, running, wanted

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
OLD, NEW = wanted("old"), wanted("new")


def fact(number: int) -> Fact:
    """Return a fact that is like no other."""
    return Fact(text=f"subject{number} resides{number * 7} inside{number * 13}")


async def ask(
    local: Local, watched: Watched, question: str, at: datetime = NOW
) -> Recalled:
    """Recall as a turn does."""
    return await recall(
        question,
        owners=[None],
        now=at,
        language=None,
        repository=local.repository,
        vectors=watched.vectors,
        deadline=10,
    )


async def keep(local: Local, count: int) -> list[Fact]:
    """Keep facts."""
    facts = [fact(number) for number in range(count)]
    await local.repository.add_facts(facts)
    return facts


# What is embedded


async def test_everything_is_embedded_once(local: Local) -> None:
    """What is there at the start and what comes later; nothing a second time."""
    facts = await keep(local, 30)
    models = Models()

    async with running(local.repository, models, OLD) as watched:
        await watched.complete("old")
        later = await local.repository.add_fact(Fact(text="added afterwards"))
        watched.embedding.look()
        await watched.until(lambda: later.text in models.texts("old"))

    assert sorted(models.texts("old")) == sorted(one.text for one in [*facts, later])


async def test_found_by_meaning_alone(local: Local) -> None:
    """Other words that mean the same find it."""
    models = Models(meanings=[("auto", "car"), ("garage", "shed")])
    await keep(local, 40)
    meant = await local.repository.add_fact(Fact(text="auto garage"))

    async with running(local.repository, models, OLD) as watched:
        before = await ask(local, watched, "car shed")
        await watched.complete("old")
        after = await ask(local, watched, "car shed")

    assert not before.items
    assert after.items[0].id == meant.id
    assert set(after.items[0].why) & {"fact_vector"}


async def test_a_turn_is_embedded_behind_the_one_before_it(local: Local) -> None:
    """An answer means little without what was asked; others' words are not added."""
    said = [
        Turn(conversation="c", said="How many eggs?", at=NOW, answered="Tell me."),
        Turn(
            conversation="c",
            said="Two.",
            at=NOW + timedelta(seconds=9),
            answered="Fine.",
        ),
        Turn(conversation="d", said="Alone.", at=NOW, answered="Yes."),
    ]
    await local.repository.add_turns(said)
    models = Models()

    async with running(local.repository, models, OLD) as watched:
        await watched.complete("old")

    assert models.texts("old") == [
        "How many eggs?\nTell me.",
        "How many eggs?\nTell me.\nTwo.\nFine.",
        "Alone.\nYes.",
    ]


async def test_what_a_model_wants_before_a_text(local: Local) -> None:
    """Questions and what is kept are embedded with their own prefix."""
    await keep(local, 1)
    models = Models()
    wants = replace(OLD, query="ask: ", document="keep: ")

    async with running(local.repository, models, wants) as watched:
        await watched.complete("old")
        await ask(local, watched, "who")

    assert models.texts("old") == [f"keep: {fact(0).text}"]
    assert [text for _, text in models.questions] == ["ask: who"]


# What leaves


async def test_a_forgotten_turn_leaves_nothing_in_the_next_ones_vector(
    local: Local,
) -> None:
    """Its words were in there too: the next turn is embedded anew, without them."""
    first = Turn(conversation="c", said="Secret", at=NOW, answered="Well.")
    second = Turn(
        conversation="c", said="Next", at=NOW + timedelta(seconds=5), answered="Yes."
    )
    await local.repository.add_turns([first, second])
    models = Models()

    async with running(local.repository, models, OLD) as watched:
        await watched.complete("old")
        await local.repository.forget([first.id])
        watched.embedding.look()
        await watched.until(lambda: models.texts("old")[-1] == "Next\nYes.")


async def test_what_is_gone_leaves_the_index(local: Local) -> None:
    """Forgotten, superseded, expired: no trace of it stays in memory."""
    kept, forgotten, superseded = await keep(local, 3)
    expired = await local.repository.add_fact(
        Fact(text="for a day", expires_at=datetime.now(UTC) + timedelta(days=1))
    )
    async with running(local.repository, Models(), OLD) as watched:
        await watched.complete("old")
        await local.repository.forget([forgotten.id])
        newer = await local.repository.supersede(superseded.id, Fact(text="newer"))
        await local.repository.expire(datetime.now(UTC) + timedelta(days=2))
        watched.embedding.look()
        live = watched.embedding._live
        assert live is not None
        await watched.until(lambda: live.index.ids() == {kept.id, newer.id})
    assert expired.id not in live.index.ids()


async def test_what_holds_no_longer_is_not_recalled(local: Local) -> None:
    """Its vector is still there; its time is over all the same."""
    models = Models(meanings=[("auto", "car")])
    await keep(local, 40)
    over = await local.repository.add_fact(
        Fact(text="auto", valid_to=datetime.now(UTC) + timedelta(days=1))
    )
    async with running(local.repository, models, OLD) as watched:
        await watched.complete("old")
        now = await ask(local, watched, "car")
        later = await ask(local, watched, "car", at=NOW + timedelta(days=9999))

    assert now.items[0].id == over.id
    assert over.id not in {one.id for one in (*later.items, *later.withheld)}


# When models fail


async def test_a_failing_model_is_asked_again(
    local: Local, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It pauses, goes on by itself, and nothing is left out."""
    monkeypatch.setattr(embedding_module, "PAUSES", (0.01,))
    models = Models(failures=2)

    async with running(local.repository, models, OLD) as watched:
        await watched.complete("old")
        models.failures = 7
        facts = await keep(local, 20)
        watched.embedding.look()
        await watched.until(lambda: len(models.texts("old")) >= len(facts))

    texts = [one for one in models.texts("old") if one != TRIAL]
    assert sorted(texts) == sorted(one.text for one in facts)


async def test_a_model_that_fails_at_one_text(local: Local) -> None:
    """The others are embedded; the one is not tried for ever."""
    await keep(local, 20)
    await local.repository.add_fact(Fact(text="a toad"))
    models = Models(poison="toad")

    async with running(local.repository, models, OLD) as watched:
        await watched.complete("old")

    counts = await local.repository.counts()
    assert list(counts.vectors.values()) == [20]


async def test_another_model_behind_the_same_name(local: Local) -> None:
    """Vectors of other dimensions begin another space, also without a digest."""
    facts = await keep(local, 3)
    models = Models()
    async with running(local.repository, models, OLD) as watched:
        await watched.complete("old")
        models.dimensions["old"] = 64
        await local.repository.add_fact(Fact(text="later"))
        watched.embedding.look()
        await watched.until(lambda: len(watched.served) == 2)
        await watched.complete("old")

    (space,) = await local.repository.spaces()
    counts = await local.repository.counts()
    assert space.dimensions == 64
    assert counts.vectors == {space.id: len(facts) + 1}


# Another model


async def test_another_model_takes_over_in_one_step(local: Local) -> None:
    """While it is built every answer comes from the old space; then none does."""
    facts = await keep(local, 60)
    models = Models()
    async with running(local.repository, models, OLD) as watched:
        await watched.complete("old")
        watched.embedding.want(NEW)
        seen = []
        while watched.embedding.model == "old":
            models.questions.clear()
            answer = await ask(local, watched, facts[7].text)
            assert answer.items[0].id == facts[7].id
            seen += [model.name for model, _ in models.questions]
            watched.embedding.look()
        await watched.complete("new")
        await ask(local, watched, facts[8].text)

    assert len(watched.served) == 2
    assert set(seen) <= {"old"}
    assert models.questions[-1][0].name == "new"
    shown = [one for one in watched.progress if one is not None and one < 1]
    assert len(shown) > 3
    (space,) = await local.repository.spaces()
    assert (space.model, space.state) == ("new", SpaceState.SERVING)
    assert (await local.repository.counts()).vectors == {space.id: 60}


async def test_what_happens_while_another_space_is_built(local: Local) -> None:
    """What comes is found at once by the old model, what is forgotten leaves both."""
    facts = await keep(local, 60)
    models = Models()
    indexed: list[set[str]] = []

    async def meanwhile(model: Model) -> None:
        done = len(models.texts("new"))
        if model.name == "new" and done == 16:
            await local.repository.add_fact(Fact(text="meanwhile"))
            await local.repository.forget([facts[0].id])
            watched.embedding.look()
        elif model.name == "new" and done == 40:
            for live in (watched.embedding._live, watched.embedding._new):
                assert live is not None
                indexed.append(live.index.ids())

    async with running(local.repository, models, OLD) as watched:
        await watched.complete("old")
        models.before = meanwhile
        watched.embedding.want(NEW)
        await watched.complete("new")

    assert models.texts("old")[-1] == "meanwhile"
    assert models.texts("new").count("meanwhile") == 1
    assert len(indexed) == 2
    assert all(facts[0].id not in one for one in indexed)


async def test_a_change_goes_on_after_a_restart(local: Local) -> None:
    """What was embedded already is not embedded again, and the old space serves."""
    facts = await keep(local, 60)
    models = Models()
    half = asyncio.Event()
    served = set()

    async def stop_at_half(_model: Model) -> None:
        if len(models.texts("new")) >= 24:
            half.set()
            await asyncio.Event().wait()

    async def note(_model: Model) -> None:
        served.add(watched.embedding.model)

    async with running(local.repository, models, OLD) as watched:
        await watched.complete("old")
    models.before = stop_at_half
    async with running(local.repository, models, NEW):
        await half.wait()
    models.before = note
    async with running(local.repository, models, NEW) as watched:
        await watched.complete("new")

    assert served == {"old"}
    texts = [one for one in models.texts("new") if one != TRIAL]
    assert sorted(texts) == sorted(one.text for one in facts)


async def test_the_old_model_is_gone(local: Local) -> None:
    """Then there is full text alone until the new space is complete."""
    facts = await keep(local, 20)
    models = Models()
    async with running(local.repository, models, OLD) as watched:
        await watched.complete("old")
        models.gone = {"old", "new"}
        watched.embedding.want(NEW)
        answer = await ask(local, watched, facts[3].text)
        assert answer.items[0].id == facts[3].id
        assert "vectors" in answer.missing
        await local.repository.add_fact(Fact(text="meanwhile"))
        models.gone = {"old"}
        watched.embedding.look()
        await watched.complete("new")
        answer = await ask(local, watched, facts[3].text)

    assert not answer.missing
    assert list((await local.repository.counts()).vectors.values()) == [21]


async def test_back_to_the_old_model(local: Local) -> None:
    """Who thinks better of it keeps the old space; of the new one nothing stays."""
    await keep(local, 60)
    models = Models()

    async def think_better(_model: Model) -> None:
        if len(models.texts("new")) > 20:
            watched.embedding.want(OLD)

    async with running(local.repository, models, OLD) as watched:
        await watched.complete("old")
        models.before = think_better
        watched.embedding.want(NEW)
        await watched.until(lambda: len(models.texts("new")) > 20)
        await watched.complete("old")

    (space,) = await local.repository.spaces()
    assert space.model == "old"
    assert (await local.repository.counts()).vectors == {space.id: 60}


async def test_none(local: Local) -> None:
    """Without a model there is nothing to search; what was embedded is kept."""
    await keep(local, 3)
    models = Models()
    async with running(local.repository, models, OLD) as watched:
        await watched.complete("old")
        watched.embedding.want(None)
        await watched.until(lambda: watched.vectors is None)
        assert watched.embedding.progress is None
        assert watched.embedding.model is None
        watched.embedding.want(OLD)
        await watched.complete("old")

    assert len(models.texts("old")) == 3 + 1  # a second trial


# Which one of a name


def space(model: Model) -> Space:
    """Return a space of a model."""
    return Space("id", model.name, 2, model.traits, SpaceState.SERVING, NOW)


FIRST, SECOND = Model("m", "first", "q: "), Model("m", "second", "q: ")


@pytest.mark.parametrize(
    ("digests", "is_all", "chosen"),
    [
        (["second", "first"], True, FIRST),
        (["second"], False, FIRST),
        (["second"], True, SECOND),
        ([], True, None),
        ([], False, FIRST),
    ],
)
def test_the_model_that_there_are_vectors_of_stays(
    digests: list[str], is_all: bool, chosen: Model | None
) -> None:
    """Another one of its name takes its place only when it is gone for certain."""
    wants = Wanted("m", "q: ", "", digests, is_all)

    assert wants.choose([space(FIRST)]) == chosen
    assert wants.choose([]) == (Model("m", digests[0], "q: ") if digests else None)
