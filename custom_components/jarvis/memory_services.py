"""The actions of the memory: remember, recall, forget."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import probatio

from homeassistant.components.person import DOMAIN as PERSON_DOMAIN
from homeassistant.const import ATTR_ID
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv

from .const import DOMAIN
from .memory.recall import Budget
from .memory.records import Fact
from .memory.repository import Repository
from .people.owner import owner_of, owners_for
from .remembering.memory import Memory
from .runtime import loaded_entry
from .store.errors import StoreError

SERVICE_REMEMBER = "remember"
SERVICE_RECALL = "recall"
SERVICE_FORGET = "forget"

ATTR_TEXT = "text"
ATTR_PERSON = "person"
ATTR_IDS = "ids"

_TIMEOUT = 10
"""Seconds until a disk that does not answer is given up."""
_MOST = 20
_OF_SOMEBODY = {probatio.Optional(ATTR_PERSON): cv.entity_domain(PERSON_DOMAIN)}
_WITH_TEXT = probatio.Schema({probatio.Required(ATTR_TEXT): cv.string, **_OF_SOMEBODY})
_FORGET = probatio.Schema(
    {probatio.Required(ATTR_IDS): probatio.All(cv.ensure_list, [cv.string])}
)


@callback
def async_setup_memory_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    register = hass.services.async_register
    register(
        DOMAIN,
        SERVICE_REMEMBER,
        _async_remember,
        schema=_WITH_TEXT,
        supports_response=SupportsResponse.OPTIONAL,
    )
    register(
        DOMAIN,
        SERVICE_RECALL,
        _async_recall,
        schema=_WITH_TEXT,
        supports_response=SupportsResponse.ONLY,
    )
    register(
        DOMAIN,
        SERVICE_FORGET,
        _async_forget,
        schema=_FORGET,
        supports_response=SupportsResponse.OPTIONAL,
    )


async def _async_remember(call: ServiceCall) -> ServiceResponse:
    """Keep a sentence; return its id."""
    owner = await _async_owner(call)
    async with _memory(call.hass) as (memory, repository):
        fact = await repository.add_fact(
            Fact(text=call.data[ATTR_TEXT], owner=owner), force=True
        )
        memory.async_changed(has_facts=True)
    return {"id": fact.id}


async def _async_recall(call: ServiceCall) -> ServiceResponse:
    """Return what matters to some words."""
    owner = await _async_owner(call)
    async with _memory(call.hass) as (memory, _):
        recalled = await memory.async_recall(
            call.data[ATTR_TEXT],
            owners=owners_for(owner),
            language=call.hass.config.language,
            budget=Budget(items=_MOST, tokens=4000),
            deadline=_TIMEOUT,
        )
    return {
        "memories": [
            {
                "id": one.id,
                "kind": one.item.value,
                "text": one.text,
                "when": one.when.isoformat(),
                "score": round(one.score, 3),
            }
            for one in recalled.items
        ]
    }


async def _async_forget(call: ServiceCall) -> ServiceResponse:
    """Leave no trace of some memories; return how many there were."""
    ids = call.data[ATTR_IDS]
    async with _memory(call.hass) as (memory, repository):
        known = await repository.get_many(ids)
        own = await _async_own(call)
        if own is not None and any(one.owner not in own for one in known.values()):
            raise _refused()
        count = await repository.forget(list(known))
        memory.async_changed()
    return {"forgotten": count}


@asynccontextmanager
async def _memory(hass: HomeAssistant) -> AsyncGenerator[tuple[Memory, Repository]]:
    """Give the memory and its home; what is wrong with it is told."""
    entry = loaded_entry(hass)
    if entry is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="not_set_up"
        )
    memory = entry.runtime_data.memory
    if memory.repository is None:
        raise _unavailable()
    try:
        async with asyncio.timeout(_TIMEOUT):
            yield memory, memory.repository
    except (StoreError, TimeoutError) as err:
        memory.async_fail(err)
        raise _unavailable() from err


async def _async_owner(call: ServiceCall) -> str | None:
    """Return whose memory is meant, if the caller may ask for it."""
    entity_id = call.data.get(ATTR_PERSON)
    if entity_id is None:
        return owner_of(call.hass, call.context.user_id)
    state = call.hass.states.get(entity_id)
    if state is None or ATTR_ID not in state.attributes:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="unknown_person",
            translation_placeholders={"person": entity_id},
        )
    owner: str = state.attributes[ATTR_ID]
    own = await _async_own(call)
    if own is not None and owner not in own:
        raise _refused()
    return owner


async def _async_own(call: ServiceCall) -> tuple[str | None, ...] | None:
    """Return whose memories the caller may touch; None is everybody's.

    An automation has no user: its owner wrote it.
    """
    if call.context.user_id is None:
        return None
    user = await call.hass.auth.async_get_user(call.context.user_id)
    if user is not None and user.is_admin:
        return None
    return owners_for(owner_of(call.hass, call.context.user_id))


def _refused() -> ServiceValidationError:
    """Say that these are somebody else's memories."""
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key="not_yours"
    )


def _unavailable() -> HomeAssistantError:
    """Say that the memory cannot be used."""
    return HomeAssistantError(
        translation_domain=DOMAIN, translation_key="memory_unavailable"
    )
