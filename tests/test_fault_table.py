"""docs/faults.md says what people are told of each fault: it is made by meeting them.

`scripts/test tests/test_fault_table.py --write-docs` writes the page anew.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jarvis.const import DOMAIN
from custom_components.jarvis.ollama.endpoint import Timeouts
from custom_components.jarvis.ollama.pull import TRY_AGAIN_AFTER
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component

from .conftest import MODEL, async_settle
from .house import Jarvis
from .ollama_server import Kind, ScriptedOllama, load_script
from .source import ROOT
from .walk import TEXTS, Walk

PAGE = ROOT / "docs" / "faults.md"
QUICK = Timeouts(connect=1, answer=0.4, first=0.4, between=0.4)
ISSUES = TEXTS["issues"]
FINE = "– (works)"
ABOUT = {
    Kind.DOWN: "Nobody listens on the port",
    Kind.UNAUTHORIZED: "401: it wants other credentials",
    Kind.MISSING_MODEL: "404: the model is not installed",
    Kind.NO_TOOLS: "400: the model cannot use tools",
    Kind.NO_THINKING: "400: the model cannot think",
    Kind.BUSY: "503: too many wait already",
    Kind.RUNNER_DIED: "500: the model's process ended",
    Kind.HTML: "A web page instead of an answer",
    Kind.REDIRECT: "A redirect to a login page",
    Kind.NOT_OLLAMA: "404 everywhere",
    Kind.OTHER_JSON: "Somebody else's JSON",
    Kind.OLD_VERSION: "An Ollama that is too old",
    Kind.TRUNCATED: "The context is cut silently",
    Kind.ERROR_LINE: "An error in the middle of the reply",
    Kind.BROKEN_LINE: "A line that is no JSON",
    Kind.CUT: "The connection breaks in the middle",
    Kind.STALL: "Silence in the middle",
}

type Place = Callable[[Jarvis], Awaitable[str]]


async def _set_up(jarvis: Jarvis) -> str:
    """Enter the endpoint in the first set-up."""
    await jarvis.hass.config_entries.async_remove(jarvis.entry.entry_id)
    walk = await Walk.connect(jarvis.hass, jarvis.ollama.url)
    return _form_error(walk)


async def _reconfigure(jarvis: Jarvis) -> str:
    """Add the endpoint to those that are there."""
    entry = jarvis.entry
    jarvis.hass.config_entries.async_update_entry(entry, data={"endpoints": []})
    await jarvis.hass.async_block_till_done()
    walk = await (await Walk.reconfigure(jarvis.hass, entry)).choose("add_endpoint")
    return _form_error(await walk.fill(url=jarvis.ollama.url))


async def _options(jarvis: Jarvis) -> str:
    """Choose a model for the memory: what can be chosen is asked of the endpoint."""
    walk = await (await Walk.set_options(jarvis.hass, jarvis.entry)).choose("memory")
    assert walk.result["type"] == "form"
    await walk.fill(embedding_model="bge-m3", learn=False, keep_turns_days=365)
    assert walk.result["type"] == "create_entry"
    await jarvis.hass.async_block_till_done()
    return FINE


async def _agent(jarvis: Jarvis) -> str:
    """Add an agent whose model is to be downloaded."""
    walk = await Walk.agent(jarvis.hass, jarvis.entry)
    await walk.fill(name="Marvin", model="gemma4:12b")
    while walk.result["type"] == "progress":
        await asyncio.sleep(0.01)
        walk.result = await walk.manager.async_configure(walk.result["flow_id"])
    if walk.result["type"] == "abort":
        texts = TEXTS["config_subentries"]["conversation"]["abort"]
        about = walk.result["description_placeholders"]
        return str(texts[walk.result["reason"]].format(**about))
    return FINE


async def _turn(jarvis: Jarvis) -> str:
    """Say something that only a model understands."""
    reply = await jarvis.say("Tell me a story about pirates")
    return reply.speech if reply.error else _issues(jarvis.hass) or FINE


async def _warm_up(jarvis: Jarvis) -> str:
    """Examine and warm the models."""
    return await _call(jarvis, DOMAIN, "warm_up", {}) or _issues(jarvis.hass) or FINE


async def _pull(jarvis: Jarvis) -> str:
    """Download a model."""
    model = {"model": "gemma4:12b"}
    return await _call(jarvis, DOMAIN, "pull_model", model) or FINE


async def _task(jarvis: Jarvis) -> str:
    """Have a task done."""
    (entity_id,) = jarvis.hass.states.async_entity_ids("ai_task")
    joke = "A joke about pirates, and a long one, please. " * 8
    task = {"entity_id": entity_id, "task_name": "joke", "instructions": joke}
    told = await _call(jarvis, "ai_task", "generate_data", task, respond=True)
    return told or _issues(jarvis.hass) or FINE


async def _ask(jarvis: Jarvis) -> str:
    """Ask through the action."""
    response = await jarvis.hass.services.async_call(
        DOMAIN,
        "ask",
        {"text": "Tell me a story about pirates"},
        blocking=True,
        return_response=True,
        context=Context(),
    )
    assert response is not None
    if response["error"]:
        return f"{response['reply']}"
    return _issues(jarvis.hass) or FINE


PLACES: dict[str, Place] = {
    "Set-up": _set_up,
    "Reconfigure": _reconfigure,
    "Options": _options,
    "A new agent": _agent,
    "A turn": _turn,
    "Warm-up": _warm_up,
    "Download": _pull,
    "AI task": _task,
    "`jarvis.ask`": _ask,
}


@pytest.fixture
async def told(
    hass: HomeAssistant, ollama: ScriptedOllama, monkeypatch: pytest.MonkeyPatch
) -> dict[str, dict[Kind, str]]:
    """Return what people are told, by place and fault."""
    monkeypatch.setattr(
        "custom_components.jarvis.ollama.endpoint.Endpoint.__init__.__defaults__",
        (QUICK,),
    )
    monkeypatch.setattr(
        "custom_components.jarvis.ollama.pull.TRY_AGAIN_AFTER",
        (0.0,) * len(TRY_AGAIN_AFTER),
    )
    monkeypatch.setattr("custom_components.jarvis.ollama.pull._MOST_TRIES", 1)
    for component in ("homeassistant", "assist_pipeline", "ai_task"):
        assert await async_setup_component(hass, component, {})
    ollama.script = load_script(
        [
            {"said": "report_readiness", "call": [{"name": "report_readiness"}]},
            {"say": "There was a pirate."},
        ]
    )
    page: dict[str, dict[Kind, str]] = {}
    for name, place in PLACES.items():
        page[name] = {}
        for kind in Kind:
            text = await _meet(hass, ollama, kind, place)
            page[name][kind] = text.replace(f"127.0.0.1:{ollama.port}", "nas:11434")
    return page


async def _meet(
    hass: HomeAssistant, ollama: ScriptedOllama, kind: Kind, place: Place
) -> str:
    """Meet a fault in a place with a Jarvis that was well until then."""
    ollama.models.remove("gemma4:12b")
    entry = await _settle(hass, ollama)
    jarvis = Jarvis(hass, entry, ollama)
    if kind is Kind.TRUNCATED:
        ollama.faults.set(kind, tokens=20)
    else:
        ollama.faults.set(kind, after=1)
    try:
        return await place(jarvis)
    finally:
        ollama.faults.clear()
        if hass.config_entries.async_get_entry(entry.entry_id):
            await hass.config_entries.async_remove(entry.entry_id)
        await hass.async_block_till_done()


async def _settle(hass: HomeAssistant, ollama: ScriptedOllama) -> MockConfigEntry:
    """Set up a Jarvis that asks the model for everything."""
    agent = {"model": MODEL, "prefer_local": False}
    entry = await async_settle(hass, [ollama.url], agent, task={"model": MODEL})
    await entry.runtime_data.background.async_prepared()
    return entry


async def _call(
    jarvis: Jarvis,
    domain: str,
    service: str,
    data: dict[str, str],
    respond: bool = False,
) -> str:
    """Perform an action; return what its failure says."""
    try:
        await jarvis.hass.services.async_call(
            domain, service, data, blocking=True, return_response=respond
        )
    except HomeAssistantError as err:
        # Home Assistant takes the full stop off.
        return f"{err}."
    return ""


def _form_error(walk: Walk) -> str:
    """Return what a form says of its input."""
    errors = (walk.result.get("errors") or {}).values()
    return " ".join(TEXTS["config"]["error"][error] for error in errors) or FINE


def _issues(hass: HomeAssistant) -> str:
    """Return the titles of the repairs that Jarvis shows."""
    shown = [
        ISSUES[issue.translation_key]["title"].format(
            **issue.translation_placeholders or {}
        )
        for issue in ir.async_get(hass).issues.values()
        if issue.domain == DOMAIN and issue.translation_key in ISSUES
    ]
    return " ".join(f"Repair: {title}." for title in shown)


def _page(told: dict[str, dict[Kind, str]]) -> str:
    """Write the page."""
    lines = [
        "# What people are told when something fails",
        "",
        "Made by meeting each fault in each place; the French texts say the same.",
    ]
    for name, faults in told.items():
        lines += ["", f"## {name}", ""]
        if set(faults.values()) == {FINE}:
            lines += ["Works, whatever fails."]
            continue
        lines += ["| Fault | What is told |", "|---|---|"]
        lines += [f"| {ABOUT[kind]} | {text} |" for kind, text in faults.items()]
    return "\n".join([*lines, ""])


@pytest.mark.timeout(240)
async def test_the_page_says_what_people_are_told(
    told: dict[str, dict[Kind, str]], request: pytest.FixtureRequest
) -> None:
    """No fault is untold, none is told by a bare key, and the page is true."""
    page = _page(told)
    if request.config.getoption("--write-docs"):
        _write(PAGE, page)
    for faults in told.values():
        for text in faults.values():
            assert text == FINE or (text.endswith((".", "?", ")")) and " " in text)
            assert "{" not in text
    assert page == PAGE.read_text(encoding="utf-8")


def _write(path: Path, text: str) -> None:
    """Write a page of the documentation."""
    path.write_text(text, encoding="utf-8")
