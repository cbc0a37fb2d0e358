"""A download belongs to nobody who waits for it: it ends when the model is there."""

import asyncio
from collections.abc import AsyncGenerator, Callable
import logging
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import (
    async_fire_time_changed,
)

from custom_components.jarvis.const import (
    CONF_ENDPOINTS,
    CONF_MODEL,
    CONF_URL,
    DOMAIN,
)
from custom_components.jarvis.ollama import pull as pull_module
from custom_components.jarvis.ollama.pull import Pull, Pulls
from custom_components.jarvis.pull_steps import PullSteps
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store

from .conftest import MODEL, async_prepared, async_settle
from .house import Jarvis
from .ollama_server import Kind, ScriptedOllama
from .walk import Walk

NEW = "gemma4:26b"
PATH = "/api/pull"
STORE = f"{DOMAIN}.pulls"


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again soon."""
    monkeypatch.setattr(pull_module, "TRY_AGAIN_AFTER", (0.05,))


@pytest.fixture
async def jarvis(home: HomeAssistant, ollama: ScriptedOllama) -> AsyncGenerator[Jarvis]:
    """Return a Jarvis whose endpoint gets stuck in the middle of a download."""
    entry = await async_settle(home, [ollama.url], {CONF_MODEL: MODEL})
    await async_prepared(entry, ollama)
    ollama.faults.set(Kind.STALL, path=PATH, after=4)
    yield Jarvis(home, entry, ollama)
    await home.config_entries.async_unload(entry.entry_id)


def asked(ollama: ScriptedOllama) -> int:
    """Count how often a download was asked for."""
    return sum(one.path == PATH for one in ollama.requests)


def pulls(jarvis: Jarvis) -> Pulls:
    """Return the downloads that are going on."""
    running: Pulls = jarvis.entry.runtime_data.pulls
    return running


def begin(jarvis: Jarvis) -> tuple[Pull, asyncio.Task[None]]:
    """Begin the download, or join it."""
    (endpoint,) = jarvis.entry.runtime_data.endpoints
    return pulls(jarvis).pull(endpoint, NEW)


def pull_service(jarvis: Jarvis) -> asyncio.Task[Any]:
    """Wait for the download as an automation does."""
    call = jarvis.hass.services.async_call(
        DOMAIN, "pull_model", {"model": NEW}, blocking=True
    )
    return asyncio.create_task(call)


async def until(true: Callable[[], bool]) -> None:
    """Wait until something is so."""
    for _ in range(1000):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError


async def half_way(jarvis: Jarvis) -> Pull:
    """Wait until a part of the model is there."""
    await until(lambda: bool(pulls(jarvis)._running))
    ((pull, _task),) = pulls(jarvis)._running.values()
    await until(lambda: pull.progress.completed > 0)
    return pull


async def kept(hass: HomeAssistant) -> list[list[str]]:
    """Return what a Home Assistant that starts now would go on with."""
    store: Store[list[list[str]]] = Store(hass, 1, STORE)
    return await store.async_load() or []


async def test_shared_by_all(jarvis: Jarvis) -> None:
    """Two automations and a dialog wait for one download."""
    first, second = pull_service(jarvis), pull_service(jarvis)
    await half_way(jarvis)
    walk = await Walk.agent(jarvis.hass, jarvis.entry)
    await walk.fill(name="Marvin", model=NEW)
    assert walk.result["type"] == "progress"
    assert not first.done()

    jarvis.ollama.faults.clear()
    port = jarvis.ollama.port
    await jarvis.ollama.stop()
    await jarvis.ollama.start(port)
    await asyncio.gather(first, second)

    assert jarvis.ollama.models.find(NEW)
    # Once before the server was restarted, once after it.
    assert asked(jarvis.ollama) == 2
    await walk.manager.async_configure(walk.result["flow_id"])
    await jarvis.hass.async_block_till_done()
    assert jarvis.hass.states.get("conversation.marvin")


async def test_who_gives_up_waiting_ends_nothing(jarvis: Jarvis) -> None:
    """An automation that is stopped and a dialog that is closed leave it alone."""
    automation = pull_service(jarvis)
    pull = await half_way(jarvis)
    walk = await Walk.agent(jarvis.hass, jarvis.entry)
    await walk.fill(name="Marvin", model=NEW)

    automation.cancel()
    await asyncio.wait([automation])
    walk.manager.async_abort(walk.result["flow_id"])
    await jarvis.hass.async_block_till_done()

    again, task = begin(jarvis)
    assert again is pull
    assert not task.done()


async def test_it_is_remembered(jarvis: Jarvis, hass_storage: dict[str, Any]) -> None:
    """What is not there yet stands on the disk, and what is there does not."""
    begin(jarvis)
    await half_way(jarvis)
    await jarvis.entry.runtime_data.background.async_prepared()
    async_fire_time_changed(jarvis.hass, fire_all=True)
    await until(lambda: STORE in hass_storage)
    assert hass_storage[STORE]["data"] == [[jarvis.ollama.url, NEW]]

    jarvis.ollama.faults.clear()
    _pull, task = begin(jarvis)
    port = jarvis.ollama.port
    await jarvis.ollama.stop()
    await jarvis.ollama.start(port)
    await task
    async_fire_time_changed(jarvis.hass, fire_all=True)
    await until(lambda: not hass_storage[STORE]["data"])


async def test_it_survives_a_reload(jarvis: Jarvis) -> None:
    """However soon the entry is set up again, the download goes on."""
    waiting = pull_service(jarvis)
    await half_way(jarvis)

    assert await jarvis.hass.config_entries.async_unload(jarvis.entry.entry_id)
    with pytest.raises(HomeAssistantError) as raised:
        await waiting
    assert raised.value.translation_key == "interrupted"
    assert await kept(jarvis.hass) == [[jarvis.ollama.url, NEW]]
    assert not jarvis.ollama.models.find(NEW)

    jarvis.ollama.faults.clear()
    assert await jarvis.hass.config_entries.async_setup(jarvis.entry.entry_id)
    _pull, task = begin(jarvis)
    await task

    assert jarvis.ollama.models.find(NEW)
    assert asked(jarvis.ollama) == 2


async def test_the_server_is_restarted(jarvis: Jarvis) -> None:
    """The download waits for its server and goes on by itself."""
    _pull, task = begin(jarvis)
    await half_way(jarvis)
    port = jarvis.ollama.port
    await jarvis.ollama.stop()
    jarvis.ollama.faults.clear()
    await jarvis.ollama.start(port)

    await task

    assert jarvis.ollama.models.find(NEW)


async def test_the_endpoint_has_left(
    jarvis: Jarvis, spare: ScriptedOllama, caplog: pytest.LogCaptureFixture
) -> None:
    """What was to be downloaded to an endpoint that is gone is forgotten."""
    begin(jarvis)
    await half_way(jarvis)
    await jarvis.hass.config_entries.async_unload(jarvis.entry.entry_id)
    jarvis.hass.config_entries.async_update_entry(
        jarvis.entry, data={CONF_ENDPOINTS: [{CONF_URL: spare.url}]}
    )

    assert await jarvis.hass.config_entries.async_setup(jarvis.entry.entry_id)
    await jarvis.entry.runtime_data.background.async_prepared()

    assert not pulls(jarvis)._running
    assert asked(spare) == 0


async def test_nobody_waits_for_what_fails(
    jarvis: Jarvis, caplog: pytest.LogCaptureFixture
) -> None:
    """A download that goes on after a restart may fail: the log says so, once."""
    begin(jarvis)
    await half_way(jarvis)
    await jarvis.hass.config_entries.async_unload(jarvis.entry.entry_id)
    jarvis.ollama.faults.clear()
    jarvis.ollama.faults.set(Kind.NOT_OLLAMA, path=PATH)
    caplog.clear()

    assert await jarvis.hass.config_entries.async_setup(jarvis.entry.entry_id)
    await until(lambda: not pulls(jarvis)._running)
    await jarvis.hass.async_block_till_done()

    told = [one for one in caplog.records if NEW in one.getMessage()]
    assert [one.levelname for one in told if one.levelno > logging.INFO] == ["WARNING"]
    assert "never retrieved" not in caplog.text


async def test_the_model_is_ready_when_it_is_there(jarvis: Jarvis) -> None:
    """An agent that waited for its model is examined and warm right after."""
    (subentry,) = jarvis.entry.subentries.values()
    jarvis.hass.config_entries.async_update_subentry(
        jarvis.entry, subentry, data={**subentry.data, CONF_MODEL: NEW}
    )
    await jarvis.hass.async_block_till_done()
    await jarvis.entry.runtime_data.background.async_prepared()
    assert jarvis.entry.runtime_data.preflight(NEW).missing
    jarvis.ollama.faults.clear()

    await pull_service(jarvis)
    await jarvis.entry.runtime_data.background.async_prepared()

    assert jarvis.entry.runtime_data.preflight(NEW).capabilities
    loaded = [one["name"] for one in jarvis.ollama.models.as_ps()["models"]]
    assert NEW in loaded


@pytest.mark.parametrize("closed", [False, True])
async def test_of_the_set_up(
    bare: HomeAssistant, ollama: ScriptedOllama, closed: bool
) -> None:
    """What the first dialog downloads ends with it, and with it the connection."""
    ollama.faults.set(Kind.STALL, path=PATH, after=4, seconds=None if closed else 0.1)
    walk = await (await Walk.connect(bare, ollama.url)).fill(model=NEW)
    assert walk.result["type"] == "progress"
    (flow,) = walk.manager._progress.values()
    assert isinstance(flow, PullSteps)
    endpoint = flow._pull.endpoint
    assert not endpoint._http.is_closed

    if closed:
        walk.manager.async_abort(flow.flow_id)
    else:
        await until(lambda: bool(ollama.models.find(NEW)))

    await until(lambda: endpoint._http.is_closed)
