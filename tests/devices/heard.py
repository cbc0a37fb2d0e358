"""What is heard: media players, and the satellites that announce."""

from typing import Any, override

from homeassistant.components.assist_pipeline import PipelineEvent
from homeassistant.components.assist_satellite import (
    AssistSatelliteConfiguration,
    AssistSatelliteEntity,
    AssistSatelliteEntityFeature,
)
from homeassistant.components.media_player import (
    BrowseMedia,
    MediaClass,
    MediaPlayerEntity,
    MediaPlayerEntityFeature,
    MediaPlayerState,
    MediaType,
    SearchMedia,
    SearchMediaQuery,
)

from .description import Begin
from .device import Device

_CAN = (
    MediaPlayerEntityFeature.TURN_ON
    | MediaPlayerEntityFeature.TURN_OFF
    | MediaPlayerEntityFeature.PLAY
    | MediaPlayerEntityFeature.PAUSE
    | MediaPlayerEntityFeature.STOP
    | MediaPlayerEntityFeature.NEXT_TRACK
    | MediaPlayerEntityFeature.PREVIOUS_TRACK
    | MediaPlayerEntityFeature.VOLUME_SET
    | MediaPlayerEntityFeature.VOLUME_STEP
    | MediaPlayerEntityFeature.VOLUME_MUTE
    | MediaPlayerEntityFeature.PLAY_MEDIA
    | MediaPlayerEntityFeature.SEARCH_MEDIA
    | MediaPlayerEntityFeature.SELECT_SOURCE
)


class Player(Device, MediaPlayerEntity):
    """A media player that has every track and finds whatever is asked for."""

    _attr_supported_features = _CAN

    @override
    def begin(self, begin: Begin) -> None:
        given = begin.attributes
        self._attr_state = MediaPlayerState(begin.state or MediaPlayerState.IDLE)
        volume = begin.number("volume_level")
        self._attr_volume_level = (
            volume / 100 if volume is not None and volume > 1 else volume
        )
        self._attr_is_volume_muted = given.get("is_volume_muted")
        self._attr_media_track = given.get("media_track")
        self._attr_media_title = given.get("media_title")
        self._attr_media_content_id = given.get("media_content_id")
        self._attr_source = given.get("source")
        self._attr_source_list = given.get("source_list")

    def _be(self, state: MediaPlayerState) -> None:
        """Play, pause or be off, and tell."""
        self._attr_state = state
        self.write()

    @override
    async def async_turn_on(self) -> None:
        self._be(MediaPlayerState.IDLE)

    @override
    async def async_turn_off(self) -> None:
        self._be(MediaPlayerState.OFF)

    @override
    async def async_media_play(self) -> None:
        self._be(MediaPlayerState.PLAYING)

    @override
    async def async_media_pause(self) -> None:
        self._be(MediaPlayerState.PAUSED)

    @override
    async def async_media_stop(self) -> None:
        self._be(MediaPlayerState.IDLE)

    @override
    async def async_media_next_track(self) -> None:
        self._attr_media_track = (self._attr_media_track or 0) + 1
        self.write()

    @override
    async def async_media_previous_track(self) -> None:
        self._attr_media_track = (self._attr_media_track or 0) - 1
        self.write()

    @override
    async def async_set_volume_level(self, volume: float) -> None:
        self._attr_volume_level = volume
        self.write()

    @override
    async def async_mute_volume(self, mute: bool) -> None:
        self._attr_is_volume_muted = mute
        self.write()

    @override
    async def async_select_source(self, source: str) -> None:
        self._attr_source = source
        self.write()

    @override
    async def async_play_media(
        self, media_type: MediaType | str, media_id: str, **kwargs: Any
    ) -> None:
        self._attr_media_content_id = media_id
        self._attr_media_title = media_id
        self._be(MediaPlayerState.PLAYING)

    @override
    async def async_search_media(self, query: SearchMediaQuery) -> SearchMedia:
        found = BrowseMedia(
            media_class=MediaClass.MUSIC,
            media_content_id=query.search_query,
            media_content_type=MediaType.MUSIC,
            title=query.search_query,
            can_play=True,
            can_expand=False,
        )
        return SearchMedia(result=[found])


class Satellite(Device, AssistSatelliteEntity):
    """A voice satellite that announces, without any sound."""

    _attr_supported_features = AssistSatelliteEntityFeature.ANNOUNCE

    @override
    def begin(self, begin: Begin) -> None:
        self.announced: list[str] = []

    @override
    async def async_internal_announce(
        self, message: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """Keep what is announced: speech is not needed to know it."""
        self.announced.append(message or "")

    @override
    def on_pipeline_event(self, event: PipelineEvent) -> None:
        """Hear nothing."""

    @override
    def async_get_configuration(self) -> AssistSatelliteConfiguration:
        return AssistSatelliteConfiguration([], [], 0)

    @override
    async def async_set_configuration(
        self, config: AssistSatelliteConfiguration
    ) -> None:
        """Keep the only one."""
