"""What every home of the memory does: keep, find, supersede, forget."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from custom_components.jarvis.memory.records import Fact, Item, Kind, Origin, Turn
from custom_components.jarvis.memory.repository import (
    Context,
    ForgottenError,
    Neighbours,
    OffLimits,
    Repository,
    SpaceState,
    UnknownError,
)
from custom_components.jarvis.memory.sql.rows import indexed
from custom_components.jarvis.memory.transfer import (
    Imported,
    NotAnExportError,
    export_lines,
    import_lines,
)

PAUL, ANNA = "paul", "anna"
MONDAY = datetime(2026, 11, 16, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


def turn(said: str, at: datetime = MONDAY, **more: Any) -> Turn:
    """Return a turn of one conversation."""
    return Turn(conversation="c", said=said, at=at, owner=PAUL, **more)


async def found(
    repository: Repository, *terms: str, items: Item = Item.FACT, **more: Any
) -> list[str]:
    """Return the ids of what Paul finds."""
    hits = await repository.search_terms((PAUL, None), terms, items=items, **more)
    return [hit.id for hit in hits]


async def test_a_turn_is_kept_before_its_reply(repository: Repository) -> None:
    """Given a turn whose reply comes later, then both are kept without loss."""
    kept = turn("il fait froid", language="fr", area="salon", agent="a", device="d")
    await repository.add_turn(kept)
    assert await repository.turns([PAUL]) == [kept]
    done = {"actions": [{"à": 1}], "tools": []}
    await repository.answer_turn(kept.id, "je chauffe", done, "qwen")
    whole = replace(kept, answered="je chauffe", done=done, model="qwen")
    assert await repository.get_many([kept.id]) == {kept.id: whole}
    assert await found(repository, "chauffe", items=Item.TURN) == [kept.id]
    with pytest.raises(UnknownError):
        await repository.answer_turn("gone", "x")


async def test_turns_are_listed_by_owner_and_time(repository: Repository) -> None:
    """Given turns of two people, then one sees their own of a time, newest first."""
    mine = [turn(f"phrase {hour}", MONDAY + hour * HOUR) for hour in range(5)]
    theirs = replace(turn("autre"), owner=ANNA)
    assert await repository.add_turns([*mine, theirs]) == 6
    assert await repository.add_turns([*mine]) == 0
    assert await repository.turns([PAUL], limit=2, offset=1) == [mine[3], mine[2]]
    within: dict[str, Any] = {"since": MONDAY + HOUR, "until": MONDAY + 3 * HOUR}
    assert await repository.turns([PAUL], **within) == [mine[2], mine[1]]
    assert await repository.turns([]) == []
    hits = await found(repository, "phrase", items=Item.TURN, **within)
    assert set(hits) == {mine[1].id, mine[2].id}


async def test_neighbours(repository: Repository) -> None:
    """Given a conversation, then what was said around a turn is known."""
    turns = [turn(str(at), MONDAY + at * HOUR) for at in range(3)]
    other = replace(turn("x", MONDAY + HOUR / 2), owner=ANNA)
    await repository.add_turns([*turns, other])
    assert await repository.neighbours([one.id for one in turns]) == {
        turns[0].id: Neighbours(None, turns[1].id),
        turns[1].id: Neighbours(turns[0].id, turns[2].id),
        turns[2].id: Neighbours(turns[1].id, None),
    }


async def test_excluded_turns_are_not_found(repository: Repository) -> None:
    """Given «ne retiens pas cette conversation», then nothing of it is recalled."""
    await repository.add_turns([turn("secret"), turn("secret", excluded=True)])
    assert await repository.exclude("c") == 1
    assert await found(repository, "secret", items=Item.TURN) == []
    assert await repository.turns([PAUL]) == []


async def test_a_fact_is_kept_without_loss(repository: Repository) -> None:
    """Given a fact with everything, then it comes back as it was."""
    fact = Fact(
        text="Paul préfère le thé.",
        kind=Kind.PREFERENCE,
        owner=PAUL,
        subject="thé",
        origin=Origin.INFERRED,
        confidence=0.7,
        importance=0.9,
        valid_from=MONDAY,
        expires_at=datetime(2100, 1, 1, tzinfo=UTC),
        source_turn="t",
    )
    assert await repository.add_fact(fact) is fact
    assert await repository.fact(fact.id) == fact
    assert await repository.fact("gone") is None


async def test_a_fact_is_kept_once(repository: Repository) -> None:
    """Given the same sentence again, then the first is returned; owners differ."""
    first = await repository.add_fact(Fact(text="Le thé est vert.", owner=PAUL))
    assert await repository.add_fact(Fact(text="le thé  est vert", owner=PAUL)) == first
    await repository.add_fact(Fact(text="Le thé est vert.", owner=ANNA))
    shared = [Fact(text="Le chat dort"), Fact(text="Le chat dort")]
    assert await repository.add_facts(shared) == 1
    assert len(await repository.facts([PAUL, ANNA, None])) == 3


async def test_what_held_before_may_hold_again(repository: Repository) -> None:
    """Given a fact that ended, when it is said again, then both are kept."""
    old = await repository.add_fact(Fact(text="Paul est là", owner=PAUL))
    await repository.end_fact(old.id, MONDAY)
    assert await repository.facts([PAUL]) == []
    new = await repository.add_fact(Fact(text="Paul est là", owner=PAUL))
    assert [fact.id for fact in await repository.facts([PAUL])] == [new.id]
    assert len(await repository.facts([PAUL], include_past=True)) == 2


async def test_superseding_keeps_the_past(repository: Repository) -> None:
    """Given «non, c'est mardi», then Tuesday is found and Monday is the past."""
    old = await repository.add_fact(Fact(text="rendez-vous lundi", owner=PAUL))
    new = Fact(text="rendez-vous mardi", owner=PAUL)
    assert await repository.supersede(old.id, new) == new
    assert await repository.facts([PAUL]) == [new]
    assert await found(repository, "lundi") == []
    past = await repository.fact(old.id)
    assert past is not None
    assert (past.superseded_by, past.valid_to) == (new.id, new.created_at)
    newer = Fact(text="rendez-vous jeudi", owner=PAUL)
    await repository.supersede(old.id, newer)  # what stands in its place is meant
    assert await repository.facts([PAUL]) == [newer]
    assert await repository.supersede(newer.id, replace(newer, id="x")) == newer
    back = Fact(text="rendez-vous lundi", owner=PAUL)
    assert await repository.supersede(newer.id, back) == back
    assert await repository.facts([PAUL]) == [back]
    with pytest.raises(UnknownError):
        await repository.supersede("gone", new)


