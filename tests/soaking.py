"""A long life in short: many turns in many conversations, and faults among them."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
import gc
import logging
from pathlib import Path
import random
import resource
from typing import override

from custom_components.jarvis.const import (
    CONF_ENDPOINTS,
    CONF_MODEL,
    CONF_PREFER_LOCAL,
    CONF_URL,
)
from custom_components.jarvis.ollama.endpoint import Timeouts
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant

from .conftest import MODEL, async_settle
from .house import Jarvis
from .ollama_server import Kind, Machine, ScriptedOllama, load_script
from .ollama_server.cost import Reckoning
from .ollama_server.faults import CHAT

FAULTS = (
    Kind.CUT,
    Kind.ERROR_LINE,
    Kind.BROKEN_LINE,
    Kind.STALL,
    Kind.BUSY,
    Kind.RUNNER_DIED,
    Kind.UNAUTHORIZED,
    Kind.DOWN,
)
SAID = (
    "Turn on the bedroom light",
    "Éteins la lumière de la chambre",
    "Coffee, please",
    "Is the coffee ready?",
    "Raconte-moi une histoire",
    "What do you think of the weather?",
    "Print it",
    "Say nothing",
    "And what is on in the kitchen?",
)
COFFEE = {"name": "HassTurnOn", "arguments": {"name": "coffee machine"}}
RULES = [
    {"said": "report_readiness", "call": [{"name": "report_readiness"}]},
    {"said": "sum up", "say": "They talked about coffee and the weather."},
    {"said": "^Coffee", "round": 0, "say": "At once. ", "call": [COFFEE]},
    {"said": "^Coffee", "say": "The coffee machine is on."},
    {
        "said": "^Print",
        "round": 0,
        "say": '<tool_call>{"name": "HassTurnOff", "arguments": {"name": "coffee '
        'machine"}}</tool_call>',
    },
    {"said": "^Say nothing", "empty": True, "once": True},
    {"said": "histoire", "say": "Il était une fois un chat qui aimait le café. " * 8},
    {"say": "All is well in this house, and the weather is as it should be."},
]
_FAULTY = 0.15
"""The part of the turns that meet a fault."""
_ALMOST_AT_ONCE = 0.1
_ALL = frozenset({"light.salon", "light.chambre"})
_PAGE = resource.getpagesize()


@dataclass(slots=True)
class Soaked:
    """What came of it."""

    turns: int = 0
    failures: int = 0
    """How often an endpoint was found to be ill."""
    memory_growth: float = 0.0
    """How much more memory there is in use at the end than after a third."""
    tasks_left: int = 0
    """Tasks that are still there after Jarvis was unloaded."""
    repeated_log_lines: int = 0
    """Lines that were logged more than once in one turn."""
    unanswered: list[str] = field(default_factory=list)
    """Why turns had no answer, though one endpoint was always well."""

    def figures(self) -> dict[str, float | int]:
        """Return it by name."""
        return {
            "soak.turns": self.turns,
            "soak.failures": self.failures,
            "soak.memory_growth": self.memory_growth,
            "soak.tasks_left": self.tasks_left,
            "soak.repeated_log_lines": self.repeated_log_lines,
            "soak.unanswered": len(self.unanswered),
        }


async def async_soak(
    home: HomeAssistant,
    first: ScriptedOllama,
    second: ScriptedOllama,
    turns: int,
    conversations: int,
) -> Soaked:
    """Live through so many turns in a furnished home; the servers are stopped then."""
    before = asyncio.all_tasks()
    for server in (first, second):
        server.script = load_script(RULES)
        # The server shall not remember prompts on its own.
        server.meter = Reckoning(Machine(host_cache=False))
    agent = {CONF_MODEL: MODEL, CONF_PREFER_LOCAL: True}
    entry = await async_settle(home, [first.url, second.url], agent)
    await entry.runtime_data.background.async_prepared()
    life = _Life(Jarvis(home, entry, first), second, conversations)
    with _logged() as lines:
        await life.live(turns // 3, lines)
        full = _memory()
        await life.live(turns - turns // 3, lines)
        life.soaked.memory_growth = _memory() / full - 1
    await home.config_entries.async_unload(entry.entry_id)
    for server in (first, second):
        server.faults.clear()
        await server.stop()
    await home.async_block_till_done()
    await asyncio.sleep(_ALMOST_AT_ONCE)
    life.soaked.tasks_left = len(asyncio.all_tasks() - before)
    return life.soaked


class _Life:
    """The turns, one after the other and sometimes two at once."""

    def __init__(
        self, jarvis: Jarvis, second: ScriptedOllama, conversations: int
    ) -> None:
        """Begin with conversations that have not begun yet."""
        self._jarvis = jarvis
        self._second = second
        self._names = [f"conversation {number}" for number in range(conversations)]
        self._dice = random.Random(2026)  # noqa: S311
        self.soaked = Soaked()

    async def live(self, turns: int, lines: Counter[str]) -> None:
        """Take so many turns."""
        until = self.soaked.turns + turns
        while self.soaked.turns < until:
            lines.clear()
            self._change()
            await self._turns(1 + (self._dice.random() < 0.1))
            self._jarvis.ollama.faults.clear()
            for watch in self._jarvis.entry.runtime_data.endpoints.watches:
                await watch.async_look()
            self.soaked.failures += any(" failed: " in line for line in lines)
            self.soaked.repeated_log_lines += sum(lines.values()) - len(lines)
            for server in (self._jarvis.ollama, self._second):
                server.requests.clear()
                server.costs.clear()

    async def _turns(self, number: int) -> None:
        """Take one turn, or two in different conversations."""
        for endpoint in list(self._jarvis.entry.runtime_data.endpoints)[:1]:
            endpoint._timeouts = Timeouts(first=0.3, between=0.3)
        if self._dice.random() < _FAULTY:
            kind = self._dice.choice(FAULTS)
            after = self._dice.randrange(12)
            self._jarvis.ollama.faults.set(kind, path=CHAT, after=after)
        names = self._dice.sample(self._names, number)
        replies = await asyncio.gather(
            *(
                self._jarvis.say(self._dice.choice(SAID), conversation_id=name)
                for name in names
            )
        )
        self.soaked.turns += number
        self.soaked.unanswered += [reply.error for reply in replies if reply.error]

    def _change(self) -> None:
        """Let the owner change something now and then."""
        hass, entry = self._jarvis.hass, self._jarvis.entry
        if self._dice.random() < 0.03:
            exposed = self._dice.random() < 0.5
            async_expose_entity(
                hass, "conversation", self._dice.choice(sorted(_ALL)), exposed
            )
        if self._dice.random() < 0.02:
            urls = [self._jarvis.ollama.url, self._second.url]
            token = self._dice.choice(["one", "two"])
            hass.config_entries.async_update_entry(
                entry,
                data={
                    CONF_ENDPOINTS: [{CONF_URL: one, "token": token} for one in urls]
                },
            )


def _memory() -> int:
    """Return how much memory this process really holds."""
    gc.collect()
    resident = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(resident) * _PAGE


@contextmanager
def _logged() -> Iterator[Counter[str]]:
    """Count what Jarvis logs."""
    lines = Counter[str]()

    class Listener(logging.Handler):
        """Hears what is logged."""

        @override
        def emit(self, record: logging.LogRecord) -> None:
            lines[record.getMessage()] += 1

    logger = logging.getLogger("custom_components.jarvis")
    level, listener = logger.level, Listener(logging.INFO)
    logger.addHandler(listener)
    logger.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        logger.removeHandler(listener)
        logger.setLevel(level)
