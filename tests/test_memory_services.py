"""The actions of the memory, and whose memories they touch."""

from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.jarvis.memory.records import Item
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.setup import async_setup_component

from .house import Jarvis

GATE = "The key of the gate is in the blue drawer."


async def _call(
    jarvis: Jarvis, action: str, context: Context | None = None, **data: Any
) -> dict[str, Any]:
    """Call an action and return what it returns."""
    answer = await jarvis.hass.services.async_call(
        "jarvis", action, data, blocking=True, return_response=True, context=context
    )
    assert answer is not None
    return dict(answer)


async def _person(hass: HomeAssistant, name: str) -> Context:
    """Add somebody who is no administrator; return what they do things as."""
    user = await hass.auth.async_create_user(name, group_ids=["system-users"])
    persons = hass.data.setdefault("test_persons", [])
    persons.append({"id": name.lower(), "name": name, "user_id": user.id})
    return Context(user_id=user.id)


async def test_remembered_recalled_forgotten(jarvis_alone: Jarvis) -> None:
    """What is kept is found, and gone when it is forgotten."""
    kept = await _call(jarvis_alone, "remember", text=GATE)

    (found,) = (await _call(jarvis_alone, "recall", text="gate key"))["memories"]
    assert (found["id"], found["text"], found["kind"]) == (kept["id"], GATE, "fact")

    assert await _call(jarvis_alone, "forget", ids=[kept["id"]]) == {"forgotten": 1}
    assert (await _call(jarvis_alone, "recall", text="gate key"))["memories"] == []


async def test_everybody_has_their_own(jarvis_alone: Jarvis) -> None:
    """Nobody reads, writes or deletes what is somebody else's."""
    hass = jarvis_alone.hass
    ann, ben = await _person(hass, "Ann"), await _person(hass, "Ben")
    assert await async_setup_component(
        hass, "person", {"person": hass.data["test_persons"]}
    )
    await hass.async_block_till_done()
    kept = await _call(jarvis_alone, "remember", ann, text=GATE)

    assert (await _call(jarvis_alone, "recall", ben, text="gate"))["memories"] == []
    assert (await _call(jarvis_alone, "recall", ann, text="gate"))["memories"]
    with pytest.raises(ServiceValidationError, match="somebody else"):
        await _call(jarvis_alone, "recall", ben, text="gate", person="person.ann")
    with pytest.raises(ServiceValidationError, match="somebody else"):
        await _call(jarvis_alone, "forget", ben, ids=[kept["id"]])
    # An automation has no user: its owner wrote it.
    found = await _call(jarvis_alone, "recall", text="gate", person="person.ann")
    assert found["memories"]


async def test_forget_what_is_about_something(jarvis_alone: Jarvis) -> None:
    """What has all the words is listed first, then gone; what has some stays."""
    for text in (GATE, "The gate is green.", "The key of the car is red."):
        await _call(jarvis_alone, "remember", text=text)

    listed = await _call(jarvis_alone, "forget", about="gate key", dry_run=True)
    assert [one["text"] for one in listed["memories"]] == [GATE]
    assert listed["forgotten"] == 0
    assert await _call(jarvis_alone, "forget", about="gate key") == {"forgotten": 1}

    left = (await _call(jarvis_alone, "recall", text="gate key"))["memories"]
    assert GATE not in {one["text"] for one in left}
    assert left


async def test_forget_a_time(
    jarvis_alone: Jarvis, freezer: FrozenDateTimeFactory
) -> None:
    """What was kept in a time is gone, what is older stays."""
    freezer.move_to("2026-11-21 12:00:00+00:00")
    await _call(jarvis_alone, "remember", text=GATE)
    freezer.move_to("2026-11-22 12:00:00+00:00")
    await _call(jarvis_alone, "remember", text="The gate is green.")
    freezer.move_to("2026-11-22 13:00:00+00:00")

    day: dict[str, Any] = {"since": "2026-11-22T00:00:00+00:00"}
    nothing = {**day, "until": "2026-11-22T11:00:00+00:00"}
    assert await _call(jarvis_alone, "forget", **nothing) == {"forgotten": 0}
    assert await _call(jarvis_alone, "forget", about="gate", **day) == {"forgotten": 1}

    (left,) = (await _call(jarvis_alone, "recall", text="gate"))["memories"]
    assert left["text"] == GATE


@pytest.mark.parametrize(
    ("text", "why"),
    [("The code of the gate is 4825", "codes"), ("My health is bad", "my health")],
)
async def test_what_is_refused(jarvis_alone: Jarvis, text: str, why: str) -> None:
    """Secrets and what is off-limits are not kept, and the reason is told."""
    await jarvis_alone.say("Never remember anything about my health", "en")

    with pytest.raises(ServiceValidationError, match=why):
        await _call(jarvis_alone, "remember", text=text)


