"""What is told is what was done: states are waited for, refusals and silence said."""

import asyncio
from typing import Any

from custom_components.jarvis.local.commands.act import Done, async_act
from custom_components.jarvis.local.commands.command import Command
from custom_components.jarvis.local.commands.replies import told
from custom_components.jarvis.local.house.found import Found
from custom_components.jarvis.local.house.things import House, Thing
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError

LAMP = Thing("light.lamp", ("Lamp",), "light")
OTHER = Thing("light.other", ("Other",), "light")
HOUSE = House([LAMP, OTHER])


def _devices(hass: HomeAssistant, *silent: str, after: float = 0) -> None:
    """Let lamps be switched; some of them never say that they were."""

    async def turn_on(call: ServiceCall) -> None:
        for entity_id in call.data["entity_id"]:
            if entity_id not in silent:
                hass.loop.call_later(after, hass.states.async_set, entity_id, "on")

    hass.services.async_register("light", "turn_on", turn_on)


async def _turn_on(hass: HomeAssistant, *things: Thing, **values: Any) -> Done:
    """Turn lamps on."""
    command = Command("turn_on", Found(things), values)
    return await async_act(hass, command, Context())


async def test_done_is_what_the_state_shows(hass: HomeAssistant) -> None:
    """A lamp that follows a moment later was turned on."""
    hass.states.async_set("light.lamp", "off")
    _devices(hass, after=0.05)

    done = await _turn_on(hass, LAMP)

    assert done.done == [LAMP]
    assert told([done], HOUSE, "en") == "Turned on Lamp."
    assert [state.state for state in done.before] == ["off"]


async def test_silence_is_told(hass: HomeAssistant) -> None:
    """What never confirms is not claimed to be done."""
    hass.states.async_set("light.lamp", "off")
    hass.states.async_set("light.other", "off")
    _devices(hass, "light.other")

    done = await _turn_on(hass, LAMP, OTHER)

    assert (done.done, done.silent) == ([LAMP], [OTHER])
    assert told([done], HOUSE, "en") == "Turned on Lamp. No response: Other."
    assert told([done], HOUSE, "fr") == "J'ai allumé Lamp. Pas de réponse : Other."


async def test_what_is_gone_is_told(hass: HomeAssistant) -> None:
    """A lamp without power is not on."""
    hass.states.async_set("light.lamp", STATE_UNAVAILABLE)
    _devices(hass, "light.lamp")

    assert (await _turn_on(hass, LAMP)).silent == [LAMP]


async def test_already_so(hass: HomeAssistant) -> None:
    """Nothing was to be done, and that is said."""
    hass.states.async_set("light.lamp", "on")
    _devices(hass)

    done = await _turn_on(hass, LAMP)

    assert done.already == [LAMP]
    assert told([done], HOUSE, "fr") == "Déjà allumé : Lamp."


async def test_a_refusal_is_told(hass: HomeAssistant) -> None:
    """The device's own words, in ours."""
    hass.states.async_set("light.lamp", "off")

    async def refuse(_call: ServiceCall) -> None:
        raise HomeAssistantError("the lamp is locked")

    hass.services.async_register("light", "turn_on", refuse)

    done = await _turn_on(hass, LAMP)

    assert done.failed == {"the lamp is locked": [LAMP]}
    assert "the lamp is locked" in told([done], HOUSE, "en")


async def test_what_hangs_is_given_up(hass: HomeAssistant, monkeypatch: Any) -> None:
    """No device keeps a person waiting for an answer."""
    monkeypatch.setattr(
        "custom_components.jarvis.local.commands.act._CALL_TIMEOUT", 0.05
    )
    hass.states.async_set("light.lamp", "off")
    released = asyncio.Event()

    async def hang(_call: ServiceCall) -> None:
        await released.wait()

    hass.services.async_register("light", "turn_on", hang)

    done = await _turn_on(hass, LAMP)

    assert done.failed == {"": [LAMP]}
    assert told([done], HOUSE, "en") == "No response: Lamp."
    released.set()
    await hass.async_block_till_done()
