"""Whose a memory is: the person who speaks, else the household."""

from homeassistant.components.person import ATTR_USER_ID, DOMAIN as PERSON_DOMAIN
from homeassistant.const import ATTR_ID
from homeassistant.core import HomeAssistant, State

HOUSEHOLD = None
"""The owner of what nobody in particular said."""


def owner_of(hass: HomeAssistant, user_id: str | None) -> str | None:
    """Return the owner of what a user says: their person, else the household.

    A satellite has no user, and a user need not be a person of the house.
    """
    person = _person_of(hass, user_id)
    if person is None:
        return HOUSEHOLD
    identity: str = person.attributes[ATTR_ID]
    return identity


def owner_named(hass: HomeAssistant, entity_id: str) -> str | None:
    """Return the owner that a person entity stands for; None where it is none."""
    state = hass.states.get(entity_id)
    return None if state is None else state.attributes.get(ATTR_ID)


def owners_for(owner: str | None) -> tuple[str | None, ...]:
    """Return whose memories an owner may hear: their own and the household's."""
    return (HOUSEHOLD,) if owner is HOUSEHOLD else (owner, HOUSEHOLD)


def _person_of(hass: HomeAssistant, user_id: str | None) -> State | None:
    """Return the person that belongs to a user."""
    if user_id is None:
        return None
    return next(
        (
            state
            for state in hass.states.async_all(PERSON_DOMAIN)
            if state.attributes.get(ATTR_USER_ID) == user_id
            and ATTR_ID in state.attributes
        ),
        None,
    )
