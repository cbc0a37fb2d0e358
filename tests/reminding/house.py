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
from homeassistant.components.media_player import (
    MediaPlayerEntity,
    MediaPlayerEntityFeature,
    MediaPlayerState,
    MediaType,
)
from homeassistant.components.media_player.const import DATA_COMPONENT as PLAYERS
from homeassistant.components.media_source import async_resolve_media
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
        self.fails: Exception | None = None
        self.hangs: asyncio.Event | None = None

    @callback
    def leave(self) -> None:
        """Lose the connection."""
        self._attr_available = False
        self.async_write_ha_state()

    @callback
    def come_back(self) -> None:
        """Have it again."""
        self._attr_available = True
        self.async_write_ha_state()

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
        if self.hangs is not None:
            await self.hangs.wait()
        if self.fails is not None:
            raise self.fails
        self.said.append(announcement.message)


class Player(MediaPlayerEntity):
    """A speaker that announces: it notes where the sound is that it plays."""

    _attr_supported_features = (
        MediaPlayerEntityFeature.PLAY_MEDIA | MediaPlayerEntityFeature.MEDIA_ANNOUNCE
    )
    _attr_state = MediaPlayerState.IDLE

    def __init__(self, room: str) -> None:
        """Stand in a room."""
        self._attr_name = f"Player {room}"
        self._attr_unique_id = f"player_{room}"
        self.played: list[str] = []

    @override
    async def async_play_media(
        self, media_type: MediaType | str, media_id: str, **kwargs: Any
    ) -> None:
        """Note an announcement as a speaker of the network asks for it."""
        assert kwargs["announce"]
        media = await async_resolve_media(self.hass, media_id, self.entity_id)
        self.played.append(media.url)


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

    async def add_satellite(
        self, room: str, satellite: Satellite | None = None
    ) -> Satellite:
        """Put a satellite into a room."""
        satellite = self.satellites[room] = satellite or Satellite(room)
        assert await async_setup_component(self.hass, "assist_satellite", {})
        await self.hass.data[DATA_COMPONENT].async_add_entities([satellite])
        self._place(satellite.entity_id, room)
        return satellite

    async def add_player(self, room: str) -> Player:
        """Put a speaker into a room."""
        player = Player(room)
        for component in ("media_source", "media_player"):
            assert await async_setup_component(self.hass, component, {})
        await self.hass.data[PLAYERS].async_add_entities([player])
        self._place(player.entity_id, room)
        return player

    def _place(self, entity_id: str, room: str) -> None:
        """Make an entity that of a device in a room."""
        entry = MockConfigEntry(domain="test_voices")
        entry.add_to_hass(self.hass)
        area = ar.async_get(self.hass).async_get_area_by_name(room)
        device = dr.async_get(self.hass).async_get_or_create(
            config_entry_id=entry.entry_id, identifiers={("test", entity_id)}
        )
        dr.async_get(self.hass).async_update_device(
            device.id, area_id=area.id if area else None
        )
        er.async_get(self.hass).async_update_entity(
            entity_id, area_id=area.id if area else None, device_id=device.id
        )

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

    def carry(self, slug: str) -> str:
        """Let somebody's phone be a device, as that of the companion app is."""
        registry = er.async_get(self.hass)
        tracker = registry.async_get(f"device_tracker.{slug}")
        assert tracker is not None
        assert tracker.config_entry_id is not None
        phone = dr.async_get(self.hass).async_get_or_create(
            config_entry_id=tracker.config_entry_id, identifiers={("test", slug)}
        )
        registry.async_update_entity(tracker.entity_id, device_id=phone.id)
        return phone.id

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
