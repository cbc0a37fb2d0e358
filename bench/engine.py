"""Jarvis beside core's own agent at a real inference engine: tokens that are read anew.

The scripted server renders each model's layout and sends it raw to llama.cpp's server,
as Ollama does; what is counted are the engine's own figures. The models are tiny and
random, of three kinds: `llama` (full attention), `gemma3` (sliding window) and `lfm2`
(hybrid). `real.<kind>.<layout>.<case>` is Jarvis' tokens over core's with the engine's
host cache of prompts on; `real_off.…` is the same with it off.

Counted is the whole turn, from the words to the answer. A question about the home is
answered from the prompt where the fact stands in it, and otherwise by the tool that
would tell it, asked for one room only: what a good model does. `tool_round` counts the
request after the tool's result.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import override

from tests.engine.bring import bring
from tests.engine.llama import Engine, Kind, folder, found
from tests.ollama_server import ScriptedOllama, load_script

from .measures.reuse import ACTS, CASES, ENTITIES, LAYOUTS, SECOND, Scene
from .stage.core import home_assistant
from .stage.figures import Target, Value, options, show
from .stage.house import furnish, give_timers
from .stage.sides import Heard, core, jarvis, settled

SCRIPT = [
    *ACTS,
    *(
        {
            "said": said,
            "round": 0,
            "needs": rf"{fact}[^\n]*: ",
            "say": answer,
            "otherwise": {
                "call": [
                    {
                        "name": "homeassistant__GetLiveContext",
                        "arguments": {"area": room},
                    }
                ]
            },
        }
        for said, fact, room, answer in (
            ("light in the kitchen", "Kitchen ceiling light", "Kitchen", "It is off."),
            ("warm", "Bedroom temperature", "Bedroom", "It is 20.5 degrees there."),
        )
    ),
    {"said": "light in the kitchen", "say": "It is off."},
    {"said": "warm", "say": "It is 20.5 degrees there."},
    # Whatever prepares for a turn.
    {"say": "Well."},
]
LAYOUTS_OF_KIND = {
    Kind.FULL: ("llama3.3", "qwen3.5"),
    Kind.SWA: ("gemma4", "gpt-oss"),
    Kind.HYBRID: ("qwen3.5",),
}
"""Which layouts are played on which kind of model: as the families are made."""
TOOLS_LAST = "llama3.3"
NO_HOST_CACHE = ("--cache-ram", "0")


@dataclass(frozen=True, slots=True)
class Stage:
    """One kind of engine, played with one layout."""

    kind: Kind
    layout: str
    options: tuple[str, ...]

    def key(self, case: str) -> str:
        """Return the name of a figure."""
        start = "real_off" if self.options else "real"
        return f"{start}.{self.kind}.{self.layout}.{case}"


def main() -> None:
    """Run the benchmark."""
    chosen = options("engine", __doc__).parse_args()
    if found() is None:
        bring(folder())
    show(asyncio.run(measured()), _target, chosen.json)


async def measured() -> dict[str, Value]:
    """Play every stage and return its figures."""
    figures: dict[str, Value] = {}
    for kind, layouts in LAYOUTS_OF_KIND.items():
        for layout in layouts:
            for given in ((), NO_HOST_CACHE):
                stage = Stage(kind, layout, given)
                figures |= await _played(stage)
    return figures


async def _played(stage: Stage) -> dict[str, Value]:
    """Let both sides take the same turns, each at an engine of its own."""
    model = LAYOUTS[stage.layout]
    processed: list[Mapping[str, int]] = []
    for make in (jarvis, core):
        async with (
            home_assistant() as hass,
            Engine(stage.kind, *stage.options) as engine,
        ):
            house = furnish(hass, ENTITIES)
            await hass.async_block_till_done()
            give_timers(hass, list(house.satellites.values())[2])
            server = ScriptedOllama(
                load_script(SCRIPT),
                [model],
                native=True,
                engine=engine.url,
                layout=stage.layout,
            )
            await server.start()
            try:
                async with make(hass, server.url, model, num_ctx=16_384) as side:
                    await settled(side)
                    processed.append(
                        await _cases(_Counted(side, server, house, spoken=False))
                    )
            finally:
                await server.stop()
    mine, cores = processed
    return {stage.key(case): round(mine[case] / cores[case], 3) for case in mine}


@dataclass(slots=True)
class _Counted(Scene):
    """A scene in which the tokens of the newest turn are counted."""

    before: int = 0
    """Requests until that turn."""

    @override
    async def say(
        self,
        text: str,
        again: Heard | None = None,
        room: int = 0,
        memories: str | None = None,
    ) -> Heard:
        """Say something and note where its requests begin."""
        self.before = len(self.server.costs)
        return await Scene.say(self, text, again, room, memories)

    def tokens(self) -> int:
        """Return how many tokens the engine read for the newest turn."""
        return sum(cost.processed for cost in self.server.costs[self.before :])


async def _cases(scene: _Counted) -> dict[str, int]:
    """Return how many tokens each case made the engine read."""
    counted: dict[str, int] = {}
    for name, case in CASES.items():
        await case(scene)
        last = scene.server.costs[-1].processed
        counted[name] = last if name == "tool_round" else scene.tokens()
    first = await scene.begin()
    await scene.server.evict()
    await scene.say(SECOND, again=first)
    counted["evicted"] = scene.tokens()
    return counted


def _target(name: str) -> Target | None:
    """Return what a figure has to be: far less where tools come last."""
    return Target(most=0.2 if f".{TOOLS_LAST}." in name else 1.0)


if __name__ == "__main__":
    main()