async def test_administrators_delete_and_export_but_do_not_read(
    jarvis_alone: Jarvis, hass_admin_user: MockUser
) -> None:
    """What is private stays so, and the house can still be kept in order."""
    hass = jarvis_alone.hass
    ann = await _person(hass, "Ann")
    assert await async_setup_component(
        hass, "person", {"person": hass.data["test_persons"]}
    )
    await hass.async_block_till_done()
    await _call(jarvis_alone, "remember", ann, text=GATE)
    admin = Context(user_id=hass_admin_user.id)
    anns = {"person": "person.ann"}

    with pytest.raises(ServiceValidationError, match="somebody else"):
        await _call(jarvis_alone, "recall", admin, text="gate", **anns)
    with pytest.raises(ServiceValidationError, match="somebody else"):
        await _call(jarvis_alone, "forget", admin, about="gate", dry_run=True, **anns)
    assert (await _call(jarvis_alone, "export_memory", admin, **anns))["lines"] == 2
    assert await _call(jarvis_alone, "forget", admin, about="gate", **anns) == {
        "forgotten": 1
    }


async def test_exported_and_imported(jarvis_alone: Jarvis) -> None:
    """What is kept, corrected and forgotten comes back from the file as it was."""
    repository = jarvis_alone.entry.runtime_data.memory.repository
    await jarvis_alone.say("Remember that my birthday is on 3 May", "en")
    await jarvis_alone.say("Remember that my birthday is on 4 May", "en")
    await jarvis_alone.say("Never remember anything about my health", "en")
    kept = await _call(jarvis_alone, "remember", text=GATE)
    await _call(jarvis_alone, "forget", ids=[kept["id"]])
    before = await repository.facts((None,), include_past=True)

    written = await _call(jarvis_alone, "export_memory")
    everything = [
        one.id for item in Item for one in await repository.every(item, owners=None)
    ]
    await repository.forget(everything)
    first = await _call(jarvis_alone, "import_memory", file=written["file"])
    again = await _call(jarvis_alone, "import_memory", file=written["file"])

    # What was forgotten since is not learned again: a copy elsewhere has it all.
    assert (first["facts"], again["facts"]) == (0, 0)
    assert (first["turns"], again["turns"]) == (2, 0)
    lines = Path(written["file"]).read_text("utf-8").splitlines()
    assert sum('"fact"' in line[:8] for line in lines) == len(before)
    assert not any(GATE in line for line in lines)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ('{"jarvis_memory": 1}\n{"fact": {"kind": "note"}}\n', "Line 2"),
        ('{"jarvis_memory": 1}\n{"fact": {"text": "x"}}\nno json\n', "Line 3"),
        ("hello\n", "Line 1"),
    ],
)
async def test_import_of_what_is_no_export(
    jarvis_alone: Jarvis, content: str, why: str
) -> None:
    """The line that is wrong is named, and nothing of the file is kept."""
    hass = jarvis_alone.hass
    Path(hass.config.path("jarvis/broken.jsonl")).write_text(content, "utf-8")

    with pytest.raises(ServiceValidationError, match=why):
        await _call(jarvis_alone, "import_memory", file="broken.jsonl")
    repository = jarvis_alone.entry.runtime_data.memory.repository
    assert await repository.facts((None,)) == []


@pytest.mark.parametrize(
    ("file", "why"),
    [
        ("../secrets.yaml", "neither"),
        ("/etc/passwd", "neither"),
        ("gone.jsonl", "cannot be read"),
    ],
)
async def test_import_from_elsewhere(jarvis_alone: Jarvis, file: str, why: str) -> None:
    """Only what Home Assistant may read is read."""
    with pytest.raises(ServiceValidationError, match=why):
        await _call(jarvis_alone, "import_memory", file=file)


async def test_only_administrators_import(
    jarvis_alone: Jarvis, hass_admin_user: MockUser
) -> None:
    """An import may bring anybody's memories."""
    ann = await _person(jarvis_alone.hass, "Ann")
    with pytest.raises(ServiceValidationError, match="administrators"):
        await _call(jarvis_alone, "import_memory", ann, file="x.jsonl")


async def test_unknown_person(jarvis_alone: Jarvis) -> None:
    """Who is not there has no memory."""
    with pytest.raises(ServiceValidationError, match=r"person\.nobody"):
        await _call(jarvis_alone, "remember", text=GATE, person="person.nobody")


async def test_a_memory_that_is_not_well(jarvis_alone: Jarvis) -> None:
    """The cause is told; turns go on."""
    await jarvis_alone.entry.runtime_data.memory.async_close()

    with pytest.raises(HomeAssistantError, match="not available"):
        await _call(jarvis_alone, "recall", text="gate")
    told = await jarvis_alone.say("Remember that the cat is called Tom", "en")
    assert "not available" in told.speech
    assert (await jarvis_alone.say("Turn on the kitchen light", "en")).error is None
