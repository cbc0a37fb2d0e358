"""The beginning of the prompt is kept until the house changes."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.jarvis.const import SUBENTRY_CONVERSATION
from custom_components.jarvis.runtime import agents
from custom_components.jarvis.tools.permission import Permission
from custom_components.jarvis.turn.prefix import Prefix, Prefixes
from homeassistant.auth.models import User
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    entity_registry as er,
    floor_registry as fr,
    llm,
)
from tests.house import ENTITIES, Jarvis
from tests.places import area_id
from tests.tools.apis import FakeApi

ANYBODY = Permission(None)
HIDDEN = "switch.chaudiere"


async def prefix_of(
    jarvis: Jarvis, permission: Permission = ANYBODY, *, tools_in_text: bool = False
) -> Prefix:
    """Return the agent's prefix as a speaker may see it."""
    (agent,) = agents(jarvis.entry, SUBENTRY_CONVERSATION)
    prefixes: Prefixes = jarvis.entry.runtime_data.prefixes
    return await prefixes.async_get(agent, permission, tools_in_text=tools_in_text)


async def rename(hass: HomeAssistant) -> None:
    """Give an entity another name."""
    er.async_get(hass).async_update_entity("light.salon", name="Lustre")


async def move(hass: HomeAssistant) -> None:
    """Put an entity into another room."""
    er.async_get(hass).async_update_entity(
        "light.salon", area_id=area_id(hass, "Cuisine")
    )


async def rename_area(hass: HomeAssistant) -> None:
    """Give a room another name."""
    ar.async_get(hass).async_update(area_id(hass, "Salon"), name="Lustre")


async def rename_floor(hass: HomeAssistant) -> None:
    """Give a floor another name."""
    (floor,) = [
        one for one in fr.async_get(hass).async_list_floors() if one.name == "Étage"
    ]
    fr.async_get(hass).async_update(floor.floor_id, name="Lustre")


async def expose(hass: HomeAssistant) -> None:
    """Expose one entity more."""
    async_expose_entity(hass, "conversation", HIDDEN, True)


async def hide(hass: HomeAssistant) -> None:
    """Expose one entity less."""
    async_expose_entity(hass, "conversation", "light.salon", False)


async def remove(hass: HomeAssistant) -> None:
    """Let an exposed entity go."""
    hass.states.async_remove("sensor.temperature_salon")


async def rename_home(hass: HomeAssistant) -> None:
    """Give the home another name."""
    await hass.config.async_update(location_name="Lustre")


@pytest.mark.parametrize(
    "change", [rename, move, rename_area, rename_floor, expose, hide, remove]
)
async def test_a_change_in_the_house(
    jarvis: Jarvis, change: Callable[[HomeAssistant], Awaitable[None]]
) -> None:
    """What the model is told follows the house, and then stays again."""
    before = await prefix_of(jarvis)

    await change(jarvis.hass)
    await jarvis.hass.async_block_till_done()

    after = await prefix_of(jarvis)
    assert after.system != before.system
    assert after.identity != before.identity
    assert await prefix_of(jarvis) is after


async def test_the_home_is_renamed(jarvis: Jarvis) -> None:
    """The persona may name the home: it is written anew."""
    before = await prefix_of(jarvis)

    await rename_home(jarvis.hass)
    await jarvis.hass.async_block_till_done()

    assert await prefix_of(jarvis) is not before


async def test_what_happens_all_day_changes_nothing(jarvis: Jarvis) -> None:
    """States, attributes and what is not exposed leave the very same object."""
    hass = jarvis.hass
    before = await prefix_of(jarvis)

    for entity_id in ENTITIES:
        hass.states.async_set(entity_id, "on", {"brightness": 9})
    hass.states.async_set("test.new", "1")
    hass.states.async_remove("test.new")
    await jarvis.say("Turn on the bedroom light")
    await jarvis.say("Tell me a story")
    await hass.async_block_till_done()

    assert await prefix_of(jarvis) is before


