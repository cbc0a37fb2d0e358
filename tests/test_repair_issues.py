"""What is wrong is shown with its remedy, and is gone when it is mended."""

import asyncio
from collections.abc import AsyncGenerator
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from aiohttp.test_utils import TestClient
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.jarvis.const import (
    CONF_ENDPOINTS,
    CONF_LLM_HASS_API,
    CONF_MODEL,
    CONF_NUM_CTX,
    CONF_REASONING_MODEL,
    CONF_URL,
    DOMAIN,
)
from custom_components.jarvis.ollama import pull as pull_module
from custom_components.jarvis.runtime import agents
from homeassistant.components.assist_pipeline.pipeline import (
    async_get_pipeline,
    async_update_pipeline,
)
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import EVENT_DATA_ENTRY_FLOW_PROGRESS_UPDATE
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component

from .conftest import MODEL, async_settle
from .house import Jarvis
from .ollama_server import Kind, Model, ScriptedOllama, load_script
from .source import JARVIS, read_json

TEXTS = {
    language: read_json(JARVIS / "translations" / f"{language}.json")
    for language in ("en", "fr")
}
MISSING = "gemma4:26b"
PULL = "/api/pull"
FULL = "write /root/.ollama/models/blobs: no space left on device"


@pytest.fixture
async def jarvis(home: HomeAssistant, ollama: ScriptedOllama) -> AsyncGenerator[Jarvis]:
    """Return a Jarvis with which nothing is wrong."""
    assert await async_setup_component(home, "repairs", {})
    ollama.models.install(Model(name="talker:1b", capabilities=("completion",)))
    ollama.models.install("mute:1b")
    ollama.script = load_script(
        [
            {"model": "mute:1b", "say": "I would rather not."},
            {"said": "report_readiness", "call": [{"name": "report_readiness"}]},
            {"say": "All is well."},
        ]
    )
    entry = await async_settle(home, [ollama.url], {CONF_MODEL: MODEL})
    await entry.runtime_data.background.async_prepared()
    assert not issues(home)
    yield Jarvis(home, entry, ollama)
    await home.config_entries.async_unload(entry.entry_id)


def issues(hass: HomeAssistant) -> dict[str, ir.IssueEntry]:
    """Return what is shown, by what is wrong; its texts are there and complete."""
    shown = [one for one in ir.async_get(hass).issues.values() if one.domain == DOMAIN]
    for issue in shown:
        for language in TEXTS:
            _assert_told(issue, language)
    return {issue.translation_key or "": issue for issue in shown}


def _assert_told(issue: ir.IssueEntry, language: str) -> None:
    """Check the texts of an issue in a language."""
    texts = TEXTS[language]["issues"][issue.translation_key]
    if issue.is_fixable:
        told = {**texts["fix_flow"]["step"]["confirm"], "of the list": texts["title"]}
    else:
        told = texts
    for text in told.values():
        said = text.format(**issue.translation_placeholders or {})
        assert said != text, "it names what it is about"


async def use(jarvis: Jarvis, **settings: Any) -> None:
    """Change the agent's settings as its owner does."""
    subentry, *_ = jarvis.entry.subentries.values()
    data = {**subentry.data, **settings}
    jarvis.hass.config_entries.async_update_subentry(jarvis.entry, subentry, data=data)
    await jarvis.hass.async_block_till_done()
    await jarvis.entry.runtime_data.background.async_prepared()


def add(jarvis: Jarvis, kind: str, data: dict[str, Any]) -> None:
    """Add an agent as its owner does."""
    subentry = ConfigSubentry(
        data=MappingProxyType(data), subentry_type=kind, title="More", unique_id=None
    )
    jarvis.hass.config_entries.async_add_subentry(jarvis.entry, subentry)


async def look(jarvis: Jarvis) -> None:
    """Have everything examined anew."""
    await jarvis.hass.services.async_call(DOMAIN, "warm_up", blocking=True)


# What is found


