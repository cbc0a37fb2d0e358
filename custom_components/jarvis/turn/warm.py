"""The beginning of a prompt, read by the model while the person still speaks."""

from dataclasses import replace
from typing import TYPE_CHECKING

from homeassistant.components.conversation import ChatLog, UserContent
from homeassistant.components.conversation.chat_log import DATA_CHAT_LOGS
from homeassistant.core import HomeAssistant

from ..agent import AgentConfig, Role
from ..ollama.endpoint import ChatRequest
from ..tools.permission import Permission
from .context import Situation
from .history import Conversation
from .prefix import Prefix
from .tokens import at_least

if TYPE_CHECKING:
    from ..runtime import JarvisRuntime

_STUB = "."
"""The message of a warm-up; the real one takes its place and only it is read anew."""
_LONG_STUB_TOKENS = 440
_LONG_STUB = "wait " * _LONG_STUB_TOKENS
"""The same for a recurrent model where nothing else was said. llama.cpp lets it return
only to certain places, one of them 516 tokens before the end of a prompt: with so long
a stub that is just before the end of what every prompt begins with."""


async def async_prefix(
    runtime: JarvisRuntime, agent: AgentConfig, permission: Permission, role: Role
) -> Prefix:
    """Return what a prompt to a role's model begins with."""
    found = runtime.preflight(agent.model_of(role))
    return await runtime.prefixes.async_get(
        agent, permission, tools_in_text=found is not None and not found.tools_first
    )


def request_of(
    runtime: JarvisRuntime, agent: AgentConfig, prefix: Prefix, role: Role
) -> ChatRequest:
    """Return a request to a role's model that holds only what every prompt does."""
    model = agent.model_of(role)
    found = runtime.preflight(model)
    return ChatRequest(
        model=model,
        messages=prefix.messages(),
        tools=prefix.specs,
        think=agent.think_of(role, found.capabilities if found else None),
        num_ctx=agent.num_ctx_of(role),
        keep_alive=agent.keep_alive,
        prefix=f"{model} {prefix.identity}",
    )


def is_recurrent(runtime: JarvisRuntime, model: str) -> bool:
    """Tell whether a model returns only to a few places in what it has read."""
    found = runtime.preflight(model)
    return found is not None and found.is_recurrent


async def async_warm(
    hass: HomeAssistant,
    runtime: JarvisRuntime,
    agent: AgentConfig,
    language: str,
    conversation_id: str | None,
) -> None:
    """Have an agent's model read what is known before the next words are said.

    That is what every prompt begins with, and what was said before in a conversation,
    which is the newest one where none is given: without its past the next words of it
    would find it forgotten.

    One token is generated and thrown away: none at all would mean "without end" to
    some engines. Raises `OllamaError` where no endpoint could do it.
    """
    if not agent.model or not runtime.endpoints:
        return
    prefix = await async_prefix(runtime, agent, Permission(None), Role.HOME)
    request = request_of(runtime, agent, prefix, Role.HOME)
    identity = conversation_id or runtime.newest.get(agent.subentry_id)
    conversation, chat_log = copied(hass, runtime, identity)
    if conversation.prefix not in ("", prefix.identity):
        conversation, chat_log = copied(hass, runtime, None)
    is_new = len(chat_log.content) == 1
    recurrent = is_recurrent(runtime, request.model)
    is_long = is_new and recurrent
    chat_log.content.append(UserContent(_LONG_STUB if is_long else _STUB))
    known = runtime.beginnings.situations.get(agent.subentry_id, Situation(language))
    begun = runtime.beginnings.told(
        hass,
        prefix,
        conversation,
        replace(known, language=language),
        is_recurrent=recurrent,
    )
    conversation.tell(conversation.begins_at(chat_log), begun)
    messages = [*request.messages, *conversation.messages(chat_log)]
    answer = await runtime.endpoints.in_background(
        replace(request, messages=messages, num_predict=1)
    )
    if answer is None or not answer.prompt_tokens:
        return
    fewest = conversation.fewest_tokens(request.model)
    if answer.prompt_tokens < max(fewest, at_least(prefix.length_with(messages))):
        runtime.background.async_truncated(agent, request.model, answer.prompt_tokens)
    elif is_new:
        tokens = answer.prompt_tokens - (_LONG_STUB_TOKENS if is_long else 0)
        runtime.readings.has_read(answer.endpoint, request, tokens)


def copied(
    hass: HomeAssistant, runtime: JarvisRuntime, identity: str | None
) -> tuple[Conversation, ChatLog]:
    """Return copies of what is kept of a conversation: what is only tried stays there.

    They are empty where nothing was said in it.
    """
    identity = identity or ""
    chat_log = ChatLog(hass, identity)
    if log := hass.data.get(DATA_CHAT_LOGS, {}).get(identity):
        chat_log.content = list(log.content)
        chat_log.extra_system_prompt = log.extra_system_prompt
    known = runtime.conversations.get(identity)
    return known.copied() if known else Conversation(), chat_log
