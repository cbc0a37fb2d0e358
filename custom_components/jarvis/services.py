"""The actions: ask Jarvis, download a model, warm a model."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import probatio

from homeassistant.components.conversation import (
    DOMAIN as CONVERSATION_DOMAIN,
    ConversationResult,
    async_converse,
)
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, entity_registry as er

from .const import DOMAIN
from .errors import TurnError
from .ollama.endpoint import Endpoint
from .ollama.errors import OllamaError
from .pipeline import agent_entity_ids
from .runtime import JarvisConfigEntry, agent_of, loaded_entry
from .turn.report import TurnReport
from .turn.structured import async_structured

SERVICE_ASK = "ask"
SERVICE_PULL_MODEL = "pull_model"
SERVICE_WARM_UP = "warm_up"

ATTR_TEXT = "text"
ATTR_AGENT = "agent"
ATTR_CONVERSATION_ID = "conversation_id"
ATTR_LANGUAGE = "language"
ATTR_STRUCTURE = "structure"
ATTR_MODEL = "model"
ATTR_ENDPOINT = "endpoint"

_ASK = probatio.Schema(
    {
        probatio.Required(ATTR_TEXT): cv.string,
        probatio.Optional(ATTR_AGENT): cv.entity_domain(CONVERSATION_DOMAIN),
        probatio.Optional(ATTR_CONVERSATION_ID): cv.string,
        probatio.Optional(ATTR_LANGUAGE): cv.string,
        probatio.Optional(ATTR_STRUCTURE): dict,
    }
)
_PULL_MODEL = probatio.Schema(
    {
        probatio.Required(ATTR_MODEL): cv.string,
        probatio.Optional(ATTR_ENDPOINT): cv.string,
    }
)
_WARM_UP = probatio.Schema({})


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    hass.services.async_register(
        DOMAIN,
        SERVICE_ASK,
        _async_ask,
        schema=_ASK,
        supports_response=SupportsResponse.OPTIONAL,
    )
    hass.services.async_register(
        DOMAIN, SERVICE_PULL_MODEL, _async_pull_model, schema=_PULL_MODEL
    )
    hass.services.async_register(
        DOMAIN, SERVICE_WARM_UP, _async_warm_up, schema=_WARM_UP
    )


async def _async_ask(call: ServiceCall) -> ServiceResponse:
    """Say something to an agent; return its reply and what it did for it."""
    entry = _entry(call.hass)
    known = agent_entity_ids(call.hass, entry)
    agent_id = call.data.get(ATTR_AGENT) or next(iter(known), None)
    if agent_id not in known:
        raise _invalid("unknown_agent", agent=str(agent_id))
    into_shape = _into_shape(call, entry, agent_id)
    result, report = await _async_said(call, entry, agent_id)
    reply = result.response.speech["plain"]["speech"]
    answer: dict[str, Any] = {
        "reply": reply,
        "conversation_id": result.conversation_id,
        "understood": report.understood,
        "model": report.model,
        "error": report.error,
        "tools": report.tools,
        "actions": report.actions,
        "seconds": round(report.seconds, 3),
        "first_word": report.first_word,
    }
    if into_shape is not None:
        # An apology has no data in it.
        answer["data"] = await into_shape(reply) if report.error is None else None
    return answer


def _into_shape(
    call: ServiceCall, entry: JarvisConfigEntry, agent_id: str
) -> Callable[[str], Awaitable[Any]] | None:
    """Return what puts a reply into the shape that is wanted; None where none is.

    What makes that impossible is told before anything is done.
    """
    if (schema := call.data.get(ATTR_STRUCTURE)) is None:
        return None
    try:
        structure = probatio.from_json_schema(schema)
    except probatio.SchemaError as err:
        raise _invalid("invalid_structure", fault=str(err)) from err
    if schema.get("type", "object") != "object":
        raise _invalid("invalid_structure", fault="'type' is not object")
    identity = er.async_get(call.hass).entities[agent_id].unique_id
    agent = agent_of(entry, entry.subentries[identity])
    runtime = entry.runtime_data
    if not agent.model or not runtime.endpoints:
        raise TurnError("no_endpoint")
    return partial(
        async_structured,
        runtime,
        agent,
        question=call.data[ATTR_TEXT],
        schema=schema,
        structure=structure,
    )


async def _async_said(
    call: ServiceCall, entry: JarvisConfigEntry, agent_id: str
) -> tuple[ConversationResult, TurnReport]:
    """Say the words of a call to an agent; return what came of it."""
    reports: list[TurnReport] = []

    @callback
    def listen(report: TurnReport) -> None:
        """Keep the report of this very turn."""
        if report.context_id == call.context.id:
            reports.append(report)

    stop = entry.runtime_data.reports.listen(listen)
    try:
        result = await async_converse(
            call.hass,
            call.data[ATTR_TEXT],
            call.data.get(ATTR_CONVERSATION_ID),
            call.context,
            language=call.data.get(ATTR_LANGUAGE) or call.hass.config.language,
            agent_id=agent_id,
        )
    finally:
        stop()
    # Turns within this one, or beside it in the same automation, were told before.
    return result, reports[-1]


async def _async_pull_model(call: ServiceCall) -> None:
    """Download a model; returns when it is there."""
    entry = _entry(call.hass)
    endpoint = _endpoint(entry, call.data.get(ATTR_ENDPOINT))
    pull, task = entry.runtime_data.pulls.pull(endpoint, call.data[ATTR_MODEL])
    # Others may wait for it too: whoever gives up waiting does not end it.
    await asyncio.wait([task])
    if task.cancelled():
        raise TurnError("interrupted", endpoint=endpoint.name, model=pull.model)
    try:
        task.result()
    except OllamaError as err:
        raise TurnError.of(err) from err


async def _async_warm_up(call: ServiceCall) -> None:
    """Examine the models and have them read their prompts; returns when they have."""
    background = _entry(call.hass).runtime_data.background
    background.async_prepare()
    await background.async_prepared()
    if background.failure is not None:
        raise TurnError.of(background.failure) from background.failure


def _entry(hass: HomeAssistant) -> JarvisConfigEntry:
    """Return the entry, or say that Jarvis is not set up."""
    if (entry := loaded_entry(hass)) is None:
        raise _invalid("not_set_up")
    return entry


def _endpoint(entry: JarvisConfigEntry, name: str | None) -> Endpoint:
    """Return an endpoint by its address or host; the first one without."""
    for endpoint in entry.runtime_data.endpoints:
        if name is None or name.casefold() in (
            endpoint.name,
            endpoint.config.url.casefold(),
        ):
            return endpoint
    if name is None:
        raise TurnError("no_endpoint")
    raise _invalid("unknown_endpoint", endpoint=name)


def _invalid(key: str, **placeholders: str) -> ServiceValidationError:
    """Return a translated error about what was asked for."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=placeholders,
    )
