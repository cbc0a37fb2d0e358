"""What drives about: vacuum cleaners and lawn mowers."""

from typing import Any, override

from homeassistant.components.lawn_mower import (
    LawnMowerActivity,
    LawnMowerEntity,
    LawnMowerEntityFeature,
)
from homeassistant.components.vacuum import (
    Segment,
    StateVacuumEntity,
    VacuumActivity,
    VacuumEntityFeature,
)

from .description import Begin
from .device import Device


class Vacuum(Device, StateVacuumEntity):
    """A vacuum cleaner that can clean single areas."""

    _attr_supported_features = (
        VacuumEntityFeature.STATE
        | VacuumEntityFeature.START
        | VacuumEntityFeature.STOP
        | VacuumEntityFeature.PAUSE
        | VacuumEntityFeature.RETURN_HOME
        | VacuumEntityFeature.LOCATE
        | VacuumEntityFeature.CLEAN_SPOT
        | VacuumEntityFeature.CLEAN_AREA
    )
    segments: tuple[str, ...] = ()
    """The ids of the areas that it can reach."""

    @override
    def begin(self, begin: Begin) -> None:
        known = [one.value for one in VacuumActivity]
        word = begin.state or VacuumActivity.DOCKED
        # Some homes call a cleaner off that does nothing.
        self._attr_activity = VacuumActivity(word if word in known else "idle")

    def _do(self, activity: VacuumActivity) -> None:
        """Do something else, and tell."""
        self._attr_activity = activity
        self.write()

    @override
    async def async_start(self) -> None:
        self._do(VacuumActivity.CLEANING)

    @override
    async def async_stop(self, **kwargs: Any) -> None:
        self._do(VacuumActivity.IDLE)

    @override
    async def async_pause(self) -> None:
        self._do(VacuumActivity.PAUSED)

    @override
    async def async_return_to_base(self, **kwargs: Any) -> None:
        self._do(VacuumActivity.RETURNING)

    @override
    async def async_locate(self, **kwargs: Any) -> None:
        self.write()

    @override
    async def async_clean_spot(self, **kwargs: Any) -> None:
        self._do(VacuumActivity.CLEANING)

    @override
    async def async_get_segments(self) -> list[Segment]:
        return [Segment(one, one) for one in self.segments]

    @override
    async def async_clean_segments(self, segment_ids: list[str], **kwargs: Any) -> None:
        self._do(VacuumActivity.CLEANING)


class Mower(Device, LawnMowerEntity):
    """A lawn mower."""

    _attr_supported_features = (
        LawnMowerEntityFeature.START_MOWING
        | LawnMowerEntityFeature.PAUSE
        | LawnMowerEntityFeature.DOCK
    )

    @override
    def begin(self, begin: Begin) -> None:
        self._attr_activity = LawnMowerActivity(begin.state or LawnMowerActivity.DOCKED)

    def _do(self, activity: LawnMowerActivity) -> None:
        """Do something else, and tell."""
        self._attr_activity = activity
        self.write()

    @override
    async def async_start_mowing(self) -> None:
        self._do(LawnMowerActivity.MOWING)

    @override
    async def async_pause(self) -> None:
        self._do(LawnMowerActivity.PAUSED)

    @override
    async def async_dock(self) -> None:
        self._do(LawnMowerActivity.RETURNING)
