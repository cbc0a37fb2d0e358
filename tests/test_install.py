"""What HACS copies, in a fresh Home Assistant, set up by HTTP alone."""

import asyncio
import json
from pathlib import Path
import shutil
import subprocess
from typing import Any

import pytest

from scripts.house.client import HomeAssistant
from scripts.house.config import HOST, http_store, onboarding_store
from scripts.house.flows import FLOWS, form_values, next_step
from scripts.house.server import Processes, choose_port, home_assistant

from .ollama_server import ScriptedOllama
from .source import ROOT

CONFIGURATION = "\n".join(
    f"{integration}:"
    for integration in ("assist_pipeline", "config", "conversation", "frontend")
)


def _copied_by_hacs(folder: Path) -> None:
    """Copy the integration as it is committed: HACS takes nothing else."""
    listed = subprocess.run(
        ["git", "ls-files", "custom_components/jarvis"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in listed.stdout.splitlines():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)


def _write_store(folder: Path, name: str, content: str) -> None:
    """Write one of Home Assistant's stores."""
    path = folder / ".storage" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")


async def _set_up_by_http(client: HomeAssistant, url: str) -> dict[str, Any]:
    """Walk through the flow as a person who accepts every default."""
    flow = await client.post(FLOWS, {"handler": "jarvis"})
    flow = await next_step(client, flow, {"next_step_id": "endpoint"})
    flow = await next_step(
        client, flow, form_values(flow["data_schema"]) | {"url": url}
    )
    flow = await next_step(client, flow, form_values(flow["data_schema"]))
    return await next_step(client, flow, form_values(flow["data_schema"]))


async def _preferred_pipeline(client: HomeAssistant, name: str) -> dict[str, Any]:
    """Wait for the preferred pipeline to be the one that set-up makes in the end."""
    async with asyncio.timeout(10):
        while True:
            listed = await client.command("assist_pipeline/pipeline/list")
            preferred: dict[str, Any] = next(
                pipeline
                for pipeline in listed["pipelines"]
                if pipeline["id"] == listed["preferred_pipeline"]
            )
            if preferred["name"] == name:
                return preferred
            await asyncio.sleep(0.05)


async def _say(client: HomeAssistant, text: str) -> dict[str, Any]:
    """Say something to the preferred pipeline; return the end of the intent stage."""
    async with client.subscription(
        "assist_pipeline/run",
        start_stage="intent",
        end_stage="intent",
        input={"text": text},
    ) as events:
        while (message := await events.get()) is not None:
            if message["event"]["type"] == "intent-end":
                end: dict[str, Any] = message["event"]["data"]["intent_output"]
                return end
    raise AssertionError("the pipeline ended without an answer")


@pytest.mark.timeout(180)
async def test_fresh_home_assistant_talks_after_the_flow(
    tmp_path: Path, ollama: ScriptedOllama
) -> None:
    """Given a fresh installation, when the flow is done, then its pipeline answers."""
    port = choose_port(None, 8123, any_port=True)
    _copied_by_hacs(tmp_path)
    (tmp_path / "configuration.yaml").write_text(CONFIGURATION, encoding="utf-8")
    _write_store(tmp_path, "http", json.dumps(http_store(port)))
    _write_store(tmp_path, "onboarding", json.dumps(onboarding_store()))
    server = home_assistant(tmp_path, tmp_path / "home-assistant.log")

    async with (
        Processes() as processes,
        HomeAssistant(f"http://{HOST}:{port}") as client,
    ):
        await processes.start(server)
        await client.wait_and_log_in()
        created = await _set_up_by_http(client, ollama.url)
        assert created["type"] == "create_entry"
        preferred = await _preferred_pipeline(client, "Jarvis")
        assert preferred["conversation_engine"] == "conversation.jarvis"
        assert preferred["prefer_local_intents"] is False
        local = await _say(client, "what time is it?")
        model = await _say(client, "tell me a joke")

    about_local = local["response"]["speech"]["plain"]["extra_data"]["jarvis"]
    about_model = model["response"]["speech"]["plain"]["extra_data"]["jarvis"]
    assert about_local["understood"] == "local"
    assert about_model["understood"] == "model"
    assert model["response"]["speech"]["plain"]["speech"]
    assert ollama.chats[-1]["model"] == about_model["model"]
    log = (tmp_path / "home-assistant.log").read_text(encoding="utf-8")
    assert "custom_components.jarvis" not in "".join(
        line for line in log.splitlines() if " ERROR " in line
    )
