"""How long a prompt was read tells whether an endpoint had forgotten it."""

from collections.abc import AsyncGenerator

import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.jarvis.const import CONF_MODEL, CONF_PREFER_LOCAL, EVENT_TURN
from custom_components.jarvis.ollama.endpoint import ChatRequest
from custom_components.jarvis.turn.readings import Readings
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from tests.conftest import MODEL, async_prepared, async_settle
from tests.house import Jarvis
from tests.ollama_server import Machine, ScriptedOllama, load_script

REQUEST = ChatRequest(model=MODEL, messages=(), prefix="stable")
PREFIX = 3000
SPEED = 1000
"""Tokens in a second."""


def learned(*news: int) -> Readings:
    """Return readings of an endpoint that has read some prompts as it should."""
    readings = Readings()
    readings.has_read("nas", REQUEST, PREFIX)
    for new in news:
        assert not is_reread(readings, new)
    return readings


def is_reread(
    readings: Readings, new: int, *, read: int = 0, speed: float = SPEED
) -> bool:
    """Read a prompt with new tokens, and so many more that should be known."""
    return readings.is_reread(
        "nas", REQUEST, PREFIX + new, (new + read) / speed, learns=True
    )


def test_forgotten() -> None:
    """What takes as long as the whole prompt was read from the beginning."""
    readings = learned(80, 200, 60)

    assert is_reread(readings, 80, read=PREFIX)
    assert is_reread(readings, 80, read=PREFIX), "it does not get used to it"
    assert not is_reread(readings, 80)


@pytest.mark.parametrize("new", [1, 20, 400, 1000])
@pytest.mark.parametrize("speed", [SPEED / 2, SPEED, 3 * SPEED])
def test_new_words_are_read(new: int, speed: float) -> None:
    """However long they are, and were the machine busy meanwhile."""
    assert not is_reread(learned(80, 200, 60), new, speed=speed)


def test_a_little_is_read_again() -> None:
    """Some engines return only to certain places of a prompt."""
    assert not is_reread(learned(80, 200, 60), 80, read=516)


def test_nobody_minds() -> None:
    """Where all is fast it is no matter."""
    readings = Readings()
    readings.has_read("nas", REQUEST, PREFIX)
    for _ in range(5):
        assert not is_reread(readings, 80, speed=100 * SPEED)

    assert not is_reread(readings, 80, read=PREFIX, speed=100 * SPEED)


def test_what_is_not_known() -> None:
    """Before some turns, or where nothing was read in advance, nothing is claimed."""
    assert not is_reread(learned(), 80, read=PREFIX)
    assert not is_reread(learned(80), 80, read=PREFIX)
    assert not is_reread(Readings(), 80, read=PREFIX)


@pytest.fixture
async def jarvis(home: HomeAssistant, socket_enabled: None) -> AsyncGenerator[Jarvis]:
    """Return a Jarvis whose Ollama takes its time to read."""
    server = ScriptedOllama(
        load_script([{"say": "Hello."}]),
        [MODEL],
        machine=Machine(prefill=1_500, host_cache=False),
    )
    await server.start()
    agent = {CONF_MODEL: MODEL, CONF_PREFER_LOCAL: False}
    entry = await async_settle(home, [server.url], agent)
    await async_prepared(entry, server)
    yield Jarvis(home, entry, server)
    await home.config_entries.async_unload(entry.entry_id)
    await server.stop()


async def test_told_of_a_turn(jarvis: Jarvis) -> None:
    """Event and sensor tell why it took so long; the next turn is fast again."""
    told = async_capture_events(jarvis.hass, EVENT_TURN)
    for text in ("Tell me", "Sing to me", "Dance for me"):
        await jarvis.say(text)
    await jarvis.ollama.evict()

    await jarvis.say("Play with me")
    assert attribute(jarvis) is True
    await jarvis.say("Talk with me")

    assert [event.data["reread"] for event in told] == [False] * 3 + [True, False]
    assert attribute(jarvis) is False


def attribute(jarvis: Jarvis) -> bool:
    """Return what stands beside the time that the prompt took."""
    (subentry_id,) = jarvis.entry.subentries
    entity_id = er.async_get(jarvis.hass).async_get_entity_id(
        "sensor", "jarvis", f"{subentry_id}_prompt"
    )
    state = jarvis.hass.states.get(entity_id or "")
    assert state
    reread: bool = state.attributes["reread"]
    return reread
