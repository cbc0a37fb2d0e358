"""The exposed entities: as the stable prompt lists them, and as words can mean them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from homeassistant.const import ATTR_DEVICE_CLASS
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
    intent,
)

from ..local.mentions import Candidate
from .tokens import estimated

BUDGET = 2000
"""Tokens that the list may take in the prompt."""
_COUNTS = 0.5
"""The part of the budget that counts may take."""


@dataclass(frozen=True, slots=True)
class Item:
    """An exposed entity with everything that people call it by."""

    entity_id: str
    names: tuple[str, ...]
    domain: str
    device_class: str
    area: ar.AreaEntry | None
    floor: fr.FloorEntry | None

    @property
    def kind(self) -> str:
        """Domain, and device class after a dot where there is one."""
        return (
            f"{self.domain}.{self.device_class}" if self.device_class else self.domain
        )

    def candidate(self) -> Candidate:
        """Return the entity as words can mean it."""
        places: list[str] = []
        if self.area:
            places += [self.area.name, *self.area.aliases]
        if self.floor:
            places += [self.floor.name, *self.floor.aliases]
        return Candidate(
            self.entity_id,
            self.names,
            self.kind,
            places,
            self.area.id if self.area else None,
        )


def inventory(hass: HomeAssistant, entity_ids: Iterable[str]) -> list[Item]:
    """Return the entities in an order that only their names and places decide."""
    items = [
        item for entity_id in entity_ids if (item := _item(hass, entity_id)) is not None
    ]
    return sorted(items, key=_order)


def area_of_entity(hass: HomeAssistant, entity_id: str) -> ar.AreaEntry | None:
    """Return the area that an entity is in, by itself or through its device."""
    entry = er.async_get(hass).async_get(entity_id)
    if entry is None:
        return None
    if entry.area_id:
        return ar.async_get(hass).async_get_area(entry.area_id)
    return area_of_device(hass, entry.device_id)


def area_of_device(hass: HomeAssistant, device_id: str | None) -> ar.AreaEntry | None:
    """Return the area that a device is in."""
    device = dr.async_get(hass).async_get(device_id) if device_id else None
    area_id = dr.async_get_effective_area_id(hass, device) if device else None
    return ar.async_get(hass).async_get_area(area_id) if area_id else None


def inventory_text(items: Sequence[Item], budget: int = BUDGET) -> str:
    """List the entities within a budget of tokens.

    Names in every language come first; where that is too long the names alone, and
    where even that is too long how many there are in each area: those are no use to
    call anything by, and get less room.
    """
    text = ""
    for line in (_all_names, _first_names):
        if estimated(text := _listed(items, line)) <= budget:
            return text
    for line in (_counts, _counts_of_domains, _total):
        text = _listed(items, line)
        if estimated(text) <= _COUNTS * budget:
            break
    return text


def names_fit(items: Sequence[Item], budget: int = BUDGET) -> bool:
    """Tell whether every entity is named in the list."""
    return estimated(_listed(items, _first_names)) <= budget


def _listed(items: Sequence[Item], line: Callable[[Sequence[Item]], str]) -> str:
    """List items by place."""
    return "\n".join(
        f"{place}: {line(group)}" for place, group in _by_place(items).items()
    )


def _item(hass: HomeAssistant, entity_id: str) -> Item | None:
    """Describe an entity; None where it has no state."""
    if (state := hass.states.get(entity_id)) is None:
        return None
    entry = er.async_get(hass).async_get(entity_id)
    aliases = intent.async_get_entity_aliases(hass, entry, state=state)
    # An entity that is registered without a name has an empty one.
    names = tuple(filter(None, map(_one_line, aliases)))
    area = area_of_entity(hass, entity_id)
    floors = fr.async_get(hass)
    floor = floors.async_get_floor(area.floor_id) if area and area.floor_id else None
    device_class = state.attributes.get(ATTR_DEVICE_CLASS) or ""
    return Item(
        entity_id,
        names or (_one_line(state.name) or entity_id,),
        state.domain,
        str(device_class),
        area,
        floor,
    )


def _order(item: Item) -> tuple[int, str, str, str, str]:
    """Sort by floor, area, kind and name."""
    level = item.floor.level if item.floor and item.floor.level is not None else 99
    area = item.area.name if item.area else ""
    return level, area, item.kind, item.names[0], item.entity_id


def _by_place(items: Sequence[Item]) -> dict[str, list[Item]]:
    """Group the items by their area."""
    places: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        places[_place(item)].append(item)
    return places


def _place(item: Item) -> str:
    """Return the names of an item's area and floor."""
    if item.area is None:
        return "In no area"
    names = " / ".join([item.area.name, *sorted(item.area.aliases)])
    return _one_line(f"{names} ({item.floor.name})" if item.floor else names)


def _all_names(items: Sequence[Item]) -> str:
    """List items by kind with all their names."""
    return _by_kind(items, lambda item: " / ".join(item.names))


def _first_names(items: Sequence[Item]) -> str:
    """List items by kind with one name each."""
    return _by_kind(items, lambda item: item.names[0])


def _counts(items: Sequence[Item]) -> str:
    """Count items by kind."""
    counts = Counter(item.kind for item in items)
    return ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))


def _counts_of_domains(items: Sequence[Item]) -> str:
    """Count items by domain."""
    counts = Counter(item.domain for item in items)
    return ", ".join(f"{count} {domain}" for domain, count in sorted(counts.items()))


def _total(items: Sequence[Item]) -> str:
    """Count items."""
    return str(len(items))


def _by_kind(items: Sequence[Item], name: Callable[[Item], str]) -> str:
    """Group items of one place by kind."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for item in items:
        kinds[item.kind].append(name(item))
    return "; ".join(f"{kind} = {', '.join(names)}" for kind, names in kinds.items())


def _one_line(text: str) -> str:
    """Return a name without what could be taken for the prompt's own structure."""
    return " ".join(text.replace("<", "").replace(">", "").split())
