"""Jarvis through 2,000 turns in 20 conversations, with faults among them.

One endpoint fails now and then, the other is always well. Memory is what the process
holds after a third of the turns and at the end; a line is repeated that is logged twice
in one turn.
"""

import asyncio

from tests.conftest import MODEL
from tests.house import async_furnish
from tests.ollama_server import ScriptedOllama
from tests.soaking import Soaked, async_soak

from .stage.core import BARE, home_assistant
from .stage.figures import Target, options, show

TARGETS = {
    "soak.memory_growth": Target(least=-0.05, most=0.05),
    "soak.tasks_left": Target(most=0),
    "soak.repeated_log_lines": Target(most=0),
    "soak.unanswered": Target(most=0),
}


def main() -> None:
    """Live through the turns and show what came of it."""
    parser = options("soak", __doc__)
    parser.add_argument("--turns", type=int, default=2000)
    parser.add_argument("--conversations", type=int, default=20)
    chosen = parser.parse_args()
    soaked = asyncio.run(_soaked(chosen.turns, chosen.conversations))
    show(soaked.figures(), TARGETS.get, chosen.json)


async def _soaked(turns: int, conversations: int) -> Soaked:
    """Build a home with two servers and let them live."""
    servers = [ScriptedOllama(models=[MODEL]) for _ in range(2)]
    for server in servers:
        await server.start()
    async with home_assistant(BARE) as hass:
        await async_furnish(hass)
        first, second = servers
        return await async_soak(hass, first, second, turns, conversations)


if __name__ == "__main__":
    main()
