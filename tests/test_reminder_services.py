"""The actions of the reminders: what they write down, and whose."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.jarvis.reminders.records import (
    EVERYONE,
    Edge,
    Kind,
    State,
    Trigger,
)
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.setup import async_setup_component

from .house import Jarvis
from .walk import Walk


@pytest.fixture(name="freezer", autouse=True)
def freezer_fixture(freezer: FrozenDateTimeFactory) -> FrozenDateTimeFactory:
    """Return a clock that stands at two in the afternoon, where the tests live."""
    freezer.move_to("2026-11-22 22:00:00+00:00")
    return freezer


async def _call(
    jarvis: Jarvis, action: str, context: Context | None = None, **data: Any
) -> dict[str, Any]:
    """Call an action and return what it returns."""
    try:
        answer = await jarvis.hass.services.async_call(
            "jarvis", action, data, blocking=True, return_response=True, context=context
        )
    finally:
        # The lists and calendars read the reminders anew.
        await jarvis.hass.async_block_till_done()
    assert answer is not None
    return dict(answer)


async def _people(hass: HomeAssistant) -> tuple[Context, Context]:
    """Let Ann and Ben live here, who are no administrators."""
    await hass.auth.async_create_user("Owner", group_ids=["system-admin"])
    users = [
        await hass.auth.async_create_user(name, group_ids=["system-users"])
        for name in ("Ann", "Ben")
    ]
    persons = [
        {"id": user.name.lower(), "name": user.name, "user_id": user.id}
        for user in users
        if user.name
    ]
    assert await async_setup_component(hass, "person", {"person": persons})
    await hass.async_block_till_done()
    ann, ben = (Context(user_id=user.id) for user in users)
    return ann, ben


@pytest.mark.parametrize(
    ("more", "due", "when"),
    [
        ({"when": "tomorrow at 3 PM"}, "2026-11-23T15:00:00-08:00", "tomorrow at 3 PM"),
        (
            {"when": "2026-11-23T15:00:00"},
            "2026-11-23T15:00:00-08:00",
            "tomorrow at 3 PM",
        ),
        (
            {"when": "every day at 7 AM"},
            "2026-11-23T07:00:00-08:00",
            "every day at 7 AM",
        ),
        (
            {"when": "2026-11-22T08:00:00", "rule": "FREQ=WEEKLY;BYDAY=MO"},
            "2026-11-23T08:00:00-08:00",
            "every Monday at 8 AM",
        ),
    ],
)
async def test_reminded_at_a_time(
    jarvis_alone: Jarvis, more: dict[str, Any], due: str, when: str
) -> None:
    """A time is said in words or written down, and told back."""
    answer = await _call(jarvis_alone, "remind", text="walk the dog", **more)
    assert (answer["due"], answer["when"]) == (due, when)
    kept = await jarvis_alone.entry.runtime_data.reminding.async_get(answer["id"])
    assert (kept.what, kept.kind, kept.owner) == ("walk the dog", Kind.REMINDER, None)


async def test_reminded_in_the_language_of_the_home(jarvis_alone: Jarvis) -> None:
    """Words about time are those of the home."""
    jarvis_alone.hass.config.language = "fr"
    answer = await _call(jarvis_alone, "remind", text="le chien", when="demain à 15h")
    assert answer["due"] == "2026-11-23T15:00:00-08:00"
    assert answer["when"] == "demain à 15 h"


async def test_reminded_of_an_event_in_words(jarvis_alone: Jarvis) -> None:
    """What is waited for may be said, as a time may."""
    answer = await _call(
        jarvis_alone, "remind", text="the gas", when="when the kitchen light goes off"
    )
    assert (answer["due"], answer["when"]) == (None, "when the kitchen light goes off")
    assert answer["entity_id"] == "light.cuisine"


async def test_reminded_of_a_place_or_a_state(jarvis_alone: Jarvis) -> None:
    """What is waited for is somebody in a zone, or any state."""
    hass = jarvis_alone.hass
    await _people(hass)
    assert await async_setup_component(hass, "zone", {})
    hass.states.async_set("sensor.washer", "run")
    home = {"entity_id": "person.ann", "zone": "zone.home"}
    for data, trigger in (
        (home, Trigger("person.ann", "home")),
        ({**home, "leaving": True}, Trigger("person.ann", "home", Edge.LEAVE)),
        (
            {"entity_id": "sensor.washer", "state": "done"},
            Trigger("sensor.washer", "done", is_armed=True),
        ),
    ):
        answer = await _call(jarvis_alone, "remind", text="x", everyone=True, **data)
        kept = await jarvis_alone.entry.runtime_data.reminding.async_get(answer["id"])
        assert kept.whom == (EVERYONE,)
        assert (kept.trigger.entity_id, kept.trigger.state, kept.trigger.edge) == (
            trigger.entity_id,
            trigger.state,
            trigger.edge,
        )


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"when": "blue"}, "not understood"),
        ({"when": "31 February"}, "no such day"),
        ({"when": "when the oven is done"}, "I don't know the oven"),
        ({"when": "when I get home"}, "who is speaking"),
        ({"when": "when the light goes off"}, "Lumière de la cuisine"),
        ({"when": "2020-01-01T00:00:00"}, "past"),
        ({"when": "tomorrow at 8 PM", "rule": "nonsense"}, "RFC 5545"),
        ({"entity_id": "sensor.nothing", "state": "on"}, r"sensor\.nothing"),
        ({"entity_id": "light.salon"}, "Say which state"),
        ({"when": "tomorrow", "person": "person.nobody"}, r"person\.nobody"),
    ],
)
async def test_what_cannot_be_reminded_of(
    jarvis_alone: Jarvis, data: dict[str, Any], why: str
) -> None:
    """The cause is told, and nothing is written down."""
    with pytest.raises(ServiceValidationError, match=why):
        await _call(jarvis_alone, "remind", text="walk the dog", **data)
    assert await jarvis_alone.entry.runtime_data.reminding.async_list() == []


async def test_everybody_has_their_own(jarvis_alone: Jarvis) -> None:
    """Nobody sees or changes what is somebody else's, unless it is for them."""
    ann, ben = await _people(jarvis_alone.hass)
    own = await _call(jarvis_alone, "remind", ann, text="secret", when="tomorrow")
    shared = await _call(
        jarvis_alone, "remind", ann, text="ours", when="tomorrow", person="person.ben"
    )

    async def listed(context: Context | None, **more: Any) -> list[str]:
        found = await _call(jarvis_alone, "list_reminders", context, **more)
        return [one["text"] for one in found["reminders"]]

    assert await listed(ann) == ["secret", "ours"]
    assert await listed(ben) == ["ours"]
    assert await listed(None) == ["secret", "ours"]
    with pytest.raises(ServiceValidationError, match="somebody else"):
        await listed(ben, person="person.ann")
    for action, data in (
        ("snooze", {"id": own["id"]}),
        ("cancel_reminder", {"ids": [own["id"]]}),
    ):
        with pytest.raises(ServiceValidationError, match="no such reminder"):
            await _call(jarvis_alone, action, ben, **data)
    assert (await _call(jarvis_alone, "cancel_reminder", ben, text="secret")) == {
        "cancelled": []
    }
    gone = await _call(jarvis_alone, "cancel_reminder", ben, ids=[shared["id"]])
    assert [one["id"] for one in gone["cancelled"]] == [shared["id"]]


