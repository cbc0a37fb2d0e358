"""Who hears reminders: satellites, phones and people of a test's house."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, override

from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.components.assist_pipeline import PipelineEvent
from homeassistant.components.assist_satellite import (
    AssistSatelliteAnnouncement,
    AssistSatelliteConfiguration,
    AssistSatelliteEntity,
    AssistSatelliteEntityFeature,
    SatelliteBusyError,
)
from homeassistant.components.assist_satellite.const import DATA_COMPONENT
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
)
from homeassistant.setup import async_setup_component
from tests.house import Jarvis


async def async_settle(jarvis: Jarvis) -> None:
    """Wait until all that was begun for reminders is done."""
    await jarvis.hass.async_block_till_done()
    while tasks := tuple(jarvis.entry.runtime_data.reminding._working):
        await asyncio.wait(tasks)
        await jarvis.hass.async_block_till_done()


class Satellite(AssistSatelliteEntity):
    """A satellite that notes what it says."""

    _attr_supported_features = AssistSatelliteEntityFeature.ANNOUNCE

    def __init__(self, room: str) -> None:
        """Stand in a room."""
        self._attr_name = f"Satellite {room}"
        self._attr_unique_id = f"satellite_{room}"
        self.said: list[str] = []
        self.is_busy = False

    @callback
    @override
    def async_get_configuration(self) -> AssistSatelliteConfiguration:
        """Know no wake words."""
        return AssistSatelliteConfiguration([], [], 0)

    @override
    async def async_set_configuration(
        self, config: AssistSatelliteConfiguration
    ) -> None:
        """Be what it is."""

    @override
    def on_pipeline_event(self, event: PipelineEvent) -> None:
        """Hear nobody."""

    @override
    async def _resolve_announcement_media_id(
        self,
        message: str,
        media_id: str | None,
        preannounce_media_id: str | None = None,
    ) -> AssistSatelliteAnnouncement:
        """Need no voice to note a sentence."""
        return AssistSatelliteAnnouncement(message, "", "", None, "tts")

    @override
    async def async_announce(self, announcement: AssistSatelliteAnnouncement) -> None:
        """Note what is said, unless it is busy."""
        if self.is_busy:
            raise SatelliteBusyError
        self.said.append(announcement.message)


@dataclass(slots=True)
class Hearing:
    """What is there to hear reminders."""

    hass: HomeAssistant
    satellites: dict[str, Satellite] = field(default_factory=dict)
    sent: list[dict[str, Any]] = field(default_factory=list)
    """What the phones were sent."""
    persons: list[dict[str, Any]] = field(default_factory=list)

    def device(self, room: str) -> str:
        """Return the device of the satellite in a room."""
        entry = er.async_get(self.hass).async_get(self.satellites[room].entity_id)
        assert entry is not None
        assert entry.device_id is not None
        return entry.device_id

    def shown(self) -> list[str]:
        """Return what the phones show as new, by its words."""
        words = [str(one["message"]) for one in self.sent]
        return [one for one in words if one != "clear_notification"]

    async def add_satellite(self, room: str) -> Satellite:
        """Put a satellite into a room."""
        satellite = self.satellites[room] = Satellite(room)
        assert await async_setup_component(self.hass, "assist_satellite", {})
        await self.hass.data[DATA_COMPONENT].async_add_entities([satellite])
        entry = MockConfigEntry(domain="test_satellites")
        entry.add_to_hass(self.hass)
        area = ar.async_get(self.hass).async_get_area_by_name(room)
        device = dr.async_get(self.hass).async_get_or_create(
            config_entry_id=entry.entry_id, identifiers={("test", room)}
        )
        er.async_get(self.hass).async_update_entity(
            satellite.entity_id, area_id=area.id if area else None, device_id=device.id
        )
        return satellite

    async def add_person(self, name: str, user_id: str | None = None) -> str:
        """Let somebody live here who carries a phone; return who they are."""
        slug = name.lower()
        entry = MockConfigEntry(
            domain="mobile_app", data={"device_name": f"{name} phone"}
        )
        entry.add_to_hass(self.hass)
        tracker = er.async_get(self.hass).async_get_or_create(
            "device_tracker",
            "mobile_app",
            slug,
            config_entry=entry,
            suggested_object_id=slug,
        )

        async def send(call: ServiceCall) -> None:
            self.sent.append(dict(call.data))

        self.hass.services.async_register("notify", f"mobile_app_{slug}_phone", send)
        self.move(name, "home")
        self.persons.append(
            {
                "id": slug,
                "name": name,
                "device_trackers": [tracker.entity_id],
                **({"user_id": user_id} if user_id else {}),
            }
        )
        return slug

    async def set_up_persons(self) -> None:
        """Let Home Assistant know who lives here."""
        assert await async_setup_component(
            self.hass, "person", {"person": self.persons}
        )
        await self.hass.async_block_till_done()

    def move(self, name: str, where: str) -> None:
        """Let somebody go somewhere."""
        self.hass.states.async_set(
            f"device_tracker.{name.lower()}", where, {"source_type": "gps"}
        )