async def test_an_exposed_entity_comes_back(jarvis: Jarvis) -> None:
    """An entity that goes and comes as it was leaves the same bytes."""
    before = await prefix_of(jarvis)
    state = jarvis.hass.states.get("light.salon")
    assert state

    jarvis.hass.states.async_remove("light.salon")
    await jarvis.hass.async_block_till_done()
    without = await prefix_of(jarvis)
    jarvis.hass.states.async_set("light.salon", state.state, state.attributes)
    await jarvis.hass.async_block_till_done()

    assert "light.salon" in before.items
    assert "light.salon" not in without.items
    assert (await prefix_of(jarvis)).identity == before.identity


async def test_an_api_comes(jarvis: Jarvis) -> None:
    """An MCP server that Home Assistant connects later is noticed."""
    (agent,) = agents(jarvis.entry, SUBENTRY_CONVERSATION)
    agent = replace(agent, apis=("assist", "fake"))
    get = jarvis.entry.runtime_data.prefixes.async_get
    before = await get(agent, ANYBODY, tools_in_text=False)

    llm.async_register_api(
        jarvis.hass, FakeApi(jarvis.hass, "fake", "Fake", prompt="Runes are old.")
    )

    after = await get(agent, ANYBODY, tools_in_text=False)
    assert "Runes are old." not in before.system
    assert "Runes are old." in after.system


async def test_tools_in_the_text(jarvis: Jarvis) -> None:
    """Where the tools stand in the text, none are sent, and both are kept apart."""
    sent = await prefix_of(jarvis)
    written = await prefix_of(jarvis, tools_in_text=True)

    assert sent.specs
    assert not written.specs
    assert [one.name for one in written.tools] == [one.name for one in sent.tools]
    for tool in written.tools:
        assert f"\n{tool.name}(" in written.system
    assert sent.identity != written.identity
    assert await prefix_of(jarvis) is sent
    assert await prefix_of(jarvis, tools_in_text=True) is written


# Who asks


async def test_who_may_see_everything_shares_one(
    jarvis: Jarvis, hass_admin_user: User, hass_read_only_user: MockUser
) -> None:
    """Household members with the right to read all have one prompt."""
    shared = await prefix_of(jarvis)

    for user in (hass_admin_user, hass_read_only_user):
        assert await prefix_of(jarvis, Permission(user)) is shared


async def test_a_restricted_user_has_an_own_one(
    jarvis: Jarvis, hass_read_only_user: MockUser
) -> None:
    """Who may see only the bedroom's light is told of nothing else."""
    shared = await prefix_of(jarvis)
    hass_read_only_user.mock_policy(
        {"entities": {"entity_ids": {"light.chambre": True}}}
    )

    own = await prefix_of(jarvis, Permission(hass_read_only_user))

    assert set(own.items) == {"light.chambre"}
    assert "Lumière de la chambre" in own.system
    assert "Lumière du salon" not in own.system
    assert own.identity != shared.identity
    assert await prefix_of(jarvis) is shared
    again = await prefix_of(jarvis, Permission(hass_read_only_user))
    assert again.identity == own.identity


async def test_a_right_that_is_taken_counts_at_once(
    jarvis: Jarvis, hass_read_only_user: MockUser
) -> None:
    """Home Assistant announces no change of rights: none is kept."""
    for entity_id in ("light.chambre", "light.salon"):
        hass_read_only_user.mock_policy({"entities": {"entity_ids": {entity_id: True}}})
        own = await prefix_of(jarvis, Permission(hass_read_only_user))
        assert set(own.items) == {entity_id}


@pytest.mark.parametrize("named", [True, False])
async def test_an_unknown_user_sees_nothing(
    jarvis: Jarvis, hass_admin_user: User, named: bool
) -> None:
    """Neither one who does not exist nor one who was an admin once."""
    user = hass_admin_user if named else None
    shared = await prefix_of(jarvis)

    own = await prefix_of(jarvis, Permission(user, known=False))

    assert not own.items
    assert own.identity != shared.identity
    assert "No device is exposed to you." in own.system
    for names, _area in ENTITIES.values():
        assert names[0] not in own.system
