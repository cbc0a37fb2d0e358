"""Whatever a model does, the home does the right thing and the reply can be spoken."""

import re
from typing import Any

import pytest

from homeassistant.const import EVENT_CALL_SERVICE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from tests.replays.cases import Replay, load_replays
from tests.replays.clean import assert_clean


@pytest.mark.parametrize("replay", load_replays(), ids=lambda replay: replay.id)
async def test_replay(jarvis_model_only: Any, replay: Replay) -> None:
    """The states, the speech and what was streamed are what they should be."""
    jarvis = jarvis_model_only
    jarvis.ollama.script = replay.script()
    before = states(jarvis.hass)
    actions = actions_on_devices(jarvis.hass)

    reply = await jarvis.say(replay.text, language=replay.language)
    await jarvis.hass.async_block_till_done()

    assert states(jarvis.hass) == before | replay.changes
    if replay.tools_at_most is not None:
        assert len(actions) <= replay.tools_at_most
    assert bool(reply.error) == replay.error
    assert_clean(reply.speech, replay.language)
    streamed = "".join(reply.deltas)
    assert_clean(streamed, replay.language, or_empty=True)
    for pattern in replay.speech:
        assert re.search(pattern, reply.speech, re.IGNORECASE)
    for pattern in replay.never:
        assert not re.search(pattern, f"{reply.speech}\n{streamed}", re.IGNORECASE)


def states(hass: HomeAssistant) -> dict[str, str]:
    """Give the state of every entity of the home; Jarvis' own tell of the turn."""
    registry = er.async_get(hass)
    return {
        state.entity_id: state.state
        for state in hass.states.async_all()
        if (entry := registry.async_get(state.entity_id)) is None
        or entry.platform != "jarvis"
    }


def actions_on_devices(hass: HomeAssistant) -> list[str]:
    """Give a list that fills with the actions that reach devices from now on."""
    actions: list[str] = []

    @callback
    def note(event: Event) -> None:
        # Home Assistant's own "turn on anything" hands on to the device's domain.
        if event.data["domain"] != "homeassistant":
            actions.append(f"{event.data['domain']}.{event.data['service']}")

    hass.bus.async_listen(EVENT_CALL_SERVICE, note)
    return actions
