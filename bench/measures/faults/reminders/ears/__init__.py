"""Ears in a house: a satellite, a board and lamps that write down what reaches them."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, override

from homeassistant.components.assist_pipeline import PipelineEvent
from homeassistant.components.assist_satellite import (
    AssistSatelliteAnnouncement,
    AssistSatelliteConfiguration,
    AssistSatelliteEntity,
    AssistSatelliteEntityFeature,
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
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.typing import ConfigType

from .log import NAME, How, Log

type _Note = Callable[[How, str], Awaitable[None]]

_SPOKEN_S = 0.3
"""How long a sentence lasts."""
LAMPS = tuple(
    f"lampe {animal}"
    for animal in (
        "girafe zèbre tortue loutre castor panthère renard hérisson grenouille"
        " libellule pélican chouette marmotte baleine dauphin gazelle"
    ).split()
)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Put the ears into the house."""
    log = await hass.async_add_executor_job(Log, Path(hass.config.path(NAME)))

    async def note(how: How, what: str) -> None:
        await hass.async_add_executor_job(log.note, how, what)

    @callback
    def shown(kind: UpdateType, notifications: dict[str, Notification]) -> None:
        if kind in (UpdateType.ADDED, UpdateType.UPDATED):
            for one in notifications.values():
                log.note(How.SHOWN, one["message"])

    async_register_callback(hass, shown)
    await hass.data[SATELLITES].async_add_entities([_Satellite(note)])
    await hass.data[LIGHTS].async_add_entities(_Lamp(name, note) for name in LAMPS)
    return True


class _Satellite(AssistSatelliteEntity):
    """Says what it is told to."""

    _attr_supported_features = AssistSatelliteEntityFeature.ANNOUNCE
    _attr_name = "Oreille"
    _attr_unique_id = "ears_satellite"

    def __init__(self, note: _Note) -> None:
        """Take how to write down what is said."""
        self._note = note

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

    @callback
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
        """Need no voice to say a sentence."""
        return AssistSatelliteAnnouncement(message, "", "", None, "tts")

    @override
    async def async_announce(self, announcement: AssistSatelliteAnnouncement) -> None:
        """Say it, which takes its time."""
        await self._note(How.HEARD, announcement.message)
        await asyncio.sleep(_SPOKEN_S)


class _Lamp(LightEntity):
    """A lamp that tells when it is switched."""

    _attr_color_mode = ColorMode.ONOFF
    _attr_should_poll = False
    _attr_is_on = False

    def __init__(self, name: str, note: _Note) -> None:
        """Take its name, and how to write down what is done."""
        self._attr_supported_color_modes = {ColorMode.ONOFF}
        self._attr_name = name.capitalize()
        self._attr_unique_id = f"ears_{name}"
        self._key = name
        self._note = note

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Be on."""
        self._attr_is_on = True
        await self._note(How.RAN, self._key)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Be off."""
        self._attr_is_on = False
        await self._note(How.RAN, self._key)