async def test_facts_are_listed_by_kind_and_text(repository: Repository) -> None:
    """Given some facts, then kinds, words, beginnings and parts of words find them."""
    keys = Fact(text="La clé est dans le tiroir à 100% bleu", kind=Kind.PLACE)
    tea = Fact(text="Anna aime le thé", kind=Kind.PREFERENCE, owner=ANNA)
    await repository.add_facts([keys, tea])
    everybody = (None, ANNA)
    assert await repository.facts(everybody, kinds=[Kind.PLACE]) == [keys]
    for text in ("tiroir", "TIROIR", "tir", "iroi", "cle", "bleu clé", "100%"):
        assert await repository.facts(everybody, text=text) == [keys], text
    assert await repository.facts(everybody, text="t_roir") == []
    assert await repository.facts((None,), text="thé") == []
    assert await repository.facts(everybody, limit=1) == [tea]


@pytest.mark.parametrize("term", ["clé", "CLE", "cle", 'c"l*é OR', "cle_portail"])
async def test_words_are_found_with_and_without_accents(
    repository: Repository, term: str
) -> None:
    """Given accents, capitals and signs of the query language, then words are found."""
    fact = await repository.add_fact(Fact(text='La clé du portail c"l*é OR'))
    await repository.add_fact(Fact(text="Le chat dort"))
    assert await found(repository, term) == [fact.id]


