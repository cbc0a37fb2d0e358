"""The model's turn, prepared: a stable prefix first, what changes last."""

from dataclasses import dataclass, replace

from homeassistant.components.conversation import SystemContent
from homeassistant.helpers import area_registry as ar, llm
from homeassistant.util import dt as dt_util

from ..agent import Role
from ..const import DOMAIN
from ..errors import TurnError
from ..local.mentions import mentioned
from ..local.text.words import words
from ..local.think_hard import wants_thinking
from ..ollama.endpoint import ChatRequest
from ..ollama.models import same_model
from ..tools.guard import Guard
from ..tools.think_harder import ThinkHarder
from .agenda import async_agenda
from .context import MOST_STATES, Situation, Told, words_told
from .history import Conversation
from .inventory import area_of_device, area_of_entity
from .loop import ModelLoop
from .memory.recalling import Recalling
from .prefix import Prefix
from .summary import async_sum_up
from .tokens import at_least
from .turn import Turn
from .warm import async_prefix, is_recurrent, request_of

SLOW_TOOL = 0.4
"""Seconds that a tool usually takes from which on a few words come before it."""


@dataclass(slots=True)
class Asking:
    """One turn of a model: what it is asked, and with which tools."""

    turn: Turn
    conversation: Conversation
    guard: Guard
    role: Role
    prefix: Prefix

    async def async_request(self, role: Role) -> ChatRequest:
        """Make the request to a role's model for what the chat log holds by now."""
        runtime = self.turn.entry.runtime_data
        prefix = await async_prefix(
            runtime, self.turn.agent, self.turn.permission, role
        )
        request = request_of(runtime, self.turn.agent, prefix, role)
        return replace(
            request,
            messages=[
                *request.messages,
                *self.conversation.messages(self.turn.chat_log),
            ],
        )

    def bridge(self, tool_name: str) -> str | None:
        """Return words to say before a tool that usually takes a while."""
        known = words(self.turn.language)
        seconds = self.turn.entry.runtime_data.tool_seconds.get(tool_name, 0.0)
        if tool_name == ThinkHarder.name:
            return self._varied(known.thinking_bridges)
        return self._varied(known.bridges) if seconds > SLOW_TOOL else None

    def opening(self, role: Role) -> str | None:
        """Return words to say while a model that is not in memory is loaded."""
        runtime = self.turn.entry.runtime_data
        model = self.turn.agent.model_of(role)
        for endpoint in runtime.endpoints.in_order(model):
            loaded = runtime.endpoints.health(endpoint).loaded
            if any(same_model(one.name, model) for one in loaded):
                return None
            break
        return self._varied(words(self.turn.language).thinking_bridges)

    def _varied(self, phrases: tuple[str, ...]) -> str:
        """Return one of some phrases, another one each time."""
        said = self.turn.entry.runtime_data.phrases_said
        said[phrases] += 1
        return phrases[said[phrases] % len(phrases)]


async def async_asking(
    turn: Turn, conversation: Conversation, recalling: Recalling | None
) -> Asking:
    """Prepare what a turn asks; the conversation takes what is told with its words."""
    runtime = turn.entry.runtime_data
    guard = Guard(turn.permission, runtime.tool_seconds)
    thinks = turn.agent.has_own(Role.REASONING) and wants_thinking(turn.user_input.text)
    role = Role.REASONING if thinks else Role.HOME
    prefix = await async_prefix(runtime, turn.agent, turn.permission, role)
    _prepare_chat_log(turn, prefix, guard)
    conversation.trim(turn.chat_log, turn.agent.history_tokens)
    area = _area(turn)
    speaker = turn.permission.user.name if turn.permission.user else None
    situation = Situation(turn.language, speaker, area)
    runtime.beginnings.situations[turn.agent.subentry_id] = situation
    begun = runtime.beginnings.told(
        turn.hass,
        prefix,
        conversation,
        situation,
        is_recurrent=is_recurrent(runtime, turn.agent.model_of(role)),
    )
    conversation.tell(conversation.begins_at(turn.chat_log), begun)
    told = await _async_told(turn, conversation, prefix, area, recalling)
    conversation.tell(len(turn.chat_log.content) - 1, told)
    return Asking(turn, conversation, guard, role, prefix)


