"""What the card asks of the memory: list, search, edit, delete, and what changes.

Everybody sees and changes their own memories and the household's. An administrator may
also delete somebody else's, by their ids, but not read them (`people/rights.py`).
"""

from dataclasses import asdict, replace
from typing import Any

import probatio

from homeassistant.components import websocket_api
from homeassistant.components.person import DOMAIN as PERSON_DOMAIN
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv

from .memory.recall import Budget
from .memory.records import Fact, Item, Origin, new_id, now
from .memory.repository import Owners
from .memory_access import as_dict, async_memory, not_kept, refused
from .people.owner import owner_named
from .people.rights import Rights, rights_of
from .turn.memory.forgetting import Forgetting, async_forget, async_with_all
from .turn.memory.keeping import async_supersede

_PAGE = 50
_MOST = 200
_FOUND = Budget(items=_PAGE, tokens=20_000)
_SEARCH_S = 5

type Message = dict[str, Any]
type Schema = dict[str | probatio.Marker, Any]

_OF_SOMEBODY: Schema = {probatio.Optional("person"): cv.entity_domain(PERSON_DOMAIN)}
_PAGED: Schema = {
    probatio.Optional("limit", default=_PAGE): probatio.All(
        int, probatio.Range(min=1, max=_MOST)
    ),
    probatio.Optional("offset", default=0): probatio.All(int, probatio.Range(min=0)),
}


@callback
def async_setup_memory_websocket(hass: HomeAssistant) -> None:
    """Register the commands."""
    for command in (_list, _search, _history, _edit, _delete, _counts, _subscribe):
        websocket_api.async_register_command(hass, command)


@websocket_api.websocket_command(
    {
        probatio.Required("type"): "jarvis/memory/list",
        probatio.Optional("kind", default=Item.FACT): probatio.In(list(Item)),
        probatio.Optional("past", default=False): bool,
        probatio.Optional("text"): str,
        **_PAGED,
        **_OF_SOMEBODY,
    }
)
@websocket_api.async_response
async def _list(
    hass: HomeAssistant, connection: ActiveConnection, msg: Message
) -> None:
    """Send a page of facts or turns, the newest first, and whether there are more."""
    owners = _readable(hass, connection, msg)
    page = {"limit": msg["limit"] + 1, "offset": msg["offset"]}
    async with async_memory(hass) as (_, repository):
        if msg["kind"] == Item.TURN:
            found = [as_dict(one) for one in await repository.turns(owners, **page)]
        else:
            facts = await repository.facts(
                owners, include_past=msg["past"], text=msg.get("text"), **page
            )
            found = [as_dict(one) for one in facts]
    more = len(found) > msg["limit"]
    connection.send_result(msg["id"], {"memories": found[: msg["limit"]], "more": more})


@websocket_api.websocket_command(
    {
        probatio.Required("type"): "jarvis/memory/search",
        probatio.Required("text"): str,
        **_OF_SOMEBODY,
    }
)
@websocket_api.async_response
async def _search(
    hass: HomeAssistant, connection: ActiveConnection, msg: Message
) -> None:
    """Send what matters to some words, the best first, and why."""
    owners = _readable(hass, connection, msg)
    async with async_memory(hass) as (runtime, _):
        recalled = await runtime.memory.async_recall(
            msg["text"],
            owners=owners,
            language=hass.config.language,
            budget=_FOUND,
            deadline=_SEARCH_S,
        )
    connection.send_result(
        msg["id"],
        {
            "memories": [
                {**as_dict(one.record), "score": one.score, "why": dict(one.why)}
                for one in recalled.items
            ]
        },
    )


@websocket_api.websocket_command(
    {
        probatio.Required("type"): "jarvis/memory/history",
        probatio.Required("memory_id"): str,
    }
)
@websocket_api.async_response
async def _history(
    hass: HomeAssistant, connection: ActiveConnection, msg: Message
) -> None:
    """Send a fact and all that it superseded, the newest first."""
    rights = rights_of(hass, connection.user)
    async with async_memory(hass) as (_, repository):
        chain = await repository.forgotten_with([msg["memory_id"]])
    facts = [one for one in chain if isinstance(one, Fact)]
    if not all(rights.may_read(one.owner) for one in facts):
        raise refused("not_yours")
    facts.sort(key=lambda one: one.created_at, reverse=True)
    connection.send_result(msg["id"], {"memories": [as_dict(one) for one in facts]})