async def test_a_model_is_missing(jarvis: Jarvis) -> None:
    """It is named, with where it is missing, and can be fetched."""
    await use(jarvis, model=MISSING)

    (issue,) = issues(jarvis.hass).values()
    assert issue.translation_key == "model_missing"
    assert issue.is_fixable
    where = {"model": MISSING, "endpoint": f"127.0.0.1:{jarvis.ollama.port}"}
    assert issue.data == issue.translation_placeholders == where

    jarvis.ollama.models.install(MISSING)
    await look(jarvis)
    assert not issues(jarvis.hass)


async def test_the_model_of_a_role_is_missing(jarvis: Jarvis) -> None:
    """Also models that are seldom asked are looked for."""
    await use(jarvis, **{CONF_REASONING_MODEL: MISSING})

    (issue,) = issues(jarvis.hass).values()
    assert (issue.data or {})["model"] == MISSING

    await use(jarvis, **{CONF_REASONING_MODEL: MODEL})
    assert not issues(jarvis.hass)


@pytest.mark.parametrize(
    ("model", "found"),
    [("talker:1b", "model_without_tools"), ("mute:1b", "model_calls_no_tools")],
)
async def test_a_model_cannot_control_the_home(
    jarvis: Jarvis, model: str, found: str
) -> None:
    """It is told which, unless the agent is not to control anything."""
    await use(jarvis, model=model)
    assert list(issues(jarvis.hass)) == [found]

    await use(jarvis, **{CONF_LLM_HASS_API: []})
    assert not issues(jarvis.hass)

    await use(jarvis, **{CONF_LLM_HASS_API: ["assist"]})
    assert list(issues(jarvis.hass)) == [found]
    await use(jarvis, model=MODEL)
    assert not issues(jarvis.hass)


async def test_a_model_does_not_fit_the_graphics_card(jarvis: Jarvis) -> None:
    """How much of it does is told in percent."""
    size = jarvis.ollama.models.as_ps()["models"][0]["size"]
    jarvis.ollama.models.vram = size // 4
    await look(jarvis)

    (issue,) = issues(jarvis.hass).values()
    assert issue.translation_key == "model_split"
    assert (issue.translation_placeholders or {})["share"] == "25"

    jarvis.ollama.models.vram = None
    await look(jarvis)
    assert not issues(jarvis.hass)


async def test_a_context_is_too_small(jarvis: Jarvis) -> None:
    """How large it is and how large it has to be are told."""
    await use(jarvis, **{CONF_NUM_CTX: 2048})

    (issue,) = issues(jarvis.hass).values()
    assert issue.translation_key == "context_small"
    placeholders = issue.translation_placeholders or {}
    assert placeholders["num_ctx"] == "2048"
    assert int(placeholders["needed"]) > 2048

    await use(jarvis, **{CONF_NUM_CTX: int(placeholders["needed"]) + 50})
    assert not issues(jarvis.hass)


async def test_a_context_was_truncated(jarvis: Jarvis) -> None:
    """What a turn found is shown until the settings are changed."""
    jarvis.ollama.faults.set(Kind.TRUNCATED, times=1)
    await jarvis.say("Tell me a story about pirates")
    assert list(issues(jarvis.hass)) == ["context_truncated"]

    await use(jarvis, **{CONF_NUM_CTX: 16384})
    assert not issues(jarvis.hass)


async def test_the_context_of_a_larger_model_was_truncated(jarvis: Jarvis) -> None:
    """The context that is told is that of the very model."""
    jarvis.ollama.models.install("big:70b")
    add(jarvis, "conversation", {CONF_MODEL: "big:70b", CONF_NUM_CTX: 16384})
    await use(jarvis, **{CONF_REASONING_MODEL: "big:70b"})
    first, *_ = agents(jarvis.entry, "conversation")

    jarvis.entry.runtime_data.background.async_truncated(first, "big:70b", 10)

    placeholders = issues(jarvis.hass)["context_truncated"].translation_placeholders
    assert placeholders == {"model": "big:70b", "num_ctx": "16384"}


async def test_the_model_of_tasks_is_missing(jarvis: Jarvis) -> None:
    """Automations find out before they ask for anything."""
    add(jarvis, "ai_task_data", {CONF_MODEL: MISSING})
    await jarvis.hass.async_block_till_done()
    await jarvis.entry.runtime_data.background.async_prepared()

    (issue,) = issues(jarvis.hass).values()
    assert (issue.translation_key, issue.is_fixable) == ("model_missing", True)
    assert (issue.data or {})["model"] == MISSING

    jarvis.ollama.models.install(MISSING)
    await look(jarvis)
    assert not issues(jarvis.hass)


