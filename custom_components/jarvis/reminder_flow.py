"""The form of the reminders: when nobody is spoken to, and how often they are told."""

from typing import Final

import probatio

from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    TimeSelector,
)

from .const import (
    CONF_ASLEEP_ENTITY,
    CONF_BUSY_ENTITIES,
    CONF_QUIET_FROM,
    CONF_QUIET_TO,
    CONF_REPEAT_MINUTES,
    CONF_REPEATS,
    DEFAULT_REPEAT_MINUTES,
    DEFAULT_REPEATS,
)

_ASLEEP = ["input_boolean", "binary_sensor", "switch", "schedule"]
COUNTED: Final = (CONF_REPEATS, CONF_REPEAT_MINUTES)
ASKED: Final = {
    CONF_QUIET_FROM,
    CONF_QUIET_TO,
    CONF_ASLEEP_ENTITY,
    CONF_BUSY_ENTITIES,
    *COUNTED,
}

SCHEMA: Final = probatio.Schema(
    {
        probatio.Inclusive(CONF_QUIET_FROM, "quiet"): TimeSelector(),
        probatio.Inclusive(CONF_QUIET_TO, "quiet"): TimeSelector(),
        probatio.Optional(CONF_ASLEEP_ENTITY): EntitySelector(
            EntitySelectorConfig(domain=_ASLEEP)
        ),
        probatio.Optional(CONF_BUSY_ENTITIES): EntitySelector(
            EntitySelectorConfig(multiple=True)
        ),
        probatio.Required(CONF_REPEATS, default=DEFAULT_REPEATS): NumberSelector(
            NumberSelectorConfig(min=0, max=10, step=1, mode=NumberSelectorMode.BOX)
        ),
        probatio.Required(
            CONF_REPEAT_MINUTES, default=DEFAULT_REPEAT_MINUTES
        ): NumberSelector(
            NumberSelectorConfig(
                min=1,
                max=120,
                step=1,
                mode=NumberSelectorMode.BOX,
                unit_of_measurement="min",
            )
        ),
    }
)
