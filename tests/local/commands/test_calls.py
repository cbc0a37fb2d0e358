"""The service calls that a command comes down to, by what the things can do."""

from typing import Any

import pytest

from custom_components.jarvis.local.commands.calls import calls, is_sensitive, narrowed
from custom_components.jarvis.local.commands.command import Command
from custom_components.jarvis.local.house.found import Found
from custom_components.jarvis.local.house.things import Thing
from homeassistant.components.cover import CoverEntityFeature
from homeassistant.components.media_player import MediaPlayerEntityFeature
from homeassistant.core import HomeAssistant

POSITION = {"supported_features": CoverEntityFeature.SET_POSITION}


def _thing(entity_id: str, device_class: str = "") -> Thing:
    """Return a thing."""
    domain = entity_id.partition(".")[0]
    kind = f"{domain}.{device_class}" if device_class else domain
    return Thing(entity_id, (entity_id,), kind)


@pytest.mark.parametrize(
    ("entity_id", "state", "attributes", "do", "values", "called"),
    [
        (
            "light.a",
            "on",
            {},
            "set",
            {"percent": 40.0},
            ("turn_on", {"brightness_pct": 40}),
        ),
        ("light.a", "on", {}, "set", {"number": 0.0}, ("turn_off", {})),
        ("light.a", "on", {}, "raise", {}, ("turn_on", {"brightness_step_pct": 20})),
        (
            "light.a",
            "on",
            {},
            "lower",
            {"step": 5.0},
            ("turn_on", {"brightness_step_pct": -5}),
        ),
        (
            "cover.a",
            "open",
            POSITION,
            "set",
            {"percent": 0.0},
            ("set_cover_position", {"position": 0}),
        ),
        ("cover.a", "open", {}, "set", {"percent": 0.0}, ("close_cover", {})),
        (
            "cover.a",
            "open",
            {"current_position": 50, **POSITION},
            "lower",
            {},
            ("set_cover_position", {"position": 30}),
        ),
        ("cover.a", "open", {}, "raise", {}, ("open_cover", {})),
        (
            "climate.a",
            "heat",
            {"temperature": 19.5},
            "raise",
            {},
            ("set_temperature", {"temperature": 20.5}),
        ),
        (
            "climate.a",
            "heat",
            {"temperature": 19.5},
            "lower",
            {"step": 2.0},
            ("set_temperature", {"temperature": 17.5}),
        ),
        (
            "media_player.a",
            "playing",
            {"volume_level": 0.95},
            "raise",
            {},
            ("volume_set", {"volume_level": 1.0}),
        ),
        (
            "media_player.a",
            "playing",
            {"supported_features": MediaPlayerEntityFeature.VOLUME_STEP},
            "raise",
            {},
            ("volume_up", {}),
        ),
        (
            "media_player.a",
            "playing",
            {},
            "set",
            {"percent": 30.0},
            ("volume_set", {"volume_level": 0.3}),
        ),
        ("media_player.a", "off", {}, "play", {}, ("turn_on", {})),
        ("media_player.a", "paused", {}, "play", {}, ("media_play", {})),
        ("media_player.a", "playing", {}, "stop", {}, ("media_pause", {})),
        ("fan.a", "on", {}, "raise", {}, ("increase_speed", {})),
    ],
)
async def test_calls(  # noqa: PLR0917 - the columns of the table
    hass: HomeAssistant,
    entity_id: str,
    state: str,
    attributes: dict[str, Any],
    do: str,
    values: dict[str, Any],
    called: tuple[str, dict[str, Any]],
) -> None:
    """Each device in its own way, within its bounds."""
    hass.states.async_set(entity_id, state, attributes)

    (call,) = calls(hass, Command(do, Found((_thing(entity_id),)), values))

    assert (call.service, call.data) == called


async def test_things_that_need_the_same_are_called_together(
    hass: HomeAssistant,
) -> None:
    """One call for all lamps, one for the television."""
    things = tuple(map(_thing, ("light.a", "media_player.tv", "light.b")))

    made = calls(hass, Command("turn_off", Found(things)))

    assert [(call.domain, len(call.things)) for call in made] == [
        ("light", 2),
        ("media_player", 1),
    ]


async def test_what_plays_is_meant(hass: HomeAssistant) -> None:
    """Of several players the one that plays is paused; of two that play, none."""
    things = tuple(map(_thing, ("media_player.a", "media_player.b")))
    command = Command("pause", Found(things, unclear=True))
    hass.states.async_set("media_player.a", "playing")
    hass.states.async_set("media_player.b", "idle")

    assert narrowed(hass, command, None).found.things == things[:1]

    hass.states.async_set("media_player.b", "playing")
    assert narrowed(hass, command, None).found.unclear


@pytest.mark.parametrize(
    ("do", "entity_id", "device_class", "sensitive"),
    [
        ("unlock", "lock.a", "", True),
        ("lock", "lock.a", "", False),
        ("open", "cover.a", "garage", True),
        ("open", "cover.a", "shutter", False),
        ("close", "cover.a", "garage", False),
    ],
)
def test_what_lets_people_in(
    do: str, entity_id: str, device_class: str, sensitive: bool
) -> None:
    """Only what opens the house is delicate."""
    command = Command(do, Found((_thing(entity_id, device_class),)))

    assert is_sensitive(command) is sensitive