async def async_ask_model(turn: Turn, recalling: Recalling | None = None) -> bool:
    """Let the model answer; False where it acted and then had no words."""
    runtime = turn.entry.runtime_data
    conversation = turn.conversation()
    asking = await async_asking(turn, conversation, recalling)
    role, prefix = asking.role, asking.prefix
    request = await asking.async_request(role)
    length = prefix.length_with(request.messages)
    if at_least(length) > request.num_ctx:
        raise TurnError("context_too_long", model=request.model, endpoint="")
    loop = ModelLoop(
        turn.agent_id,
        runtime.endpoints,
        runtime.ahead.chat,
        asking.guard,
        asking.async_request,
        asking.bridge,
        turn.report,
        role,
        asking.opening(role) if role is Role.REASONING else None,
        runtime.readings,
        is_new=not conversation.past,
    )
    answered = await loop.async_run(turn.chat_log)
    for model, tokens in loop.prompt_tokens.items():
        if tokens < max(at_least(length), conversation.fewest_tokens(model)):
            conversation.prompt_tokens.clear()
            runtime.background.async_truncated(turn.agent, model, tokens)
        else:
            conversation.prompt_tokens[model] = tokens
    conversation.past = conversation.messages(turn.chat_log)
    conversation.prefix = prefix.identity
    runtime.newest[turn.agent.subentry_id] = turn.chat_log.conversation_id
    if not conversation.next_summary and conversation.is_nearly_full(
        turn.chat_log, turn.agent.history_tokens
    ):
        request = await asking.async_request(loop.role)
        runtime.background.async_do(
            async_sum_up(runtime.endpoints, request, conversation), "jarvis sum up"
        )
    return answered


def _prepare_chat_log(turn: Turn, prefix: Prefix, guard: Guard) -> None:
    """Give the chat log its system text and its guarded tools.

    Not through `async_provide_llm_data`, which would add the clock to the system text
    and build the tools for the device that asks (docs/adr/0001).
    """
    chat_log = turn.chat_log
    chat_log.content[0] = SystemContent(content=prefix.system)
    chat_log.llm_api = llm.APIInstance(
        api=prefix.toolbox.api,
        api_prompt=prefix.toolbox.prompt,
        llm_context=replace(
            turn.user_input.as_llm_context(DOMAIN), language=turn.language
        ),
        tools=guard.wrap(prefix.tools),
        custom_serializer=prefix.toolbox.serializer,
    )
    chat_log.llm_input_provided_index = len(chat_log.content)
    chat_log.extra_system_prompt = (
        turn.user_input.extra_system_prompt or chat_log.extra_system_prompt
    )
    chat_log.async_trace({"messages": chat_log.content, "tools": prefix.tools})


async def _async_told(
    turn: Turn,
    conversation: Conversation,
    prefix: Prefix,
    area: ar.AreaEntry | None,
    recalling: Recalling | None,
) -> Told:
    """Return what the words are about."""
    about = mentioned(
        turn.user_input.text,
        [item.candidate() for item in prefix.items.values()],
        MOST_STATES,
        area.id if area else None,
    )
    # "And turn it off again" names nothing: it is about what the turn before was.
    conversation.about = about or conversation.about
    agenda = await async_agenda(
        turn.hass, conversation.about, turn.user_input.context, dt_util.now()
    )
    # It has its own deadline, and began with the turn.
    memories = await recalling if recalling else ()
    return words_told(
        turn.hass,
        [prefix.items[one] for one in conversation.about if one in prefix.items],
        agenda,
        [f"{one.when:%Y-%m-%d}: {one.text}" for one in memories],
        turn.chat_log.extra_system_prompt,
    )


def _area(turn: Turn) -> ar.AreaEntry | None:
    """Return the room that the words come from."""
    satellite = turn.user_input.satellite_id
    by_satellite = area_of_entity(turn.hass, satellite) if satellite else None
    return by_satellite or area_of_device(turn.hass, turn.user_input.device_id)
