"""The system message: persona, rules, devices, and nothing that changes."""

import pytest

from custom_components.jarvis.agent import DEFAULT_PERSONA
from custom_components.jarvis.errors import TurnError
from custom_components.jarvis.turn.prompt import (
    RULES,
    render_persona,
    system_text,
)
from homeassistant.core import HomeAssistant


async def test_persona_may_be_a_template(hass: HomeAssistant) -> None:
    """It knows the name of the home; what looks like data stays text."""
    hass.config.location_name = "Les Tilleuls"

    assert render_persona(hass, "Voice of {{ ha_name }}.") == "Voice of Les Tilleuls."
    assert render_persona(hass, "{{ 1 + 1 }}") == "2"
    assert render_persona(hass, DEFAULT_PERSONA) == DEFAULT_PERSONA


@pytest.mark.parametrize(
    "persona", ["{{ unclosed", "{{ 1 / 0 }}", "{% if %}", "{{ 'a' | no_such_filter }}"]
)
async def test_a_wrong_template_is_told(hass: HomeAssistant, persona: str) -> None:
    """Its owner hears that it has an error."""
    with pytest.raises(TurnError) as caught:
        render_persona(hass, persona)

    assert caught.value.key == "template"


def test_parts_stand_in_their_order() -> None:
    """What is the most stable comes first."""
    text = system_text("  Persona.\n", "Salon: light = Lampe", "Use the tools.")

    assert text.startswith(f"Persona.\n\n{RULES}\n\nUse the tools.\n\nDevices of this")
    assert text.endswith("\nSalon: light = Lampe")


def test_without_tools_and_devices() -> None:
    """No empty paragraphs, and the model can say what is to be done."""
    text = system_text("Persona.", "", "")

    assert text.startswith(f"Persona.\n\n{RULES}\n\nNo device is exposed to you.")
    assert "\n\n\n" not in text
