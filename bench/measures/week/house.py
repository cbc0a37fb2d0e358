"""Home Assistant with Jarvis, and all that hears in it and notes what it hears."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
import time
from typing import Any, override

import attr
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockUser,
    mock_device_registry,
)

from bench.stage.core import BARE, home_assistant
from custom_components.jarvis.const import (
    CONF_ASLEEP_ENTITY,
    CONF_BUSY_ENTITIES,
    CONF_ENDPOINTS,
    CONF_LLM_HASS_API,
    CONF_QUIET_FROM,
    CONF_QUIET_TO,
    DOMAIN,
    SUBENTRY_CONVERSATION,
)
from homeassistant.auth.const import GROUP_ID_USER
from homeassistant.components.assist_satellite import (
    AssistSatelliteAnnouncement,
    SatelliteBusyError,
)
from homeassistant.components.assist_satellite.const import (
    DATA_COMPONENT as SATELLITES,
)
from homeassistant.components.light import ColorMode, LightEntity
from homeassistant.components.light.const import DATA_COMPONENT as LIGHTS
from homeassistant.components.persistent_notification import (
    Notification,
    UpdateType,
    async_register_callback,
)
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
)
from homeassistant.setup import async_setup_component
from tests.reminding import house as test_house

from .account import How, Note
from .life import (
    ASLEEP,
    BUSY,
    GONE,
    MEETING,
    PEOPLE,
    PHONES,
    QUIET_FROM,
    QUIET_TO,
    ROOMS,
    WORK,
    Life,
)
from .wanted import LAMPS

_OPTIONS = {
    CONF_QUIET_FROM: QUIET_FROM.isoformat(),
    CONF_QUIET_TO: QUIET_TO.isoformat(),
    CONF_ASLEEP_ENTITY: ASLEEP,
    CONF_BUSY_ENTITIES: [MEETING],
}
_POLL_S, _POLLS = 0.001, 300


@dataclass(slots=True)
class Ears:
    """What notes whatever reaches people, for as long as its house stands."""

    notes: list[Note]
    is_there: bool = True

    def hear(self, how: How, where: str, words: str) -> None:
        """Note something."""
        if self.is_there:
            self.notes.append(Note(datetime.now(UTC), how, where, words))


class Satellite(test_house.Satellite):
    """A satellite in a room."""

    def __init__(self, room: str, ears: Ears) -> None:
        """Stand in a room."""
        super().__init__(room)
        self._room = room
        self._ears = ears
        self.holds: asyncio.Event | None = None
        """Until when a sentence lasts that is begun; None where it takes no time."""
        self.is_speaking = False

    @callback
    def become(self, state: str) -> None:
        """Be there, talk with somebody, or be away."""
        self.is_busy = state == BUSY
        self._attr_available = state != GONE
        self.async_write_ha_state()

    @override
    async def async_announce(self, announcement: AssistSatelliteAnnouncement) -> None:
        """Say it, unless somebody talks."""
        if self.is_busy:
            raise SatelliteBusyError
        self._ears.hear(How.ALOUD, self._room, announcement.message)
        self.is_speaking = True
        if self.holds:
            await self.holds.wait()
        self.is_speaking = False


class _Lamp(LightEntity):
    """A lamp that tells when it is switched."""

    _attr_color_mode = ColorMode.ONOFF
    _attr_should_poll = False
    _attr_is_on = False

    def __init__(self, name: str, ears: Ears) -> None:
        """Take its name."""
        self._attr_supported_color_modes = {ColorMode.ONOFF}
        self._attr_name = name.capitalize()
        self._attr_unique_id = name
        self._key = name
        self._ears = ears

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Be on."""
        self._attr_is_on = True
        self._ears.hear(How.RUN, self._key, self._key)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Be off."""
        self._attr_is_on = False
        self._ears.hear(How.RUN, self._key, self._key)


@dataclass(slots=True)
class House:
    """A house that stands until Home Assistant ends."""

    hass: HomeAssistant
    life: Life
    ears: Ears
    entry: MockConfigEntry
    satellites: dict[str, Satellite] = field(default_factory=dict)
    devices: dict[str, str] = field(default_factory=dict)
    """The devices of the satellites, by room."""

    async def settle(self) -> bool:
        """Wait until all that was begun is done; false where it lasts."""
        for _ in range(_POLLS):
            await self.hass.async_block_till_done()
            if not self._at_work():
                return True
            await self._poll()
        return False

    async def _poll(self) -> None:
        """Let threads work; meanwhile the time of the house stands."""
        await self.hass.async_add_executor_job(time.sleep, _POLL_S)

    def _at_work(self) -> set[asyncio.Task[Any]]:
        runtime = self.entry.runtime_data
        return {
            *runtime.reminding._working,  # noqa: SLF001 - nobody else asks
            *runtime.timers._working,  # noqa: SLF001
            *runtime.memory._writing,  # noqa: SLF001
        }

    def become(self, what: str, state: str) -> None:
        """Let something change."""
        if what in ROOMS:
            self.satellites[what].become(state)
        elif what in PEOPLE:
            attributes = {"source_type": "gps"}
            self.hass.states.async_set(f"device_tracker.{what}", state, attributes)
        else:
            self.hass.states.async_set(what, state)

    async def vanish_amid_a_sentence(self, copy: Callable[[], None]) -> None:
        """Copy what is on the disk while somebody speaks; nothing is heard any more."""
        for _ in range(10 * _POLLS):
            if any(one.is_speaking for one in self.satellites.values()):
                break
            await self._poll()
        else:
            raise RuntimeError("Nothing was said at the time of the crash.")
        await self.hass.async_add_executor_job(copy)
        self.ears.is_there = False
        for satellite in self.satellites.values():
            if satellite.holds:
                satellite.holds.set()
                satellite.holds = None
        await self.settle()


@asynccontextmanager
async def house(folder: Path, life: Life, notes: list[Note]) -> AsyncGenerator[House]:
    """Start Home Assistant, furnish it as it is by now, and set Jarvis up."""
    async with home_assistant(
        (*BARE, "assist_satellite", "light"), folder=folder
    ) as hass:
        hass.config.language = "fr"
        entry = MockConfigEntry(
            domain=DOMAIN,
            title="Jarvis",
            entry_id="week",
            data={CONF_ENDPOINTS: []},
            options=_OPTIONS,
            subentries_data=[
                ConfigSubentryData(
                    data={CONF_LLM_HASS_API: ["assist"]},
                    subentry_type=SUBENTRY_CONVERSATION,
                    title="Jarvis",
                    unique_id=None,
                )
            ],
        )
        built = House(hass, life, Ears(notes), entry)
        await _furnish(built)
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        await built.settle()
        try:
            yield built
        finally:
            await hass.config_entries.async_unload(entry.entry_id)


async def _furnish(built: House) -> None:
    hass, ears = built.hass, built.ears
    _add_devices(built)
    for room in ROOMS:
        satellite = built.satellites[room] = Satellite(room, ears)
        await hass.data[SATELLITES].async_add_entities([satellite])
        area = ar.async_get(hass).async_create(room)
        er.async_get(hass).async_update_entity(
            satellite.entity_id, area_id=area.id, device_id=built.devices[room]
        )
    await hass.data[LIGHTS].async_add_entities(_Lamp(name, ears) for name in LAMPS)
    hass.states.async_set("zone.home", "0", {"friendly_name": "Maison"})
    hass.states.async_set("zone.bureau", "0", {"friendly_name": WORK})
    persons = [await _person(built, name) for name in PEOPLE]
    now = datetime.now(UTC)
    for what in built.life.changes:
        built.become(what, built.life.state(what, now))
    assert await async_setup_component(hass, "person", {"person": persons})

    @callback
    def shown(kind: UpdateType, notifications: dict[str, Notification]) -> None:
        if kind in (UpdateType.ADDED, UpdateType.UPDATED):
            for one in notifications.values():
                ears.hear(How.SHOWN, "", one["message"])

    async_register_callback(hass, shown)
    await hass.async_block_till_done()


def _add_devices(built: House) -> None:
    """Add the devices of the satellites, which are the same after a restart."""
    hass = built.hass
    things = MockConfigEntry(domain="bench")
    things.add_to_hass(hass)
    devices = {}
    for room in ROOMS:
        device = dr.async_get(hass).async_get_or_create(
            config_entry_id=things.entry_id, identifiers={("bench", room)}
        )
        built.devices[room] = f"device_{room}"
        devices[built.devices[room]] = attr.evolve(device, id=built.devices[room])
    mock_device_registry(hass, devices)


async def _person(built: House, name: str) -> dict[str, Any]:
    """Let somebody live there, with a phone if they have one."""
    hass = built.hass
    group = await hass.auth.async_get_group(GROUP_ID_USER)
    assert group
    MockUser(id=f"user_{name}", name=name, groups=[group]).add_to_hass(hass)
    tracker = f"device_tracker.{name}"
    if name in PHONES:
        phone = MockConfigEntry(
            domain="mobile_app", data={"device_name": f"{name} phone"}
        )
        phone.add_to_hass(hass)
        er.async_get(hass).async_get_or_create(
            "device_tracker",
            "mobile_app",
            name,
            config_entry=phone,
            suggested_object_id=name,
        )

        async def send(call: ServiceCall) -> None:
            if call.data["message"] != "clear_notification":
                built.ears.hear(How.PHONE, name, call.data["message"])

        hass.services.async_register("notify", f"mobile_app_{name}_phone", send)
    return {
        "id": name,
        "name": name.capitalize(),
        "user_id": f"user_{name}",
        "device_trackers": [tracker],
    }
