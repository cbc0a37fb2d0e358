"""What people want to be forgotten by voice: asked back first, then gone."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from homeassistant.components.conversation import ConversationResult
from homeassistant.util import dt as dt_util

from ...local.memos import Memo, MemoKind, memo_phrases
from ...memory.period import period
from ...memory.repository import Repository
from ...people.owner import owners_for
from ...remembering.memory import Writing
from ...store.errors import StoreError
from ..turn import Outcome, Turn
from .forgetting import (
    Forgetting,
    async_about,
    async_everything_of,
    async_forget,
    async_with_all,
    async_within,
)
from .recalling import SPOKEN, TIMEOUT, async_recall, owner

_LATELY = 200
"""Turns that are looked through for those of this conversation."""


async def async_forget_confirmed(
    turn: Turn, writing: Writing | None, forgetting: Forgetting, *, yes: bool
) -> ConversationResult:
    """Forget what was asked about, or keep it."""
    runtime = turn.entry.runtime_data
    phrases = memo_phrases(turn.language)
    repository = runtime.memory.repository
    # What is said about the memory is no memory itself.
    if writing is not None:
        writing.withdraw()
    if repository is None:
        return turn.say(phrases["unavailable"], Outcome.LOCAL)
    if not yes:
        return turn.say(phrases["not_forgotten"], Outcome.LOCAL)
    try:
        async with asyncio.timeout(TIMEOUT):
            # The question itself may have been kept meanwhile.
            gone = await async_with_all(repository, forgetting.ids, forgetting.owners)
            meant = replace(forgetting, ids=[one.id for one in gone])
            await async_forget(turn.hass, runtime, repository, meant, turn.chat_log)
    except (StoreError, TimeoutError) as err:
        runtime.memory.async_fail(err)
        return turn.say(phrases["unavailable"], Outcome.LOCAL)
    return turn.say(phrases["forgotten"], Outcome.LOCAL)


async def async_meant(
    turn: Turn,
    repository: Repository,
    wanted: Memo,
    *,
    language: str,
    told: Sequence[str],
    writing: Writing | None,
) -> Forgetting:
    """Return what is to be forgotten.

    What is named may be the household's; without a name it is the speaker's own.
    """
    own = (owner(turn),)
    this = writing.turn.id if writing else None
    ids: Sequence[str] = ()
    span = None
    match wanted.kind:
        case MemoKind.FORGET_THIS:
            ids = told
        case MemoKind.FORGET_NEWEST:
            ids = [fact.id for fact in await repository.facts(own, limit=1)]
        case MemoKind.FORGET_LAST:
            ids = await _async_last(turn, repository, this)
        case MemoKind.FORGET_EVERYTHING:
            ids = await async_everything_of(repository, own)
        case MemoKind.FORGET_TIME:
            if span := period(wanted.text, dt_util.now(), language):
                ids = await async_within(repository, own, span)
        case _:
            ids = await _async_named(turn, repository, wanted.text)
    owners = own if span else owners_for(owner(turn))
    return Forgetting([one for one in ids if one != this], owners, span)


async def _async_named(turn: Turn, repository: Repository, about: str) -> list[str]:
    """Return what has the words, or else what may be meant by them: it is asked."""
    owners = owners_for(owner(turn))
    if found := await async_about(repository, owners, about, dt_util.now()):
        return found
    recalled = await async_recall(turn, about, SPOKEN)
    return [one.id for one in recalled.items]


async def _async_last(
    turn: Turn, repository: Repository, this: str | None
) -> list[str]:
    """Return the turn before this one, else what was kept last."""
    own = (owner(turn),)
    turns = await repository.turns(own, limit=_LATELY)
    conversation = turn.chat_log.conversation_id
    for one in turns:
        if one.conversation == conversation and one.id != this:
            return [one.id]
    return [fact.id for fact in await repository.facts(own, limit=1)]
