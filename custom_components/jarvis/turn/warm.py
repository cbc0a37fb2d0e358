"""The beginning of a prompt, read by the model while the person still speaks."""

from dataclasses import replace
from typing import TYPE_CHECKING

import ollama

from homeassistant.util import dt as dt_util

from ..agent import AgentConfig, Role
from ..ollama.endpoint import ChatRequest
from ..tools.permission import Permission
from .context import opening
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


async def async_warm(runtime: JarvisRuntime, agent: AgentConfig, language: str) -> None:
    """Have an agent's model read what every prompt begins with.

    The time and the language go with it: they are known before anything was said.

    One token is generated and thrown away: none at all would mean "without end" to
    some engines. Raises `OllamaError` where no endpoint could do it.
    """
    if not agent.model or not runtime.endpoints:
        return
    prefix = await async_prefix(runtime, agent, Permission(None), Role.HOME)
    request = request_of(runtime, agent, prefix, Role.HOME)
    going_on = runtime.newest.get(agent.subentry_id)
    if going_on is not None and going_on.prefix != prefix.identity:
        going_on = None
    # Without its past the next words of this conversation would find it forgotten.
    past = going_on.past if going_on else ()
    found = runtime.preflight(request.model)
    is_long = going_on is None and found is not None and found.is_recurrent
    stub = _LONG_STUB if is_long else _STUB
    begun = f"{opening(dt_util.now(), language)}\n{stub}"
    messages = [
        *request.messages,
        *past,
        ollama.Message(role="user", content=begun),
    ]
    answer = await runtime.endpoints.in_background(
        replace(request, messages=messages, num_predict=1)
    )
    if answer is None or not answer.prompt_tokens:
        return
    fewest = going_on.fewest_tokens(request.model) if going_on else 0
    if answer.prompt_tokens < max(fewest, at_least(prefix.length_with(messages))):
        runtime.background.async_truncated(agent, request.model, answer.prompt_tokens)
    elif going_on is None:
        tokens = answer.prompt_tokens - (_LONG_STUB_TOKENS if is_long else 0)
        runtime.readings.has_read(answer.endpoint, request, tokens)
