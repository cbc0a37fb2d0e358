"""The house as words can mean it, kept until something in it changes."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import area_registry as ar, floor_registry as fr

from ..local.house.things import House, Place, Thing
from ..tools.targets import exposed_entity_ids
from .inventory import Item, inventory


class SpokenHouse:
    """All exposed entities and all places of a Home Assistant."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Begin without; it is built when somebody speaks."""
        self._hass = hass
        self._house: House | None = None

    @callback
    def async_get(self) -> House:
        """Return the house as it is by now."""
        if self._house is None:
            items = inventory(self._hass, exposed_entity_ids(self._hass))
            self._house = House(
                [_thing(item) for item in items],
                _areas(self._hass),
                _floors(self._hass),
            )
        return self._house

    @callback
    def async_forget(self) -> None:
        """Build it anew when it is next needed."""
        self._house = None


def _thing(item: Item) -> Thing:
    """Return an entity as words can mean it."""
    return Thing(
        item.entity_id,
        item.names,
        item.kind,
        item.area.id if item.area else None,
        item.floor.floor_id if item.floor else None,
    )


def _areas(hass: HomeAssistant) -> list[Place]:
    """Return all areas."""
    return [
        Place(area.id, (area.name, *sorted(area.aliases)))
        for area in ar.async_get(hass).async_list_areas()
    ]


def _floors(hass: HomeAssistant) -> list[Place]:
    """Return all floors."""
    return [
        Place(floor.floor_id, (floor.name, *sorted(floor.aliases)), floor.level)
        for floor in fr.async_get(hass).async_list_floors()
    ]
