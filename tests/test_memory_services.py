"""The actions of the memory, and whose memories they touch."""

from typing import Any

import pytest

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
