"""A small house of mere states, and somebody who asks about it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import pytest

from custom_components.jarvis.local.house.things import House, Place, Thing
from custom_components.jarvis.local.load import load
from custom_components.jarvis.local.questions.answer import async_answer
from custom_components.jarvis.local.questions.events import Event
from custom_components.jarvis.local.recent import Recent
from custom_components.jarvis.local.request import Request, Understood
from custom_components.jarvis.local.timers.running import Timers
from homeassistant.components.conversation import ChatLog, ConversationInput
from homeassistant.core import Context, HomeAssistant

type Ask = Callable[..., Awaitable[Understood | None]]

_CELSIUS = {"device_class": "temperature", "unit_of_measurement": "°C"}
_CHARGE = {"device_class": "battery", "unit_of_measurement": "%"}
_THINGS: Mapping[str, tuple[str, str, str | None, str, dict[str, Any]]] = {
    "light.ceiling": ("Ceiling", "light", "salon", "on", {"brightness": 128}),
    "light.lamp": ("Floor lamp", "light", "salon", "off", {}),
    "light.all": ("All lamps", "light", None, "on", {"entity_id": ["light.ceiling"]}),
    "light.hall": ("Hall light", "light", "hall", "unavailable", {}),
    "binary_sensor.front": ("Front window", "binary_sensor.window", "salon", "on", {}),
    "binary_sensor.back": ("Back window", "binary_sensor.window", "hall", "off", {}),
    "lock.door": ("Front door", "lock", "hall", "unlocked", {}),
    "sensor.salon": ("Probe", "sensor.temperature", "salon", "21.46", _CELSIUS),
    "sensor.hall": ("Thermo", "sensor.temperature", "hall", "17", _CELSIUS),
    "sensor.remote": ("Remote battery", "sensor.battery", None, "12", _CHARGE),
    "sensor.robot": ("Robby charge", "sensor.battery", None, "80", _CHARGE),
    "vacuum.robot": ("Robby|Sweeper", "vacuum", "hall", "docked", {}),
    "person.ann": ("Ann", "person", None, "home", {}),
    "person.bob": ("Bob", "person", None, "Work", {}),
    "media_player.box": (
        "Box",
        "media_player.speaker",
        "salon",
        "playing",
        {"media_title": "So What", "media_artist": "Miles Davis", "volume_level": 0.3},
    ),
    "calendar.home": ("Calendar", "calendar", None, "off", {}),
    "todo.shopping": ("Shopping list", "todo", None, "1", {}),
    "weather.home": (
        "Weather",
        "weather",
        None,
        "rainy",
        {"temperature": 9.6, "temperature_unit": "°C", "supported_features": 1},
    ),
}


@pytest.fixture
def house(hass: HomeAssistant) -> House:
    """Return the house, its states set."""
    for entity_id, (_name, _kind, _area, state, attributes) in _THINGS.items():
        hass.states.async_set(entity_id, state, attributes)
    return House(
        [
            Thing(entity_id, tuple(name.split("|")), kind, area)
            for entity_id, (name, kind, area, _state, _attributes) in _THINGS.items()
        ],
        [Place("salon", ("Living room", "Salon")), Place("hall", ("Hall", "Entrée"))],
    )


class _Nothing:
    """Has nothing to tell of what is to come."""

    async def async_reminded(
        self, start: datetime, end: datetime, language: str
    ) -> Sequence[Event] | None:
        """Remind of nothing."""
        return ()

    async def async_keep(
        self, command: str, at: datetime, language: str
    ) -> Callable[[], Awaitable[None]]:
        """Nobody asks for it: these are questions."""
        raise NotImplementedError


@pytest.fixture
async def ask(hass: HomeAssistant, house: House) -> Ask:
    """Return a way to ask; what was asked before is remembered."""
    await hass.async_add_executor_job(load)
    recent = Recent()

    async def asks(
        text: str,
        language: str = "en",
        *,
        area: str | None = None,
        allowed: bool = True,
    ) -> Understood | None:
        """Ask something."""
        request = Request(
            hass=hass,
            user_input=ConversationInput(
                text=text,
                context=Context(),
                conversation_id=None,
                device_id=None,
                satellite_id=None,
                language=language,
                agent_id="jarvis",
            ),
            chat_log=cast("ChatLog", None),
            language=language,
            house=house,
            area=area,
            recent=recent,
            allows=lambda _slots, _acts: allowed,
            later=_Nothing(),
            timers=cast("Timers", None),
        )
        return await async_answer(request)

    return asks
