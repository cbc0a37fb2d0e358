"""What one config entry holds while it is set up."""

from dataclasses import dataclass, field

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.util.ssl import get_default_context, get_default_no_verify_context

from .const import (
    CONF_ENDPOINTS,
    CONF_HISTORY_TOKENS,
    CONF_KEEP_ALIVE,
    CONF_LLM_HASS_API,
    CONF_MODEL,
    CONF_NUM_CTX,
    CONF_PREFER_LOCAL,
    CONF_PROMPT,
    CONF_THINK,
    DEFAULT_HISTORY_TOKENS,
    DEFAULT_NUM_CTX,
    KEEP_ALIVE_FOREVER,
)
from .ollama.endpoint import Endpoint, EndpointConfig
from .ollama.endpoints import Endpoints
from .turn.history import Conversation
from .turn.prompt import DEFAULT_PERSONA

type JarvisConfigEntry = ConfigEntry[JarvisRuntime]


@dataclass(slots=True)
class JarvisRuntime:
    """The living parts of Jarvis."""

    endpoints: Endpoints
    conversations: dict[str, Conversation] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AgentConfig:
    """An agent as its owner set it up."""

    model: str | None
    """None where there is no language model yet."""
    persona: str
    apis: tuple[str, ...]
    prefer_local: bool
    think: str
    num_ctx: int
    keep_alive: int
    history_tokens: int

    @classmethod
    def of(cls, subentry: ConfigSubentry) -> AgentConfig:
        """Read a subentry; what it lacks is the default."""
        data = subentry.data
        return cls(
            model=data.get(CONF_MODEL) or None,
            persona=data.get(CONF_PROMPT) or DEFAULT_PERSONA,
            apis=tuple(data.get(CONF_LLM_HASS_API, ())),
            prefer_local=data.get(CONF_PREFER_LOCAL, True),
            think=data.get(CONF_THINK, "off"),
            num_ctx=int(data.get(CONF_NUM_CTX, DEFAULT_NUM_CTX)),
            keep_alive=int(data.get(CONF_KEEP_ALIVE, KEEP_ALIVE_FOREVER)),
            history_tokens=int(data.get(CONF_HISTORY_TOKENS, DEFAULT_HISTORY_TOKENS)),
        )


def make_endpoint(config: EndpointConfig) -> Endpoint:
    """Make the client of an endpoint with Home Assistant's own TLS contexts."""
    tls = (
        get_default_context() if config.verify_ssl else get_default_no_verify_context()
    )
    return Endpoint(config, tls)


def make_runtime(entry: JarvisConfigEntry) -> JarvisRuntime:
    """Make the living parts that an entry describes."""
    return JarvisRuntime(
        Endpoints(
            [
                make_endpoint(EndpointConfig(**data))
                for data in entry.data.get(CONF_ENDPOINTS, ())
            ]
        )
    )
