"""What a turn has to do with the memory: kept, asked for by voice, told to models."""

import asyncio
from collections.abc import Mapping, Sequence

from homeassistant.components.conversation import ConversationResult

from ..local.memos import Memo, MemoKind, is_question, memo, memo_phrases
from ..local.text.words import LANGUAGES
from ..memory.recall import DEADLINE, Budget, Recalled, Remembered
from ..memory.records import Fact, Item, Turn as KeptTurn
from ..memory.repository import Owners, Repository
from ..memory.terms import terms
from ..people.owner import owner_of, owners_for
from ..remembering.memory import Writing
from ..store.errors import StoreError
from .turn import Outcome, Turn

_TIMEOUT = 5
"""Seconds until a disk that does not answer is given up."""
_FEWEST_WORDS = 2
"""Words that say something, below which nothing is asked: "hello" recalls nothing."""
_TOLD = 5
"""Facts that are told by voice; more is for the eye."""
_TOLD_A_MODEL = Budget(items=4, tokens=150)
"""What rides along with the words: every token of it is read before the first word."""
_SPOKEN = Budget(items=_TOLD, tokens=400, least_share=0.5)


def begin_keeping(turn: Turn) -> Writing | None:
    """Begin to keep a turn: its words are written while it is being answered."""
    if turn.conversation().excluded or not turn.agent.remember:
        return None
    user_input = turn.user_input
    kept = KeptTurn(
        conversation=turn.chat_log.conversation_id,
        said=user_input.text,
        owner=_owner(turn),
        agent=turn.agent_id,
        device=user_input.device_id,
        language=turn.language,
    )
    return turn.entry.runtime_data.memory.begin_turn(kept)


async def async_memo(turn: Turn, writing: Writing | None) -> ConversationResult | None:
    """Do what an utterance wants of the memory; None for any other."""
    said = turn.user_input.text
    languages = (turn.language, *(one for one in LANGUAGES if one != turn.language))
    found = next(((m, one) for one in languages if (m := memo(said, one))), None)
    if found is None:
        return None
    wanted, language = found
    phrases = memo_phrases(language)
    repository = turn.entry.runtime_data.memory.repository
    if repository is None:
        return turn.say(phrases["unavailable"], Outcome.LOCAL)
    # What is said about the memory is no memory itself.
    if writing is not None and wanted.kind is not MemoKind.REMEMBER:
        writing.withdraw()
    try:
        async with asyncio.timeout(_TIMEOUT):
            sentence = await _async_done(turn, repository, wanted, language)
    except (StoreError, TimeoutError) as err:
        turn.entry.runtime_data.memory.async_fail(err)
        sentence = phrases["unavailable"]
    return turn.say(sentence, Outcome.LOCAL)


async def async_forget_confirmed(turn: Turn, *, yes: bool) -> ConversationResult:
    """Forget what was asked about, or keep it."""
    conversation = turn.conversation()
    ids, conversation.forgetting = conversation.forgetting, ()
    phrases = memo_phrases(turn.language)
    repository = turn.entry.runtime_data.memory.repository
    if repository is None:
        return turn.say(phrases["unavailable"], Outcome.LOCAL)
    if not yes:
        return turn.say(phrases["not_forgotten"], Outcome.LOCAL)
    await repository.forget(ids)
    turn.entry.runtime_data.memory.async_changed()
    return turn.say(phrases["forgotten"], Outcome.LOCAL)


async def async_recalled(
    turn: Turn, budget: Budget = _TOLD_A_MODEL
) -> Sequence[Remembered]:
    """Return the facts that matter to a turn; nothing where that is late.

    What was said in passing is told when somebody asks for it.
    """
    memory = turn.entry.runtime_data.memory
    repository = memory.repository if memory.has_facts else None
    words = terms(turn.user_input.text, turn.language)
    fewest = 1 if budget is _SPOKEN else _FEWEST_WORDS
    if repository is None or not turn.agent.remember or len(words) < fewest:
        return ()
    try:
        recalled = await _async_recall(turn, turn.user_input.text, budget)
    except StoreError as err:
        turn.entry.runtime_data.memory.async_fail(err)
        return ()
    return [one for one in recalled.items if one.item is Item.FACT]


