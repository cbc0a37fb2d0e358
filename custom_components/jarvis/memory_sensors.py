"""What the memory's device shows: how much there is, and how fast it is found."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import PERCENTAGE, EntityCategory, UnitOfTime
from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo

from .const import CONF_EMBEDDING_MODEL, CONF_SECOND_HOME, DOMAIN
from .entity import memory_identity
from .remembering.figures import Figures
from .runtime import JarvisConfigEntry, JarvisRuntime


@dataclass(frozen=True, kw_only=True)
class MemorySensorDescription(SensorEntityDescription):
    """A sensor that shows something of the memory."""

    value: Callable[[JarvisRuntime], float | None]
    option: str | None = None
    """The option without which there is nothing to show."""


def _counted(
    value: Callable[[Figures], float | None],
) -> Callable[[JarvisRuntime], float | None]:
    """Return what reads a figure, where it was counted."""

    def read(runtime: JarvisRuntime) -> float | None:
        figures = runtime.counting.figures
        return None if figures is None else value(figures)

    return read


def _progress(runtime: JarvisRuntime) -> float | None:
    """Return how much of the memory the embedding model has read, in percent."""
    progress = runtime.embedding.progress
    return None if progress is None else round(100 * progress, 1)


MEMORY_SENSORS = (
    MemorySensorDescription(
        key="facts",
        translation_key="facts",
        state_class=SensorStateClass.MEASUREMENT,
        value=_counted(lambda figures: figures.facts),
    ),
    MemorySensorDescription(
        key="turns",
        translation_key="turns",
        state_class=SensorStateClass.MEASUREMENT,
        value=_counted(lambda figures: figures.turns),
    ),
    MemorySensorDescription(
        key="recall_time",
        translation_key="recall_time",
        device_class=SensorDeviceClass.DURATION,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        suggested_display_precision=3,
        value=_counted(lambda figures: figures.recall_seconds),
    ),
    MemorySensorDescription(
        key="embedding_progress",
        translation_key="embedding_progress",
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=PERCENTAGE,
        option=CONF_EMBEDDING_MODEL,
        value=_progress,
    ),
    MemorySensorDescription(
        key="backlog",
        translation_key="backlog",
        state_class=SensorStateClass.MEASUREMENT,
        option=CONF_SECOND_HOME,
        value=_counted(lambda figures: figures.backlog),
    ),
)


class MemorySensor(SensorEntity):
    """Shows something of the memory."""

    entity_description: MemorySensorDescription
    _attr_has_entity_name = True
    _attr_should_poll = False
    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(
        self, entry: JarvisConfigEntry, description: MemorySensorDescription
    ) -> None:
        """Take what to show."""
        self.entity_description = description
        self._entry = entry
        identity = memory_identity(entry)
        self._attr_unique_id = f"{identity}_{description.key}"
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, identity)},
            translation_key="memory",
            manufacturer="Jarvis",
            entry_type=DeviceEntryType.SERVICE,
        )

    @property
    @override
    def available(self) -> bool:
        """Tell whether the memory can be used, and for what is shown."""
        runtime = self._entry.runtime_data
        option = self.entity_description.option
        return runtime.counting.figures is not None and (
            option is None or bool(self._entry.options.get(option))
        )

    @property
    @override
    def native_value(self) -> float | None:
        """Return the figure."""
        return self.entity_description.value(self._entry.runtime_data)

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the memory."""
        runtime = self._entry.runtime_data
        for listen in (
            runtime.counting.listen,
            runtime.embedding.listen,
            runtime.background.async_on_apply,
        ):
            self.async_on_remove(listen(self._show))

    @callback
    def _show(self) -> None:
        """Show what is so by now."""
        self.async_write_ha_state()
