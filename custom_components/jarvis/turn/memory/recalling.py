"""What a turn has to do with the memory: it is kept, and what matters is recalled."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from homeassistant.components.conversation import ConversationResult
from homeassistant.const import STATE_HOME, STATE_ON

from ...const import CONF_GUEST_ENTITY
from ...local.memos import asks_what_was_said, is_question, memo_phrases
from ...memory.recall import DEADLINE, Budget, Recalled, Remembered
from ...memory.records import Item, Turn as KeptTurn
from ...memory.terms import terms
from ...people.owner import HOUSEHOLD, owner_of, owners_for
from ...remembering.memory import Writing
from ...store.errors import StoreError
from ..turn import Outcome, Turn
from .forgetting import TIMEOUT

type Recalling = asyncio.Task[Sequence[Remembered]]
"""What is looked for while a turn is tried without a model."""

SPOKEN = Budget(items=5, tokens=400, least_share=0.5)
"""What is told by voice; more is for the eye."""
_FEWEST_WORDS = 2
"""Words that say something, below which nothing is asked: "hello" recalls nothing."""
_TOLD_A_MODEL = Budget(items=4, tokens=150)
"""What rides along with the words: every token of it is read before the first word."""
_TOLD_WHEN_ASKED = Budget(items=8, tokens=300)
"""The same where somebody asks what was said."""


def begin_keeping(turn: Turn) -> Writing | None:
    """Begin to keep a turn: its words are written while it is being answered."""
    if turn.conversation().excluded or not turn.agent.remember or _is_a_guests(turn):
        return None
    user_input = turn.user_input
    kept = KeptTurn(
        conversation=turn.chat_log.conversation_id,
        said=user_input.text,
        owner=owner(turn),
        agent=turn.agent_id,
        device=user_input.device_id,
        language=turn.language,
    )
    return turn.entry.runtime_data.memory.begin_turn(kept)


def begin_recalling(turn: Turn, writing: Writing | None) -> Recalling | None:
    """Begin to look for what a model is to be told, while it is tried without one."""
    if not turn.has_model or not turn.agent.remember:
        return None
    asked = asks_what_was_said(turn.user_input.text, turn.language)
    if not asked and not turn.entry.runtime_data.memory.has_facts:
        return None
    return turn.hass.async_create_background_task(
        _async_for_model(turn, writing, asked=asked), "jarvis recall"
    )


async def async_answer_from_memory(turn: Turn) -> ConversationResult | None:
    """Answer with what was told, where there is no model to answer."""
    memory = turn.entry.runtime_data.memory
    if (
        not memory.has_facts
        or not turn.agent.remember
        or not is_question(turn.user_input.text, turn.language)
    ):
        return None
    facts = await _async_tried(turn, SPOKEN, Item.FACT)
    if not facts:
        return None
    turn.conversation().facts_told = (facts[0].id,)
    told = memo_phrases(turn.language)["told"]
    return turn.say(told.format(facts=facts[0].text.strip(" .")), Outcome.LOCAL)


async def async_recall(
    turn: Turn, question: str, budget: Budget, only: Item | None = None
) -> Recalled:
    """Look for what matters to a question among what the speaker may hear.

    Where there is nothing else to answer with, the answer is worth waiting for.
    """
    recalled = await turn.entry.runtime_data.memory.async_recall(
        question,
        owners=owners_for(owner(turn)),
        language=turn.language,
        only=only,
        budget=budget,
        deadline=TIMEOUT if budget is SPOKEN else DEADLINE,
    )
    turn.chat_log.async_trace(
        {
            "memories": [_why(one) for one in recalled.items],
            "not_relevant": [_why(one) for one in recalled.withheld],
            "missing": dict(recalled.missing),
        }
    )
    return recalled


def _why(memory: Remembered) -> dict[str, Any]:
    """Tell of a memory why it was found; its words are found by its id."""
    return {"id": memory.id, "score": memory.score, "why": dict(memory.why)}


def owner(turn: Turn) -> str | None:
    """Return whose memories the speaker's are."""
    return owner_of(turn.hass, turn.user_input.context.user_id)


async def _async_for_model(
    turn: Turn, writing: Writing | None, *, asked: bool
) -> Sequence[Remembered]:
    """Return the facts that matter to a turn; nothing where that is late.

    What was said in passing is told when somebody asks for it: of that only what the
    person said, and not the question itself.
    """
    if len(terms(turn.user_input.text, turn.language)) < _FEWEST_WORDS - asked:
        return ()
    if asked:
        recalled = await _async_tried(turn, _TOLD_WHEN_ASKED)
    else:
        recalled = await _async_tried(turn, _TOLD_A_MODEL, Item.FACT)
    this = writing.turn.id if writing else None
    return [
        replace(one, text=one.text.partition("\n")[0])
        for one in recalled
        if one.id != this
    ]


async def _async_tried(
    turn: Turn, budget: Budget, only: Item | None = None
) -> Sequence[Remembered]:
    """Recall what the words are about; nothing where the memory is not well."""
    try:
        return (await async_recall(turn, turn.user_input.text, budget, only)).items
    except StoreError as err:
        turn.entry.runtime_data.memory.async_fail(err)
        return ()


def _is_a_guests(turn: Turn) -> bool:
    """Tell whether this may be a guest: nobody in particular, while there are some."""
    entity_id = turn.entry.options.get(CONF_GUEST_ENTITY)
    if entity_id is None or owner(turn) is not HOUSEHOLD:
        return False
    state = turn.hass.states.get(entity_id)
    return state is not None and state.state in (STATE_ON, STATE_HOME)