async def test_search_ranks_and_keeps_to_owners(repository: Repository) -> None:
    """Given facts of others, then only one's own and the household's are found."""
    both = Fact(text="clé portail", owner=PAUL)
    one = Fact(text="clé voiture", owner=None)
    theirs = Fact(text="clé portail", owner=ANNA)
    await repository.add_facts(
        [one, both, theirs, *(Fact(text=f"f{i}") for i in "abc")]
    )
    assert await found(repository, "clé", "portail") == [both.id, one.id]
    assert await found(repository, "clé", "portail", limit=1) == [both.id]
    assert await found(repository) == []
    assert await repository.search_terms((), ["clé"], items=Item.FACT) == []


async def test_search_each(repository: Repository) -> None:
    """Given a time that is meant, then what is of it comes before the rest, of both."""
    late = turn("clé portail clé", MONDAY + HOUR)
    said = [turn("clé portail"), late, turn("clé", MONDAY + 3 * HOUR)]
    await repository.add_turns(said)
    known = [
        Fact(text=text, owner=owner, created_at=MONDAY + at * HOUR)
        for text, owner, at in (("clé", None, 1), ("clé b", PAUL, 0), ("clé", ANNA, 1))
    ]
    await repository.add_facts(known)
    for given, first in (({}, None), ({"since": MONDAY + HOUR / 2}, late.id)):
        more: dict[str, Any] = given | ({"until": MONDAY + 2 * HOUR} if given else {})
        hits = await repository.search_each((PAUL, None), ["clé", "portail"], **more)
        ids = {item: [hit.id for hit in some] for item, some in hits.items()}
        assert sorted(ids[Item.TURN]) == sorted(one.id for one in said)
        assert sorted(ids[Item.FACT]) == sorted(one.id for one in known[:2])
        if first is not None:
            assert (ids[Item.TURN][0], ids[Item.FACT][0]) == (first, known[0].id)
    few = await repository.search_each((PAUL, None), ["clé"], limit=1)
    assert [len(some) for some in few.values()] == [1, 1]
    assert await repository.search_each((), ["clé"]) == {Item.TURN: [], Item.FACT: []}


async def test_in_context(repository: Repository) -> None:
    """Given some ids, then terms, sources and who is beside come with what is there."""
    turns = [turn(f"mot{at}", MONDAY + at * HOUR) for at in range(4)]
    alone = Turn(conversation="d", said="seul", at=MONDAY, owner=PAUL)
    await repository.add_turns([*turns, alone])
    fact = await repository.add_fact(
        Fact(text="le fait", owner=PAUL, source_turn=turns[0].id)
    )
    orphan = await repository.add_fact(Fact(text="orphelin", source_turn="gone"))
    said = [turns[1], turns[3], alone]
    asked = [fact.id, orphan.id, *(one.id for one in said), "gone"]
    context = await repository.in_context(asked)
    there: list[Turn | Fact] = [fact, orphan, *said]
    assert context.memories == {one.id: one for one in there}
    assert context.terms == {
        one.id: frozenset(indexed(one.words.split()).split()) for one in there
    }
    assert context.sources == {
        fact.id: frozenset(indexed(turns[0].words.split()).split()),
        orphan.id: frozenset(),
    }
    assert context.neighbours == {
        turns[1].id: Neighbours(turns[0].id, turns[2].id),
        turns[3].id: Neighbours(turns[2].id, None),
    }
    nothing = await repository.in_context([])
    assert nothing == Context({}, {}, {}, {})


