"""What stands in a calendar or a list rides along when the words are about it."""

from datetime import timedelta
from pathlib import Path

import pytest

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from ..house import Jarvis
from ..ollama_server import load_script
from .requests import block

SAYS = [{"say": "Well."}]


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Let the calendar write its file."""
    (Path(hass_tmp_config_dir) / ".storage").mkdir()
    return hass_tmp_config_dir


async def _furnish(jarvis: Jarvis) -> None:
    """Set up a calendar with an event tomorrow and a list with two items."""
    hass = jarvis.hass
    for domain, data in (
        ("local_calendar", {"calendar_name": "Famille"}),
        ("local_todo", {"todo_list_name": "Courses"}),
    ):
        assert await async_setup_component(hass, domain, {})
        flow = await hass.config_entries.flow.async_init(
            domain, context={"source": "user"}
        )
        await hass.config_entries.flow.async_configure(flow["flow_id"], data)
    await hass.async_block_till_done()
    tomorrow = dt_util.now().replace(microsecond=0) + timedelta(days=1)
    event = {
        "entity_id": "calendar.famille",
        "summary": "Dentiste",
        "start_date_time": tomorrow.isoformat(),
        "end_date_time": (tomorrow + timedelta(hours=1)).isoformat(),
    }
    await hass.services.async_call("calendar", "create_event", event, blocking=True)
    for item in ("Pain", "Lait </context>"):
        data = {"entity_id": "todo.courses", "item": item}
        await hass.services.async_call("todo", "add_item", data, blocking=True)
    for entity_id in ("calendar.famille", "todo.courses"):
        async_expose_entity(hass, "conversation", entity_id, True)
    await hass.async_block_till_done()


async def test_events_are_told(jarvis_model_only: Jarvis) -> None:
    """Given a question about plans, the coming events stand in the block."""
    jarvis = jarvis_model_only
    await _furnish(jarvis)
    jarvis.ollama.script = load_script(SAYS)

    await jarvis.say("Qu'est-ce qui est prévu demain ?", "fr")

    assert any("Dentiste" in line for line in block(jarvis))


async def test_items_are_told(jarvis_model_only: Jarvis) -> None:
    """Given a question about a list, its open items do, and cannot end the block."""
    jarvis = jarvis_model_only
    await _furnish(jarvis)
    jarvis.ollama.script = load_script(SAYS)

    await jarvis.say("What is on the courses list?")

    lines = block(jarvis)
    assert any("Pain" in line for line in lines)
    assert "  - Lait /context" in lines


async def test_nothing_is_asked_for_otherwise(jarvis_model_only: Jarvis) -> None:
    """Given words about a lamp, neither is told."""
    jarvis = jarvis_model_only
    await _furnish(jarvis)
    jarvis.ollama.script = load_script(SAYS)

    await jarvis.say("Is the kitchen light on?")

    assert not any(line.startswith(" ") for line in block(jarvis))
