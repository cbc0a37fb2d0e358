"""Where both stacks are spoken to, one turn after the other."""

from dataclasses import dataclass
import os
from time import perf_counter

from bench.measures.speech.clips import Speaker
from homeassistant.components.assist_pipeline.default_pipeline import (
    _async_local_fallback_intent_filter as left_to_the_agent,
)
from homeassistant.components.conversation import (
    ConversationInput,
    async_get_chat_log,
    async_handle_intents,
)
from homeassistant.components.intent.const import TIMER_DATA
from homeassistant.components.tts.const import DATA_TTS_MANAGER
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers.chat_session import async_get_chat_session
from tests.devices import DeviceHome

from .said import Sentence
from .stacks import Stacks, Variant
from .talk import STAGES, Satellite, Turn

WARM, EVICTED = "warm", "evicted"


@dataclass(slots=True)
class Floor:
    """A house with a satellite, and who may answer it."""

    hass: HomeAssistant
    home: DeviceHome
    satellite: Satellite
    speaker: Speaker
    stacks: Stacks
    loads: list[float]
    """How busy this machine was at each turn."""

    async def turn(self, variant: Variant, sentence: Sentence, heat: str) -> Turn:
        """Say a sentence to one side and wait for the answer's first sound."""
        stack = self.stacks.of(variant)
        clip = await self.speaker.clip(sentence.language, sentence.text)
        await self._tidy(sentence)
        await stack.warm(sentence.language, self.satellite.device_id)
        if heat == EVICTED:
            await stack.model.evict()
        pipeline = stack.pipelines[variant, sentence.language]
        turn = await self.satellite.say(clip, pipeline)
        stack.haste.hurry()
        await self.satellite.end()
        await stack.rest()
        await self.hass.async_block_till_done()
        self._check(variant, sentence, turn)
        self.loads.append(os.getloadavg()[0])
        return turn

    async def declining(self, sentence: Sentence) -> float:
        """Return how long the strict sentences take to leave one to the agent."""
        with async_get_chat_session(self.hass) as session:
            heard = ConversationInput(
                text=sentence.text,
                context=Context(),
                conversation_id=session.conversation_id,
                device_id=self.satellite.device_id,
                satellite_id=self.satellite.entity_id,
                language=sentence.language,
                agent_id=self.stacks.stock.side.agent_id,
            )
            with async_get_chat_log(self.hass, session, heard) as chat_log:
                begun = perf_counter()
                taken = await async_handle_intents(
                    self.hass, heard, chat_log, intent_filter=left_to_the_agent
                )
                seconds = perf_counter() - begun
        if taken is not None:
            raise RuntimeError(f"The strict sentences know it: {sentence.text}")
        return seconds

    async def _tidy(self, sentence: Sentence) -> None:
        """Put the house back; nothing was spoken before."""
        manager = self.hass.data[TIMER_DATA]
        for timer_id in tuple(manager.timers):
            manager.cancel_timer(timer_id)
        await self.home.async_reset(sentence.before)
        await self.hass.data[DATA_TTS_MANAGER].async_clear_cache()
        await self.hass.async_block_till_done()

    def _check(self, variant: Variant, sentence: Sentence, turn: Turn) -> None:
        """Make sure that what was measured is what was meant."""
        told = f"{variant}: {sentence.text} {turn}"
        if turn.error or turn.heard != sentence.text or STAGES[-1] not in turn.at:
            raise RuntimeError(f"A turn went wrong. {told}")
        for entity_id, wanted in sentence.leaves.items():
            state = self.hass.states.get(entity_id)
            if state is None or state.state != wanted:
                raise RuntimeError(f"A command was not done: {state}. {told}")
