"""A house in which reminders wait for something, and a Jarvis without a model."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.jarvis.reminders.records import Reminder
from custom_components.jarvis.reminding.reminding import Reminding
from homeassistant.core import HomeAssistant

from ...conftest import async_settle
from ...devices import DeviceHome
from ...house import Jarvis
from ...ollama_server import ScriptedOllama
from ..talk import Talk
from .waiting_house import People, async_furnish_waiting


@dataclass(slots=True)
class Waiting:
    """The house, its people, and Jarvis."""

    jarvis: Jarvis
    home: DeviceHome
    people: People

    @property
    def reminding(self) -> Reminding:
        """The reminders."""
        reminding: Reminding = self.jarvis.entry.runtime_data.reminding
        return reminding

    async def all(self) -> list[Reminder]:
        """Return what is to come."""
        return await self.reminding.async_list()

    def talk(self, language: str, who: str | None = "ann", **more: Any) -> Talk:
        """Begin a conversation with somebody; nobody is known to a satellite."""
        context = {"context": self.people.contexts[who]} if who else {}
        return Talk(self.jarvis, language, **context, **more)


@pytest.fixture
async def waiting(
    bare: HomeAssistant, ollama: ScriptedOllama, freezer: FrozenDateTimeFactory
) -> AsyncGenerator[Waiting]:
    """Return the house on a Tuesday afternoon."""
    freezer.move_to("2026-03-03T13:00:00Z")
    await bare.config.async_set_time_zone("Europe/Paris")
    home, people = await async_furnish_waiting(bare)
    entry = await async_settle(bare, [], {})
    yield Waiting(Jarvis(bare, entry, ollama), home, people)
    await bare.config_entries.async_unload(entry.entry_id)
    await home.async_remove()
