"""What people want to be forgotten by voice: asked back first, then gone."""

from collections.abc import Sequence

from homeassistant.util import dt as dt_util

from ...local.memos import Memo, MemoKind
from ...memory.period import period
from ...memory.repository import Repository
from ...people.owner import owners_for
from ...remembering.memory import Writing
from ..turn import Turn
from .forgetting import (
    Forgetting,
    async_about,
    async_everything_of,
    async_within,
)
from .recalling import SPOKEN, async_recall, owner

_LATELY = 200
"""Turns that are looked through for those of this conversation."""


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
