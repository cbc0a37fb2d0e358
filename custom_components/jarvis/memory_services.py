"""The actions of the memory: remember, recall, forget, export, import, move."""

from enum import StrEnum

import probatio

from homeassistant.components.person import DOMAIN as PERSON_DOMAIN
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .memory.recall import Budget
from .memory.records import Fact
from .memory.repository import Owners, Repository
from .memory.when import Span
from .memory_access import as_dict, async_memory, not_kept, refused
from .memory_files import async_export, async_import
from .people.owner import owner_named, owners_for
from .people.rights import Rights, async_rights
from .runtime import loaded_entry
from .store.errors import StoreError
from .turn.memory.forgetting import (
    Forgetting,
    async_about,
    async_forget,
    async_with_all,
    async_within,
)
from .turn.memory.keeping import async_keep

SERVICE_REMEMBER = "remember"
SERVICE_RECALL = "recall"
SERVICE_FORGET = "forget"
SERVICE_EXPORT = "export_memory"
SERVICE_IMPORT = "import_memory"
SERVICE_MOVE = "move_memory"

ATTR_TEXT = "text"
ATTR_PERSON = "person"
ATTR_IDS = "ids"
ATTR_ABOUT = "about"
ATTR_SINCE = "since"
ATTR_UNTIL = "until"
ATTR_DRY_RUN = "dry_run"
ATTR_FILE = "file"
ATTR_TO = "to"


class Homes(StrEnum):
    """Where the memory can be moved to."""

    LOCAL = "local"
    SECOND = "second_home"


_RECALL_S = 5
_MOST = 20
_OF_SOMEBODY = {probatio.Optional(ATTR_PERSON): cv.entity_domain(PERSON_DOMAIN)}
_WITH_TEXT = probatio.Schema({probatio.Required(ATTR_TEXT): cv.string, **_OF_SOMEBODY})
_FORGET = probatio.All(
    probatio.Schema(
        {
            probatio.Exclusive(ATTR_IDS, "what"): probatio.All(
                cv.ensure_list, [cv.string]
            ),
            probatio.Exclusive(ATTR_ABOUT, "what"): cv.string,
            probatio.Optional(ATTR_SINCE): cv.datetime,
            probatio.Optional(ATTR_UNTIL): cv.datetime,
            probatio.Optional(ATTR_DRY_RUN, default=False): cv.boolean,
            **_OF_SOMEBODY,
        }
    ),
    cv.has_at_least_one_key(ATTR_IDS, ATTR_ABOUT, ATTR_SINCE),
)
_EXPORT = probatio.Schema(_OF_SOMEBODY)
_IMPORT = probatio.Schema({probatio.Required(ATTR_FILE): cv.string})
_MOVE = probatio.Schema({probatio.Required(ATTR_TO): probatio.In(list(Homes))})


@callback
def async_setup_memory_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    optional, only = SupportsResponse.OPTIONAL, SupportsResponse.ONLY
    for name, act, schema, response in (
        (SERVICE_REMEMBER, _async_remember, _WITH_TEXT, optional),
        (SERVICE_RECALL, _async_recall, _WITH_TEXT, only),
        (SERVICE_FORGET, _async_forget, _FORGET, optional),
        (SERVICE_EXPORT, _async_export, _EXPORT, optional),
        (SERVICE_IMPORT, _async_import, _IMPORT, optional),
        (SERVICE_MOVE, _async_move, _MOVE, optional),
    ):
        hass.services.async_register(
            DOMAIN, name, act, schema=schema, supports_response=response
        )


async def _async_remember(call: ServiceCall) -> ServiceResponse:
    """Keep a sentence; return its id."""
    rights = await async_rights(call.hass, call.context)
    owner = _owner(call, rights)
    if not rights.may_read(owner):
        raise refused("not_yours")
    fact = Fact(text=call.data[ATTR_TEXT], owner=owner)
    async with async_memory(call.hass) as (runtime, repository):
        kept = await async_keep(repository, fact, call.hass.config.language)
        if kept.refused is not None:
            raise not_kept(kept.refused)
        runtime.memory.async_changed(has_facts=True)
    return {"id": kept.fact.id if kept.fact else None}


