"""What people ask of the memory by voice: keep, tell, correct, forget, keep silent."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from homeassistant.components.conversation import ConversationResult
from homeassistant.util import dt as dt_util

from ...local.corrections import corrected
from ...local.memos import Memo, MemoKind, correction, is_question, memo, memo_phrases
from ...local.text.words import LANGUAGES
from ...memory.period import period
from ...memory.records import Fact, Item, Origin, new_id, now
from ...memory.refusal import Refusal, concerning
from ...memory.repository import OffLimits, Repository
from ...people.owner import owners_for
from ...remembering.memory import Writing
from ...store.errors import StoreError
from ..turn import Outcome, Turn
from .forget import async_meant
from .forgetting import TIMEOUT, async_asked
from .keeping import Kept, async_keep, async_supersede
from .recalling import SPOKEN, async_recall, owner
from .said import listed, said_on

_MOST = 1_000
"""Memories that are looked through for those of one conversation, or superseded."""


async def async_memo(
    turn: Turn, writing: Writing | None, told: Sequence[str]
) -> ConversationResult | None:
    """Do what an utterance wants of the memory; None for any other.

    `told` are the facts that the turn before kept or told.
    """
    languages = (turn.language, *(one for one in LANGUAGES if one != turn.language))
    found = next(((m, one) for one in languages if (m := _memo(turn, one, told))), None)
    if found is None and not told:
        return None
    wanted, language = found or (None, turn.language)
    repository = turn.entry.runtime_data.memory.repository
    if repository is None:
        if wanted is None:
            return None
        return turn.say(memo_phrases(language)["unavailable"], Outcome.LOCAL)
    hand = _Hand(turn, repository, language, writing, told)
    return await async_said(
        turn, language, hand.async_do(wanted) if wanted else hand.async_correct()
    )


async def async_said(
    turn: Turn, language: str, work: Coroutine[Any, Any, str | None]
) -> ConversationResult | None:
    """Say what comes of some work with the memory, or that it is not well."""
    try:
        async with asyncio.timeout(TIMEOUT):
            sentence = await work
    except (StoreError, TimeoutError) as err:
        turn.entry.runtime_data.memory.async_fail(err)
        sentence = memo_phrases(language)["unavailable"]
    return turn.say(sentence, Outcome.LOCAL) if sentence else None


def _memo(turn: Turn, language: str, told: Sequence[str]) -> Memo | None:
    """Read the words of a turn in a language."""
    return memo(
        turn.user_input.text,
        language,
        after_memory=bool(told),
        names_time=lambda words: period(words, dt_util.now(), language) is not None,
    )


@dataclass(frozen=True, slots=True)
class _Hand:
    """One utterance, and the memory that it is about."""

    turn: Turn
    repository: Repository
    language: str
    writing: Writing | None
    told: Sequence[str]

    @property
    def phrases(self) -> Mapping[str, str]:
        """What is said about the memory."""
        return memo_phrases(self.language)

    @property
    def owner(self) -> str | None:
        """Whose memories the speaker's are."""
        return owner(self.turn)

    async def async_do(self, wanted: Memo) -> str:
        """Do it and return what to say."""
        # What is said about the memory is no memory itself.
        if wanted.kind is not MemoKind.REMEMBER and self.writing is not None:
            self.writing.withdraw()
        do: Mapping[MemoKind, Callable[[str], Coroutine[Any, Any, str]]] = {
            MemoKind.REMEMBER: self._async_remember,
            MemoKind.EVERYTHING: self._async_everything,
            MemoKind.ABOUT: self._async_about,
            MemoKind.SAID: self._async_what_was_said,
            MemoKind.BEFORE: self._async_before,
            MemoKind.BEFORE_THIS: self._async_before,
            MemoKind.PAUSE: self._async_pause,
            MemoKind.RESUME: self._async_resume,
            MemoKind.OFF_LIMITS: self._async_off_limits,
            MemoKind.ALLOW: self._async_allow,
            MemoKind.LIST_OFF_LIMITS: self._async_list_off_limits,
        }
        if wanted.kind in do:
            return await do[wanted.kind](wanted.text)
        forgetting = await async_meant(
            self.turn,
            self.repository,
            wanted,
            language=self.language,
            told=self.told,
            writing=self.writing,
        )
        asked = await async_asked(self.repository, forgetting, self.language)
        self.turn.conversation().asked = asked
        return asked.text if asked else self.phrases["nothing"]

    async def async_correct(self) -> str | None:
        """Put right what was just kept or told; None for words that do not."""
        for said in dict.fromkeys((self.language, *LANGUAGES)):
            for value in correction(self.turn.user_input.text, said):
                for fact_id in self.told:
                    old = await self.repository.fact(fact_id)
                    if old is None or old.is_past(now()):
                        continue
                    if text := corrected(old.text, value, said):
                        return await self._async_corrected(old, text)
        return None

    async def _async_corrected(self, old: Fact, text: str) -> str:
        new = replace(
            self._fact(text),
            owner=old.owner,
            kind=old.kind,
            subject=old.subject,
            importance=old.importance,
        )
        kept = await async_supersede(self.repository, old, new)
        return self._kept(kept, self.phrases["corrected"])

    async def _async_remember(self, text: str) -> str:
        kept = await async_keep(self.repository, self._fact(text), self.language)
        which = "replaced" if kept.instead_of else "kept"
        return self._kept(kept, self.phrases[which])

    def _fact(self, text: str) -> Fact:
        """Return what was said on purpose, as it is kept."""
        return Fact(
            text=text[:1].upper() + text[1:],
            owner=self.owner,
            origin=Origin.SAID,
            source_turn=self.writing.turn.id if self.writing else None,
        )

    def _kept(self, kept: Kept, phrase: str) -> str:
        """Say what was kept, in the place of what, or why not."""
        if kept.fact is None:
            if self.writing is not None:
                self.writing.withdraw()
            return refused(kept.refused or Refusal(), self.language)
        self.turn.entry.runtime_data.memory.async_changed(has_facts=True)
        self.turn.conversation().facts_told = (kept.fact.id,)
        old = kept.instead_of.text.strip(" .") if kept.instead_of else ""
        return phrase.format(new=kept.fact.text.strip(" ."), old=old)

    async def _async_everything(self, _text: str) -> str:
        facts = await self.repository.facts(owners_for(self.owner))
        return self._told(facts, "nothing_at_all")

    async def _async_about(self, text: str) -> str:
        recalled = await async_recall(self.turn, text, SPOKEN, Item.FACT)
        found = [one.record for one in recalled.items]
        return self._told([one for one in found if isinstance(one, Fact)])

    def _told(self, facts: Sequence[Fact], nothing: str = "nothing") -> str:
        """Tell facts, or that there are none."""
        if not facts:
            return self.phrases[nothing]
        told = facts[: SPOKEN.items]
        self.turn.conversation().facts_told = tuple(one.id for one in told)
        text = listed([one.text for one in told])
        if len(facts) > len(told):
            more = len(facts) - len(told)
            text = self.phrases["more"].format(facts=text, count=more)
        return self.phrases["told"].format(facts=text).replace("..", ".")

    async def _async_what_was_said(self, text: str) -> str:
        """Tell facts and what was said in passing, with the day of each."""
        recalled = await async_recall(self.turn, text, SPOKEN)
        known = [one.record for one in recalled.items]
        facts = [one for one in known if isinstance(one, Fact)]
        unwanted = {one.source_turn for one in facts}
        if self.writing is not None:
            unwanted.add(self.writing.turn.id)
        told = [
            (one.when, one.text.partition("\n")[0])
            for one in recalled.items
            if one.id not in unwanted
            and (
                one.item is Item.FACT
                or not is_question(one.text.partition("\n")[0], self.language)
            )
        ]
        self.turn.conversation().facts_told = tuple(one.id for one in facts)
        return said_on(told, self.language) or self.phrases["nothing"]

    async def _async_before(self, about: str) -> str:
        """Tell what was known before it was corrected."""
        ids: Sequence[str] = self.told
        if about:
            recalled = await async_recall(self.turn, about, SPOKEN, Item.FACT)
            ids = [one.id for one in recalled.items]
        if ids:
            chain = await self.repository.forgotten_with(ids)
            past = [one for one in chain if isinstance(one, Fact) and one.superseded_by]
            past.sort(key=lambda one: one.created_at, reverse=True)
        else:
            facts = await self.repository.facts(
                owners_for(self.owner), include_past=True, limit=_MOST
            )
            past = [one for one in facts if one.superseded_by]
        self.turn.conversation().facts_told = tuple(ids)
        if not past:
            return self.phrases["nothing_before"]
        texts = [one.text for one in past[: SPOKEN.items]]
        return self.phrases["before"].format(facts=listed(texts))

    async def _async_pause(self, _text: str) -> str:
        """Keep nothing of this conversation; what was kept on purpose stays."""
        conversation = self.turn.chat_log.conversation_id
        self.turn.conversation().excluded = True
        turns = await self.repository.turns((self.owner,), limit=_MOST)
        facts = await self.repository.facts((self.owner,), include_past=True)
        ids = [one.id for one in turns if one.conversation == conversation]
        # What was learned by itself is less than certain.
        learned = [
            fact.id for fact in facts if fact.confidence < 1 and fact.source_turn in ids
        ]
        sources = {fact.source_turn for fact in facts if fact.id not in learned}
        await self.repository.exclude(conversation)
        gone = [one for one in ids if one not in sources]
        await self.repository.forget([*learned, *gone])
        self.turn.entry.runtime_data.memory.async_changed()
        return self.phrases["paused"]

    async def _async_resume(self, _text: str) -> str:
        self.turn.conversation().excluded = False
        return self.phrases["resumed"]

    async def _async_off_limits(self, about: str) -> str:
        declared = OffLimits(new_id(), about, self.owner, now())
        await self.repository.add_off_limits(declared)
        self.turn.entry.runtime_data.memory.async_changed()
        return self.phrases["off_limits_added"].format(about=about)

    async def _async_allow(self, about: str) -> str:
        declared = await self.repository.off_limits(owners_for(self.owner))
        allowed = list(concerning(about, declared))
        for one in allowed:
            await self.repository.remove_off_limits(one.id)
        self.turn.entry.runtime_data.memory.async_changed()
        which = "allowed" if allowed else "not_off_limits"
        return self.phrases[which].format(about=about)

    async def _async_list_off_limits(self, _text: str) -> str:
        declared = await self.repository.off_limits(owners_for(self.owner))
        if not declared:
            return self.phrases["off_limits_none"]
        facts = listed([one.text for one in declared])
        return self.phrases["off_limits_known"].format(facts=facts)


def refused(why: Refusal, language: str) -> str:
    """Say why something is not kept."""
    phrases = memo_phrases(language)
    if why.off_limits:
        return phrases["off_limits"].format(about=why.off_limits)
    return phrases["secret"]
