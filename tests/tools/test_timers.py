"""What a model may do with timers, with one small tool."""

from math import ceil
from typing import Any

import pytest

from custom_components.jarvis.tools.timers import Action
from homeassistant.components.intent import async_register_timer_handler
from homeassistant.components.intent.const import TIMER_DATA
from homeassistant.helpers.json import json_dumps
from homeassistant.setup import async_setup_component
from tests.ollama_server.tokens import count_tokens

from ..house import Jarvis
from ..ollama_server import load_script
from ..places import device_in
from ..reminding.timing import left, timers_of

BUDGET = 120
"""Tokens that the tool may take in every prompt."""


async def _called(jarvis: Jarvis, device: str | None = None, **arguments: Any) -> str:
    """Let the model call the tool; return what that told it."""
    call = {"name": "jarvis__timer", "arguments": arguments}
    jarvis.ollama.script = load_script(
        [{"round": 0, "call": [call]}, {"say": "Voilà."}]
    )
    await jarvis.say("Occupe-toi de mes pâtes", "fr", device_id=device)
    messages = jarvis.ollama.chats[-1]["messages"]
    return str([one["content"] for one in messages if one["role"] == "tool"][-1])


async def _left(jarvis: Jarvis) -> dict[str, int]:
    """Return the minutes that are left of timers, begun ones as whole."""
    there = left(await timers_of(jarvis).async_list())
    return {name: ceil(seconds / 60) for name, seconds in there.items()}


async def test_it_is_small(jarvis_model_only: Jarvis) -> None:
    """The tool is in every prompt: it takes few tokens, and says all it can do."""
    await _called(jarvis_model_only, action="tell")
    (sent,) = [
        json_dumps(tool)
        for tool in jarvis_model_only.ollama.chats[-1]["tools"]
        if tool["function"]["name"] == "jarvis__timer"
    ]

    assert count_tokens(sent) <= BUDGET
    assert all(one in sent for one in Action)


async def test_all_that_can_be_done(jarvis_model_only: Jarvis) -> None:
    """Started, told, lengthened, paused, resumed, shortened, cancelled."""
    jarvis = jarvis_model_only
    told = await _called(
        jarvis, action="start", name="pâtes", duration="une demi-heure"
    )
    assert "30 minutes" in told
    assert await _left(jarvis) == {"pâtes": 30}
    await _called(jarvis, action="start", duration="5 minutes")
    told = await _called(jarvis, action="tell")
    assert "pâtes" in told
    assert "5 minutes" in told

    await _called(jarvis, action="add", name="pâtes", duration="10 minutes")
    assert await _left(jarvis) == {"pâtes": 40, "": 5}
    await _called(jarvis, action="remove", name="5 minutes", duration="1 minute")
    assert await _left(jarvis) == {"pâtes": 40, "": 4}
    await _called(jarvis, action="pause", name="pâtes")
    assert "paused" in await _called(jarvis, action="tell")
    await _called(jarvis, action="resume")
    assert "paused" not in await _called(jarvis, action="tell")
    await _called(jarvis, action="cancel", name="pâtes")
    assert await _left(jarvis) == {"": 4}


async def test_all_are_cancelled(jarvis_model_only: Jarvis) -> None:
    """One word cancels all."""
    for name in ("pâtes", "riz"):
        await _called(jarvis_model_only, action="start", name=name, duration="1 h")
    told = await _called(jarvis_model_only, action="cancel", name="all")

    assert "2" in told
    assert await _left(jarvis_model_only) == {}


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"action": "start"}, "how long"),
        ({"action": "start", "duration": "bientôt"}, "no duration"),
        ({"action": "add", "name": "pâtes"}, "how long"),
        ({"action": "cancel", "name": "frites"}, "no such timer"),
        ({"action": "cancel"}, "pâtes, riz"),
        ({"action": "explode"}, "do not fit"),
    ],
)
async def test_what_is_refused(
    jarvis_model_only: Jarvis, arguments: dict[str, str], why: str
) -> None:
    """The model is told why, and nothing changes."""
    for name in ("pâtes", "riz"):
        await _called(jarvis_model_only, action="start", name=name, duration="1 h")

    assert why in await _called(jarvis_model_only, **arguments)
    assert await _left(jarvis_model_only) == {"pâtes": 60, "riz": 60}


async def test_it_rings_where_the_person_speaks(jarvis_model_only: Jarvis) -> None:
    """The prompt knows no room, the call does; a device that counts shows it."""
    hass = jarvis_model_only.hass
    assert await async_setup_component(hass, "intent", {})
    kitchen = device_in(hass, "Cuisine")
    async_register_timer_handler(hass, kitchen, lambda *_: None)
    await _called(jarvis_model_only, kitchen, action="start", duration="10 minutes")

    (timer,) = await timers_of(jarvis_model_only).async_list()
    assert (timer.device, timer.seconds) == (kitchen, 600)
    assert [one.seconds for one in hass.data[TIMER_DATA].timers.values()] == [600]


async def test_no_other_tool_is_about_timers(jarvis_model_only: Jarvis) -> None:
    """Home Assistant's would cancel its own timers alone, and say that it did all."""
    assert await async_setup_component(jarvis_model_only.hass, "intent", {})
    await _called(jarvis_model_only, action="tell")
    names = [
        tool["function"]["name"] for tool in jarvis_model_only.ollama.chats[-1]["tools"]
    ]

    assert [name for name in names if "timer" in name.casefold()] == ["jarvis__timer"]
