"""Forgetting for good: what goes along, and where else Jarvis has the words."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from homeassistant.components.conversation import ChatLog
from homeassistant.components.conversation.chat_log import DATA_CHAT_LOGS
from homeassistant.core import HomeAssistant

from ...local.memos import memo_phrases
from ...memory.records import Fact, Item, Turn as KeptTurn
from ...memory.repository import Owners, Repository
from ...memory.terms import terms
from ...memory.when import Span, span, without
from ...store.errors import StoreError
from ..question import Question
from .said import about_all, listed

if TYPE_CHECKING:
    from ...runtime import JarvisRuntime
    from ..turn import Turn

TIMEOUT = 5
"""Seconds until a disk that does not answer is given up."""
_ALL = 100_000
"""More than anybody has; what is forgotten is forgotten wholly."""
_SEARCHED = 10_000
_TOLD = 5
"""Memories that a question names."""


@dataclass(frozen=True, slots=True)
class Forgetting:
    """What is to be forgotten, once somebody says yes."""

    ids: Collection[str]
    owners: Owners = ()
    span: Span | None = None
    """The time that is meant: what came in it while it was asked goes as well."""


async def async_with_all(
    repository: Repository, ids: Collection[str], owners: Owners
) -> list[KeptTurn | Fact]:
    """Return what has to go.

    With words that is what was learned from them; with a fact its past, the words that
    told it and those that repeat it, a reply for instance.
    """
    facts = await repository.facts(owners, include_past=True, limit=_ALL)
    learned = [fact.id for fact in facts if fact.source_turn in ids]
    gone = await repository.forgotten_with([*ids, *learned])
    found = {one.id: one for one in gone}
    for fact in [one for one in gone if isinstance(one, Fact)]:
        more = await _repeating(repository, owners, terms(fact.text))
        if fact.source_turn is not None:
            more |= await repository.get_many([fact.source_turn])
        found |= more
    return list(found.values())


async def async_within(repository: Repository, owners: Owners, span: Span) -> list[str]:
    """Return the ids of what was said and learned in a time."""
    turns = await repository.turns(owners, since=span.start, until=span.end, limit=_ALL)
    facts = await repository.facts(owners, include_past=True, limit=_ALL)
    return [
        *(one.id for one in turns),
        *(one.id for one in facts if span.holds(one.created_at)),
    ]


async def async_about(
    repository: Repository, owners: Owners, about: str, moment: datetime
) -> list[str]:
    """Return the ids of all that has some words, in the time if they name one."""
    named = span(about, moment)
    wanted = terms(without(about, named))
    if not wanted:
        return []
    turns = await _repeating(repository, owners, wanted)
    facts = await repository.facts(
        owners, include_past=True, text=" ".join(wanted), limit=_ALL
    )
    return [
        one.id
        for one in (*turns.values(), *facts)
        if named is None or named.holds(_when(one))
    ]


async def async_everything_of(repository: Repository, owners: Owners) -> list[str]:
    """Return the ids of all turns and facts of some owners, past and excluded too."""
    ids = list[str]()
    for items in Item:
        after = None
        while page := await repository.every(items, owners=owners, after=after):
            ids += [one.id for one in page]
            after = page[-1].id
    return ids


async def async_asked(
    repository: Repository, forgetting: Forgetting, language: str
) -> Question | None:
    """Return the question about all that has to go; None where nothing is."""
    gone = await async_with_all(repository, forgetting.ids, forgetting.owners)
    if not gone:
        return None
    texts = about_all(gone)
    phrases = memo_phrases(language)
    which = "confirm_one" if len(texts) == 1 else "confirm_many"
    question = phrases[which].format(facts=listed(texts[:_TOLD]), count=len(texts))
    ids = tuple(one.id for one in gone)
    meant = replace(forgetting, ids=ids)
    # What is said about the memory is no memory itself.
    return Question(question, partial(_async_confirmed, meant), is_kept=False)


async def async_forget(
    hass: HomeAssistant,
    runtime: JarvisRuntime,
    repository: Repository,
    forgetting: Forgetting,
    chat_log: ChatLog | None = None,
) -> int:
    """Leave no trace of some memories; return how many there were.

    `chat_log` is that of the turn that goes on, which nobody else can reach.
    """
    count = await repository.forget(forgetting.ids)
    if forgetting.span is not None:
        span = forgetting.span
        count += await repository.forget_range(forgetting.owners, span.start, span.end)
    _forget_conversations(hass, runtime)
    if chat_log is not None:
        del chat_log.content[1:-1]
    await runtime.memory.async_remove_set_aside()
    runtime.memory.async_changed()
    return count


async def _async_confirmed(forgetting: Forgetting, turn: Turn, yes: bool) -> str:
    """Forget what was asked about, or keep it."""
    runtime = turn.entry.runtime_data
    phrases = memo_phrases(turn.language)
    repository = runtime.memory.repository
    if repository is None:
        return phrases["unavailable"]
    if not yes:
        return phrases["not_forgotten"]
    try:
        async with asyncio.timeout(TIMEOUT):
            # The question itself may have been kept meanwhile.
            gone = await async_with_all(repository, forgetting.ids, forgetting.owners)
            meant = replace(forgetting, ids=[one.id for one in gone])
            await async_forget(turn.hass, runtime, repository, meant, turn.chat_log)
    except (StoreError, TimeoutError) as err:
        runtime.memory.async_fail(err)
        return phrases["unavailable"]
    return phrases["forgotten"]


def _forget_conversations(hass: HomeAssistant, runtime: JarvisRuntime) -> None:
    """Empty what models are told of what was said in the last minutes.

    Of all conversations: what was told in one may have been repeated in another, in
    other words.
    """
    logs = hass.data.get(DATA_CHAT_LOGS, {})
    for identity, conversation in runtime.conversations.items():
        runtime.conversations[identity] = conversation.emptied()
        if identity in logs:
            del logs[identity].content[1:]
    runtime.newest.clear()


async def _repeating(
    repository: Repository, owners: Owners, wanted: Sequence[str]
) -> dict[str, KeptTurn | Fact]:
    """Return the turns in which all of some terms were said or answered."""
    hits = await repository.search_terms(
        owners, wanted, items=Item.TURN, limit=_SEARCHED
    )
    turns = await repository.get_many([one.id for one in hits])
    return {
        turn_id: turn
        for turn_id, turn in turns.items()
        if wanted and set(wanted) <= set(terms(turn.words))
    }


def _when(memory: KeptTurn | Fact) -> datetime:
    """Return when something was said."""
    return memory.created_at if isinstance(memory, Fact) else memory.at
