"""Which entities a call is about, and what is said when there are none."""

from typing import Any

import pytest

from custom_components.jarvis.tools.targets import (
    explain_mismatch,
    exposed_entity_ids,
    hidden_entity,
    targets,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import intent
from tests.house import ENTITIES

LIGHTS = {"light.salon", "light.cuisine", "light.chambre"}
LIGHTS_MEANT = (
    "Devices that could be meant: "
    "Lumière de la chambre, Lumière de la cuisine, Lumière du salon."
)
LOCK_MEANT = "Devices that could be meant: Porte d'entrée."
SALON = {entity_id for entity_id, (_, area) in ENTITIES.items() if area == "Salon"}


async def test_exposed(home: HomeAssistant) -> None:
    """What the owner exposes, and nothing else."""
    assert set(exposed_entity_ids(home)) == set(ENTITIES)


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        ({"name": "Lumière du salon"}, {"light.salon"}),
        ({"name": "living room light"}, {"light.salon"}),
        ({"domain": ["light"]}, LIGHTS),
        ({"domain": "light"}, LIGHTS),
        ({"area": "Salon"}, SALON),
        ({"area": "living room", "domain": ["light"]}, {"light.salon"}),
        ({"floor": "upstairs", "domain": ["light"]}, {"light.chambre"}),
        ({"device_class": ["shutter"]}, {"cover.volet_du_salon"}),
        ({"entity_id": "light.salon"}, {"light.salon"}),
        ({"a": {"b": ["light.salon", "lock.porte_d_entree"]}}, None),
        ({"name": "nothing of the kind"}, None),
        ({"name": ""}, None),
        ({"name": None, "area": 5}, None),
        ({"text": "light.salons"}, None),
        ({}, None),
    ],
)
async def test_targets(
    home: HomeAssistant, arguments: dict[str, Any], meant: set[str] | None
) -> None:
    """Slots of intents and ids anywhere; None where nothing is told."""
    if "a" in arguments:
        meant = {"light.salon", "lock.porte_d_entree"}

    assert targets(home, arguments) == meant


async def test_hidden(home: HomeAssistant) -> None:
    """An id that exists and is not exposed is found, however deep."""
    assert hidden_entity(home, {"x": [{"y": "switch.chaudiere"}]}) == "switch.chaudiere"
    assert hidden_entity(home, {"x": "light.salon", "y": "no.such_entity"}) is None


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (
            {"name": "lumière salle", "domains": {"light"}},
            "No device matches name 'lumière salle', domain 'light'. " + LIGHTS_MEANT,
        ),
        ({"name": "toaster"}, "No device matches name 'toaster'."),
        (
            {"area_name": "Cave", "domains": {"lock"}},
            "No device matches area 'Cave', domain 'lock'. " + LOCK_MEANT,
        ),
    ],
)
async def test_a_mismatch_is_explained(
    home: HomeAssistant, wanted: dict[str, Any], told: str
) -> None:
    """The model hears what was not found and what it could have meant."""
    constraints = intent.MatchTargetsConstraints(assistant="conversation", **wanted)
    result = intent.async_match_targets(home, constraints)
    assert not result.is_match

    text = explain_mismatch(
        home, intent.MatchFailedError(result=result, constraints=constraints)
    )

    assert text == told