async def test_expired_facts_are_gone(repository: Repository) -> None:
    """Given a fact whose time has come, then it is hidden, then deleted for good."""
    fact = await repository.add_fact(Fact(text="vacances", expires_at=MONDAY))
    await repository.add_turn(turn("vieux"))
    assert await repository.facts([None], include_past=True) == []
    assert await repository.expire(MONDAY, turns_before=MONDAY + HOUR) == 2
    assert await repository.get_many([fact.id]) == {}
    await repository.add_fact(Fact(text="vacances"))


async def test_forgotten_facts_are_not_learned_again(repository: Repository) -> None:
    """Given a fact that was forgotten, then only an explicit wish brings it back."""
    old = await repository.add_fact(Fact(text="code un", owner=PAUL))
    new = await repository.supersede(old.id, Fact(text="code deux", owner=PAUL))
    listed = await repository.forgotten_with([new.id])
    assert {one.id for one in listed} == {old.id, new.id}
    assert await repository.forget([new.id]) == 2
    assert await repository.facts([PAUL], include_past=True) == []
    for text in ("code un", "Code deux."):
        with pytest.raises(ForgottenError):
            await repository.add_fact(Fact(text=text, owner=PAUL))
    await repository.add_fact(Fact(text="code un", owner=ANNA))
    await repository.add_fact(Fact(text="code un", owner=PAUL), force=True)
    assert await repository.forget(["gone"]) == 0


async def test_forgetting_a_time(repository: Repository) -> None:
    """Given «oublie la dernière heure», then turns and what came of them are gone."""
    before, during = turn("avant", MONDAY), turn("pendant", MONDAY + HOUR)
    await repository.add_turns([before, during])
    learned = Fact(text="appris plus tard", owner=PAUL, source_turn=during.id)
    kept = Fact(text="autre", owner=PAUL, source_turn=before.id)
    await repository.add_facts([learned, kept])
    assert await repository.forget_range([PAUL], MONDAY + HOUR, MONDAY + 2 * HOUR) == 2
    assert await repository.turns([PAUL]) == [before]
    assert await repository.facts([PAUL]) == [kept]
    await repository.forget([before.id])
    assert await repository.facts([PAUL]) == [replace(kept, source_turn=None)]


async def test_spaces_are_never_mixed(repository: Repository) -> None:
    """Given another model, then the old space serves until the new one is complete."""
    fact = await repository.add_fact(Fact(text="thé", owner=PAUL))
    said = turn("bonjour", answered="salut")
    await repository.add_turns([said, turn("sans réponse", datetime.now(UTC))])
    old = await repository.begin_space("bge-m3", 4, {"query": "q: "})
    assert await repository.begin_space("bge-m3", 4, {"query": "q: "}) == old
    missing = await repository.without_vector(old.id, 9)
    assert {one.id for one in missing} == {fact.id, said.id}
    assert await repository.without_vector(old.id, 1) == missing[:1]
    assert (
        await repository.without_vector(old.id, 9, after=missing[0].id) == missing[1:]
    )
    rows = [(one.id, np.full(4, 0.5, np.float32)) for one in missing]
    assert await repository.put_vectors(old.id, [*rows, ("gone", rows[0][1])]) == 2
    assert await repository.put_vectors(old.id, rows) == 2
    await repository.serve_space(old.id)

    new = await repository.begin_space("qwen3", 2, {})
    await repository.put_vectors(new.id, [(fact.id, np.array([0.0, 1.0]))])
    states = {space.id: space.state for space in await repository.spaces()}
    assert states == {old.id: SpaceState.SERVING, new.id: SpaceState.BUILDING}
    chunks = [chunk async for chunk in repository.vectors(old.id)]
    assert [len(chunk.ids) for chunk in chunks] == [2]
    assert chunks[0].matrix.dtype == np.float16
    assert chunks[0].matrix.tolist() == [[0.5] * 4] * 2
    assert [chunk async for chunk in repository.vectors(old.id, [ANNA])] == []
    one = await repository.vectors_of(new.id, [fact.id, said.id])
    assert (one.ids, one.kinds, one.owners) == ([fact.id], [Item.FACT], [PAUL])

    await repository.serve_space(new.id)
    assert [space.id for space in await repository.spaces()] == [new.id]
    assert (await repository.counts()).vectors == {new.id: 1}
    with pytest.raises(UnknownError):
        await repository.put_vectors(old.id, rows)
    with pytest.raises(ValueError, match="not of 2"):
        await repository.put_vectors(new.id, rows)
    with pytest.raises(ValueError, match="finite"):
        await repository.put_vectors(new.id, [(fact.id, np.array([np.nan, 1]))])