async def _async_recall(call: ServiceCall) -> ServiceResponse:
    """Return what matters to some words."""
    rights = await async_rights(call.hass, call.context)
    owner = _owner(call, rights)
    if not rights.may_read(owner):
        raise refused("not_yours")
    async with async_memory(call.hass) as (runtime, _):
        recalled = await runtime.memory.async_recall(
            call.data[ATTR_TEXT],
            owners=owners_for(owner),
            language=call.hass.config.language,
            budget=Budget(items=_MOST, tokens=4000),
            deadline=_RECALL_S,
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
    """Leave no trace of some memories; return how many there were.

    A dry run returns what would go.
    """
    rights = await async_rights(call.hass, call.context)
    async with async_memory(call.hass) as (runtime, repository):
        forgetting = await _async_meant(call, rights, repository)
        gone = await async_with_all(repository, forgetting.ids, forgetting.owners)
        if not all(rights.may_delete(one.owner) for one in gone):
            raise refused("not_yours")
        if call.data[ATTR_DRY_RUN]:
            if not all(rights.may_read(one.owner) for one in gone):
                raise refused("not_yours")
            return {"forgotten": 0, "memories": [as_dict(one) for one in gone]}
        ids = [one.id for one in gone]
        count = await async_forget(call.hass, runtime, repository, Forgetting(ids))
    return {"forgotten": count}


async def _async_meant(
    call: ServiceCall, rights: Rights, repository: Repository
) -> Forgetting:
    """Return what is to be forgotten: ids, what is about something, a time."""
    owners: Owners
    if ATTR_IDS in call.data:
        known = await repository.get_many(call.data[ATTR_IDS])
        return Forgetting(list(known), {one.owner for one in known.values()})
    owner = _owner(call, rights)
    if not rights.may_delete(owner):
        raise refused("not_yours")
    # Whoever names somebody means theirs alone.
    owners = {owner} if ATTR_PERSON in call.data else set(rights.readable)
    span = _span(call)
    ids = await async_within(repository, owners, span) if span else []
    if ATTR_ABOUT in call.data:
        about = await async_about(
            repository, owners, call.data[ATTR_ABOUT], dt_util.now()
        )
        ids = [one for one in about if span is None or one in ids]
    return Forgetting(ids, owners)


async def _async_export(call: ServiceCall) -> ServiceResponse:
    """Write memories into a file; return its name and how many there are."""
    rights = await async_rights(call.hass, call.context)
    owners: Owners | None = {_owner(call, rights)}
    if ATTR_PERSON not in call.data and rights.is_admin:
        owners = None
    elif not all(rights.may_delete(owner) for owner in owners or ()):
        raise refused("not_yours")
    async with async_memory(call.hass, timeout_s=None) as (_, repository):
        path, count = await async_export(call.hass, repository, owners)
    return {ATTR_FILE: path, "lines": count}


async def _async_import(call: ServiceCall) -> ServiceResponse:
    """Keep what a file says; return how much of it was new."""
    rights = await async_rights(call.hass, call.context)
    if not rights.is_admin:
        raise refused("admins_only")
    async with async_memory(call.hass, timeout_s=None) as (runtime, repository):
        done = await async_import(call.hass, repository, call.data[ATTR_FILE])
        runtime.memory.async_changed(has_facts=bool(done.facts))
    return {"turns": done.turns, "facts": done.facts, "known": done.known}


async def _async_move(call: ServiceCall) -> ServiceResponse:
    """Bring the memory from one home to the other; return what is in both."""
    rights = await async_rights(call.hass, call.context)
    if not rights.is_admin:
        raise refused("admins_only")
    if (entry := loaded_entry(call.hass)) is None:
        raise refused("not_set_up")
    home = entry.runtime_data.second_home
    is_in = call.data[ATTR_TO] == Homes.SECOND
    try:
        verified = await (home.async_move_in() if is_in else home.async_move_out())
    except StoreError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="second_home_failed",
            translation_placeholders={"why": str(err)},
        ) from err
    if verified is None:
        raise refused("no_second_home")
    return {
        "turns": verified.turns,
        "facts": verified.facts,
        "merged": verified.merged,
        "missing": len(verified.missing),
        "different": len(verified.different),
        "complete": verified.is_complete,
    }


def _owner(call: ServiceCall, rights: Rights) -> str | None:
    """Return whose memory is meant."""
    entity_id = call.data.get(ATTR_PERSON)
    if entity_id is None:
        return rights.owner
    owner = owner_named(call.hass, entity_id)
    if owner is None:
        raise refused("unknown_person", person=entity_id)
    return owner


def _span(call: ServiceCall) -> Span | None:
    """Return the time that is meant; without an end it ends now."""
    if ATTR_SINCE not in call.data:
        return None
    since, until = call.data[ATTR_SINCE], call.data.get(ATTR_UNTIL, dt_util.now())
    zone = dt_util.get_default_time_zone()
    return Span(
        *(one if one.tzinfo else one.replace(tzinfo=zone) for one in (since, until))
    )
