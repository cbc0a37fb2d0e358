"""What the to-do lists and calendars of reminders share: one for each person."""

from collections.abc import Callable
from typing import override

from homeassistant.components.conversation import DOMAIN as CONVERSATION_DOMAIN
from homeassistant.components.homeassistant.exposed_entities import (
    async_expose_entity,
)
from homeassistant.components.person import DOMAIN as PERSON_DOMAIN
from homeassistant.const import ATTR_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.event import async_track_state_added_domain

from .const import DOMAIN
from .entity import reminders_identity
from .people.owner import HOUSEHOLD
from .reminding.reminding import Reminding
from .runtime import JarvisConfigEntry


class ReminderEntity(Entity):
    """An entity of the reminders' device."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, entry: JarvisConfigEntry, key: str) -> None:
        """Name it."""
        identity = reminders_identity(entry)
        self._entry = entry
        self._attr_unique_id = f"{identity}_{key}"
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, identity)},
            translation_key="reminders",
            manufacturer="Jarvis",
            entry_type=DeviceEntryType.SERVICE,
        )

    @property
    def _reminding(self) -> Reminding:
        return self._entry.runtime_data.reminding


class ReminderListEntity(ReminderEntity):
    """An entity that shows somebody's reminders, read again when any changes."""

    def __init__(
        self, entry: JarvisConfigEntry, owner: str | None, name: str | None
    ) -> None:
        """Take whose reminders are shown; the household's have no name."""
        super().__init__(entry, owner or "household")
        self._owner = owner
        self._attr_translation_key = "reminders_of" if name else "reminders"
        self._attr_translation_placeholders = {"person": name} if name else {}

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the reminders, which are nobody else's.

        Whom Home Assistant's own sentences and tools serve, they do not ask.
        """
        known = self.registry_entry
        if known and not known.options.get(CONVERSATION_DOMAIN):
            async_expose_entity(self.hass, CONVERSATION_DOMAIN, self.entity_id, False)
        self.async_on_remove(
            self._reminding.listen(
                lambda: self.async_schedule_update_ha_state(force_refresh=True)
            )
        )


@callback
def async_add_for_people(
    hass: HomeAssistant,
    entry: JarvisConfigEntry,
    add: AddConfigEntryEntitiesCallback,
    make: Callable[[str | None, str | None], Entity],
) -> None:
    """Add an entity for the household, and one for each person, also who comes."""
    known: set[str] = set()
    add([make(HOUSEHOLD, None)], update_before_add=True)

    @callback
    def add_missing(_event: object = None) -> None:
        """Add what is missing."""
        for state in hass.states.async_all(PERSON_DOMAIN):
            person = state.attributes.get(ATTR_ID)
            if person is not None and person not in known:
                known.add(person)
                add([make(person, state.name)], update_before_add=True)

    add_missing()
    entry.async_on_unload(
        async_track_state_added_domain(hass, PERSON_DOMAIN, add_missing)
    )
