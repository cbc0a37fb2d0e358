"""The action of the day: a briefing."""

from collections.abc import Sequence

import probatio

from homeassistant.components.person import DOMAIN as PERSON_DOMAIN
from homeassistant.const import ATTR_ID
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    State,
    SupportsResponse,
    callback,
)
from homeassistant.helpers import config_validation as cv

from .const import DOMAIN
from .day.asking import async_asking
from .day.briefing import Briefing, async_briefing
from .day.sentences import Part
from .people.rights import async_rights
from .reminder_access import refused
from .runtime import loaded_entry

SERVICE_BRIEFING = "briefing"

ATTR_PERSON = "person"
ATTR_LANGUAGE = "language"
ATTR_PARTS = "parts"

_BRIEFING = probatio.Schema(
    {
        probatio.Optional(ATTR_PERSON): cv.entity_domain(PERSON_DOMAIN),
        probatio.Optional(ATTR_LANGUAGE): cv.string,
        probatio.Optional(ATTR_PARTS): probatio.All(
            cv.ensure_list, [probatio.Coerce(Part)]
        ),
    }
)


@callback
def async_setup_day_services(hass: HomeAssistant) -> None:
    """Register the action."""
    hass.services.async_register(
        DOMAIN,
        SERVICE_BRIEFING,
        _async_briefing,
        schema=_BRIEFING,
        supports_response=SupportsResponse.ONLY,
    )


async def _async_briefing(call: ServiceCall) -> ServiceResponse:
    """Return what somebody is told of their day: the person who calls, or a named one.

    Without a name an automation is told what is the household's.
    """
    hass = call.hass
    if (entry := loaded_entry(hass)) is None:
        raise refused("not_set_up")
    person = _person(call)
    rights = await async_rights(hass, call.context)
    owner = rights.owner if person is None else person.attributes[ATTR_ID]
    if rights.is_nobody or not rights.may_read(owner):
        raise refused("not_yours")
    asking = await async_asking(
        hass,
        entry.runtime_data.house.async_get(),
        entry.runtime_data.reminding,
        call.context,
        call.data.get(ATTR_LANGUAGE),
        person=person,
    )
    parts: Sequence[Part] = call.data.get(ATTR_PARTS, tuple(Part))
    return _as_dict(await async_briefing(asking, parts))


def _person(call: ServiceCall) -> State | None:
    """Return the person who is named; None where nobody is."""
    if (entity_id := call.data.get(ATTR_PERSON)) is None:
        return None
    state = call.hass.states.get(entity_id)
    if state is None or ATTR_ID not in state.attributes:
        raise refused("unknown_person", person=entity_id)
    return state


def _as_dict(told: Briefing) -> ServiceResponse:
    """Return a briefing for templates: all of it as speech, and its parts."""
    return {
        "speech": told.speech,
        "plans": [
            {
                "summary": one.summary,
                "start": (one.start.date() if one.whole_day else one.start).isoformat(),
            }
            for one in told.plans or ()
        ],
        "weather": told.weather,
        "unusual": [
            {"kind": one.kind.value, "name": one.name} for one in told.unusual or ()
        ],
        "no_answer": list(told.silent),
    }
