"""The actions of the reminders: remind, snooze, list, cancel."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import probatio

from homeassistant.components.person import DOMAIN as PERSON_DOMAIN
from homeassistant.components.zone import DOMAIN as ZONE_DOMAIN, ENTITY_ID_HOME
from homeassistant.const import ATTR_ENTITY_ID, STATE_HOME
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .errors import TurnError
from .people.owner import owner_named
from .people.rights import Rights, async_rights
from .reminder_access import as_dict, async_reminding, async_timed, is_theirs, refused
from .reminders.book import OPEN
from .reminders.records import EVERYONE, Edge, Kind, Reminder, State, Trigger
from .reminders.timing import Timed, timed
from .reminders.when.results import Grain, Moment, Recurrence
from .reminders.when.told import told
from .reminding.reminding import Reminding
from .runtime import loaded_entry
from .turn.reminders.awaited import async_waiter, look_up_alone
from .turn.reminders.waiter import Cannot, Which, Whose

SERVICE_REMIND = "remind"
SERVICE_SNOOZE = "snooze"
SERVICE_LIST = "list_reminders"
SERVICE_CANCEL = "cancel_reminder"

ATTR_TEXT = "text"
ATTR_WHEN = "when"
ATTR_RULE = "rule"
ATTR_PERSON = "person"
ATTR_EVERYONE = "everyone"
ATTR_ZONE = "zone"
ATTR_STATE = "state"
ATTR_LEAVING = "leaving"
ATTR_COMMAND = "command"
ATTR_IDS = "ids"
ATTR_ID = "id"
ATTR_SINCE = "since"
ATTR_UNTIL = "until"
ATTR_ENDED = "ended"

_SNOOZED_FOR = timedelta(minutes=10)
_OF_SOMEBODY = {probatio.Optional(ATTR_PERSON): cv.entity_domain(PERSON_DOMAIN)}
_REMIND = probatio.All(
    probatio.Schema(
        {
            probatio.Required(ATTR_TEXT): cv.string,
            probatio.Exclusive(ATTR_WHEN, "when"): cv.string,
            probatio.Exclusive(ATTR_ENTITY_ID, "when"): cv.entity_id,
            probatio.Exclusive(ATTR_STATE, "state"): cv.string,
            probatio.Exclusive(ATTR_ZONE, "state"): cv.entity_domain(ZONE_DOMAIN),
            probatio.Optional(ATTR_RULE): cv.string,
            probatio.Optional(ATTR_LEAVING, default=False): cv.boolean,
            probatio.Optional(ATTR_EVERYONE, default=False): cv.boolean,
            probatio.Optional(ATTR_COMMAND, default=False): cv.boolean,
            **_OF_SOMEBODY,
        }
    ),
    cv.has_at_least_one_key(ATTR_WHEN, ATTR_ENTITY_ID),
)
_SNOOZE = probatio.Schema(
    {
        probatio.Required(ATTR_ID): cv.string,
        probatio.Optional(ATTR_WHEN): cv.string,
    }
)
_LIST = probatio.Schema(
    {
        probatio.Optional(ATTR_TEXT): cv.string,
        probatio.Optional(ATTR_SINCE): cv.datetime,
        probatio.Optional(ATTR_UNTIL): cv.datetime,
        probatio.Optional(ATTR_ENDED, default=False): cv.boolean,
        **_OF_SOMEBODY,
    }
)
_CANCEL = probatio.All(
    probatio.Schema(
        {
            probatio.Exclusive(ATTR_IDS, "what"): probatio.All(
                cv.ensure_list, [cv.string]
            ),
            probatio.Exclusive(ATTR_TEXT, "what"): cv.string,
        }
    ),
    cv.has_at_least_one_key(ATTR_IDS, ATTR_TEXT),
)


@callback
def async_setup_reminder_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    optional, only = SupportsResponse.OPTIONAL, SupportsResponse.ONLY
    for name, act, schema, response in (
        (SERVICE_REMIND, _async_remind, _REMIND, optional),
        (SERVICE_SNOOZE, _async_snooze, _SNOOZE, optional),
        (SERVICE_LIST, _async_list, _LIST, only),
        (SERVICE_CANCEL, _async_cancel, _CANCEL, optional),
    ):
        hass.services.async_register(
            DOMAIN, name, act, schema=schema, supports_response=response
        )


async def _async_remind(call: ServiceCall) -> ServiceResponse:
    """Write a reminder down; return it."""
    hass = call.hass
    rights = await async_rights(hass, call.context)
    if rights.is_nobody:
        raise refused("not_yours")
    when: Timed | dict[str, Any]
    if ATTR_WHEN not in call.data:
        when = {"trigger": _trigger(call)}
    elif event := await _async_event(call, rights):
        when = {"trigger": event}
    else:
        when = await _async_when(call)
    is_command = call.data[ATTR_COMMAND]
    reminder = Reminder(
        what=call.data[ATTR_TEXT],
        kind=Kind.COMMAND if is_command else Kind.REMINDER,
        owner=rights.owner,
        whom=_whom(call),
        language=hass.config.language,
        user_id=call.context.user_id,
        **when,
    )
    async with async_reminding(hass) as reminding:
        kept = await reminding.async_add(reminder)
    return as_dict(kept, dt_util.now(), hass.config.language)


async def _async_snooze(call: ServiceCall) -> ServiceResponse:
    """Put a reminder off, for ten minutes unless it is said until when."""
    rights = await async_rights(call.hass, call.context)
    until = dt_util.utcnow() + _SNOOZED_FOR
    if ATTR_WHEN in call.data:
        until = (await _async_when(call))["due"]
    async with async_reminding(call.hass) as reminding:
        await _async_known(reminding, rights, call.data[ATTR_ID])
        snoozed = await reminding.async_snooze(call.data[ATTR_ID], until)
    if snoozed is None:
        raise refused("unknown_reminder")
    return as_dict(snoozed, dt_util.now(), call.hass.config.language)


async def _async_list(call: ServiceCall) -> ServiceResponse:
    """Return reminders in order of time."""
    hass = call.hass
    rights = await async_rights(hass, call.context)
    owners: Sequence[str | None] = rights.readable
    if ATTR_PERSON in call.data:
        owners = [_person(call)]
        if not rights.may_read(owners[0]):
            raise refused("not_yours")
    async with async_reminding(hass) as reminding:
        found = await reminding.async_list(
            None if rights.is_house and ATTR_PERSON not in call.data else owners,
            since=_moment(call, ATTR_SINCE),
            until=_moment(call, ATTR_UNTIL),
            states=tuple(State) if call.data[ATTR_ENDED] else OPEN,
            text=call.data.get(ATTR_TEXT),
        )
    now = dt_util.now()
    return {"reminders": [as_dict(one, now, hass.config.language) for one in found]}


async def _async_cancel(call: ServiceCall) -> ServiceResponse:
    """Call reminders off; return which."""
    rights = await async_rights(call.hass, call.context)
    async with async_reminding(call.hass) as reminding:
        if ATTR_TEXT in call.data:
            owners = None if rights.is_house else rights.readable
            found = await reminding.async_list(owners, text=call.data[ATTR_TEXT])
            ids = [one.id for one in found]
        else:
            ids = call.data[ATTR_IDS]
            for one in ids:
                await _async_known(reminding, rights, one, deletes=True)
        gone = await reminding.async_cancel(ids)
    now = dt_util.now()
    language = call.hass.config.language
    return {"cancelled": [as_dict(one, now, language) for one in gone]}


async def _async_known(
    reminding: Reminding, rights: Rights, reminder_id: str, *, deletes: bool = False
) -> Reminder:
    """Return a reminder that somebody may change; others are told as not there."""
    known = await reminding.async_get(reminder_id)
    is_allowed = known is not None and (
        is_theirs(rights, known) or (deletes and rights.may_delete(known.owner))
    )
    if known is None or not is_allowed:
        raise refused("unknown_reminder")
    return known


async def _async_event(call: ServiceCall, rights: Rights) -> Trigger | None:
    """Return what waits for an event that is said; None where the words mean none."""
    hass, words = call.hass, call.data[ATTR_WHEN]
    entry = loaded_entry(hass)
    if entry is None:
        raise refused("not_set_up")
    named = _person(call) if ATTR_PERSON in call.data else None
    waiter = await async_waiter(
        hass,
        entry.runtime_data.house.async_get(),
        hass.config.language,
        call.context,
        owner=rights.owner or named,
        whom=named,
    )
    try:
        outcome = look_up_alone(waiter, words)
    except TurnError as err:
        raise refused("not_yours") from err
    if isinstance(outcome, Which):
        ways = ", ".join(thing.names[0] for thing in outcome.things)
        raise refused("when_ambiguous", when=words, ways=ways)
    if isinstance(outcome, Cannot):
        raise refused("cannot_wait", why=outcome.sentence)
    if isinstance(outcome, Whose):
        raise refused("cannot_wait", why=waiter.say["whose"])
    return outcome


async def _async_when(call: ServiceCall) -> Timed:
    """Return the time that is meant, as words or as a date and a time."""
    words: str = call.data[ATTR_WHEN]
    rule = call.data.get(ATTR_RULE)
    now = dt_util.now()
    at = dt_util.parse_datetime(words)
    if at is None:
        found = await async_timed(call.hass, words)
        if rule is None:
            return found
        at = found["due"]
    zone = dt_util.get_default_time_zone()
    at = at.astimezone(zone) if at.tzinfo else at.replace(tzinfo=zone)
    if rule is None and at <= now:
        raise refused("when_past", when=words)
    if rule is None:
        when: Moment | Recurrence = Moment(at, Grain.MINUTE)
    else:
        when = Recurrence(rule.removeprefix("RRULE:"), at, Grain.MINUTE)
    try:
        placed = timed(when, now)
        # What cannot be told could not be shown either.
        told(when, now, call.hass.config.language)
    except (KeyError, IndexError, ValueError) as err:
        raise refused("rule_not_understood", rule=str(rule)) from err
    if placed is None:
        raise refused("when_past", when=words)
    return placed


def _trigger(call: ServiceCall) -> Trigger:
    """Return what is waited for: that somebody is in a zone, or any other state."""
    edge = Edge.LEAVE if call.data[ATTR_LEAVING] else Edge.ENTER
    entity_id = call.data[ATTR_ENTITY_ID]
    state = call.data.get(ATTR_STATE)
    if call.hass.states.get(entity_id) is None:
        raise refused("unknown_entity", entity=entity_id)
    if ATTR_ZONE in call.data:
        zone = call.hass.states.get(call.data[ATTR_ZONE])
        if zone is None:
            raise refused("unknown_entity", entity=call.data[ATTR_ZONE])
        state = STATE_HOME if zone.entity_id == ENTITY_ID_HOME else zone.name
    if state is None:
        raise refused("state_missing", entity=entity_id)
    return Trigger(entity_id, state, edge)


def _whom(call: ServiceCall) -> tuple[str, ...]:
    """Return who is reminded."""
    if call.data[ATTR_EVERYONE]:
        return (EVERYONE,)
    return (_person(call),) if ATTR_PERSON in call.data else ()


def _person(call: ServiceCall) -> str:
    entity_id = call.data[ATTR_PERSON]
    owner = owner_named(call.hass, entity_id)
    if owner is None:
        raise refused("unknown_person", person=entity_id)
    return owner


def _moment(call: ServiceCall, name: str) -> datetime | None:
    at: datetime | None = call.data.get(name)
    if at is None or at.tzinfo:
        return at
    return at.replace(tzinfo=dt_util.get_default_time_zone())
