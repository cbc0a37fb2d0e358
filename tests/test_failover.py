"""An endpoint fails while it speaks: another goes on, and nobody hears the change."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
import logging
import os
import random

import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.jarvis.const import CONF_MODEL, CONF_PREFER_LOCAL, DOMAIN
from custom_components.jarvis.entity import endpoint_identity
from custom_components.jarvis.ollama.endpoint import Timeouts
from custom_components.jarvis.ollama.health import Watch
from homeassistant.const import EVENT_CALL_SERVICE
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event

from .conftest import MODEL, async_prepared, async_settle
from .house import Jarvis
from .ollama_server import Kind, Model, ScriptedOllama
from .ollama_server.storyteller import Manner, Storyteller
from .texts import TEXTS, missing, stuttered, twice, words

MOMENTS = int(os.environ.get("JARVIS_MOMENTS", "10"))
"""Breaks of each of four kinds in each of five manners: 200."""
OPEN, CLOSED = "qwen3.5", "gemma4"
OPENING = "Let me see to the light first, please wait. "
LIGHT = "light.salon"
TURN_ON = {"name": "HassTurnOn", "arguments": {"name": "Lumière du salon"}}
STORIES = [TEXTS[name] for name in ("french", "english", "repeated", "alike")]


@dataclass(slots=True)
class Pair:
    """Two endpoints, of which the first is going to fail."""

    jarvis: Jarvis
    first: ScriptedOllama
    second: ScriptedOllama
    watch: Watch
    seen: list[str]
    """The states that the first endpoint's sensor went through."""

    def tell(self, teller: Storyteller) -> None:
        """Let both have the same model."""
        self.first.script = self.second.script = teller

    async def async_recover(self) -> None:
        """Let the first be well again and be found so."""
        self.first.faults.clear()
        await self.watch.async_look()
        # As after a reply: an endpoint that only breaks off is logged no second time.
        self.watch.has_replied()
        # The watch looks once more: it is not to meet the next fault before a reply.
        async with asyncio.timeout(10):
            while self.watch._look.is_set():
                await asyncio.sleep(0)
        await self.jarvis.hass.async_block_till_done()


@pytest.fixture
def layout(request: pytest.FixtureRequest) -> str:
    """Return how the model's prompts are laid out."""
    return str(request.param)


@pytest.fixture
async def pair(
    home: HomeAssistant, ollama: ScriptedOllama, spare: ScriptedOllama, layout: str
) -> AsyncGenerator[Pair]:
    """Return a Jarvis with two endpoints that hold the same model."""
    for server in (ollama, spare):
        server.models.install(Model(name=MODEL, layout=layout))
        server.script = Storyteller([], story="Ready.")
    entry = await async_settle(
        home, [ollama.url, spare.url], {CONF_MODEL: MODEL, CONF_PREFER_LOCAL: False}
    )
    await async_prepared(entry, ollama)
    first = entry.runtime_data.endpoints.watches[0]
    first.endpoint._timeouts = Timeouts(first=0.3, between=0.3)
    identity = f"{endpoint_identity(entry, ollama.url)}_reachable"
    entity_id = er.async_get(home).async_get_entity_id(
        "binary_sensor", DOMAIN, identity
    )
    assert entity_id
    seen = list[str]()

    @callback
    def changed(event: object) -> None:
        state = event.data["new_state"]  # type: ignore[attr-defined]
        assert isinstance(state, State)
        if not seen or seen[-1] != state.state:
            seen.append(state.state)

    stop = async_track_state_change_event(home, entity_id, changed)
    yield Pair(Jarvis(home, entry, ollama), ollama, spare, first, seen)
    stop()
    await home.config_entries.async_unload(entry.entry_id)


@dataclass(frozen=True)
class Moment:
    """One reply and where it breaks."""

    story: str
    acts: bool
    """Whether a tool is called first."""
    late: bool
    """Whether it breaks only after that."""
    after: int


def moments(seed: str) -> list[Moment]:
    """Return where replies break, the same each time."""
    dice = random.Random(seed)  # noqa: S311
    return [
        Moment(
            story=dice.choice(STORIES),
            acts=(acts := dice.random() < 0.5),
            late=acts and dice.random() < 0.6,
            after=dice.randrange(12 if acts else 50),
        )
        for _ in range(MOMENTS)
    ]


