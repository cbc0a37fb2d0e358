"""Whether Jarvis' context block names what other people's sentences are about.

Every sentence is said in its own home, with the states of before and so much else that
not all of it is told, and the block is read from the request that reached the server. A
command is hit when all entities that it is expected to change are named in the block.
Of a question the fact is there when one of the expected answers stands in the line of
an entity of the case; a bare yes or no tells no fact.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
import re
from typing import Any

from bench.stage.core import home_assistant
from bench.stage.sides import Side, idle, jarvis, settled
from custom_components.jarvis.turn.context import MOST_STATES
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant
from tests.devices import DeviceHome, async_build_home
from tests.ollama_server import ScriptedOllama, load_script

from .cases import Case, load_cases, load_homes
from .understanding.clock import at

MODEL = "scripted:latest"
_BLOCK = re.compile(r"<context\b[^>]*>.*?</context>", re.DOTALL)
_LINE = re.compile(r"^- (.*(?:\n +- .*)*)", re.MULTILINE)
_TELLS_NOTHING = frozenset({"yes", "no"})


@dataclass(frozen=True, slots=True)
class Miss:
    """A case whose block lacks something."""

    figure: str
    case: Case
    lacks: Sequence[str]
    lines: int
    """How many states the block had."""


@dataclass(frozen=True, slots=True)
class Found:
    """The shares of both kinds of case, and what was missed."""

    figures: dict[str, float]
    misses: list[Miss]


async def block(cases: Path, homes: Path) -> Found:
    """Return which share of the blocks has what the sentence is about."""
    by_home: dict[str, list[Case]] = defaultdict(list)
    for case in load_cases(cases):
        if case.changes or (case.is_question and case.answers):
            by_home[case.home].append(case)
    known = load_homes(homes)
    misses: list[Miss] = []
    counts = {"block_hit": 0, "block_fact": 0}
    for name, there in by_home.items():
        for case in there:
            counts[_figure(case)] += 1
        misses += await _misses(known[name], there)
    figures = {
        figure: 1 - sum(miss.figure == figure for miss in misses) / count
        for figure, count in counts.items()
        if count
    }
    return Found(figures, misses)


async def _misses(home: dict[str, Any], cases: Sequence[Case]) -> list[Miss]:
    """Say the sentences of one home."""
    server = ScriptedOllama(load_script([{"say": "All right."}]), [MODEL])
    await server.start()
    try:
        async with home_assistant() as hass:
            built = await async_build_home(hass, home)
            _enlarge(hass)
            async with jarvis(hass, server.url, MODEL) as side:
                await settled(side)
                await idle(server)
                names = {one["id"]: one["name"] for one in home["entities"]}
                found = [
                    await _miss(side, server, built, names, case) for case in cases
                ]
    finally:
        await server.stop()
    return [miss for miss in found if miss]


def _enlarge(hass: HomeAssistant) -> None:
    """Make a home too large to be told whole: the words have to choose."""
    for number in range(MOST_STATES):
        entity_id = f"input_text.zirkon_{number}"
        hass.states.async_set(entity_id, "zirkon")
        async_expose_entity(hass, "conversation", entity_id, True)


async def _miss(
    side: Side,
    server: ScriptedOllama,
    home: DeviceHome,
    names: Mapping[str, str],
    case: Case,
) -> Miss | None:
    """Say a sentence; return what its block lacks, if it lacks anything."""
    async with at(side.hass, case.now):
        await home.async_reset(case.setup)
        await side.hass.async_block_till_done()
        await side.say(case.utterance, device_id=home.devices.get(case.device or ""))
    # What stands in a calendar or a list is indented below the line of its entity.
    lines = _LINE.findall(_written(server, case))
    assert len(lines) <= MOST_STATES
    if _figure(case) == "block_fact":
        about = [
            line
            for line in lines
            if any(_names([line], one, names[one]) for one in case.setup)
        ]
        answers = [one for one in case.answers if one.lower() not in _TELLS_NOTHING]
        lacks = [] if any(_tells(about, one) for one in answers) else answers
    else:
        lacks = [one for one in case.changes if not _names(lines, one, names[one])]
    return Miss(_figure(case), case, lacks, len(lines)) if lacks else None


def _written(server: ScriptedOllama, case: Case) -> str:
    """Return the blocks before a sentence; what warms the prompt may come after it."""
    asked = (one["messages"][-1]["content"] for one in reversed(server.chats))
    said = next(one for one in asked if one.rstrip().endswith(case.utterance))
    written = _BLOCK.findall(said)
    assert written
    return "\n".join(written)


def _figure(case: Case) -> str:
    """Return which figure a case counts for."""
    return "block_fact" if case.is_question and case.answers else "block_hit"


def _names(lines: Sequence[str], entity_id: str, name: str) -> bool:
    """Tell whether one of the lines is about an entity: by its name and its domain."""
    domain = entity_id.partition(".")[0]
    pattern = rf"{re.escape(name.lower())} \({domain}\b"
    return any(re.match(pattern, line.lower()) for line in lines)


def _tells(lines: Sequence[str], answer: str) -> bool:
    """Tell whether an answer stands in one of the lines."""
    pattern = rf"(?<!\w){re.escape(_plain(answer))}(?!\w)"
    return any(re.search(pattern, _plain(line)) for line in lines)


def _plain(text: str) -> str:
    """Write a text so that it can be compared."""
    return text.lower().replace(" %", "%")