async def test_another_agent_is_wrong(jarvis: Jarvis) -> None:
    """Each agent has its own findings; who is removed takes them along."""
    marvin = ConfigSubentry(
        data={CONF_MODEL: "talker:1b", CONF_LLM_HASS_API: ["assist"]},  # type: ignore[arg-type]
        subentry_type="conversation",
        title="Marvin",
        unique_id=None,
    )
    jarvis.hass.config_entries.async_add_subentry(jarvis.entry, marvin)
    await jarvis.hass.async_block_till_done()
    await jarvis.entry.runtime_data.background.async_prepared()
    assert list(issues(jarvis.hass)) == ["model_without_tools"]

    jarvis.hass.config_entries.async_remove_subentry(jarvis.entry, marvin.subentry_id)
    await jarvis.hass.async_block_till_done()
    await jarvis.entry.runtime_data.background.async_prepared()
    assert not issues(jarvis.hass)


# What can be mended


class Dialog:
    """A repair as the frontend goes through it."""

    def __init__(self, client: TestClient[Any, Any]) -> None:
        """Take the client of a person who is logged in."""
        self._client = client
        self.shown: dict[str, Any] = {}

    async def open(self, issue: ir.IssueEntry) -> None:
        """Begin to mend an issue."""
        body = {"handler": DOMAIN, "issue_id": issue.issue_id}
        await self._post("/api/repairs/issues/fix", body)

    async def confirm(self) -> None:
        """Press the button."""
        await self._post(self._url, {})

    async def until_done(self) -> None:
        """Follow the progress to its end."""
        for _ in range(200):
            if self.shown["type"] != "progress":
                return
            await asyncio.sleep(0.02)
            response = await self._client.get(self._url)
            self.shown = await response.json()
        raise AssertionError

    async def close(self) -> None:
        """Close the dialog."""
        assert (await self._client.delete(self._url)).status == HTTPStatus.OK

    @property
    def _url(self) -> str:
        return f"/api/repairs/issues/fix/{self.shown['flow_id']}"

    async def _post(self, url: str, body: dict[str, Any]) -> None:
        response = await self._client.post(url, json=body)
        assert response.status == HTTPStatus.OK
        self.shown = await response.json()


@pytest.fixture
async def dialog(jarvis: Jarvis, hass_client: ClientSessionGenerator) -> Dialog:
    """Return a dialog that is not open yet."""
    return Dialog(await hass_client())


@pytest.fixture
async def missing(jarvis: Jarvis, monkeypatch: pytest.MonkeyPatch) -> ir.IssueEntry:
    """Return the repair of a model that is missing."""
    monkeypatch.setattr(pull_module, "TRY_AGAIN_AFTER", (0,))
    await use(jarvis, model=MISSING)
    return issues(jarvis.hass)["model_missing"]


async def test_fetch_a_model(
    jarvis: Jarvis, dialog: Dialog, missing: ir.IssueEntry
) -> None:
    """The dialog shows real percentages and ends with the model in its place."""
    jarvis.ollama.faults.set(Kind.STALL, path=PULL, after=4, seconds=0.1)
    told = async_capture_events(jarvis.hass, EVENT_DATA_ENTRY_FLOW_PROGRESS_UPDATE)
    await dialog.open(missing)
    assert (dialog.shown["type"], dialog.shown["step_id"]) == ("form", "confirm")
    assert dialog.shown["description_placeholders"]["model"] == MISSING

    await dialog.confirm()
    assert dialog.shown["type"] == "progress"
    assert dialog.shown["progress_action"] == "pull"
    fix = TEXTS["en"]["issues"]["model_missing"]["fix_flow"]
    assert MISSING in fix["progress"]["pull"].format(
        **dialog.shown["description_placeholders"]
    )
    await dialog.until_done()

    assert jarvis.ollama.models.find(MISSING)
    shares = [event.data["progress"] for event in told]
    assert shares == [0, 0, 0.25, 0.5, 0.75, 1]
    await jarvis.entry.runtime_data.background.async_prepared()
    assert not issues(jarvis.hass)
    assert jarvis.entry.runtime_data.preflight(MISSING).calls_tools


