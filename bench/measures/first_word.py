"""How long a person waits for the first word, beside Home Assistant core's agent.

Two machines, each reading a prompt of this house either within 2.5 seconds of speech
(`12b`: gemma4:12b at 2,500 tokens a second) or not (`70b`: llama3.3:70b at 250). Where
much is read, all times are divided by `SCALE` for both sides: the machines read so much
faster, and the person speaks so much shorter. What the agents and the server compute
themselves is not scaled, so it counts that much more than it would. Where little is
read (`AS_IT_IS`) nothing is scaled; the person only speaks for half a second there,
which is longer than any of them needs to prepare.

A turn goes as at a satellite: speech begins, the agent is told (`async_prepare`), and
after 2.5 seconds the words are there, in a conversation of their own. `warm` is with
nothing between two turns; `evicted` after another client took the slot of a server that
keeps nothing in the host's memory. Their sentences are answered with words at once,
whatever they are about, so that only the prompts are compared. `question` is warm, too,
but asks for a state: the model answers it from the context where that has the state,
and otherwise looks it up with a tool first. Speaking takes no time in any of them.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from bench.stage.core import home_assistant
from bench.stage.house import House, furnish
from bench.stage.sides import Side, core, idle, jarvis, settled
from tests.ollama_server import Machine, ScriptedOllama, load_script

SCALE = 5.0
SPEECH = 2.5
"""Seconds between the beginning of speech and its words."""
AS_IT_IS = frozenset({("70b", "warm"), ("12b", "warm"), ("12b", "question")})
BRIEFLY = 0.5
"""Seconds of speech where nothing is scaled."""
ENTITIES = 30
CASES = ("warm", "evicted", "question")
SAID = "That is all right."
QUESTION = "How warm is it in the kitchen?"
SCRIPT: list[Any] = [
    {
        "said": "how warm is it in the kitchen",
        "round": 0,
        "needs": "kitchen temperature",
        "say": SAID,
        "otherwise": {
            "call": [
                {
                    "name": "homeassistant__GetLiveContext",
                    "arguments": {"area": "Kitchen", "domain": "sensor"},
                }
            ]
        },
    },
    {"say": SAID},
]
WORDS = (
    "Is the light in the kitchen on?",
    "How warm is it in the bedroom?",
    "Tell me something nice about the sea.",
    "Close the blind in the office, please.",
    "What do you think of the weather today?",
    "Good evening!",
)


@dataclass(frozen=True, slots=True)
class Computer:
    """A model and how fast its machine reads."""

    model: str
    prefill: float
    """Tokens in a second."""


COMPUTERS = {
    "70b": Computer("llama3.3:70b", 250),
    "12b": Computer("gemma4:12b", 2500),
}


@dataclass(frozen=True, slots=True)
class _Pace:
    """How much faster than in life everything goes, and how long a person speaks."""

    scale: float
    speech: float


async def first_word(turns: int, *, quick: bool = False) -> dict[str, float]:
    """Return the ratios of the medians, and the medians in (unscaled) seconds."""
    figures: dict[str, float] = {}
    async with home_assistant() as hass:
        house = furnish(hass, ENTITIES)
        await hass.async_block_till_done()
        for name, computer in COMPUTERS.items():
            for case in CASES:
                pace = _Pace(SCALE, SPEECH / SCALE)
                if (name, case) in AS_IT_IS:
                    pace = _Pace(1, BRIEFLY)
                if quick:
                    pace = _Pace(SCALE * 20, SPEECH / SCALE / 20)
                took = await _case(house, computer, case, turns, pace)
                key = f"{name}.{case}"
                figures[f"first_word.{key}"] = took["jarvis"] / took["core"]
                figures[f"first_word_s.{key}"] = took["jarvis"] * pace.scale
                figures[f"core.first_word_s.{key}"] = took["core"] * pace.scale
    return figures


async def _case(
    house: House, computer: Computer, case: str, turns: int, pace: _Pace
) -> dict[str, float]:
    """Return the median seconds to the first word of each side."""
    async with (
        _serving(computer, pace) as mine,
        _serving(computer, pace) as cores,
        jarvis(house.hass, mine.url, computer.model) as one,
        core(house.hass, cores.url, computer.model) as other,
    ):
        await settled(one)
        await idle(mine)
        pairs = ((one, mine), (other, cores))
        took: dict[str, list[float]] = {side.name: [] for side, _ in pairs}
        # The first turn of each only makes the server warm.
        for number in range(turns + 1):
            text = QUESTION if case == "question" else WORDS[number % len(WORDS)]
            for side, server in pairs if number % 2 else pairs[::-1]:
                if case == "evicted":
                    await server.evict()
                took[side.name].append(await _turn(house, side, server, text, pace))
    return {name: median(seconds[1:]) for name, seconds in took.items()}


async def _turn(
    house: House, side: Side, server: ScriptedOllama, text: str, pace: _Pace
) -> float:
    """Speak for a while, then hear the first word."""
    conversation_id = await side.prepare()
    await asyncio.sleep(pace.speech)
    satellite = next(iter(house.satellites.values()))
    heard = await side.say(text, conversation_id=conversation_id, device_id=satellite)
    assert heard.speech == SAID
    await idle(server)
    return heard.first_word


@asynccontextmanager
async def _serving(computer: Computer, pace: _Pace) -> AsyncIterator[ScriptedOllama]:
    """Serve a machine's model."""
    machine = Machine(prefill=computer.prefill * pace.scale, host_cache=False)
    server = ScriptedOllama(load_script(SCRIPT), [computer.model], machine=machine)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
