"""The everyday model, asked beside the talk: learning needs one, people come first."""

import ollama

from .agent import AgentConfig, Role
from .const import SUBENTRY_CONVERSATION
from .memory.learning.extract import Prompt
from .ollama.endpoint import ChatRequest
from .ollama.models import think_value
from .runtime import JarvisConfigEntry, agents

_MOST_TOKENS = 2_048
"""Room for what some models think aloud although they are told not to."""


class EverydayModel:
    """The model of the first agent that remembers: it is in memory already."""

    def __init__(self, entry: JarvisConfigEntry) -> None:
        """Take the entry, whose agents may change."""
        self._entry = entry

    @property
    def is_there(self) -> bool:
        """Tell whether there is one, and an endpoint that may have it."""
        return self._agent is not None and bool(self._entry.runtime_data.endpoints)

    async def ask(self, prompt: Prompt) -> str | None:
        """Return its answer; None where a person came. Raises `OllamaError`."""
        agent = self._agent
        if agent is None or agent.model is None:
            return None
        runtime = self._entry.runtime_data
        found = runtime.preflight(agent.model)
        answer = await runtime.endpoints.in_background(
            ChatRequest(
                model=agent.model,
                messages=[
                    ollama.Message(role="system", content=prompt.system),
                    ollama.Message(role="user", content=prompt.user),
                ],
                # Quick and small: what is thought aloud is not learned from.
                think=think_value(
                    agent.model, "off", found.capabilities if found else None
                ),
                # Another context would have it loaded anew.
                num_ctx=agent.num_ctx_of(Role.HOME),
                keep_alive=agent.keep_alive,
                num_predict=_MOST_TOKENS,
                format=prompt.schema,
            )
        )
        return None if answer is None else answer.text

    def rewarm(self) -> None:
        """Have it read again what people's prompts begin with."""
        if (agent := self._agent) is not None:
            self._entry.runtime_data.background.async_warm(agent)

    @property
    def _agent(self) -> AgentConfig | None:
        configured = agents(self._entry, SUBENTRY_CONVERSATION)
        return next((one for one in configured if one.model and one.remember), None)
