"""A reply turned into data of a shape that an automation asks for."""

from collections.abc import Mapping
from contextlib import aclosing
import json
from typing import Any

import ollama

from ..agent import Role
from ..errors import TurnError
from ..ollama.endpoint import ChatRequest
from ..ollama.errors import OllamaError
from ..runtime import JarvisConfigEntry, agent_of

_MOST_TRIES = 3


async def async_structured(
    entry: JarvisConfigEntry,
    subentry_id: str,
    question: str,
    reply: str,
    schema: Mapping[str, Any],
) -> dict[str, Any]:
    """Have an agent's model put a reply into the shape of a JSON schema.

    What it must hold (`required`) is checked; other rules are the endpoint's to keep.
    """
    agent = agent_of(entry, entry.subentries[subentry_id])
    if not agent.model:
        raise TurnError("no_endpoint")
    found = entry.runtime_data.preflight(agent.model)
    messages = [
        ollama.Message(
            role="system",
            content="Put the answer into JSON that fits this schema, and write "
            f"nothing else: {json.dumps(schema)}",
        ),
        ollama.Message(role="user", content=f"{question}\n\nAnswer: {reply}"),
    ]
    request = ChatRequest(
        model=agent.model,
        messages=messages,
        think=agent.think_of(Role.HOME, found.capabilities if found else None),
        num_ctx=agent.num_ctx_of(Role.HOME),
        keep_alive=agent.keep_alive,
        format=schema,
    )
    for _try in range(_MOST_TRIES):
        text = ""
        try:
            async with aclosing(entry.runtime_data.endpoints.chat(request)) as parts:
                async for part in parts:
                    text += part.message.content or ""
        except OllamaError as err:
            raise TurnError.of(err) from err
        data = _object(text)
        required = schema.get("required", ())
        missing = [key for key in required if key not in (data or {})]
        if data is not None and not missing:
            return data
        # The same question would bring the same answer.
        fault = (
            "there is no JSON object"
            if data is None
            else f"it lacks {', '.join(missing)}"
        )
        messages += [
            ollama.Message(role="assistant", content=text),
            ollama.Message(
                role="user",
                content=f"This does not fit: {fault}. Write the whole JSON anew.",
            ),
        ]
    raise TurnError("data_does_not_fit", model=agent.model)


def _object(text: str) -> dict[str, Any] | None:
    """Return the JSON object in a text; None where there is none."""
    start, end = text.find("{"), text.rfind("}")
    try:
        data = json.loads(text[start : end + 1])
    except ValueError:
        return None
    return data if isinstance(data, dict) else None
