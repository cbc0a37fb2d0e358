"""Walks through Home Assistant's config flows."""

from typing import Any

from .client import HomeAssistant
from .server import HouseError

ENTRIES = "/api/config/config_entries/entry"
FLOWS = "/api/config/config_entries/flow"
SUBENTRY_FLOWS = "/api/config/config_entries/subentries/flow"

type Flow = dict[str, Any]


async def finish_flow(
    client: HomeAssistant, start: dict[str, Any], answers: list[dict[str, Any]]
) -> Flow:
    """Start a flow, give one answer per step, and return how it ended."""
    flow: Flow = await client.post(FLOWS, start)
    for answer in answers:
        flow = await next_step(client, flow, answer)
    return flow


async def next_step(
    client: HomeAssistant, flow: Flow, answer: dict[str, Any], path: str = FLOWS
) -> Flow:
    """Return the step that follows the answer; an answer with errors is a failure."""
    following: Flow = await client.post(f"{path}/{flow['flow_id']}", answer)
    if errors := following.get("errors"):
        raise HouseError(f"Home Assistant refused {answer} ({errors}).")
    return following


def form_values(fields: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what a form would submit if nobody changed anything."""
    values: dict[str, Any] = {}
    for field in fields:
        if field.get("type") == "expandable":
            values[field["name"]] = form_values(field["schema"])
            continue
        suggested = (field.get("description") or {}).get("suggested_value")
        value = field.get("default") if suggested is None else suggested
        if value is not None:
            values[field["name"]] = value
    return values
