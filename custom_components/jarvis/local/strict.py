"""Home Assistant's own sentences, strictly matched, in front of the model."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from hassil.recognize import RecognizeResult

from homeassistant.components.conversation import (
    ChatLog,
    ConversationInput,
    async_handle_intents,
)
from homeassistant.components.intent import async_device_supports_timers
from homeassistant.components.person import DOMAIN as PERSON_DOMAIN
from homeassistant.components.zone import DOMAIN as ZONE_DOMAIN
from homeassistant.const import STATE_HOME, STATE_NOT_HOME
from homeassistant.core import HomeAssistant
from homeassistant.helpers import intent

from .text.grammar import grammar
from .text.normal import normal
from .text.nouns import nouns

_READING = frozenset(
    {
        intent.INTENT_GET_STATE,
        intent.INTENT_GET_TEMPERATURE,
        intent.INTENT_GET_CURRENT_DATE,
        intent.INTENT_GET_CURRENT_TIME,
        intent.INTENT_TIMER_STATUS,
        intent.INTENT_NEVERMIND,
    }
)
"""Intents that only look. Any other is taken to act, one renamed upstream as well."""

_OF_TIMERS = frozenset(
    {
        intent.INTENT_START_TIMER,
        intent.INTENT_CANCEL_TIMER,
        intent.INTENT_CANCEL_ALL_TIMERS,
        intent.INTENT_INCREASE_TIMER,
        intent.INTENT_DECREASE_TIMER,
        intent.INTENT_PAUSE_TIMER,
        intent.INTENT_UNPAUSE_TIMER,
        intent.INTENT_TIMER_STATUS,
    }
)
"""Intents for timers that Home Assistant keeps, which only some devices have."""

_FOR_LATER = "conversation_command"
"""The slot for words that are said to Jarvis again later."""
_SEARCHED = "search_query"
"""The slot for whatever is to be played."""

type Allows = Callable[[Mapping[str, Any], bool], bool]
"""Asked with an intent's slots and whether it acts."""
type MakesSense = Callable[[str], bool]
"""Asked whether words are a command: "in two minutes we leave" is none for later."""


@dataclass(frozen=True, slots=True)
class Strict:
    """What came of an utterance that Home Assistant's sentences match."""

    response: intent.IntentResponse | None
    """None when the guard refused it."""


async def async_strict(
    hass: HomeAssistant,
    user_input: ConversationInput,
    chat_log: ChatLog,
    language: str,
    *,
    allows: Allows,
    makes_sense: MakesSense,
) -> Strict | None:
    """Act on an utterance that is matched word for word; None where it is not.

    The guard sees intent and slots after the match and before anything happens.
    """
    refused = False
    device = user_input.device_id
    counts = device is not None and async_device_supports_timers(hass, device)

    def is_refused(result: RecognizeResult) -> bool:
        """Keep Home Assistant from handling what the guard does not allow."""
        nonlocal refused
        slots = {name: slot.value for name, slot in result.entities.items()}
        if _plays_anything(user_input.text, slots, language):
            return True
        if _is_no_place(hass, slots):
            return True
        later = slots.get(_FOR_LATER)
        if later is not None and not makes_sense(str(later)):
            return True
        if later is None and result.intent.name in _OF_TIMERS and not counts:
            return True
        refused = not allows(slots, result.intent.name not in _READING)
        return refused

    try:
        response = await async_handle_intents(
            hass,
            replace(user_input, language=language),
            chat_log,
            intent_filter=is_refused,
        )
    except intent.IntentError:
        # Sentences are there also for intents whose integration is not set up.
        return None
    return Strict(response) if refused or response is not None else None


def _is_no_place(hass: HomeAssistant, slots: Mapping[str, Any]) -> bool:
    """Tell whether a person would have to be in a place that does not exist.

    Home Assistant takes "who is the president of France" for a question about where
    its people are, and answers that nobody is there.
    """
    if slots.get("domain") != PERSON_DOMAIN or "state" not in slots:
        return False
    zones = {state.name.casefold() for state in hass.states.async_all(ZONE_DOMAIN)}
    places = {*zones, STATE_HOME, STATE_NOT_HOME}
    return str(slots["state"]).casefold() not in places


def _plays_anything(text: str, slots: Mapping[str, Any], language: str) -> bool:
    """Tell whether any words at all would be searched for and played.

    Home Assistant takes «mets la table» and «lance les pâtes» for music. It is music
    where the sentence says so, or where a name stands behind the verb.
    """
    if _SEARCHED not in slots or "media_class" in slots:
        return False
    known = grammar(language)
    query = normal(str(slots[_SEARCHED]), language).split()
    if normal(text, language).split()[0] in known.plays:
        return False
    return (
        not query
        or query[0] in nouns(language).fillers
        or query[0].isdigit()
        or any(word in known.vocabulary for word in query)
    )
