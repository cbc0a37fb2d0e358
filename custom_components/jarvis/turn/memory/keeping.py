"""Keeping a fact on purpose: none that is refused, each in the place it belongs."""

from dataclasses import dataclass

from ...local.corrections import contradicts, subject_of
from ...local.text.words import LANGUAGES
from ...memory.records import Fact
from ...memory.refusal import Refusal, refusal
from ...memory.repository import Repository

_LIKE_IT = 20
"""Facts about the same subject that are looked at."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a fact."""

    fact: Fact | None = None
    """None where it was refused."""
    instead_of: Fact | None = None
    """The fact that it stands in the place of."""
    refused: Refusal | None = None


async def async_keep(repository: Repository, fact: Fact, language: str) -> Kept:
    """Keep a fact that somebody wants to be kept, also if it was forgotten once."""
    if refused := await refusal(repository, fact.text, fact.owner):
        return Kept(refused=refused)
    if old := await _denied(repository, fact, language):
        kept = await repository.supersede(old.id, fact, force=True)
        return Kept(kept, old)
    return Kept(await repository.add_fact(fact, force=True))


async def async_supersede(repository: Repository, old: Fact, new: Fact) -> Kept:
    """Let a corrected fact stand in the place of another."""
    if refused := await refusal(repository, new.text, new.owner):
        return Kept(refused=refused)
    if await repository.fact(old.id) is None:
        # It was told in another house that shares the second home.
        await repository.add_fact(old, force=True)
    return Kept(await repository.supersede(old.id, new, force=True), old)


async def _denied(repository: Repository, fact: Fact, language: str) -> Fact | None:
    """Return the newest fact of the same owner that cannot be true beside this one."""
    if language not in LANGUAGES or not (subject := subject_of(fact.text, language)):
        return None
    alike = await repository.facts([fact.owner], text=subject, limit=_LIKE_IT)
    return next(
        (one for one in alike if contradicts(one.text, fact.text, language)), None
    )
