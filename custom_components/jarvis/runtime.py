"""What one config entry holds while it is set up."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import CONF_HOST, CONF_PORT
from homeassistant.core import HomeAssistant
from homeassistant.util.ssl import get_default_context, get_default_no_verify_context

from .agent import AgentConfig
from .const import CONF_ENDPOINTS, CONF_SPEECH_SERVERS, DOMAIN
from .ollama.endpoint import Endpoint, EndpointConfig
from .ollama.endpoints import Endpoints
from .ollama.preflight import Preflight
from .ollama.pull import Pulls
from .remembering.embedding import Embedding
from .remembering.figures import Counting
from .remembering.memory import Memory
from .remembering.second_home import SecondHome
from .remembering.upkeep import Upkeep
from .reminding.reminding import Reminding
from .reminding.timers import Timers
from .speech.server import Address
from .speech.servers import Servers
from .turn.beginning import Beginnings
from .turn.echo import Echoes
from .turn.history import Conversation
from .turn.prefix import Prefixes
from .turn.readings import Readings
from .turn.report import Reports
from .turn.spoken_house import SpokenHouse

if TYPE_CHECKING:
    from .background import Background
    from .turn.ahead import Ahead

type JarvisConfigEntry = ConfigEntry[JarvisRuntime]


@dataclass(slots=True)
class JarvisRuntime:
    """The living parts of Jarvis."""

    endpoints: Endpoints
    prefixes: Prefixes
    pulls: Pulls
    house: SpokenHouse
    memory: Memory
    counting: Counting
    background: Background = field(init=False)
    ahead: Ahead = field(init=False)
    embedding: Embedding = field(init=False)
    second_home: SecondHome = field(init=False)
    upkeep: Upkeep = field(init=False)
    reminding: Reminding = field(init=False)
    timers: Timers = field(init=False)
    speech: Servers = field(default_factory=Servers)
    reports: Reports = field(default_factory=Reports)
    echoes: Echoes = field(default_factory=Echoes)
    conversations: dict[str, Conversation] = field(default_factory=dict)
    newest: dict[str, str] = field(default_factory=dict)
    """The last conversation with each agent."""
    beginnings: Beginnings = field(default_factory=Beginnings)
    preflights: dict[tuple[str, str], Preflight] = field(default_factory=dict)
    """What is known of a model at an endpoint, by their names."""
    truncated: dict[str, str] = field(default_factory=dict)
    """The model of each agent whose prompts do not fit into its context."""
    readings: Readings = field(default_factory=Readings)
    tool_seconds: dict[str, float] = field(default_factory=dict)
    """How long each tool usually takes."""
    phrases_said: Counter[tuple[str, ...]] = field(default_factory=Counter)
    """How often one of some phrases was said that bridge a silence."""

    def preflight(self, model: str) -> Preflight | None:
        """Return what is known of a model at the endpoint that would be asked."""
        for endpoint in self.endpoints.in_order(model):
            return self.preflights.get((endpoint.name, model))
        return None


def make_endpoint(config: EndpointConfig) -> Endpoint:
    """Make the client of an endpoint with Home Assistant's own TLS contexts."""
    tls = (
        get_default_context() if config.verify_ssl else get_default_no_verify_context()
    )
    return Endpoint(config, tls)


def endpoint_configs(data: Mapping[str, Any]) -> list[EndpointConfig]:
    """Return the endpoints that an entry's data name."""
    return [EndpointConfig(**one) for one in data.get(CONF_ENDPOINTS, ())]


def speech_addresses(data: Mapping[str, Any]) -> list[Address]:
    """Return where the servers for speech are that an entry's data name."""
    return [
        Address(one[CONF_HOST], one[CONF_PORT])
        for one in data.get(CONF_SPEECH_SERVERS, ())
    ]


def speech_data(addresses: Iterable[Address]) -> list[dict[str, Any]]:
    """Return the servers for speech as an entry's data name them."""
    return [{CONF_HOST: one.host, CONF_PORT: one.port} for one in addresses]


def agents(entry: JarvisConfigEntry, subentry_type: str) -> list[AgentConfig]:
    """Return the agents of a type that an entry has by now."""
    return [
        AgentConfig.of(entry, subentry)
        for subentry in entry.subentries.values()
        if subentry.subentry_type == subentry_type
    ]


def agent_of(entry: JarvisConfigEntry, subentry: ConfigSubentry) -> AgentConfig:
    """Return an agent as it is set up by now."""
    return AgentConfig.of(entry, entry.subentries.get(subentry.subentry_id, subentry))


def loaded_entry(hass: HomeAssistant) -> JarvisConfigEntry | None:
    """Return the one entry, if it is set up."""
    entries = hass.config_entries.async_loaded_entries(DOMAIN)
    return entries[0] if entries else None
