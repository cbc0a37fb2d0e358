"""A described house in which a Jarvis without a model is spoken to."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.jarvis.reminders.records import Kind
from homeassistant.components.intent.const import TIMER_DATA
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.conftest import async_settle
from tests.devices import DeviceHome, async_build_home
from tests.house import Jarvis, Reply
from tests.ollama_server import ScriptedOllama

from .sentences import NOW, ZONE, home


@dataclass(slots=True)
class Spoken:
    """A house, and the conversation that is going on in it."""

    jarvis: Jarvis
    home: DeviceHome
    language: str
    room: str | None = "cuisine"
    counts: bool = True
    """Whether what hears also shows and rings Home Assistant's timers."""

    async def say(self, text: str) -> str:
        """Say something in the room; return what is replied."""
        return (await self.ask(text)).speech

    async def ask(self, text: str) -> Reply:
        """Say something in the room."""
        device_id = None
        if self.room:
            device_id = self.home.satellite(self.room, timers=self.counts)
        return await self.jarvis.say(
            text, self.language, conversation_id="one", device_id=device_id
        )

    def state(self, entity_id: str) -> str:
        """Return a state."""
        found = self.jarvis.hass.states.get(entity_id)
        assert found
        return found.state

    def timers(self) -> list[int]:
        """Return the seconds that timers have left, as devices show them."""
        timers = self.jarvis.hass.data[TIMER_DATA].timers.values()
        return sorted(timer.seconds_left for timer in timers)

    async def running(self) -> list[int]:
        """Return the seconds that timers have left."""
        timers = await self.jarvis.entry.runtime_data.timers.async_list()
        return sorted(round(one.left(dt_util.utcnow())) for one in timers)

    async def later(self) -> dict[str, float]:
        """Return the commands for later, and in how many seconds each comes."""
        reminding = self.jarvis.entry.runtime_data.reminding
        now = dt_util.utcnow()
        return {
            one.what: (one.next_at - now).total_seconds()
            for one in await reminding.async_list()
            if one.kind is Kind.COMMAND and one.next_at
        }


@pytest.fixture
async def spoken(
    request: pytest.FixtureRequest,
    bare: HomeAssistant,
    ollama: ScriptedOllama,
    freezer: FrozenDateTimeFactory,
) -> AsyncGenerator[Spoken]:
    """Return the described house, French unless a test says otherwise."""
    language: str = getattr(request, "param", "fr")
    freezer.move_to(NOW)
    await bare.config.async_set_time_zone(ZONE)
    bare.config.language = language
    built = await async_build_home(bare, home(language))
    entry = await async_settle(bare, [], {})
    house = Spoken(Jarvis(bare, entry, ollama), built, language)
    yield house
    manager = bare.data[TIMER_DATA]
    for timer_id in list(manager.timers):
        manager.cancel_timer(timer_id)
    await bare.config_entries.async_unload(entry.entry_id)
    await built.async_remove()
