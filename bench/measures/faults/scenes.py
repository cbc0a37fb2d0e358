"""Turns in a real Home Assistant while something goes wrong, and before it."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from unittest.mock import patch

from bench.stage.core import BARE, home_assistant
from bench.stage.sides import Side, jarvis
from custom_components.jarvis.const import (
    CONF_EMBEDDING_MODEL,
    CONF_ENDPOINTS,
    CONF_LEARN,
    CONF_SECOND_HOME,
    CONF_URL,
    CONF_VERIFY_SSL,
)
from custom_components.jarvis.remembering.memory import FILE
from homeassistant.core import HomeAssistant
from tests.house import async_furnish
from tests.ollama_server import ScriptedOllama, load_script
from tests.ollama_server.models import GIB, Model
from tests.postgres_server import Server

from .ledger import Found, rows_of_file, rows_of_server
from .strikes import SCENES, Around, Scene
from .talk import TOLD_BY_MODEL, Delays, Kind, Taken, Talk

_CHAT = "scripted:latest"
_EMBEDDER = Model(name="embedder:latest", capabilities=("embedding",), size=GIB)
_RULES = [
    {"said": "report_readiness", "call": [{"name": "report_readiness"}]},
    {"say": TOLD_BY_MODEL},
]
_REST = "custom_components.jarvis.remembering.second_home._REST_S"
_REST_S = 1.0
"""Whoever asks a second home again sooner that was late is struck more often."""
_PATIENCE_S = 90
_SOON_S, _AGAIN_S = 1.0, 0.05
_WRITTEN_S = 0.5
"""Seconds after a turn in which its reply is written."""


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a scene."""

    turns: int
    unanswered: Sequence[Taken]
    refused: int
    calm: Delays
    struck: Delays
    local: Found
    second: Found | None
    """None where there is no second home."""

    @property
    def homes(self) -> list[Found]:
        """What each home has."""
        return [self.local, *([self.second] if self.second else [])]


async def play(name: str, server: Server, turns: int, hold_s: float) -> Played:
    """Play a scene: so many undisturbed turns, then the fault for so many seconds."""
    chat = ScriptedOllama(load_script(_RULES), [_CHAT])
    embedder = ScriptedOllama(load_script(_RULES), [_EMBEDDER])
    await chat.start()
    await embedder.start()
    try:
        async with home_assistant(BARE) as hass:
            await async_furnish(hass)
            database = await asyncio.to_thread(server.new_database)
            folder = Path(hass.config.path(FILE)).parent
            around = Around(server, database, embedder, folder)
            async with (
                SCENES[name](around) as scene,
                _house(hass, scene, chat, embedder) as side,
            ):
                return await _play(scene, around, side, turns, hold_s)
    finally:
        await chat.stop()
        await embedder.stop()


@asynccontextmanager
async def _house(
    hass: HomeAssistant, scene: Scene, chat: ScriptedOllama, embedder: ScriptedOllama
) -> AsyncGenerator[Side]:
    """Set up Jarvis with everything: a model, another that embeds, a second home."""
    with patch(_REST, _REST_S):
        async with jarvis(hass, chat.url, _CHAT, prefer_local=True) as side:
            urls = [chat.url, embedder.url]
            hass.config_entries.async_update_entry(
                side.entry,
                data={
                    CONF_ENDPOINTS: [
                        {CONF_URL: url, CONF_VERIFY_SSL: True} for url in urls
                    ]
                },
                options={
                    CONF_EMBEDDING_MODEL: _EMBEDDER.name,
                    # What is learned is nothing that was acknowledged.
                    CONF_LEARN: False,
                    **({CONF_SECOND_HOME: scene.url} if scene.url else {}),
                },
            )
            await hass.async_block_till_done()
            await side.entry.runtime_data.background.async_prepared()
            yield side


async def _play(
    scene: Scene, around: Around, side: Side, turns: int, hold_s: float
) -> Played:
    """Talk before and during the fault, and count when it is over."""
    talk = Talk(side, Random(turns))
    await talk.warm_up()
    await _ready(talk, scene)
    calm = await talk.turns(turns)
    struck: list[Taken] = []
    for amid in (False, True) if scene.is_repeatable else (True,):
        await _ready(talk, scene)
        struck += await _struck(scene, talk, hold_s, amid=amid)
    await asyncio.sleep(_WRITTEN_S)
    await _until(lambda: _is_copied_at_last(side), _PATIENCE_S)
    local = await asyncio.to_thread(rows_of_file, around.folder / Path(FILE).name)
    second: Found | None = None
    if scene.holder is not None:
        rows = await asyncio.to_thread(rows_of_server, scene.holder, around.database)
        second = talk.ledger.found(rows, talk.sent)
    return Played(
        len(struck),
        [one for one in (*calm, *struck) if not one.is_answered],
        sum(one.is_refused for one in struck),
        Delays.of(calm, calm),
        Delays.of(struck, calm),
        talk.ledger.found(local, talk.sent),
        second,
    )


async def _struck(
    scene: Scene, talk: Talk, hold_s: float, *, amid: bool
) -> list[Taken]:
    """Let the fault strike between two turns or amid them, and pass; talk all along.

    The turns after it are answered as if nothing had been.
    """
    talk.may_refuse = scene.may_refuse
    ended = asyncio.Event()
    talking: asyncio.Task[list[Taken]] | None = None
    try:
        if amid:
            talking = asyncio.create_task(talk.until(ended))
            await asyncio.sleep(talk.dice.uniform(0, 1))
        async with scene.strike():
            talking = talking or asyncio.create_task(talk.until(ended))
            await asyncio.sleep(hold_s)
        await _until(lambda: _is_copied(talk.side), _PATIENCE_S)
    finally:
        ended.set()
    struck = await talking
    talk.may_refuse = False
    return struck + await talk.turns(len(Kind))


async def _ready(talk: Talk, scene: Scene) -> None:
    """Talk until memories are found by their meaning, in the second home if any."""
    runtime = talk.side.entry.runtime_data

    async def is_ready() -> bool:
        home = runtime.second_home.home if scene.url else runtime.memory
        return home is not None and home.vectors is not None

    async with asyncio.timeout(_PATIENCE_S):
        while True:
            with suppress(TimeoutError):
                return await _until(is_ready, _SOON_S)
            await talk.turns(1)


async def _is_copied(side: Side) -> bool:
    """Tell whether the second home has everything."""
    return not await side.entry.runtime_data.memory.repository.outbox_backlog()


async def _is_copied_at_last(side: Side) -> bool:
    """Tell the same when nobody talks any more.

    What is embedded after a turn is sent with the next one, or when a minute is over.
    """
    side.entry.runtime_data.memory.async_changed()
    return await _is_copied(side)


async def _until(holds: Callable[[], Awaitable[bool]], seconds: float) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(seconds):
        while not await holds():  # noqa: ASYNC110 - a server sets no event
            await asyncio.sleep(_AGAIN_S)
