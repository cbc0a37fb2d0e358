"""The plain description of a home, read into what its entities begin with.

A home has `floors` (id, name, level, aliases), `areas` (id, name, floor, aliases),
`devices` (id, name, area, satellite) and `entities` (id or domain, name, area, device,
aliases, state, attributes, expose). Areas, floors and devices may be named by id or by
name, and need not be listed. A state is a word, a truth value or `{"out": word}`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from homeassistant.util import slugify

type Data = Mapping[str, Any]

_STATES = ("native_value", "condition", "hvac_mode")
"""Attributes that are the state itself."""
_DERIVED = ("current_position", "percentage")
"""Attributes that a state given alone makes untrue."""


@dataclass(frozen=True, slots=True)
class Given:
    """An entity as it is described."""

    key: str
    """What the description calls it."""
    domain: str
    object_id: str
    name: str
    state: str | None
    attributes: Data
    area: str | None
    device: str | None
    aliases: tuple[str, ...] = ()
    expose: bool = True

    @classmethod
    def of(cls, data: Data) -> Self:
        """Read one entity; a key need not be a proper id, nor be there at all."""
        name = str(data.get("name") or data["id"])
        key = str(data.get("id") or f"{data['domain']}.{slugify(name)}")
        domain, _, object_id = key.rpartition(".")
        attributes = dict(data.get("attributes") or {})
        if device_class := attributes.get("device_class") or data.get("device_class"):
            attributes["device_class"] = str(device_class).rpartition(".")[2].lower()
        return cls(
            key=key,
            domain=str(data.get("domain") or domain),
            object_id=slugify(object_id),
            name=name,
            state=state_word(data.get("state")),
            attributes=attributes,
            area=data.get("area"),
            device=data.get("device"),
            aliases=tuple(data.get("aliases") or ()),
            expose=data.get("expose", True),
        )

    def begin(self, setup: Data | None = None) -> Begin:
        """Return what the entity begins with, where a case says otherwise too."""
        if not setup:
            return Begin(_named_state(self.attributes, self.state), self.attributes)
        changed = dict(setup.get("attributes") or {})
        state = state_word(setup.get("state"))
        kept = {
            name: value
            for name, value in self.attributes.items()
            if state is None or name not in _DERIVED
        }
        if state is None:
            before = _named_state(self.attributes, self.state)
            state = _named_state(changed, before)
        return Begin(state, {**kept, **changed})


@dataclass(frozen=True, slots=True)
class Begin:
    """The state and the attributes that an entity begins with."""

    state: str | None = None
    attributes: Data = field(default_factory=dict)

    def number(self, *names: str) -> float | None:
        """Return the first of some attributes as a number."""
        for name in names:
            value = self.attributes.get(name)
            if value is not None:
                return float(value)
        return None


def state_word(state: Any) -> str | None:
    """Return a state as the word that Home Assistant has for it."""
    if isinstance(state, Mapping):
        state = state.get("out")
    if isinstance(state, bool):
        return "on" if state else "off"
    return None if state is None else str(state)


def _named_state(attributes: Data, state: str | None) -> str | None:
    """Return the state that an attribute names, or the one that is given."""
    for name in _STATES:
        if attributes.get(name) is not None:
            return str(attributes[name])
    return state
