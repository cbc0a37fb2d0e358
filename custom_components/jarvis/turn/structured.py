"""Data of a shape that an automation asks for: made by a model, checked before use."""

from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import replace
import json
from typing import Any

import ollama
import probatio

from ..agent import AgentConfig, Role
from ..errors import TurnError
from ..ollama.endpoint import ChatRequest
from ..ollama.errors import OllamaError
from ..runtime import JarvisRuntime

_MOST_REPAIRS = 2
"""Times that a model may mend data which does not fit."""


async def async_structured(
    runtime: JarvisRuntime,
    agent: AgentConfig,
    reply: str,
    *,
    question: str,
    schema: Mapping[str, Any],
    structure: probatio.Schema,
) -> Any:
    """Have an agent's model put a reply into the shape of a JSON schema.

    The endpoint is given the schema; the structure is what checks the data.
    """
    model = agent.model_of(Role.HOME)
    found = runtime.preflight(model)
    messages = [
        ollama.Message(
            role="system",
            content="Put the answer into JSON that fits this schema, and write "
            f"nothing else: {json.dumps(schema)}",
        ),
        ollama.Message(role="user", content=f"{question}\n\nAnswer: {reply}"),
    ]
    request = ChatRequest(
        model=model,
        messages=messages,
        think=agent.think_of(Role.HOME, found.capabilities if found else None),
        num_ctx=agent.num_ctx_of(Role.HOME),
        keep_alive=agent.keep_alive,
        format=schema,
    )
    text = await _async_text(runtime, request)
    said = ollama.Message(role="assistant", content=text)
    request = replace(request, messages=[*messages, said])
    return await async_fitting(runtime, request, text, structure)


async def async_fitting(
    runtime: JarvisRuntime, request: ChatRequest, text: str, structure: probatio.Schema
) -> Any:
    """Return the data in a reply, which the model may mend where it does not fit.

    The request holds that reply as its last message.
    """
    messages = list(request.messages)
    for repair in range(_MOST_REPAIRS + 1):
        data, fault = _read(text, structure)
        if fault is None:
            return data
        if repair == _MOST_REPAIRS:
            break
        # The same question would bring the same answer.
        messages.append(
            ollama.Message(
                role="user",
                content=f"This does not fit: {fault}. Reply with JSON that fits the "
                "schema, and nothing else.",
            )
        )
        text = await _async_text(runtime, replace(request, messages=list(messages)))
        messages.append(ollama.Message(role="assistant", content=text))
    raise TurnError("data_does_not_fit", model=request.model)


async def _async_text(runtime: JarvisRuntime, request: ChatRequest) -> str:
    """Return a whole reply."""
    text = ""
    try:
        async with aclosing(runtime.endpoints.chat(request)) as parts:
            async for part in parts:
                text += part.message.content or ""
    except OllamaError as err:
        raise TurnError.of(err) from err
    return text


def _read(text: str, structure: probatio.Schema) -> tuple[Any, str | None]:
    """Return the data in a text, or why it does not fit the structure."""
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or end < start:
        return None, "there is no JSON object"
    try:
        return structure(json.loads(text[start : end + 1])), None
    except json.JSONDecodeError as err:
        return None, f"this is not JSON ({err.msg})"
    except probatio.Invalid as err:
        return None, str(err)