@websocket_api.websocket_command(
    {
        probatio.Required("type"): "jarvis/memory/edit",
        probatio.Required("memory_id"): str,
        probatio.Required("text"): probatio.All(
            str, str.strip, probatio.Length(min=1, max=2000)
        ),
    }
)
@websocket_api.async_response
async def _edit(
    hass: HomeAssistant, connection: ActiveConnection, msg: Message
) -> None:
    """Let another sentence stand in the place of a fact, which becomes the past."""
    rights = rights_of(hass, connection.user)
    async with async_memory(hass) as (runtime, repository):
        old = await repository.fact(msg["memory_id"])
        # Whether it is there at all is nobody else's to know.
        if old is None or not rights.may_read(old.owner):
            raise refused("unknown_memory")
        new = replace(
            old,
            id=new_id(),
            text=msg["text"],
            origin=Origin.SAID,
            confidence=1.0,
            valid_from=None,
            valid_to=None,
            source_turn=None,
            superseded_by=None,
            created_at=now(),
        )
        kept = await async_supersede(repository, old, new)
        if kept.fact is None:
            raise not_kept(kept.refused)
        runtime.memory.async_changed(has_facts=True)
    connection.send_result(msg["id"], as_dict(kept.fact))


@websocket_api.websocket_command(
    {
        probatio.Required("type"): "jarvis/memory/delete",
        probatio.Required("memory_ids"): [str],
        probatio.Optional("dry_run", default=False): bool,
    }
)
@websocket_api.async_response
async def _delete(
    hass: HomeAssistant, connection: ActiveConnection, msg: Message
) -> None:
    """Leave no trace of some memories; a dry run sends what would go."""
    rights = rights_of(hass, connection.user)
    async with async_memory(hass) as (runtime, repository):
        known = await repository.get_many(msg["memory_ids"])
        owners = {one.owner for one in known.values()}
        gone = await async_with_all(repository, list(known), owners)
        may = rights.may_read if msg["dry_run"] else rights.may_delete
        if not all(may(one.owner) for one in gone):
            raise refused("not_yours")
        result: dict[str, Any]
        if msg["dry_run"]:
            result = {"memories": [as_dict(one) for one in gone]}
        else:
            ids = [one.id for one in gone]
            count = await async_forget(hass, runtime, repository, Forgetting(ids))
            result = {"forgotten": count}
    connection.send_result(msg["id"], result)


@websocket_api.websocket_command(
    {probatio.Required("type"): "jarvis/memory/counts", **_OF_SOMEBODY}
)
@websocket_api.async_response
async def _counts(
    hass: HomeAssistant, connection: ActiveConnection, msg: Message
) -> None:
    """Send how much is remembered."""
    owners = _readable(hass, connection, msg)
    async with async_memory(hass) as (_, repository):
        counts = asdict(await repository.counts(owners))
    counts.pop("vectors")
    connection.send_result(msg["id"], counts)


@websocket_api.websocket_command({probatio.Required("type"): "jarvis/memory/subscribe"})
@websocket_api.async_response
async def _subscribe(
    hass: HomeAssistant, connection: ActiveConnection, msg: Message
) -> None:
    """Send a sign, without any words, whenever something changes."""
    async with async_memory(hass) as (runtime, _):

        @callback
        def changed() -> None:
            connection.send_event(msg["id"], {"changed": True})

        connection.subscriptions[msg["id"]] = runtime.memory.listen(changed)
    connection.send_result(msg["id"])


def _readable(
    hass: HomeAssistant, connection: ActiveConnection, msg: Message
) -> Owners:
    """Return whose memories are asked for, if the user may read them."""
    rights: Rights = rights_of(hass, connection.user)
    entity_id = msg.get("person")
    if entity_id is None:
        return rights.readable
    owner = owner_named(hass, entity_id)
    if owner is None:
        raise refused("unknown_person", person=entity_id)
    if not rights.may_read(owner):
        raise refused("not_yours")
    return (owner,)
