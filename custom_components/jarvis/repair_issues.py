"""What preflight found wrong, as repairs that say how to mend it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
import time

from homeassistant.components.assist_pipeline.pipeline import async_get_pipelines
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .agent import AgentConfig, Role
from .const import DOMAIN, SUBENTRY_AI_TASK
from .ollama.endpoints import holds
from .ollama.models import same_model
from .pipeline import agent_entity_ids
from .runtime import JarvisConfigEntry, agents
from .turn.tokens import estimated_bytes

REPLY_TOKENS = 512
"""Tokens that a reply and its tool results should find room for."""
_PREFIX = "found_"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong, and what its repair has to know."""

    key: str
    """Of the translations' `issues`."""
    subject: str
    """What it is about: makes the repair's id unique."""
    placeholders: dict[str, str] = field(default_factory=dict)
    fix: dict[str, str | int | float | None] | None = None
    """What the fix flow gets; None where only the owner can mend it."""


@callback
def async_show_findings(
    hass: HomeAssistant, entry: JarvisConfigEntry, configured: Sequence[AgentConfig]
) -> None:
    """Show a repair for everything that is wrong now, and none for what is mended."""
    found = {
        f"{_PREFIX}{finding.key}_{finding.subject}": finding
        for finding in (
            *(one for agent in configured for one in _of_agent(entry, agent)),
            *_of_pipelines(hass, entry),
            *_of_tasks(entry),
            *_of_embedding(entry),
            *_of_speech(entry),
        )
    }
    _forget_all_but(hass, found)
    for issue_id, finding in found.items():
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue_id,
            data=finding.fix,
            is_fixable=finding.fix is not None,
            severity=ir.IssueSeverity.WARNING,
            translation_key=finding.key,
            translation_placeholders=finding.placeholders,
        )


@callback
def async_forget_findings(hass: HomeAssistant) -> None:
    """Show no repair any more: Jarvis is gone."""
    _forget_all_but(hass, ())


def _forget_all_but(hass: HomeAssistant, found: Collection[str]) -> None:
    """Take back the repairs that are not among those to be shown."""
    for domain, issue_id in list(ir.async_get(hass).issues):
        if domain == DOMAIN and issue_id.startswith(_PREFIX) and issue_id not in found:
            ir.async_delete_issue(hass, DOMAIN, issue_id)


def _of_agent(entry: JarvisConfigEntry, agent: AgentConfig) -> Iterator[Finding]:
    """Look at an agent's models where they would be asked."""
    runtime = entry.runtime_data
    for role in (Role.HOME, *(role for role in Role if agent.has_own(role))):
        model = agent.model_of(role)
        found = runtime.preflight(model)
        if found is None:
            continue
        names = {"model": model, "endpoint": found.endpoint}
        if found.missing:
            yield Finding(
                "model_missing",
                f"{agent.subentry_id}_{role}",
                names,
                {"model": model, "endpoint": found.endpoint},
            )
        elif role is Role.HOME and agent.apis and not found.can_use_tools:
            yield Finding("model_without_tools", agent.subentry_id, names)
        elif role is Role.HOME and agent.apis and found.calls_tools is False:
            yield Finding("model_calls_no_tools", agent.subentry_id, names)
        yield from _of_memory(entry, agent, model)
        yield from _of_others(entry, agent, model, role)
    if cut := runtime.truncated.get(agent.subentry_id):
        role = next((role for role in Role if agent.model_of(role) == cut), Role.HOME)
        yield Finding(
            "context_truncated",
            agent.subentry_id,
            {"model": cut, "num_ctx": str(agent.num_ctx_of(role))},
        )
    if agent.model:
        yield from _of_context(entry, agent)


def _of_memory(
    entry: JarvisConfigEntry, agent: AgentConfig, model: str
) -> Iterator[Finding]:
    """See whether a model only partly fits the graphics card."""
    endpoints = entry.runtime_data.endpoints
    for endpoint in endpoints.in_order(model)[:1]:
        for loaded in endpoints.health(endpoint).loaded:
            if same_model(loaded.name, model) and loaded.is_split:
                yield Finding(
                    "model_split",
                    f"{agent.subentry_id}_{model}",
                    {
                        "model": model,
                        "endpoint": endpoint.name,
                        "share": str(round(100 * loaded.in_graphics / loaded.size)),
                    },
                )


def _of_others(
    entry: JarvisConfigEntry, agent: AgentConfig, model: str, role: Role
) -> Iterator[Finding]:
    """See whether another client loads a model with its own context again and again."""
    endpoints = entry.runtime_data.endpoints
    num_ctx = agent.num_ctx_of(role)
    for endpoint in endpoints.in_order(model)[:1]:
        other = endpoints.contexts.seen(time.monotonic()).get((endpoint.name, model))
        if other and other.is_habit and other.context != num_ctx:
            yield Finding(
                "context_of_others",
                f"{agent.subentry_id}_{model}",
                {
                    "model": model,
                    "endpoint": endpoint.name,
                    "num_ctx": str(num_ctx),
                    "other": str(other.context),
                },
            )


def _of_context(entry: JarvisConfigEntry, agent: AgentConfig) -> Iterator[Finding]:
    """See whether the prompt leaves room for the history and a reply."""
    prefix = entry.runtime_data.prefixes.newest(agent)
    if prefix is None:
        return
    needed = estimated_bytes(prefix.length) + agent.history_tokens + REPLY_TOKENS
    num_ctx = agent.num_ctx_of(Role.HOME)
    if needed > num_ctx:
        yield Finding(
            "context_small",
            agent.subentry_id,
            {
                "model": agent.model or "",
                "num_ctx": str(num_ctx),
                "needed": str(needed),
            },
        )


def _of_tasks(entry: JarvisConfigEntry) -> Iterator[Finding]:
    """See whether the models of tasks are where they would be asked."""
    endpoints = entry.runtime_data.endpoints
    for agent in agents(entry, SUBENTRY_AI_TASK):
        for role, model in agent.models.items():
            for endpoint in endpoints.in_order(model)[:1]:
                if not holds(endpoints.health(endpoint), model):
                    names = {"model": model, "endpoint": endpoint.name}
                    subject = f"{agent.subentry_id}_{role}"
                    yield Finding("model_missing", subject, names, dict(names))


def _of_embedding(entry: JarvisConfigEntry) -> Iterator[Finding]:
    """See whether the model is anywhere that the memory is to be embedded with."""
    embedding, endpoints = entry.runtime_data.embedding, entry.runtime_data.endpoints
    model = embedding.chosen
    if model is None or not embedding.is_missing:
        return
    for endpoint in endpoints.in_order(model)[:1]:
        names = {"model": model, "endpoint": endpoint.name}
        yield Finding("model_missing", "embedding", names, dict(names))


def _of_speech(entry: JarvisConfigEntry) -> Iterator[Finding]:
    """Find servers for speech that do not come back."""
    servers = entry.runtime_data.speech
    for server in servers:
        if servers.health(server).lost:
            names = {"server": server.name}
            yield Finding("speech_server_lost", server.name, names)


def _of_pipelines(hass: HomeAssistant, entry: JarvisConfigEntry) -> Iterator[Finding]:
    """Find pipelines that run Home Assistant's sentences before Jarvis can."""
    agents = set(agent_entity_ids(hass, entry))
    for pipeline in async_get_pipelines(hass):
        if pipeline.conversation_engine in agents and pipeline.prefer_local_intents:
            yield Finding(
                "pipeline_prefers_local",
                pipeline.id,
                {"pipeline": pipeline.name},
                {"pipeline": pipeline.id},
            )
