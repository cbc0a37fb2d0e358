"""How the newest turn of each agent went: its model and how long people waited."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import EntityCategory, UnitOfTime
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import SUBENTRY_CONVERSATION
from .entity import AgentEntity, async_add_for_agents
from .memory_sensors import MEMORY_SENSORS, MemorySensor
from .runtime import JarvisConfigEntry
from .turn.report import TurnReport

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class TurnSensorDescription(SensorEntityDescription):
    """A sensor that shows something of a turn."""

    value: Callable[[TurnReport], str | float | None]
    details: Callable[[TurnReport], dict[str, Any]] = lambda _: {}
    """What stands beside it."""


def _seconds(
    key: str, value: Callable[[TurnReport], float | None], **more: Any
) -> TurnSensorDescription:
    """Describe a sensor of a time that people wait for."""
    return TurnSensorDescription(
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.DURATION,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        suggested_display_precision=2,
        entity_category=EntityCategory.DIAGNOSTIC,
        value=value,
        **more,
    )


SENSORS = (
    TurnSensorDescription(
        key="model",
        translation_key="model",
        entity_category=EntityCategory.DIAGNOSTIC,
        value=lambda report: report.model,
    ),
    _seconds("first_word", lambda report: report.first_word),
    _seconds(
        "prompt",
        lambda report: report.prompt,
        details=lambda report: {"reread": report.reread},
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: JarvisConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the sensors of the agents and of the memory."""
    async_add_entities(MemorySensor(entry, one) for one in MEMORY_SENSORS)
    async_add_for_agents(
        entry,
        SUBENTRY_CONVERSATION,
        async_add_entities,
        lambda subentry: [TurnSensor(entry, subentry, one) for one in SENSORS],
    )


class TurnSensor(AgentEntity, SensorEntity):
    """Shows something of the newest turn that a model answered."""

    entity_description: TurnSensorDescription

    def __init__(
        self,
        entry: JarvisConfigEntry,
        subentry: ConfigSubentry,
        description: TurnSensorDescription,
    ) -> None:
        """Take what to show."""
        super().__init__(entry, subentry, description.key)
        self.entity_description = description

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the agent's turns."""
        self.async_on_remove(self._entry.runtime_data.reports.listen(self._on_turn))

    @callback
    def _on_turn(self, report: TurnReport) -> None:
        """Show what a turn brought."""
        if report.subentry_id == self._subentry.subentry_id and report.model:
            self._attr_native_value = self.entity_description.value(report)
            self._attr_extra_state_attributes = self.entity_description.details(report)
            self.async_write_ha_state()
