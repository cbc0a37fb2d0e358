"""Learning from turns: by rules at once, by a model where there is one."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from ..records import Fact, Item, Kind, Origin, Turn, now
from ..repository import ForgottenError, Repository, UnknownError
from ..terms import known_language, terms
from .checks import is_harmless
from .extract import Found, Prompt, found_in, prompt_for
from .rules import Told, known, told
from .secrets import has_secret
from .sentences import LANGUAGES, manners, sentences, takes_back

_CONFIDENT = 0.9
"""In so many words, but not told to be remembered."""
_SURE = 1.0
_SHOWN = 10
"""Known facts that a model is shown."""
_ASKED_WITH = 60
"""Terms with which these are looked for."""
_MOST_COMPARED = 2_000
_FEWEST_WORDS = 3
_LONGEST = 400
"""Characters of an utterance: who dictates a letter does not speak of themselves."""

type Ask = Callable[[Prompt], Awaitable[str | None]]
"""Asks a model; None where a person needed it meanwhile."""


@dataclass(frozen=True, slots=True)
class Learner:
    """Learns from what people said, and from nothing else."""

    repository: Repository
    zone: tzinfo
    keep_inferred: timedelta | None = None
    """How long what a model found is kept; None is for ever."""

    async def by_rules(self, turns: Sequence[Turn]) -> int:
        """Learn what was told plainly; return how much."""
        loop = asyncio.get_running_loop()
        read = await loop.run_in_executor(None, self._told, turns)
        count = 0
        for turn, one in read:
            if not is_harmless(one.text, await self.off_limits(turn.owner)):
                continue
            if one.until is None or one.until > now():
                count += await self._keep_told(turn, one)
        return count

    async def by_model(self, turns: Sequence[Turn], ask: Ask) -> int | None:
        """Learn from turns of one owner what a model finds in them; return how much.

        None where a person needed the model. Raises what asking raises, or
        `UnreadableError`.
        """
        owner = turns[0].owner
        off_limits = await self.off_limits(owner)
        similar = await self._similar(turns, owner)
        answer = await ask(prompt_for(turns, similar, off_limits))
        if answer is None:
            return None
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(
            None, found_in, answer, turns, similar, off_limits
        )
        return sum([await self._keep_found(one, owner) for one in found])

    async def worth_asking(self, turns: Sequence[Turn]) -> list[Turn]:
        """Return the turns in which a model may find what rules do not."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(None, self._worth_asking, turns)

    async def off_limits(self, owner: str | None) -> list[str]:
        """Return what is not to be learned from somebody; from all where unknown."""
        owners = None if owner is None else (owner, None)
        return [one.text for one in await self.repository.off_limits(owners)]

    async def keep(self, fact: Fact, replaced: Sequence[Fact] = ()) -> bool:
        """Keep a fact, unless it is known or was forgotten; tell whether it is new.

        What it was learned from may have been forgotten since: then it is not kept.
        """
        ids = [fact.source_turn] if fact.source_turn else []
        source = (await self.repository.get_many(ids)).get(fact.source_turn or "")
        if not isinstance(source, Turn) or source.excluded:
            return False
        kept = fact
        with suppress(ForgottenError):
            for old in replaced:
                with suppress(UnknownError):  # forgotten meanwhile
                    kept = await self.repository.supersede(old.id, fact)
            if kept is fact:
                kept = await self.repository.add_fact(fact)
            return kept.id == fact.id
        return False

    def _told(self, turns: Sequence[Turn]) -> list[tuple[Turn, Told]]:
        """Return what turns tell by the rules."""
        return [
            (turn, one)
            for turn in _meant(turns)
            for one in _told_in(turn, turn.at.astimezone(self.zone))
        ]

    def _worth_asking(self, turns: Sequence[Turn]) -> list[Turn]:
        """Leave out what is short or long, what rules have read, and commands."""
        return [
            turn
            for turn in _meant(turns)
            if len(turn.said) <= _LONGEST
            and len(turn.said.split()) >= _FEWEST_WORDS
            and _may_teach(turn)
            and not _told_in(turn, turn.at.astimezone(self.zone))
        ]

    async def _keep_told(self, turn: Turn, one: Told) -> bool:
        """Keep what was told, in the place of what it replaces."""
        fact = Fact(
            text=one.text,
            kind=one.kind,
            owner=turn.owner,
            subject=one.subject,
            confidence=_CONFIDENT,
            importance=one.importance,
            valid_from=turn.at,
            valid_to=one.until,
            source_turn=turn.id,
        )
        return await self.keep(fact, await self._replaced(fact, one))

    async def _keep_found(self, one: Found, owner: str | None) -> bool:
        """Keep what a model found, marked and for its owner alone."""
        expires = None if self.keep_inferred is None else now() + self.keep_inferred
        fact = Fact(
            text=one.text,
            kind=one.kind,
            owner=owner,
            subject=one.subject,
            origin=Origin.INFERRED,
            confidence=one.confidence,
            importance=one.importance,
            valid_from=one.turn.at,
            expires_at=expires,
            source_turn=one.turn.id,
        )
        return await self.keep(fact, _doubtful(one.replaces, one.text))

    async def _replaced(self, fact: Fact, one: Told) -> list[Fact]:
        """Return the facts that are over by what was told."""
        if fact.owner is None and fact.kind is Kind.PERSON and not fact.subject:
            # Several people speak for the household: each has a name of their own.
            return []
        there = await self.repository.facts(
            (fact.owner,), kinds={fact.kind, Kind.NOTE}, limit=_MOST_COMPARED
        )

        def over() -> list[Fact]:
            return [
                old
                for old in there
                if old.content_hash != fact.content_hash
                and (before := known(old.text)) is not None
                and one.replaces(before)
            ]

        return await asyncio.get_running_loop().run_in_executor(None, over)

    async def _similar(self, turns: Sequence[Turn], owner: str | None) -> list[Fact]:
        """Return what is known already of what was said, of this owner alone."""
        words = dict.fromkeys(
            term for turn in turns for term in terms(turn.said, turn.language)
        )
        hits = await self.repository.search_terms(
            (owner,), list(words)[:_ASKED_WITH], items=Item.FACT, limit=_SHOWN
        )
        there = await self.repository.get_many([one.id for one in hits])
        return [fact for fact in there.values() if isinstance(fact, Fact)]


