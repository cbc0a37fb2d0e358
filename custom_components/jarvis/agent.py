"""An agent as its owner set it up: which models, which tools, how much context."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from homeassistant.config_entries import ConfigEntry, ConfigSubentry

from .const import (
    CONF_CODE_MODEL,
    CONF_HISTORY_TOKENS,
    CONF_KEEP_ALIVE,
    CONF_LLM_HASS_API,
    CONF_MODEL,
    CONF_NUM_CTX,
    CONF_PREFER_LOCAL,
    CONF_PROMPT,
    CONF_REASONING_MODEL,
    CONF_REMEMBER,
    CONF_THINK,
    CONF_VISION_MODEL,
    DEFAULT_HISTORY_TOKENS,
    DEFAULT_NUM_CTX,
    KEEP_ALIVE_FOREVER,
)
from .ollama.endpoint import Think
from .ollama.models import same_model, think_value

DEFAULT_PERSONA = (
    "You are Jarvis, the voice assistant of this home. You are calm, brief and "
    "friendly, with a touch of dry wit."
)


class Role(StrEnum):
    """What a model is asked for."""

    HOME = "home"
    """Everyday turns: fast."""
    REASONING = "reasoning"
    """Hard questions: large, and slow."""
    CODE = "code"
    VISION = "vision"


_CONF_OF_ROLE = {
    Role.HOME: CONF_MODEL,
    Role.REASONING: CONF_REASONING_MODEL,
    Role.CODE: CONF_CODE_MODEL,
    Role.VISION: CONF_VISION_MODEL,
}


@dataclass(frozen=True, slots=True)
class AgentConfig:
    """The settings of an agent."""

    subentry_id: str
    models: dict[Role, str]
    """The model of each role that has one of its own."""
    persona: str
    apis: tuple[str, ...]
    prefer_local: bool
    remember: bool
    """Whether what is said to it is kept, recalled and told to its model."""
    think: str
    contexts: dict[Role, int]
    """Tokens that the model of each role is loaded with."""
    keep_alive: int
    history_tokens: int

    @classmethod
    def of(cls, entry: ConfigEntry, subentry: ConfigSubentry) -> AgentConfig:
        """Read a subentry; what it lacks is the default."""
        data = subentry.data
        models = {
            role: data[key] for role, key in _CONF_OF_ROLE.items() if data.get(key)
        }
        return cls(
            subentry_id=subentry.subentry_id,
            models=models,
            persona=data.get(CONF_PROMPT) or DEFAULT_PERSONA,
            apis=tuple(data.get(CONF_LLM_HASS_API, ())),
            prefer_local=data.get(CONF_PREFER_LOCAL, True),
            remember=data.get(CONF_REMEMBER, True),
            think=data.get(CONF_THINK, "off"),
            contexts={role: _num_ctx(entry, model) for role, model in models.items()},
            keep_alive=int(data.get(CONF_KEEP_ALIVE, KEEP_ALIVE_FOREVER)),
            history_tokens=int(data.get(CONF_HISTORY_TOKENS, DEFAULT_HISTORY_TOKENS)),
        )

    @property
    def model(self) -> str | None:
        """The model of everyday turns; None where there is none yet."""
        return self.models.get(Role.HOME)

    def model_of(self, role: Role) -> str:
        """Return the model of a role: its own, or that of everyday turns."""
        return self.models.get(role) or self.model or ""

    @property
    def num_ctx(self) -> int:
        """The context of everyday turns."""
        return self.contexts.get(Role.HOME, DEFAULT_NUM_CTX)

    def num_ctx_of(self, role: Role) -> int:
        """Return the context of a role's model: constant for each model."""
        return self.contexts.get(role, self.num_ctx)

    def has_own(self, role: Role) -> bool:
        """Tell whether a role has another model than everyday turns."""
        own = self.models.get(role)
        return bool(own and self.model and not same_model(own, self.model))

    def think_of(self, role: Role, capabilities: Collection[str] | None) -> Think:
        """Return what to send as `think`: constant for each model.

        The reasoning model thinks; other models as the owner has set it.
        """
        setting = self.think
        if role is Role.REASONING and self.has_own(role) and setting == "off":
            setting = "on"
        return think_value(self.model_of(role), setting, capabilities)


def _num_ctx(entry: ConfigEntry, model: str) -> int:
    """Return the context of a model: the largest that any agent wants who uses it.

    Two values for one model would make Ollama load it anew at each change.
    """
    return max(
        (
            int(subentry.data.get(CONF_NUM_CTX, DEFAULT_NUM_CTX))
            for subentry in entry.subentries.values()
            if any(
                same_model(subentry.data.get(key) or "", model)
                for key in _CONF_OF_ROLE.values()
            )
        ),
        default=DEFAULT_NUM_CTX,
    )
