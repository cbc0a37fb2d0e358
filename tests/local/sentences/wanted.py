"""What a state is to have become.

A state is a word, several words that all will do (`paused|idle`), or `*` for anything
else than before. An attribute is a word, a number (with the tolerance of what rounds),
a bound (`>50`, `<50`), a color, or `items` that a list has open, however worded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self, override

ANY = "*"
ITEMS = "items"
"""What a list has open, which is no attribute but is looked at as one."""
_HUE_TOLERANCE = 15.0
_HUES = 360
_TOLERANCE = {"brightness": 2.0, "current_position": 1.0, "percentage": 1.0}
_SMALLEST = 0.011


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the state of an entity is to be."""

    state: str
    attributes: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of_all(cls, told: Mapping[str, Any]) -> dict[str, Self]:
        """Read the wanted states of some entities."""
        return {
            entity_id: cls(one)
            if isinstance(one, str)
            else cls(one["state"], one.get("attributes", {}))
            for entity_id, one in told.items()
        }

    def fits(self, state: str, attributes: Mapping[str, Any]) -> bool:
        """Tell whether a state is as wanted."""
        return (self.state == ANY or state in self.state.split("|")) and all(
            _agrees(name, wanted, attributes.get(name))
            for name, wanted in self.attributes.items()
        )

    @override
    def __str__(self) -> str:
        """Return it as in a report."""
        return shown(self.state, self.attributes)


def shown(state: str, attributes: Mapping[str, Any]) -> str:
    """Return a state with some attributes for a report."""
    told = ", ".join(f"{name} {value}" for name, value in attributes.items())
    return f"{state} ({told})" if told else state


def _agrees(name: str, wanted: Any, found: Any) -> bool:
    """Tell whether an attribute is as wanted."""
    if found is None:
        return False
    if name == ITEMS:
        return _holds(wanted, found)
    if isinstance(wanted, list):
        return _is_color(wanted, found)
    if isinstance(wanted, str) and wanted[:1] in "<>":
        bound = float(wanted[1:])
        return bool(found < bound if wanted[0] == "<" else found > bound)
    if isinstance(wanted, bool) or not isinstance(wanted, int | float):
        return bool(found == wanted)
    return abs(float(found) - wanted) <= _TOLERANCE.get(name, _SMALLEST)


def _holds(wanted: Iterable[str], found: Iterable[str]) -> bool:
    """Tell whether every wanted item is there: «du beurre» is «beurre»."""
    left = [one.casefold() for one in found]
    for one in wanted:
        match = next((item for item in left if one.casefold() in item), None)
        if match is None:
            return False
        left.remove(match)
    return True


def _is_color(wanted: list[float], found: Iterable[float]) -> bool:
    """Tell whether hue and saturation are nearly the same; hues are a circle."""
    (hue, saturation), (found_hue, found_saturation) = wanted, found
    apart = abs(hue - found_hue) % _HUES
    return (
        min(apart, _HUES - apart) <= _HUE_TOLERANCE
        and abs(saturation - found_saturation) <= _HUE_TOLERANCE
    )