async def async_answer_from_memory(turn: Turn) -> ConversationResult | None:
    """Answer with what was told, where there is no model to answer."""
    if not is_question(turn.user_input.text, turn.language):
        return None
    recalled = await async_recalled(turn, _SPOKEN)
    facts = [one.text for one in recalled]
    if not facts:
        return None
    told = memo_phrases(turn.language)["told"]
    return turn.say(told.format(facts=_listed(facts[:1])), Outcome.LOCAL)


async def _async_done(
    turn: Turn, repository: Repository, wanted: Memo, language: str
) -> str:
    """Do it and return what to say."""
    owner, phrases = _owner(turn), memo_phrases(language)
    match wanted.kind:
        case MemoKind.REMEMBER:
            text = wanted.text[:1].upper() + wanted.text[1:]
            # Said on purpose: also what was forgotten once may be kept anew.
            await repository.add_fact(Fact(text=text, owner=owner), force=True)
            turn.entry.runtime_data.memory.async_changed(has_facts=True)
            return phrases["kept"]
        case MemoKind.EVERYTHING:
            facts = await repository.facts(owners_for(owner))
            return _told([fact.text for fact in facts], phrases, "nothing_at_all")
        case MemoKind.ABOUT:
            recalled = await _async_recall(turn, wanted.text, _SPOKEN)
            texts = [one.text for one in recalled.items if one.item is Item.FACT]
            return _told(texts, phrases, "nothing")
        case MemoKind.PAUSE:
            turn.conversation().excluded = True
            await repository.exclude(turn.chat_log.conversation_id)
            return phrases["paused"]
    ids = await _async_meant(turn, repository, wanted)
    gone = await repository.forgotten_with(ids)
    if not gone:
        return phrases["nothing"]
    turn.conversation().forgetting = tuple(one.id for one in gone)
    texts = [one.text if isinstance(one, Fact) else one.said for one in gone]
    which = "confirm_one" if len(texts) == 1 else "confirm_many"
    return phrases[which].format(facts=_listed(texts[:_TOLD]), count=len(texts))


async def _async_meant(
    turn: Turn, repository: Repository, wanted: Memo
) -> Sequence[str]:
    """Return the ids of what is to be forgotten, all of it the speaker's own."""
    owner = _owner(turn)
    if wanted.kind is MemoKind.FORGET_LAST:
        facts = await repository.facts((owner,), limit=1)
        return [fact.id for fact in facts]
    if wanted.kind is MemoKind.FORGET_EVERYTHING:
        facts = await repository.facts((owner,), include_past=True, limit=10_000)
        turns = await repository.turns((owner,), limit=10_000)
        return [*(fact.id for fact in facts), *(one.id for one in turns)]
    recalled = await _async_recall(turn, wanted.text, _SPOKEN, owners=(owner,))
    return [one.id for one in recalled.items]


async def _async_recall(
    turn: Turn, question: str, budget: Budget, owners: Owners | None = None
) -> Recalled:
    """Look for what matters to a question among what the speaker may hear.

    Where there is nothing else to answer with, the answer is worth waiting for.
    """
    return await turn.entry.runtime_data.memory.async_recall(
        question,
        owners=owners or owners_for(_owner(turn)),
        language=turn.language,
        budget=budget,
        deadline=_TIMEOUT if budget is _SPOKEN else DEADLINE,
    )


def _owner(turn: Turn) -> str | None:
    """Return whose memories the speaker's are."""
    return owner_of(turn.hass, turn.user_input.context.user_id)


def _told(texts: Sequence[str], phrases: Mapping[str, str], nothing: str) -> str:
    """Tell facts, or that there are none."""
    if not texts:
        return phrases[nothing]
    facts = _listed(texts[:_TOLD])
    if len(texts) > _TOLD:
        facts = phrases["more"].format(facts=facts, count=len(texts) - _TOLD)
    return phrases["told"].format(facts=facts).replace("..", ".")


def _listed(texts: Sequence[str]) -> str:
    """Join sentences within a sentence."""
    return " ; ".join(text.strip(" .") for text in texts)