def _meant(turns: Sequence[Turn]) -> Iterator[Turn]:
    """Yield the turns that may teach something: kept, no secret, not taken back."""
    following: dict[str, Turn] = {}
    meant: list[Turn] = []
    for turn in reversed(turns):
        after = following.get(turn.conversation)
        following[turn.conversation] = turn
        if turn.excluded or has_secret(turn.said):
            continue
        if after is None or not any(takes_back(after.said, one) for one in LANGUAGES):
            meant.append(turn)
    yield from reversed(meant)


def _told_in(turn: Turn, at: datetime) -> list[Told]:
    """Return what a turn tells, in its language or else in the others."""
    if len(turn.said) > _LONGEST:
        return []
    for language in _languages(turn):
        if found := told(turn.said, language, at):
            return found
    return []


def _may_teach(turn: Turn) -> bool:
    """Tell whether somebody may have told something: commands and questions do not.

    What no model was needed for was a command or a question, unless it speaks of the
    speaker; what a model answered was one only where it says so.
    """
    words = {word for one in sentences(turn.said) for word in one.words}
    # Words of one language are others in another: "on" is «on».
    own = known_language(turn.language)
    spoken = LANGUAGES if own is None else (own,)
    is_of_oneself = any(manners(one).starters & words for one in spoken)
    is_question = "?" in words
    if turn.model is None:
        return is_of_oneself and not is_question
    return is_of_oneself or not is_question


def _languages(turn: Turn) -> Sequence[str]:
    """Return the languages, the turn's own first."""
    own = known_language(turn.language)
    return sorted(LANGUAGES, key=lambda one: one != own)


def _doubtful(old: Fact | None, text: str) -> list[Fact]:
    """Return what a model may replace: of the same thing, and not told on purpose."""
    if old is None or old.confidence >= _SURE:
        return []
    return [old] if set(terms(old.text)) & set(terms(text)) else []
