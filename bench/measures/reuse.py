"""Which share of a prompt a model has read already, as the server reckons it.

Both agents have a server of their own with the same model, so that neither disturbs
what the other's has read. Before each case the model is brought into memory anew, as
after the machine's start, and one turn is taken from the first satellite: so each case
is about the request that follows that turn, and no case knows of the one before.

The keys `reuse.…` are of typed words. In `spoken.…` somebody begins to speak before
every turn, which agents are told (`async_prepare`) and Jarvis warms its model upon.

`other_memories` stands for what Jarvis will remember of another person: until it has a
memory, another `extra_system_prompt` takes its place.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Any
from unittest.mock import patch

from bench.stage.core import home_assistant
from bench.stage.house import House, furnish, give_timers
from bench.stage.sides import Heard, Side, core, idle, jarvis, settled
from homeassistant.util import dt as dt_util
from tests.ollama_server import ScriptedOllama, load_script

LAYOUTS = {
    "llama3.3": "llama3.3:70b",
    "qwen3.5": "qwen3.5:4b",
    "gemma4": "gemma4:12b",
    "gpt-oss": "gpt-oss:20b",
}
"""Each layout and the model that has it, with the kind of cache that goes with it."""
ENTITIES = 30
ACTS: list[Any] = [
    {
        "said": "turn on",
        "round": 0,
        "call": [
            {
                "name": "intent__HassTurnOn",
                "arguments": {"name": "Kitchen ceiling light"},
            }
        ],
    },
    {"said": "turn on", "round": "1+", "say": "The light in the kitchen is on now."},
]
"""How the model does what it is asked to do."""
SCRIPT: list[Any] = [
    *ACTS,
    {"say": "That is off at the moment, as far as I can see from here."},
]
FIRST = "Is the light in the kitchen on?"
SECOND = "How warm is it in the bedroom?"
TOOL = "Please turn on the kitchen ceiling light."
_MEMORIES = (
    "Anna likes her tea black.",
    "Paul is allergic to nuts, and he gets up late.",
)


@dataclass(slots=True)
class Scene:
    """One agent at its own server, in a house with satellites."""

    side: Side
    server: ScriptedOllama
    house: House
    spoken: bool
    words: str = ""
    """What was said last."""

    async def say(
        self,
        text: str,
        again: Heard | None = None,
        room: int = 0,
        memories: str | None = None,
    ) -> Heard:
        """Say something in a room."""
        self.words = text
        conversation_id = again.conversation_id if again else None
        if self.spoken:
            conversation_id = await self.side.prepare(conversation_id)
            await idle(self.server)
        heard = await self.side.say(
            text,
            conversation_id=conversation_id,
            device_id=list(self.house.satellites.values())[room],
            extra_system_prompt=memories,
        )
        await idle(self.server)
        return heard

    async def begin(self, memories: str | None = None) -> Heard:
        """Load the model anew, with nothing read, and take the first turn."""
        for model in self.server.models.installed():
            self.server.models.unload(model.name)
        await self.side.prepare()
        await idle(self.server)
        return await self.say(FIRST, memories=memories)

    def share(self) -> float:
        """Return which share of the newest prompt with the last words was known."""
        costs = self.server.costs
        cost = next(cost for cost in reversed(costs) if self.words in cost.text)
        return cost.reused / cost.prompt_tokens


async def _second_turn(scene: Scene) -> None:
    await scene.say(SECOND, again=await scene.begin())


async def _minute_later(scene: Scene) -> None:
    first = await scene.begin()
    with later(seconds=90):
        await scene.say(SECOND, again=first)


async def _state_changed(scene: Scene) -> None:
    first = await scene.begin()
    states = scene.side.hass.states
    for entity_id in scene.house.entity_ids[:3]:
        state = states.get(entity_id)
        assert state
        changed = "off" if state.state == "on" else "on"
        states.async_set(entity_id, changed, state.attributes)
    await scene.say(SECOND, again=first)


async def _other_room(scene: Scene) -> None:
    await scene.begin()
    await scene.say(SECOND, room=1)


async def _timer_client(scene: Scene) -> None:
    await scene.begin()
    await scene.say(SECOND, room=2)


async def _tool_round(scene: Scene) -> None:
    await scene.begin()
    before = len(scene.server.costs)
    await scene.say(TOOL)
    assert len(scene.server.costs) >= before + 2


async def _next_conversation(scene: Scene) -> None:
    await scene.begin()
    await scene.say(SECOND)


async def _other_memories(scene: Scene) -> None:
    one, other = _MEMORIES
    await scene.begin(one)
    await scene.say(SECOND, memories=other)


CASES: dict[str, Callable[[Scene], Awaitable[None]]] = {
    "second_turn": _second_turn,
    "minute_later": _minute_later,
    "state_changed": _state_changed,
    "other_room": _other_room,
    "timer_client": _timer_client,
    "tool_round": _tool_round,
    "next_conversation": _next_conversation,
    "other_memories": _other_memories,
}


async def reuse(layouts: Sequence[str] = tuple(LAYOUTS)) -> dict[str, float]:
    """Return the share that each agent's model need not read, by layout and case."""
    figures: dict[str, float] = {}
    async with home_assistant() as hass:
        house = furnish(hass, ENTITIES)
        await hass.async_block_till_done()
        give_timers(hass, list(house.satellites.values())[2])
        for layout in layouts:
            model = LAYOUTS[layout]
            async with (
                serving(model) as mine,
                serving(model) as cores,
                jarvis(hass, mine.url, model) as one,
                core(hass, cores.url, model) as other,
            ):
                await settled(one)
                for side, server in ((one, mine), (other, cores)):
                    scene = Scene(side, server, house, spoken=False)
                    figures |= await _shares(scene, layout)
    return figures


async def first_prompt(entities: int) -> dict[str, int]:
    """Return how long the first prompt of each agent is, in tokens."""
    model = LAYOUTS["gemma4"]
    async with home_assistant() as hass:
        furnish(hass, entities)
        await hass.async_block_till_done()
        async with serving(model) as server:
            async with jarvis(hass, server.url, model) as one:
                await one.say(FIRST)
                mine = server.costs[-1].prompt_tokens
            async with core(hass, server.url, model) as other:
                await other.say(FIRST)
                cores = server.costs[-1].prompt_tokens
    return {f"prompt_{entities}": mine, f"core.prompt_{entities}": cores}


@asynccontextmanager
async def serving(model: str) -> AsyncIterator[ScriptedOllama]:
    """Serve one model that writes its calls as its family does."""
    server = ScriptedOllama(load_script(SCRIPT), [model], native=True)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


@contextmanager
def later(seconds: float) -> Iterator[None]:
    """Let Home Assistant's clock be ahead for a while."""
    ahead = timedelta(seconds=seconds)
    now = dt_util.now

    def then(time_zone: tzinfo | None = None) -> datetime:
        return now(time_zone) + ahead

    with patch.multiple(dt_util, now=then, utcnow=lambda: then(dt_util.UTC)):
        yield


async def _shares(scene: Scene, layout: str) -> dict[str, float]:
    """Play all cases, typed and spoken."""
    own = "" if scene.side.name == "jarvis" else "core."
    shares: dict[str, float] = {}
    for way, spoken in (("reuse", False), ("spoken", True)):
        for name, case in CASES.items():
            played = replace(scene, spoken=spoken)
            await case(played)
            shares[f"{own}{way}.{layout}.{name}"] = played.share()
    return shares
