"""Which entities a call is about, read from its arguments."""

from collections.abc import Iterator, Mapping
from typing import Any

from homeassistant.components.conversation import DOMAIN as CONVERSATION_DOMAIN
from homeassistant.components.homeassistant.exposed_entities import (
    async_should_expose,
)
from homeassistant.core import HomeAssistant, valid_entity_id
from homeassistant.helpers import entity_registry as er, intent

from ..const import DOMAIN

_LONGEST_LIST = 12


def exposed_entity_ids(hass: HomeAssistant) -> list[str]:
    """Return the entities that the owner exposes to voice assistants.

    Jarvis' own are none of them: it knows reminders by itself, in words of their own.
    """
    registry = er.async_get(hass)
    return [
        entity_id
        for entity_id in hass.states.async_entity_ids()
        if async_should_expose(hass, CONVERSATION_DOMAIN, entity_id)
        and not ((known := registry.async_get(entity_id)) and known.platform == DOMAIN)
    ]


def targets(hass: HomeAssistant, arguments: Mapping[str, Any]) -> set[str] | None:
    """Return the entities that arguments name; None where they do not tell.

    Understood are the slots of Home Assistant's intents (name, area, floor, domain,
    device_class) and entity ids anywhere.
    """
    named = set(_entity_ids(hass, arguments))
    constraints = intent.MatchTargetsConstraints(
        name=_text(arguments.get("name")),
        area_name=_text(arguments.get("area")),
        floor_name=_text(arguments.get("floor")),
        domains=_texts(arguments.get("domain")),
        device_classes=_texts(arguments.get("device_class")),
        assistant=CONVERSATION_DOMAIN,
        allow_duplicate_names=True,
    )
    if constraints.has_constraints:
        match = intent.async_match_targets(hass, constraints)
        named.update(state.entity_id for state in match.states)
    return named or None


def hidden_entity(hass: HomeAssistant, arguments: Mapping[str, Any]) -> str | None:
    """Return an entity id among the arguments that is not exposed, if there is one."""
    return next(
        (
            entity_id
            for entity_id in _entity_ids(hass, arguments)
            if not async_should_expose(hass, CONVERSATION_DOMAIN, entity_id)
        ),
        None,
    )


def explain_mismatch(hass: HomeAssistant, error: intent.MatchFailedError) -> str:
    """Tell a model why nothing matched, and what it could have meant."""
    constraints = error.constraints
    wanted = ", ".join(
        f"{what} '{value}'"
        for what, value in (
            ("name", constraints.name),
            ("area", constraints.area_name),
            ("floor", constraints.floor_name),
            ("domain", "/".join(constraints.domains or ())),
            ("device class", "/".join(constraints.device_classes or ())),
        )
        if value
    )
    reason = error.result.no_match_reason
    if reason in (
        intent.MatchFailedReason.DUPLICATE_NAME,
        intent.MatchFailedReason.MULTIPLE_TARGETS,
    ):
        return f"More than one device matches {wanted}: add the area."
    names = sorted(
        name
        for entity_id in exposed_entity_ids(hass)
        if _may_be_meant(hass, entity_id, constraints)
        and (state := hass.states.get(entity_id))
        for name in [state.name]
    )
    hint = ", ".join(names[:_LONGEST_LIST])
    more = f" Devices that could be meant: {hint}." if hint else ""
    return f"No device matches {wanted}.{more}"


def _may_be_meant(
    hass: HomeAssistant,
    entity_id: str,
    constraints: intent.MatchTargetsConstraints,
) -> bool:
    """Tell whether an entity is of the wanted kind or shares a word of the name."""
    domain = entity_id.partition(".")[0]
    if constraints.domains and domain not in constraints.domains:
        return False
    if constraints.name is None:
        return True
    state = hass.states.get(entity_id)
    words = set(constraints.name.casefold().replace("_", " ").split())
    return state is not None and bool(words & set(state.name.casefold().split()))


def _entity_ids(hass: HomeAssistant, value: Any) -> Iterator[str]:
    """Go through the ids of existing entities anywhere in a value."""
    if isinstance(value, str):
        if valid_entity_id(value) and hass.states.get(value):
            yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _entity_ids(hass, item)
    elif isinstance(value, (list, tuple, set)):
        for item in value:
            yield from _entity_ids(hass, item)


def _text(value: Any) -> str | None:
    """Return a value if it is text with something in it."""
    return value if isinstance(value, str) and value.strip() else None


def _texts(value: Any) -> set[str] | None:
    """Return a value as a set of texts, if there is any."""
    values = value if isinstance(value, (list, tuple, set)) else [value]
    return {item for item in values if isinstance(item, str) and item} or None
