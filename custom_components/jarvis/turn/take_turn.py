"""One turn: an utterance comes in, a reply goes out, whatever happens between."""

from collections.abc import AsyncGenerator, Mapping
import logging
from typing import Any

from homeassistant.components.conversation import (
    AssistantContentDeltaDict,
    ConversationResult,
    async_get_result_from_chat_log,
)
from homeassistant.helpers import intent

from ..errors import TurnError, async_sentence
from ..local.cancel import cancelled
from ..local.request import Request, Understood
from ..local.suggest import perhaps
from ..local.text.courtesy import answers_yes
from ..local.text.words import words
from ..local.timers.timers import async_rung
from ..local.understand import async_refer, async_understand, is_command
from ..ollama.errors import Reason
from ..remembering.memory import Writing
from ..tools.targets import targets
from .ask_model import async_ask_model
from .day.voice import async_day
from .history import APOLOGY
from .inventory import area_of_device
from .memory.memos import async_memo
from .memory.recalling import (
    Recalling,
    async_answer_from_memory,
    begin_keeping,
    begin_recalling,
)
from .reminders.later import LaterHand, async_command_for_later
from .reminders.voice import async_reminder
from .timers.hand import TimerHand
from .turn import Outcome, Turn

_LOGGER = logging.getLogger(__name__)


async def async_take_turn(turn: Turn) -> ConversationResult:
    """Answer an utterance, and keep it meanwhile if that is wanted."""
    room, echoes = _room(turn), turn.entry.runtime_data.echoes
    if room and echoes.is_echo(room, turn.user_input.text):
        return _unheard(turn, listen=echoes.asked(room))
    writing = begin_keeping(turn)
    # Beside what is understood without a model, and not awaited where that is enough.
    recalling = begin_recalling(turn, writing)
    try:
        result = await _async_taken(turn, writing, recalling)
        speech = result.response.speech.get("plain", {}).get("speech", "")
        if room:
            echoes.spoken(room, speech, turn.user_input.text)
        if writing is not None:
            writing.answered(speech, model=turn.report.model)
    finally:
        turn.entry.runtime_data.ahead.async_drop()
        if recalling is not None:
            recalling.cancel()
        # A turn that is called off has no reply; its words stay.
        if writing is not None:
            writing.answered("")
    return result


def _room(turn: Turn) -> str | None:
    """Return where Jarvis is heard; None where it writes."""
    device_id = turn.user_input.device_id
    area = area_of_device(turn.hass, device_id)
    return area.id if area else device_id


def _unheard(turn: Turn, *, listen: bool) -> ConversationResult:
    """Say nothing to Jarvis' own words; a question still waits for its answer."""
    response = intent.IntentResponse(language=turn.language)
    response.async_set_speech("")
    conversation_id = turn.chat_log.conversation_id
    result = ConversationResult(response, conversation_id, listen)
    return turn.with_outcome(result, Outcome.NONE)


async def _async_taken(
    turn: Turn, writing: Writing | None, recalling: Recalling | None
) -> ConversationResult:
    """Answer an utterance; what goes wrong ends in a sentence that says so."""
    try:
        return await _async_answer(turn, writing, recalling)
    except TurnError as err:
        if err.key == Reason.UNAUTHORIZED:
            turn.entry.async_start_reauth(turn.hass)
        return await _async_apologise(turn, err)
    except Exception:
        _LOGGER.exception("A turn failed")
        return await _async_apologise(turn, TurnError("internal"))


async def _async_answer(
    turn: Turn, writing: Writing | None, recalling: Recalling | None
) -> ConversationResult:
    """Answer: at once, understood without a model, or by the model."""
    if result := await _async_at_once(turn, writing):
        return result
    if (turn.agent.prefer_local or not turn.has_model) and (
        result := await _async_understood(turn)
    ):
        return result
    if not turn.has_model:
        return await _async_at_last(turn)
    asked_at = len(turn.chat_log.content)
    try:
        answered = await async_ask_model(turn, recalling)
    except TurnError:
        # Without its model Jarvis does what it can, unless the model did something.
        if turn.agent.prefer_local or len(turn.chat_log.content) > asked_at:
            raise
        if result := await _async_understood(turn):
            return result
        raise
    conversation = turn.conversation()
    if to_ask := conversation.to_ask:
        # Whatever the model says to it: nothing goes before the person was asked.
        await _async_stream(turn, to_ask.text)
        conversation.asked = to_ask
        if writing is not None and not to_ask.is_kept:
            writing.withdraw()
    elif not answered:
        return turn.say(words(turn.language).done, Outcome.MODEL)
    result = async_get_result_from_chat_log(turn.user_input, turn.chat_log)
    return turn.with_outcome(result, Outcome.MODEL)


