"""Reminders as to-do lists: each person's and the household's, changed by hand."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.jarvis.reminders.records import Reminder, State
from custom_components.jarvis.reminders.when.results import Grain
from homeassistant.components.homeassistant.exposed_entities import (
    async_expose_entity,
    async_should_expose,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from .house import Jarvis

HOUSEHOLD = "todo.reminders_household"


@pytest.fixture(name="freezer")
def freezer_fixture(freezer: FrozenDateTimeFactory) -> FrozenDateTimeFactory:
    """Return a clock that stands at two in the afternoon, where the tests live."""
    freezer.move_to("2026-11-22 22:00:00+00:00")
    return freezer


async def _do(hass: HomeAssistant, action: str, **data: Any) -> None:
    await hass.services.async_call(
        "todo", action, {"entity_id": HOUSEHOLD, **data}, blocking=True
    )
    await hass.async_block_till_done()


async def _items(
    hass: HomeAssistant, entity_id: str = HOUSEHOLD
) -> list[dict[str, Any]]:
    """Return what a list shows, done or not."""
    answer = await hass.services.async_call(
        "todo",
        "get_items",
        {"entity_id": entity_id, "status": ["needs_action", "completed"]},
        blocking=True,
        return_response=True,
    )
    assert answer is not None
    items: list[dict[str, Any]] = answer[entity_id]["items"]  # type: ignore[index, assignment, call-overload]
    return items


async def test_created_edited_completed_deleted(
    jarvis_alone: Jarvis, freezer: FrozenDateTimeFactory
) -> None:
    """What is done in the list is done to the reminder."""
    hass = jarvis_alone.hass
    reminding = jarvis_alone.entry.runtime_data.reminding
    due = "2026-11-23T15:00:00-08:00"
    await _do(hass, "add_item", item="Walk the dog", due_datetime=due)
    (kept,) = await reminding.async_list()
    assert (kept.what, dt_util.as_local(kept.due).isoformat()) == ("Walk the dog", due)

    later = "2026-11-24T16:00:00-08:00"
    await _do(
        hass, "update_item", item=kept.id, rename="Walk the cat", due_datetime=later
    )
    (item,) = await _items(hass)
    assert (item["summary"], item["due"]) == ("Walk the cat", later)
    assert hass.states.is_state(HOUSEHOLD, "1")

    for status, state in (
        ("completed", State.DONE),
        ("needs_action", State.WAITING),
    ):
        await _do(hass, "update_item", item=kept.id, status=status)
        known = await reminding.async_get(kept.id)
        assert known.state is state
        assert [one["status"] for one in await _items(hass)] == [status]

    await _do(hass, "remove_item", item=kept.id)
    assert await _items(hass) == []
    assert await reminding.async_get(kept.id) is None


async def test_a_day_and_no_time_at_all(
    jarvis_alone: Jarvis, freezer: FrozenDateTimeFactory
) -> None:
    """A day is told in the morning and shown as a day; without a time it is listed."""
    hass = jarvis_alone.hass
    await _do(hass, "add_item", item="Birthday", due_date="2026-11-25")
    await _do(hass, "add_item", item="Some day")
    assert [(one["summary"], one.get("due")) for one in await _items(hass)] == [
        ("Birthday", "2026-11-25"),
        ("Some day", None),
    ]
    (birthday, _) = await jarvis_alone.entry.runtime_data.reminding.async_list()
    assert birthday.grain is Grain.DAY
    assert dt_util.as_local(birthday.due).isoformat() == "2026-11-25T09:00:00-08:00"


async def test_completing_what_comes_again(
    jarvis_alone: Jarvis, freezer: FrozenDateTimeFactory
) -> None:
    """A completed one that comes again waits for its next time."""
    hass = jarvis_alone.hass
    due = dt_util.now() + timedelta(hours=1)
    await jarvis_alone.entry.runtime_data.reminding.async_add(
        Reminder(what="Pills", due=due, rule="FREQ=DAILY", zone="US/Pacific")
    )
    await hass.async_block_till_done()
    await _do(hass, "update_item", item="Pills", status="completed")
    (item,) = await _items(hass)
    assert item["status"] == "needs_action"
    assert item["due"] == (due + timedelta(days=1)).isoformat()
    assert item["description"] == "every day at 3 PM"


async def test_each_person_has_a_list(jarvis_alone: Jarvis) -> None:
    """Who comes gets a list of their own; nobody's is in another."""
    hass = jarvis_alone.hass
    assert await async_setup_component(
        hass, "person", {"person": [{"id": "ann", "name": "Ann"}]}
    )
    await hass.async_block_till_done()
    reminding = jarvis_alone.entry.runtime_data.reminding
    await reminding.async_add(Reminder(what="secret", owner="ann"))
    await reminding.async_add(Reminder(what="for ann", whom=("ann",)))
    await hass.async_block_till_done()

    anns = await _items(hass, "todo.reminders_ann")
    assert {one["summary"] for one in anns} == {"secret", "for ann"}
    assert [one["summary"] for one in await _items(hass)] == ["for ann"]
    assert er.async_get(hass).async_get("calendar.reminders_ann") is not None


async def test_no_assistant_reads_it_unless_it_is_let(jarvis_alone: Jarvis) -> None:
    """A list is exposed to nobody, whose tools ask not who speaks, but by its owner."""
    hass, entry = jarvis_alone.hass, jarvis_alone.entry
    assert not async_should_expose(hass, "conversation", HOUSEHOLD)

    async_expose_entity(hass, "conversation", HOUSEHOLD, True)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()

    assert async_should_expose(hass, "conversation", HOUSEHOLD)


async def test_what_is_not_in_the_list(jarvis_alone: Jarvis) -> None:
    """Somebody else's is not changed through a list, nor what is gone."""
    kept = await jarvis_alone.entry.runtime_data.reminding.async_add(
        Reminder(what="secret", owner="ann")
    )
    with pytest.raises(ServiceValidationError):
        await _do(jarvis_alone.hass, "remove_item", item=kept.id)


async def test_a_book_that_cannot_be_read(jarvis_alone: Jarvis) -> None:
    """A list that cannot be read shows that, and promises nothing."""
    hass = jarvis_alone.hass
    assert hass.states.is_state(HOUSEHOLD, "0")
    await jarvis_alone.entry.runtime_data.memory.async_close()
    jarvis_alone.entry.runtime_data.reminding.async_changed()
    await hass.async_block_till_done()
    assert hass.states.is_state(HOUSEHOLD, "unavailable")
    with pytest.raises(HomeAssistantError, match="not available"):
        await hass.services.async_call(
            "jarvis", "remind", {"text": "dog", "when": "tomorrow"}, blocking=True
        )
