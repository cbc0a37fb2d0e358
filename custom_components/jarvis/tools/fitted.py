"""Tools of Home Assistant's intents, described no longer than this house needs.

Each of some twenty tools lists every class of device that Home Assistant knows, and the
one domain that it is for anyway. A model at home reads for seconds what it can never
use, and a small one uses it wrongly.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import intent, llm


def domains_of(hass: HomeAssistant, tool: llm.Tool) -> set[str] | None:
    """Return the domains that an intent's tool keeps to by itself, if it does."""
    while isinstance(tool, llm.NamespacedTool):
        tool = tool.tool
    if not isinstance(tool, llm.IntentTool):
        return None
    return next(
        (
            handler.required_domains
            for handler in intent.async_get(hass)
            if handler.intent_type == tool.intent_type
            and isinstance(handler, intent.DynamicServiceIntentHandler)
        ),
        None,
    )


def fitted(
    spec: Mapping[str, Any],
    domains: set[str] | None,
    kinds: Sequence[tuple[str, str]],
) -> dict[str, Any]:
    """Leave out of a tool's description what nobody can choose in this house.

    `kinds` are the domain and device class of each device there is; the class of one
    that has none is empty.
    """
    function = spec["function"]
    parameters = function["parameters"]
    arguments = dict(parameters.get("properties", {}))
    if domains and len(domains) == 1:
        arguments.pop("domain", None)
    classes = {kind for domain, kind in kinds if not domains or domain in domains}
    match arguments.get("device_class"):
        case {"items": {"enum": choices} as items, **rest}:
            there = [one for one in choices if one in classes]
            arguments["device_class"] = {**rest, "items": {**items, "enum": there}}
            if not there or len(classes) == 1:
                del arguments["device_class"]
    return {
        **spec,
        "function": {
            **function,
            "parameters": {**parameters, "properties": arguments},
        },
    }
