"""The two stacks: ears, agent and mouth of each, and the pipelines through them."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pytest_homeassistant_custom_component.common import MockConfigEntry

from bench.measures.first_word import Computer
from bench.measures.speech.servers import HOST, VOICE, Maker, Side as Speech
from bench.stage.sides import Side, core, idle, jarvis, settled
from custom_components.jarvis.const import CONF_END_EARLY, CONF_SPEECH_SERVERS
from homeassistant.components.assist_pipeline.pipeline import KEY_ASSIST_PIPELINE
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.const import CONF_HOST, CONF_PORT, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from tests.ollama_server import Machine, ScriptedOllama, load_script
from tests.ollama_server.cost import Reckoning

from .said import WARMING, script

DECODE = {"70b": 12.0, "12b": 60.0}
"""Tokens that each machine says in a second."""
_LOCALE = {"en": "en-US", "fr": "fr-FR"}
_WYOMING = "wyoming"


class Variant(StrEnum):
    """What is chosen in a pipeline."""

    JARVIS = "jarvis"
    STOCK_OFF = "stock_off"
    """With "prefer handling commands locally" off, as it is in a new pipeline."""
    STOCK_ON = "stock_on"


class Haste:
    """How time passes for a model: as it does, or not at all."""

    def __init__(self) -> None:
        self._hurry = asyncio.Event()

    def hurry(self) -> None:
        """Let nothing take time from now on."""
        self._hurry.set()

    def rest(self) -> None:
        """Let everything take its time again."""
        self._hurry.clear()

    async def sleep(self, seconds: float) -> None:
        """Wait, as long as nobody hurries."""
        try:
            async with asyncio.timeout(seconds):
                await self._hurry.wait()
        except TimeoutError:
            pass


@dataclass(frozen=True, slots=True)
class Stack:
    """One side: its agent, its model, its pipelines."""

    side: Side
    model: ScriptedOllama
    haste: Haste
    pipelines: Mapping[tuple[Variant, str], str]
    """By what is chosen in them, and the language: their names."""

    async def warm(self, language: str, device_id: str) -> None:
        """Have the model read what never changes, as for the turn before."""
        self.haste.hurry()
        said = WARMING[language]
        await self.side.say(said, language=language, device_id=device_id)
        await self.rest()

    async def rest(self) -> None:
        """Let what is still under way end at once."""
        self.haste.hurry()
        await idle(self.model)
        self.haste.rest()


@dataclass(frozen=True, slots=True)
class Stacks:
    """Both sides in one house."""

    jarvis: Stack
    stock: Stack
    speech: Mapping[Maker, Speech]

    def of(self, variant: Variant) -> Stack:
        """Return the stack that a pipeline belongs to."""
        return self.jarvis if variant is Variant.JARVIS else self.stock

    async def end_early(self) -> None:
        """Let both judge from now on whether somebody is done: ears and house."""
        own = self.speech[Maker.JARVIS]
        entry = self.jarvis.side.entry
        servers = _addresses(own.early.port, own.tts.port)
        self.jarvis.side.hass.config_entries.async_update_entry(
            entry,
            data={**entry.data, CONF_SPEECH_SERVERS: servers},
            options={**entry.options, CONF_END_EARLY: True},
        )
        await _heard(self.jarvis.side)
        await settled(self.jarvis.side)


@asynccontextmanager
async def ears_and_mouth(
    hass: HomeAssistant, speech: Mapping[Maker, Speech]
) -> AsyncIterator[None]:
    """Have rhasspy's servers in Home Assistant's own integration."""
    entries = []
    for server in (speech[Maker.RHASSPY].stt, speech[Maker.RHASSPY].tts):
        data = {CONF_HOST: HOST, CONF_PORT: server.port}
        entry = MockConfigEntry(domain=_WYOMING, title=str(server.port), data=data)
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        entries.append(entry)
    await hass.async_block_till_done()
    yield
    for entry in entries:
        await hass.config_entries.async_remove(entry.entry_id)


@asynccontextmanager
async def stacks(
    hass: HomeAssistant, speech: Mapping[Maker, Speech], name: str, computer: Computer
) -> AsyncIterator[Stacks]:
    """Set up both agents at machines of one kind, and their pipelines."""
    own = speech[Maker.JARVIS]
    exposed = set(hass.states.async_entity_ids())
    async with AsyncExitStack() as stack:
        mine, haste = await stack.enter_async_context(_serving(name, computer))
        other, other_haste = await stack.enter_async_context(_serving(name, computer))
        one = await stack.enter_async_context(
            jarvis(
                hass,
                mine.url,
                computer.model,
                prefer_local=True,
                speech=_addresses(own.stt.port, own.tts.port),
            )
        )
        two = await stack.enter_async_context(core(hass, other.url, computer.model))
        await _heard(one)
        # What Jarvis adds to a house would only make the other side's prompts longer.
        for entity_id in set(hass.states.async_entity_ids()) - exposed:
            async_expose_entity(hass, "conversation", entity_id, should_expose=False)
        await settled(one)
        pipelines = await _pipelines(hass, one, two, name)
        yield Stacks(
            Stack(one, mine, haste, pipelines),
            Stack(two, other, other_haste, pipelines),
            speech,
        )
        for haste_of in (haste, other_haste):
            haste_of.hurry()


@asynccontextmanager
async def _serving(
    name: str, computer: Computer
) -> AsyncIterator[tuple[ScriptedOllama, Haste]]:
    """Serve a machine's model."""
    machine = Machine(prefill=computer.prefill, decode=DECODE[name], host_cache=False)
    server = ScriptedOllama(load_script(script()), [computer.model], machine=machine)
    haste = Haste()
    assert isinstance(server.meter, Reckoning)
    server.meter.sleep = haste.sleep
    haste.hurry()
    await server.start()
    try:
        yield server, haste
    finally:
        await server.stop()