@pytest.mark.parametrize("kind", [Kind.CUT, Kind.ERROR_LINE, Kind.STALL, Kind.DOWN])
@pytest.mark.parametrize(
    ("layout", "manner"),
    [(OPEN, Manner.REST), *((CLOSED, manner) for manner in Manner)],
    ids=["prefill", *Manner],
    indirect=["layout"],
)
async def test_failover(
    pair: Pair,
    layout: str,
    manner: Manner,
    kind: Kind,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whatever the moment, the reply is whole, and what is done is done once."""
    hass, runtime = pair.jarvis.hass, pair.jarvis.entry.runtime_data
    found = runtime.preflights[pair.watch.endpoint.name, MODEL]
    assert found.leaves_turn_open is (layout == OPEN)
    caplog.set_level(logging.INFO)
    calls = async_capture_events(hass, EVENT_CALL_SERVICE)
    pair.second.requests.clear()

    for moment in moments(f"{layout} {manner} {kind}"):
        await hass.services.async_call("light", "turn_off", {"entity_id": LIGHT}, True)
        pair.seen.clear()
        caplog.clear()
        pair.tell(
            Storyteller(
                [],
                story=moment.story,
                opening=OPENING,
                call=TURN_ON if moment.acts else None,
                manner=manner,
                delay=0.002 if kind is Kind.DOWN else 0,
            )
        )
        calls.clear()
        breaking = asyncio.create_task(_break(pair, kind, moment))

        reply = await pair.jarvis.say("Tell me how the house is")

        await _ended(breaking)
        assert reply.error is None, moment
        text = (OPENING if moment.acts else "") + moment.story
        heard = "".join(reply.deltas)
        if layout == OPEN:
            assert words(heard) == words(text), moment
        else:
            assert not missing(text, heard), moment
            assert not twice(text, heard), moment
            assert not stuttered(text, heard), moment
        services = [(one.data["domain"], one.data["service"]) for one in calls]
        assert services.count(("light", "turn_on")) == moment.acts, moment
        failed = not pair.watch.health.well or "off" in pair.seen
        await pair.async_recover()
        # A reply may have ended before its endpoint was down.
        assert failed or kind is Kind.DOWN, moment
        assert pair.seen == (["off", "on"] if failed else []), moment
        assert _logged(caplog, "failed") == _logged(caplog, "is back") == failed
    # Only where the template leaves the turn open is the reply begun for the model.
    begun = [chat["messages"][-1]["role"] == "assistant" for chat in pair.second.chats]
    assert any(begun) is (layout == OPEN)


async def _break(pair: Pair, kind: Kind, moment: Moment) -> None:
    """Let the first endpoint fail at a moment."""
    server = pair.first
    wanted = len(server.chats) + (2 if moment.late else 1)
    if moment.late:
        # The fault is not for what is said before the tool.
        while pair.jarvis.states()[LIGHT] != "on":
            await asyncio.sleep(0)
    if kind is not Kind.DOWN:
        server.faults.set(kind, after=moment.after, times=1)
        return
    while len(server.chats) < wanted or (
        server.requests[-1].chunks < moment.after and not server.requests[-1].finished
    ):
        await asyncio.sleep(0)
    server.faults.set(kind)


async def _ended(task: asyncio.Task[None]) -> None:
    """End what may still wait for a moment that did not come."""
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled():
        task.result()


def _logged(caplog: pytest.LogCaptureFixture, text: str) -> int:
    """Count what was logged of endpoints."""
    return sum(
        record.getMessage().startswith("Ollama at ") and text in record.getMessage()
        for record in caplog.records
    )


@pytest.mark.parametrize("layout", [OPEN], indirect=True)
async def test_the_next_turn_asks_who_is_well(pair: Pair) -> None:
    """An endpoint that is ill is asked last, and first again once it is well."""
    pair.tell(Storyteller([], story="All is well."))
    pair.first.faults.set(Kind.DOWN)
    await pair.jarvis.say("How are you")
    pair.first.requests.clear()
    pair.second.requests.clear()

    await pair.jarvis.say("And now")
    assert (len(pair.first.chats), len(pair.second.chats)) == (0, 1)

    await pair.async_recover()
    await pair.jarvis.say("And then")
    assert (len(pair.first.chats), len(pair.second.chats)) == (1, 1)