@pytest.mark.usefixtures("missing")
@pytest.mark.parametrize(
    ("model", "fault", "reason"),
    [
        ("gema4:26b", None, "pull_model_unknown"),
        (
            MISSING,
            {"kind": Kind.ERROR_LINE, "after": 2, "error": FULL},
            "pull_disk_full",
        ),
        (MISSING, {"kind": Kind.UNAUTHORIZED}, "pull_unauthorized"),
    ],
)
async def test_it_cannot_be_fetched(
    jarvis: Jarvis,
    dialog: Dialog,
    model: str,
    fault: dict[str, Any] | None,
    reason: str,
) -> None:
    """Why is told in words of its own, and the repair stays."""
    await use(jarvis, model=model)
    if fault:
        jarvis.ollama.faults.set(**fault, path=PULL)
    await dialog.open(issues(jarvis.hass)["model_missing"])

    await dialog.confirm()
    await dialog.until_done()

    assert (dialog.shown["type"], dialog.shown["reason"]) == ("abort", reason)
    for texts in TEXTS.values():
        words = texts["issues"]["model_missing"]["fix_flow"]["abort"][reason]
        assert words.format(**dialog.shown["description_placeholders"]) != words
    assert list(issues(jarvis.hass)) == ["model_missing"]


async def test_the_dialog_is_closed(
    jarvis: Jarvis, dialog: Dialog, missing: ir.IssueEntry
) -> None:
    """The download goes on; who opens the dialog again sees how far it is."""
    jarvis.ollama.faults.set(Kind.STALL, path=PULL, after=4, seconds=0.3)
    await dialog.open(missing)
    await dialog.confirm()
    await dialog.close()

    told = async_capture_events(jarvis.hass, EVENT_DATA_ENTRY_FLOW_PROGRESS_UPDATE)
    await dialog.open(missing)
    await dialog.confirm()
    assert dialog.shown["type"] == "progress"
    await dialog.until_done()

    assert jarvis.ollama.models.find(MISSING)
    assert [event.data["progress"] for event in told][-1] == 1
    assert sum(one.path == PULL for one in jarvis.ollama.requests) == 1


async def test_the_endpoint_is_gone(
    jarvis: Jarvis, dialog: Dialog, missing: ir.IssueEntry
) -> None:
    """Where the list was changed meanwhile there is nothing to download to."""
    await dialog.open(missing)
    jarvis.hass.config_entries.async_update_entry(
        jarvis.entry, data={CONF_ENDPOINTS: [{CONF_URL: "http://127.0.0.1:9"}]}
    )
    await jarvis.hass.async_block_till_done()

    await dialog.confirm()

    assert (dialog.shown["type"], dialog.shown["reason"]) == ("abort", "endpoint_gone")


async def test_a_pipeline_bypasses_jarvis(jarvis: Jarvis, dialog: Dialog) -> None:
    """Home Assistant's own sentences are left to Jarvis, and nothing else changes."""
    hass = jarvis.hass
    await async_update_pipeline(
        hass,
        async_get_pipeline(hass),
        conversation_engine=jarvis.agent_id,
        prefer_local_intents=True,
    )
    await look(jarvis)
    before = async_get_pipeline(hass)
    (issue,) = issues(hass).values()
    assert issue.translation_key == "pipeline_prefers_local"

    await dialog.open(issue)
    assert (dialog.shown["type"], dialog.shown["step_id"]) == ("form", "confirm")
    await dialog.confirm()

    assert dialog.shown["type"] == "create_entry"
    after = async_get_pipeline(hass)
    assert after.prefer_local_intents is False
    assert {**after.to_json(), "prefer_local_intents": True} == before.to_json()
    assert not issues(hass)
    await look(jarvis)
    assert not issues(hass)


async def test_pipelines_of_others_are_left_alone(jarvis: Jarvis) -> None:
    """Who does not use Jarvis may handle commands as they like."""
    await async_update_pipeline(
        jarvis.hass, async_get_pipeline(jarvis.hass), prefer_local_intents=True
    )
    await look(jarvis)

    assert not issues(jarvis.hass)
