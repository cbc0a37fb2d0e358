"""The model's turn, prepared: a stable prefix first, what changes last."""

from collections.abc import Sequence
from dataclasses import replace
import logging
from typing import Any

from homeassistant.components.conversation import SystemContent
from homeassistant.helpers import area_registry as ar, issue_registry as ir, llm
from homeassistant.helpers.json import json_dumps
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..errors import TurnError
from ..local.mentions import mentioned
from ..ollama.endpoint import ChatRequest
from ..ollama.models import think_value
from ..tools.guard import Guard
from ..tools.targets import exposed_entity_ids
from ..tools.toolbox import Toolbox, async_toolbox
from .context import MOST_STATES, Situation, context_block
from .history import Conversation
from .inventory import Item, area_of_device, area_of_entity, inventory, inventory_text
from .loop import ModelLoop
from .prompt import render_persona, system_text
from .tokens import at_least
from .turn import Turn

_LOGGER = logging.getLogger(__name__)


async def async_ask_model(turn: Turn) -> bool:
    """Let the model answer; False where it acted and then had no words."""
    toolbox = await async_toolbox(turn.hass, turn.agent.apis)
    guard = Guard(turn.permission)
    items = inventory(
        turn.hass,
        [
            entity_id
            for entity_id in exposed_entity_ids(turn.hass)
            if turn.permission.allows([entity_id], control=False)
        ],
    )
    _prepare_chat_log(turn, toolbox, guard, items)
    conversation = turn.conversation()
    conversation.trim(turn.chat_log, turn.agent.history_tokens)
    conversation.blocks[len(turn.chat_log.content) - 1] = _block(
        turn, conversation, items
    )
    specs = toolbox.specs()
    request = _request(turn, conversation, specs)
    length = sum(len(message.content or "") for message in request.messages)
    length += len(json_dumps(specs))
    if at_least(length) > turn.agent.num_ctx:
        raise TurnError("context_too_long", model=request.model, endpoint="")
    loop = ModelLoop(
        turn.agent_id,
        turn.entry.runtime_data.endpoints,
        guard,
        lambda: _request(turn, conversation, specs),
    )
    answered = await loop.async_run(turn.chat_log)
    _check_truncation(turn, conversation, loop.prompt_tokens, at_least(length))
    return answered


def _prepare_chat_log(
    turn: Turn, toolbox: Toolbox, guard: Guard, items: Sequence[Item]
) -> None:
    """Give the chat log its system text and its guarded tools.

    Not through `async_provide_llm_data`, which would add the clock to the system text
    and build the tools for the device that asks (docs/adr/0001).
    """
    chat_log = turn.chat_log
    persona = render_persona(turn.hass, turn.agent.persona)
    system = system_text(persona, inventory_text(items), toolbox.prompt)
    chat_log.content[0] = SystemContent(content=system)
    chat_log.llm_api = llm.APIInstance(
        api=toolbox.api,
        api_prompt=toolbox.prompt,
        llm_context=replace(
            turn.user_input.as_llm_context(DOMAIN), language=turn.language
        ),
        tools=guard.wrap(toolbox.tools),
        custom_serializer=toolbox.serializer,
    )
    chat_log.llm_input_provided_index = len(chat_log.content)
    chat_log.extra_system_prompt = (
        turn.user_input.extra_system_prompt or chat_log.extra_system_prompt
    )
    chat_log.async_trace({"messages": chat_log.content, "tools": toolbox.tools})


def _block(turn: Turn, conversation: Conversation, items: Sequence[Item]) -> str:
    """Write what is true at this moment and what the words are about."""
    area = _area(turn)
    about = mentioned(
        turn.user_input.text,
        [item.candidate() for item in items],
        MOST_STATES,
        area.id if area else None,
    )
    # "And turn it off again" names nothing: it is about what the turn before was.
    conversation.about = about or conversation.about
    by_id = {item.entity_id: item for item in items}
    return context_block(
        turn.hass,
        Situation(
            now=dt_util.now(),
            language=turn.language,
            speaker=turn.permission.user.name if turn.permission.user else None,
            area=area,
            instructions=turn.chat_log.extra_system_prompt,
        ),
        [by_id[one] for one in conversation.about if one in by_id],
    )


def _area(turn: Turn) -> ar.AreaEntry | None:
    """Return the room that the words come from."""
    satellite = turn.user_input.satellite_id
    by_satellite = area_of_entity(turn.hass, satellite) if satellite else None
    return by_satellite or area_of_device(turn.hass, turn.user_input.device_id)


def _request(
    turn: Turn, conversation: Conversation, specs: Sequence[dict[str, Any]]
) -> ChatRequest:
    """Make the request for what the chat log holds by now."""
    model = turn.agent.model or ""
    return ChatRequest(
        model=model,
        messages=conversation.messages(turn.chat_log),
        tools=specs,
        think=think_value(model, turn.agent.think),
        num_ctx=turn.agent.num_ctx,
        keep_alive=turn.agent.keep_alive,
    )


def _check_truncation(
    turn: Turn, conversation: Conversation, prompt_tokens: int, least: int
) -> None:
    """Notice that the endpoint dropped a part of the prompt, which it does silently.

    A prompt that only grows cannot have fewer tokens than the one before, nor fewer
    than its length allows.
    """
    issue = f"context_truncated_{turn.agent_id}"
    if not prompt_tokens:
        return
    if prompt_tokens >= max(least, conversation.prompt_tokens):
        conversation.prompt_tokens = prompt_tokens
        return
    _LOGGER.warning(
        "%s read %s tokens of a longer prompt: its context is too small",
        turn.agent.model,
        prompt_tokens,
    )
    conversation.prompt_tokens = 0
    ir.async_create_issue(
        turn.hass,
        DOMAIN,
        issue,
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key="context_truncated",
        translation_placeholders={
            "model": turn.agent.model or "",
            "num_ctx": str(turn.agent.num_ctx),
        },
    )
