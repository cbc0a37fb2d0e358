"""A dozen home commands in each language, and what each has to change in the house."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from homeassistant.core import HomeAssistant, State
from tests.house import AT_FIRST, ENTITIES

SALON, KITCHEN, BEDROOM = "light.salon", "light.cuisine", "light.chambre"
COFFEE, BLIND = "switch.machine_a_cafe", "cover.volet_du_salon"
DOOR, HEATING = "lock.porte_d_entree", "climate.chauffage"
_TOLERANCE = 1
"""Per cent by which a brightness or position may be beside what was wanted."""

type Change = tuple[str, float | None]
"""A state, and the value of what has one: brightness, position, temperature."""


@dataclass(frozen=True, slots=True)
class Command:
    """A sentence and what is different once it is done; nothing else may be."""

    language: str
    text: str
    changes: Mapping[str, Change] = field(default_factory=dict)


COMMANDS = (
    Command("en", "Turn on the living room light.", {SALON: ("on", None)}),
    Command("en", "Could you switch off the kitchen light?", {KITCHEN: ("off", None)}),
    Command("en", "It is too dark in the bedroom to read.", {BEDROOM: ("on", None)}),
    Command("en", "I would like a coffee, start the machine.", {COFFEE: ("on", None)}),
    Command("en", "Close the living room blind.", {BLIND: ("closed", 0)}),
    Command("en", "Unlock the front door, please.", {DOOR: ("unlocked", None)}),
    Command("en", "Set the heating to 22 degrees.", {HEATING: ("heat", 22)}),
    Command("en", "Set the living room light to 30 percent.", {SALON: ("on", 30)}),
    Command("en", "Open the living room blind halfway.", {BLIND: ("open", 50)}),
    Command("en", "Turn off all the lights downstairs.", {KITCHEN: ("off", None)}),
    Command("en", "Turn on the lights upstairs.", {BEDROOM: ("on", None)}),
    Command("en", "Turn off the light in the cellar."),
    Command("fr", "Allume la lumière du salon.", {SALON: ("on", None)}),
    Command("fr", "Tu peux éteindre la cuisine ?", {KITCHEN: ("off", None)}),
    Command(
        "fr", "Il fait trop sombre pour lire dans la chambre.", {BEDROOM: ("on", None)}
    ),
    Command("fr", "Lance la machine à café.", {COFFEE: ("on", None)}),
    Command("fr", "Ferme le volet du salon.", {BLIND: ("closed", 0)}),
    Command("fr", "Déverrouille la porte d'entrée.", {DOOR: ("unlocked", None)}),
    Command("fr", "Mets le chauffage à 22 degrés.", {HEATING: ("heat", 22)}),
    Command("fr", "Mets la lumière du salon à 30 %.", {SALON: ("on", 30)}),
    Command("fr", "Ouvre le volet du salon à moitié.", {BLIND: ("open", 50)}),
    Command("fr", "Éteins tout au rez-de-chaussée.", {KITCHEN: ("off", None)}),
    Command("fr", "Allume les lumières de l'étage.", {BEDROOM: ("on", None)}),
    Command("fr", "Éteins la lumière de la cave."),
)


async def async_reset(hass: HomeAssistant) -> None:
    """Put the house into the state from which every command begins."""
    calls: list[tuple[str, str, dict[str, Any]]] = [
        *((service, entity_id, {}) for entity_id, service in AT_FIRST.items()),
        ("set_temperature", HEATING, {"temperature": 20, "hvac_mode": "heat"}),
    ]
    for service, entity_id, data in calls:
        await hass.services.async_call(
            entity_id.partition(".")[0],
            service,
            {"entity_id": entity_id, **data},
            blocking=True,
        )
    await hass.async_block_till_done()


def situation(hass: HomeAssistant) -> dict[str, Change]:
    """Return how everything is."""
    return {
        entity_id: (state.state, _value(state))
        for entity_id in ENTITIES
        if (state := hass.states.get(entity_id))
    }


def is_done(
    command: Command, before: Mapping[str, Change], after: Mapping[str, Change]
) -> bool:
    """Tell whether what should have changed did, and nothing else."""
    return all(
        _is_as_wanted(command.changes[entity_id], now)
        if entity_id in command.changes
        else now == before[entity_id]
        for entity_id, now in after.items()
    )


def _is_as_wanted(wanted: Change, now: Change) -> bool:
    """Compare states, and values where one is wanted."""
    state, value = wanted
    if now[0] != state:
        return False
    return value is None or (now[1] is not None and abs(now[1] - value) <= _TOLERANCE)


def _value(state: State) -> float | None:
    """Return the value of what has one."""
    if (brightness := state.attributes.get("brightness")) is not None:
        return float(brightness) / 2.55
    for name in ("current_position", "temperature"):
        if (value := state.attributes.get(name)) is not None:
            return float(value)
    return None
