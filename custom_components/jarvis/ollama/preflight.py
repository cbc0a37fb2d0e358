"""What a model can do at an endpoint, found out before a person has to wait for it.

Rendering two consecutive turns through Ollama's own `_debug_render_only` shows how much
of a prompt the next one begins with, where the tools stand in it, and whether a reply
can be begun for the model (prefill).
"""

from dataclasses import dataclass, replace

import ollama

from .endpoint import ChatRequest, Endpoint
from .errors import OllamaError, Reason

_TOOLS_LAST = ("llama3.1", "llama3.2", "llama3.3")
"""Families whose template puts the tools into the last user message; used only where an
endpoint does not render."""
_PING = {
    "type": "function",
    "function": {
        "name": "report_readiness",
        "description": "Report that you are ready. Takes no arguments.",
        "parameters": {"type": "object", "properties": {}},
    },
}
_FIRST, _REPLY, _SECOND = "Premier message.", "Première réponse.", "Second message."


@dataclass(frozen=True, slots=True)
class Preflight:
    """What was found out about a model at an endpoint."""

    endpoint: str
    model: str
    capabilities: frozenset[str] | None = None
    """None where the model is not installed or the endpoint did not answer."""
    digest: str | None = None
    """Tells it from others of its name; None where it is not installed."""
    is_recurrent: bool = False
    """What it has read can only be returned to at certain places."""
    missing: bool = False
    """The model has to be pulled first."""
    shared: float | None = None
    """The part of a prompt that the next turn's begins with; None if unknown."""
    tools_first: bool = True
    """The tools stand in front of the first message, where they are read once."""
    leaves_turn_open: bool = False
    """A reply that was begun for the model is gone on with."""
    calls_tools: bool | None = None
    """A tool that it was told to call was called; None where it was not tried."""

    @property
    def can_use_tools(self) -> bool:
        """Tell whether the endpoint lets the model use tools."""
        return self.capabilities is None or "tools" in self.capabilities


async def examine(endpoint: Endpoint, request: ChatRequest) -> Preflight:
    """Find out what can be known without generating anything.

    The request has the system text and the tools of a turn; its messages do not matter.
    """
    digest = endpoint.digest(request.model)
    found = Preflight(endpoint.name, request.model, digest=digest)
    try:
        model = await endpoint.described(request.model)
    except OllamaError as err:
        return replace(found, missing=err.reason is Reason.MODEL_MISSING)
    found = replace(
        found, capabilities=model.capabilities, is_recurrent=model.is_recurrent
    )
    if "tools" not in model.capabilities:
        return found
    try:
        return await _rendered(endpoint, request, found)
    except OllamaError:
        return replace(found, tools_first=not _is_tools_last(request.model))


async def try_tool(endpoint: Endpoint, request: ChatRequest) -> bool:
    """Tell the model to call a tool and see whether a call comes back."""
    ask = ollama.Message(
        role="user", content="Call the tool report_readiness now. Say nothing."
    )
    trial = replace(request, messages=[ask], tools=[_PING], num_predict=200)
    called = False
    async for part in endpoint.chat(trial):
        called = called or bool(part.message.tool_calls)
    return called


async def _rendered(
    endpoint: Endpoint, request: ChatRequest, found: Preflight
) -> Preflight:
    """Compare prompts as the endpoint renders them."""
    system = [message for message in request.messages if message.role == "system"]
    first = [*system, ollama.Message(role="user", content=_FIRST)]
    said = ollama.Message(role="assistant", content=_REPLY)
    second = [*first, said, ollama.Message(role="user", content=_SECOND)]
    one = await endpoint.rendered(replace(request, messages=first))
    if one is None or _FIRST not in one:
        return replace(found, tools_first=not _is_tools_last(request.model))
    two = await endpoint.rendered(replace(request, messages=second)) or ""
    begun = await endpoint.rendered(replace(request, messages=[*first, said])) or ""
    shared = one[: _common_length(one, two)]
    names = [tool["function"]["name"] for tool in request.tools]
    return replace(
        found,
        shared=len(shared) / len(one),
        # In the last user message they stand before its words too, but move with it.
        tools_first=all(name in shared for name in names),
        leaves_turn_open=begun.endswith(_REPLY),
    )


def _common_length(one: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return length


def _is_tools_last(model: str) -> bool:
    """Tell whether a family is known to put the tools last."""
    return model.rsplit("/", 1)[-1].startswith(_TOOLS_LAST)