async def _async_at_once(
    turn: Turn, writing: Writing | None
) -> ConversationResult | None:
    """Answer what refers to what was just said, calls it off, or is for the memory."""
    conversation = turn.conversation()
    asked, conversation.asked = conversation.asked, None
    conversation.to_ask = None
    told, conversation.facts_told = conversation.facts_told, ()
    if asked is not None:
        yes = answers_yes(turn.user_input.text, turn.language)
        if yes is not None:
            if writing is not None and not asked.is_kept:
                writing.withdraw()
            return turn.say(await asked.answered(turn, yes), Outcome.LOCAL)
    if turn.entry.runtime_data.timers.has_rung_lately and (
        silenced := await async_rung(_request(turn))
    ):
        return _local(turn, silenced)
    if result := await async_memo(turn, writing, told):
        return result
    if referring := await async_refer(_request(turn)):
        return _local(turn, referring)
    if turn.entry.runtime_data.reminding.has_just_told and (
        result := await async_reminder(turn, only_told=True)
    ):
        return result
    if sentence := cancelled(turn.user_input.text, turn.language):
        return turn.say(sentence, Outcome.LOCAL)
    return None


async def _async_at_last(turn: Turn) -> ConversationResult:
    """Answer what nobody understood: from the memory, or with what is not known."""
    if result := await async_answer_from_memory(turn):
        return result
    if hint := perhaps(_request(turn)):
        return _local(turn, hint)
    raise TurnError("not_understood")


async def _async_understood(turn: Turn) -> ConversationResult | None:
    """Act on what is understood without a model; None where it is not."""
    request = _request(turn)
    # What people say most often is not first tried as all that it is not.
    if is_command(request) and (understood := await async_understand(request)):
        return _local(turn, understood)
    if result := await async_day(turn) or await async_reminder(turn):
        return result
    understood = await async_command_for_later(turn, request)
    understood = understood or await async_understand(request)
    return _local(turn, understood) if understood else None


def _local(turn: Turn, understood: Understood) -> ConversationResult:
    """Say what came of an utterance that was understood."""
    if not understood.allowed:
        raise TurnError("not_allowed")
    return turn.say(understood.speech, Outcome.LOCAL, understood.response)


def _request(turn: Turn) -> Request:
    """Return an utterance with all that its words may refer to."""

    def allows(slots: Mapping[str, Any], acts: bool) -> bool:
        """Tell whether the speaker may do what an intent is about to do."""
        # An intent without targets touches no entity: a timer, the time.
        return turn.permission.allows(targets(turn.hass, slots) or (), control=acts)

    area = area_of_device(turn.hass, turn.user_input.device_id)
    return Request(
        hass=turn.hass,
        user_input=turn.user_input,
        chat_log=turn.chat_log,
        language=turn.language,
        house=turn.entry.runtime_data.house.async_get(),
        area=area.id if area else None,
        recent=turn.conversation().recent,
        allows=allows,
        later=LaterHand(turn),
        timers=TimerHand(
            turn.hass,
            turn.entry.runtime_data,
            turn.user_input.device_id,
            turn.user_input.context.user_id,
        ),
    )


async def _async_apologise(turn: Turn, err: TurnError) -> ConversationResult:
    """Say what failed; streamed, so that it is heard even where speech had begun."""
    sentence = await async_sentence(turn.hass, turn.language, err)

    await _async_stream(turn, sentence, native=APOLOGY)
    response = intent.IntentResponse(language=turn.language)
    response.async_set_error(
        intent.IntentResponseErrorCode.NO_INTENT_MATCH
        if err.key == "not_understood"
        else intent.IntentResponseErrorCode.FAILED_TO_HANDLE,
        sentence,
    )
    result = ConversationResult(response, turn.chat_log.conversation_id)
    return turn.with_outcome(result, Outcome.NONE, err.key)


async def _async_stream(turn: Turn, sentence: str, native: str | None = None) -> None:
    """Add a sentence of Jarvis' own to what is being spoken."""

    async def deltas() -> AsyncGenerator[AssistantContentDeltaDict]:
        delta: AssistantContentDeltaDict = {"role": "assistant", "content": sentence}
        yield {**delta, "native": native} if native else delta

    async for _content in turn.chat_log.async_add_delta_content_stream(
        turn.agent_id, deltas()
    ):
        pass