async def test_vectors_go_with_what_they_stand_for(repository: Repository) -> None:
    """Given vectors, then replies, corrections and forgetting take them away."""
    first = turn("question")
    await repository.add_turn(first)
    old = await repository.add_fact(Fact(text="un"))
    gone = await repository.add_fact(Fact(text="deux"))
    space = await repository.begin_space("m", 2, {})
    ids = [first.id, old.id, gone.id]
    await repository.put_vectors(space.id, [(one, np.ones(2)) for one in ids])
    await repository.answer_turn(first.id, "réponse")
    await repository.supersede(old.id, Fact(text="trois"))
    await repository.forget([gone.id])
    assert (await repository.counts()).vectors == {}


async def test_counts(repository: Repository) -> None:
    """Given some memories, then they are counted, for all and for some."""
    await repository.add_turns([turn("a"), replace(turn("b"), owner=ANNA)])
    old = await repository.add_fact(Fact(text="un", owner=PAUL))
    await repository.supersede(old.id, Fact(text="deux", owner=PAUL))
    counts = await repository.counts()
    assert (counts.turns, counts.facts, counts.past_facts) == (2, 1, 1)
    assert (await repository.counts([ANNA])).turns == 1


async def test_off_limits(repository: Repository) -> None:
    """Given something that is off-limits, then it is listed until it is allowed."""
    declared = OffLimits("o", "ma santé", PAUL, MONDAY)
    await repository.add_off_limits(declared)
    await repository.add_off_limits(declared)
    assert await repository.off_limits([PAUL]) == [declared]
    assert await repository.off_limits([ANNA, None]) == []
    await repository.remove_off_limits("o")
    assert await repository.off_limits() == []


async def test_export_and_import_lose_nothing(repository: Repository) -> None:
    """Given an export, when it is imported twice, then all is there, and once."""
    await repository.add_turns([turn("é", answered="ü", done={"a": [1]}), turn("b")])
    old = await repository.add_fact(Fact(text="un", owner=PAUL, valid_from=MONDAY))
    await repository.supersede(old.id, Fact(text="deux", owner=PAUL))
    await repository.add_off_limits(OffLimits("o", "ma santé", PAUL, MONDAY))
    lines = [line async for line in export_lines(repository)]
    turns = await repository.every(Item.TURN)
    facts = await repository.every(Item.FACT)
    assert await import_lines(repository, lines) == Imported(known=4)

    ids = [one.id for one in (*turns, *facts)]
    await repository.expire(MONDAY, turns_before=datetime.now(UTC))
    await repository.forget(ids)
    stones = await repository.tombstones()
    assert len(stones) == 2
    assert await import_lines(repository, lines) == Imported(turns=2, known=2)
    assert await repository.every(Item.TURN) == turns
    assert [line async for line in export_lines(repository, [ANNA])] == lines[:1]


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["no json"],
        ['{"jarvis_memory": 2}'],
        ['{"jarvis_memory": 1}', '{"fact": {"kind": "note"}}'],
        ['{"jarvis_memory": 1}', '{"fact": {"text": "x", "kind": "unheard of"}}'],
        ['{"jarvis_memory": 1}', "[]"],
    ],
)
async def test_what_is_no_export_is_refused(
    repository: Repository, lines: list[str]
) -> None:
    """Given a file that is no export, then it is refused."""
    with pytest.raises(NotAnExportError):
        await import_lines(repository, lines)
    assert await repository.facts([None]) == []
