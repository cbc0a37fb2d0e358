"""What is true of a thing in which state."""

import pytest

from custom_components.jarvis.local.questions.predicates import (
    PREDICATES,
    described,
    opposite,
)


@pytest.mark.parametrize(
    ("name", "kind", "state", "holds"),
    [
        ("on", "light", "on", True),
        ("on", "media_player.tv", "paused", True),
        ("off", "climate", "heat", False),
        ("open", "cover.garage", "closing", True),
        ("closed", "binary_sensor.window", "off", True),
        ("locked", "binary_sensor.lock", "on", False),
        ("unlocked", "lock", "unlocked", True),
        ("away", "person", "Work", True),
        ("home", "person", "unknown", None),
        ("off", "light", "unavailable", None),
    ],
)
def test_holds(name: str, kind: str, state: str, holds: bool | None) -> None:
    """What nobody knows is neither so nor not."""
    assert PREDICATES[name].holds(kind, state) is holds


def test_opposites() -> None:
    """Both of a pair lead to the other."""
    assert opposite("open") == "closed"
    assert opposite("closed") == "open"
    assert opposite("cleaning") is None


def test_described() -> None:
    """The same state means something else for another kind."""
    assert described("binary_sensor.moisture", "on") == "wet"
    assert described("binary_sensor", "on") == "on"
    assert described("person", "not_home") == "away"
