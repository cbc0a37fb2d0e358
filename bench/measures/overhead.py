"""What a turn takes beside the model: both agents at a server that answers at once.

The server reckons nothing here: cutting a long prompt into its tokens takes it longer
than anything that is compared, and the longer prompt of the one side would count.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from statistics import median
from unittest.mock import patch

from bench.stage.core import home_assistant
from bench.stage.house import House, furnish
from bench.stage.sides import Heard, Side, core, idle, jarvis, settled
from tests.ollama_server import Cost, ScriptedOllama, load_script
from tests.ollama_server.cost import Reading, Run
from tests.ollama_server.kv_cache import Kind

MODEL = "scripted:latest"
SAID = "All right."
WORDS = (
    "Turn on the {thing}, please.",
    "Is the {thing} on?",
    "What can you tell me about the {thing}?",
    "Allume {thing}, s'il te plaît.",
    "Tell me something about the weather in the mountains.",
    "And now?",
)


class AtOnce:
    """A machine that takes no time and keeps no books."""

    def __init__(self) -> None:
        self.records: list[Cost] = []

    @asynccontextmanager
    async def run(self, reading: Reading) -> AsyncGenerator[Run]:
        """Let the model speak at once."""
        yield Run(Cost(reading.model, reading.layout, "", len(reading.text) // 4))

    async def load(self, model: str, kind: Kind) -> None:
        """Need no time to load."""

    async def evict(self, model: str | None = None) -> None:
        """Have nothing to forget."""


async def overhead(entities: int, turns: int, warm_up: int) -> dict[str, float]:
    """Return the median seconds of a turn of each agent, and their ratio."""
    server = ScriptedOllama(load_script([{"say": SAID}]), [MODEL])
    server.meter = AtOnce()
    await server.start()
    try:
        async with home_assistant() as hass:
            house = furnish(hass, entities)
            await hass.async_block_till_done()
            with patch("tests.ollama_server.prompt.count_tokens", _about):
                async with (
                    jarvis(hass, server.url, MODEL) as one,
                    core(hass, server.url, MODEL) as other,
                ):
                    await settled(one)
                    await idle(server)
                    took = await _interleaved(house, (one, other), turns, warm_up)
    finally:
        await server.stop()
    mine, cores = median(took["jarvis"]), median(took["core"])
    return {
        f"overhead_{entities}": mine / cores,
        f"turn_ms_{entities}": mine * 1000,
        f"core.turn_ms_{entities}": cores * 1000,
    }


async def _interleaved(
    house: House, sides: tuple[Side, Side], turns: int, warm_up: int
) -> dict[str, list[float]]:
    """Talk to both agents in turns, about the same things in the same words."""
    took: dict[str, list[float]] = {side.name: [] for side in sides}
    last: dict[str, Heard] = {}
    for number in range(warm_up + turns):
        text = WORDS[number % len(WORDS)].format(thing=_thing(house, number))
        # Whoever goes second meets warmer caches of the processor.
        for side in sides if number % 2 else reversed(sides):
            # Every second sentence goes on with the conversation of the one before.
            again = last[side.name].conversation_id if number % 2 else None
            heard = await side.say(text, conversation_id=again)
            assert heard.speech == SAID
            last[side.name] = heard
            if number >= warm_up:
                took[side.name].append(heard.seconds)
    return took


def _thing(house: House, number: int) -> str:
    """Name something in the house, each time something else."""
    entity_id = house.entity_ids[number * 7 % len(house.entity_ids)]
    return entity_id.partition(".")[2].replace("_", " ")


def _about(text: str) -> int:
    """Say at once about how many tokens a text has."""
    return len(text) // 4
