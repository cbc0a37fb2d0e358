"""An endpoint fails after a call that its model has printed: it is made only once."""

from collections.abc import AsyncGenerator

import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.jarvis.const import CONF_MODEL, CONF_PREFER_LOCAL
from homeassistant.const import EVENT_CALL_SERVICE
from homeassistant.core import HomeAssistant

from .conftest import MODEL, async_prepared, async_settle
from .house import Jarvis
from .ollama_server import Kind, Model, ScriptedOllama, load_script

ON = '<tool_call>{"name": "HassTurnOn", "arguments": {"name": "Lumière du salon"}}'
ON_OTHERWISE = (
    '<tool_call>{"arguments": {"name": "Lumière du salon"}, "name": "HassTurnOn"}'
)
OFF = '<tool_call>{"name": "HassTurnOff", "arguments": {"name": "coffee machine"}}'
END = "</tool_call>"


@pytest.fixture
async def jarvis(
    home: HomeAssistant, ollama: ScriptedOllama, spare: ScriptedOllama
) -> AsyncGenerator[Jarvis]:
    """Return a Jarvis whose model has its tools in the text, at two endpoints."""
    for server in (ollama, spare):
        server.models.install(Model(name=MODEL, layout="llama3.3"))
    entry = await async_settle(
        home, [ollama.url, spare.url], {CONF_MODEL: MODEL, CONF_PREFER_LOCAL: False}
    )
    await async_prepared(entry, ollama)
    yield Jarvis(home, entry, ollama)
    await home.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("again", [ON, ON_OTHERWISE], ids=["alike", "otherwise"])
@pytest.mark.parametrize("pieces", [4, 6, 7, 8, 10, 12, 13])
@pytest.mark.parametrize("piece", ["{} ", " {}"])
async def test_a_printed_call_is_made_once(
    jarvis: Jarvis,
    spare: ScriptedOllama,
    *,
    again: str,
    pieces: int,
    piece: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whatever the other model begins anew with, what was done is not done again."""
    calls = async_capture_events(jarvis.hass, EVENT_CALL_SERVICE)
    said = [piece.format(word) for word in f"{ON}{END} {OFF}{END}".split()]
    jarvis.ollama.script = load_script(
        [{"round": 0, "say": said}, {"round": "1+", "say": "All is done."}]
    )
    spare.script = load_script(
        [{"round": 0, "say": f"{again}{END}\n{OFF}{END}"}, {"say": "All is done."}]
    )
    jarvis.ollama.faults.set(Kind.CUT, after=pieces, times=1)

    reply = await jarvis.say("Turn the light on and the coffee machine off")

    assert "failed: interrupted" in caplog.text
    done = [(one.data["domain"], one.data["service"]) for one in calls]
    assert done.count(("light", "turn_on")) == 1, (done, reply.speech)
    assert done.count(("switch", "turn_off")) <= 1
    assert reply.error is None
    assert "tool_call" not in reply.speech
    assert "name" not in reply.speech
