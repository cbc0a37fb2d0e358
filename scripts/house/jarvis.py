"""Sets Jarvis up in the house, through the same dialogs as a person would."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .client import HomeAssistant, RequestError
from .flows import (
    ENTRIES,
    FLOWS,
    SUBENTRY_FLOWS,
    Flow,
    finish_flow,
    form_values,
    next_step,
)
from .server import HouseError

DOMAIN = "jarvis"
AGENT = "conversation"
LOAD_SECONDS = 15
POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Wanted:
    """How Jarvis should be set up; another wish means setting it up anew."""

    endpoints: list[str]
    language: str
    model: str | None


async def set_up(client: HomeAssistant, wanted: Wanted, anew: bool) -> bool:
    """Make Jarvis the preferred assistant; tell whether it was set up just now."""
    entry = await _entry(client)
    if entry is not None and not anew:
        await _wait_until_loaded(client)
        return False
    if entry is not None:
        await _remove(client, entry)
    await _create(client, wanted)
    await _wait_until_loaded(client)
    return True


async def prefer_local(client: HomeAssistant, prefer: bool) -> None:
    """Say whether the agents answer locally what they can."""
    entry = await _entry(client)
    if entry is None:
        raise HouseError("Jarvis is not set up in Home Assistant.")
    entry_id = entry["entry_id"]
    for subentry in await client.command(
        "config_entries/subentries/list", entry_id=entry_id
    ):
        if subentry["subentry_type"] != AGENT:
            continue
        start = {
            "handler": [entry_id, AGENT],
            "subentry_id": subentry["subentry_id"],
        }
        flow = await client.post(SUBENTRY_FLOWS, start)
        values = form_values(flow["data_schema"]) | {"prefer_local": prefer}
        flow = await next_step(client, flow, values, SUBENTRY_FLOWS)
        _expect(flow, "abort")
    await _wait_until_loaded(client)


async def set_speech(client: HomeAssistant, addresses: Sequence[str]) -> None:
    """Let Jarvis hear and speak through these servers, and through no others."""
    entry = await _entry(client)
    if entry is None:
        raise HouseError("Jarvis is not set up in Home Assistant.")
    start = {"handler": DOMAIN, "entry_id": entry["entry_id"]}
    flow = await client.post(FLOWS, start)
    if "order_speech" in flow["menu_options"]:
        flow = await next_step(client, flow, {"next_step_id": "order_speech"})
        _expect(await next_step(client, flow, {"speech_servers": []}), "abort")
    else:
        await client.request("DELETE", f"{FLOWS}/{flow['flow_id']}")
    for address in addresses:
        flow = await finish_flow(client, start, [{"next_step_id": "add_speech"}])
        _expect(await next_step(client, flow, {"address": address}), "abort")
    await _wait_until_loaded(client)


async def _create(client: HomeAssistant, wanted: Wanted) -> None:
    try:
        flow: Flow = await client.post(FLOWS, {"handler": DOMAIN})
    except RequestError as err:
        raise HouseError(f"Jarvis cannot be set up in Home Assistant. {err}") from err
    if wanted.endpoints:
        flow = await next_step(client, flow, {"next_step_id": "endpoint"})
        flow = await next_step(client, flow, _endpoint(flow, wanted.endpoints[0]))
        # Models are large: what to download is for the person to say.
        answer = form_values(flow["data_schema"]) | {"pull": False}
        if wanted.model:
            answer["model"] = wanted.model
        flow = await next_step(client, flow, answer)
    else:
        flow = await next_step(client, flow, {"next_step_id": "no_model"})
    flow = await next_step(client, flow, {"pipeline": "create", "preferred": True})
    _expect(flow, "create_entry")
    entry_id = flow["result"]["entry_id"]
    for url in wanted.endpoints[1:]:
        start = {"handler": DOMAIN, "entry_id": entry_id}
        choice = {"next_step_id": "add_endpoint"}
        flow = await finish_flow(client, start, [choice])
        flow = await next_step(client, flow, _endpoint(flow, url))
        _expect(flow, "abort")


def _endpoint(flow: Flow, url: str) -> dict[str, Any]:
    return form_values(flow["data_schema"]) | {"url": url}


def _expect(flow: Flow, kind: str) -> None:
    """Fail where a dialog did not end as it should."""
    if flow["type"] != kind:
        raise HouseError(
            f"Jarvis's setup stopped at {flow.get('step_id') or flow.get('reason')}."
        )


async def _remove(client: HomeAssistant, entry: dict[str, Any]) -> None:
    """Remove the entry and the pipelines that spoke to it."""
    agents = {
        entity["entity_id"]
        for entity in await client.command("config/entity_registry/list")
        if entity["config_entry_id"] == entry["entry_id"]
    }
    pipelines = await client.command("assist_pipeline/pipeline/list")
    ours = [
        pipeline["id"]
        for pipeline in pipelines["pipelines"]
        if pipeline["conversation_engine"] in agents
    ]
    others = [
        pipeline["id"]
        for pipeline in pipelines["pipelines"]
        if pipeline["id"] not in ours
    ]
    if pipelines["preferred_pipeline"] in ours and others:
        await client.command(
            "assist_pipeline/pipeline/set_preferred", pipeline_id=others[0]
        )
    for pipeline in ours:
        # Home Assistant keeps its last preferred pipeline whatever happens.
        if pipeline != pipelines["preferred_pipeline"] or others:
            await client.command(
                "assist_pipeline/pipeline/delete", pipeline_id=pipeline
            )
    await client.request("DELETE", f"{ENTRIES}/{entry['entry_id']}")


async def _entry(client: HomeAssistant) -> dict[str, Any] | None:
    entries: list[dict[str, Any]] = await client.get(f"{ENTRIES}?domain={DOMAIN}")
    return entries[0] if entries else None


async def _wait_until_loaded(client: HomeAssistant) -> None:
    """Wait for the reload that follows a change."""
    entry: dict[str, Any] | None = None
    for _ in range(int(LOAD_SECONDS / POLL_SECONDS)):
        entry = await _entry(client)
        if entry and entry["state"] == "loaded":
            return
        if entry and entry["state"] in ("setup_error", "migration_error"):
            break
        await asyncio.sleep(POLL_SECONDS)
    state = (entry["state"], entry["reason"]) if entry else "gone"
    raise HouseError(f"Jarvis was set up, but does not run: {state}")