async def _pipelines(
    hass: HomeAssistant, one: Side, two: Side, computer: str
) -> dict[tuple[Variant, str], str]:
    """Make a pipeline of each variant and language."""
    ears, mouth = (
        _of_jarvis(hass, one, Platform.STT),
        _of_jarvis(hass, one, Platform.TTS),
    )
    other_ears, other_mouth = (
        _of_wyoming(hass, Platform.STT),
        _of_wyoming(hass, Platform.TTS),
    )
    made: dict[tuple[Variant, str], str] = {}
    store = hass.data[KEY_ASSIST_PIPELINE].pipeline_store
    for variant in Variant:
        own = variant is Variant.JARVIS
        for language, locale in _LOCALE.items():
            made[variant, language] = f"{variant} {language} {computer}"
            await store.async_create_item(
                {
                    "name": made[variant, language],
                    "language": language,
                    "conversation_engine": (one if own else two).agent_id,
                    "conversation_language": language,
                    "stt_engine": ears if own else other_ears,
                    "stt_language": language,
                    "tts_engine": mouth if own else other_mouth,
                    "tts_language": locale if own else locale.replace("-", "_"),
                    "tts_voice": "auto" if own else VOICE[language],
                    "wake_word_entity": None,
                    "wake_word_id": None,
                    "prefer_local_intents": variant is Variant.STOCK_ON,
                }
            )
    return made


async def _heard(side: Side) -> None:
    """Wait until Jarvis knows what its servers for speech can do."""
    await side.hass.async_block_till_done()
    for watch in side.entry.runtime_data.speech.watches:
        await watch.async_look()
    await side.hass.async_block_till_done()


def _addresses(*ports: int) -> list[dict[str, Any]]:
    return [{CONF_HOST: HOST, CONF_PORT: port} for port in ports]


def _of_jarvis(hass: HomeAssistant, side: Side, platform: Platform) -> str:
    """Return Jarvis' entity that hears, or the one that speaks."""
    found = er.async_entries_for_config_entry(er.async_get(hass), side.entry.entry_id)
    (entity_id,) = (one.entity_id for one in found if one.domain == platform)
    return entity_id


def _of_wyoming(hass: HomeAssistant, platform: Platform) -> str:
    """Return the entity of Home Assistant's own integration that does it."""
    found = er.async_get(hass).entities.values()
    (entity_id,) = (
        one.entity_id
        for one in found
        if one.domain == platform and one.platform == _WYOMING
    )
    return entity_id