async def test_put_off_and_cancelled(jarvis_alone: Jarvis) -> None:
    """A reminder is put off for a while or until a time, and called off by words."""
    kept = await _call(jarvis_alone, "remind", text="walk the dog", when="tomorrow")
    put_off = await _call(jarvis_alone, "snooze", id=kept["id"])
    assert put_off["due"] == "2026-11-22T14:10:00-08:00"
    put_off = await _call(jarvis_alone, "snooze", id=kept["id"], when="in half an hour")
    assert put_off["due"] == "2026-11-22T14:30:00-08:00"
    gone = await _call(jarvis_alone, "cancel_reminder", text="Dog")
    assert [one["state"] for one in gone["cancelled"]] == [State.CANCELLED.value]
    listed = await _call(jarvis_alone, "list_reminders", ended=True)
    assert [one["state"] for one in listed["reminders"]] == [State.CANCELLED.value]
    assert (await _call(jarvis_alone, "list_reminders"))["reminders"] == []
    with pytest.raises(ServiceValidationError, match="no such reminder"):
        await _call(jarvis_alone, "snooze", id=kept["id"])


async def test_the_options(jarvis_alone: Jarvis) -> None:
    """When nobody is spoken to is set beside the memory; the rest stays as it is."""
    walk = await Walk.set_options(jarvis_alone.hass, jarvis_alone.entry)
    walk = await walk.choose("reminders")
    await walk.fill(
        quiet_from="22:00:00",
        quiet_to="07:00:00",
        busy_entities=["media_player.game"],
        repeats=2.0,
        repeat_minutes=10.0,
    )
    assert jarvis_alone.entry.options == {
        "quiet_from": "22:00:00",
        "quiet_to": "07:00:00",
        "busy_entities": ["media_player.game"],
        "repeats": 2,
        "repeat_minutes": 10,
    }
