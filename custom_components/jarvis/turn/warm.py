"""The beginning of a prompt, read by the model while the person still speaks."""

from dataclasses import replace
from typing import TYPE_CHECKING

import ollama

from ..agent import AgentConfig, Role
from ..ollama.endpoint import ChatRequest
from ..tools.permission import Permission
from .prefix import Prefix
from .tokens import at_least

if TYPE_CHECKING:
    from ..runtime import JarvisRuntime

_STUB = "."
"""The message of a warm-up; the real one takes its place and only it is read anew."""
_LONG_STUB_TOKENS = 350
_LONG_STUB = "wait " * _LONG_STUB_TOKENS
"""The same where nothing else was said. llama.cpp lets a hybrid model return only to
certain places, one of them 516 tokens before the end of a prompt: so long a stub puts
it near the end of what every prompt begins with, and never before it."""


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


async def async_warm(
    runtime: JarvisRuntime, agent: AgentConfig, role: Role = Role.HOME
) -> None:
    """Have a role's model read what every prompt begins with.

    One token is generated and thrown away: none at all would mean "without end" to
    some engines. Raises `OllamaError` where no endpoint could do it.
    """
    if not agent.model or not runtime.endpoints:
        return
    prefix = await async_prefix(runtime, agent, Permission(None), role)
    request = request_of(runtime, agent, prefix, role)
    going_on = runtime.newest.get(agent.subentry_id)
    if going_on is not None and going_on.prefix != prefix.identity:
        going_on = None
    # Without its past the next words of this conversation would find it forgotten.
    past = going_on.past if going_on else ()
    stub = ollama.Message(role="user", content=_STUB if going_on else _LONG_STUB)
    messages = [*request.messages, *past, stub]
    answer = await runtime.endpoints.in_background(
        replace(request, messages=messages, num_predict=1)
    )
    if answer is None or not answer.prompt_tokens:
        return
    fewest = going_on.fewest_tokens(request.model) if going_on else 0
    if answer.prompt_tokens < max(fewest, at_least(prefix.length_with(messages))):
        runtime.background.async_truncated(agent, request.model, answer.prompt_tokens)
    elif going_on is None:
        tokens = answer.prompt_tokens - _LONG_STUB_TOKENS
        runtime.readings.has_read(answer.endpoint, request, tokens)
