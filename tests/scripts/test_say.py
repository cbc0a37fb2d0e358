"""How an answer and its changes are understood and shown."""

import json
from typing import Any

import pytest

from scripts.house.report import Terminal, described
from scripts.house.say import Change, Said, change_of, understand


def state(value: str, **attributes: Any) -> dict[str, Any]:
    """Return a state as the websocket sends it."""
    return {"state": value, "attributes": attributes}


def test_change_of_a_lamp() -> None:
    """A lamp that goes out only goes out; a lamp that goes on shows how bright."""
    lit = state("on", brightness=204, rgb_color=[1, 2, 3], hs_color=[1, 2])
    out = state("off", brightness=None, rgb_color=None, hs_color=None)
    assert change_of("light.x", lit, out) == Change("light.x", "on", "off", {})
    dim = state("on", brightness=51, rgb_color=[1, 2, 3], hs_color=[1, 2])
    change = change_of("light.x", lit, dim)
    assert change == Change("light.x", "on", "on", {"brightness": (204, 51)})
    assert change_of("light.x", lit, lit) is None


def test_colour_temperature_hides_the_colour_that_follows() -> None:
    """A white lamp's colour is only its temperature in other words."""
    old = state("on", color_temp_kelvin=2700, hs_color=[28, 65])
    new = state("on", color_temp_kelvin=4000, hs_color=[26, 34])
    change = change_of("light.x", old, new)
    assert change is not None
    assert change.attributes == {"color_temp_kelvin": (2700, 4000)}


def ended(reply: str, kind: str = "action_done", **jarvis: Any) -> dict[str, Any]:
    """Return an intent-end event's data."""
    plain = {"speech": reply, "extra_data": {"jarvis": jarvis} if jarvis else None}
    response = {"speech": {"plain": plain}, "response_type": kind, "data": {}}
    return {"intent_output": {"response": response}, "processed_locally": True}


def test_understand() -> None:
    """The answer says itself how it came about."""
    said = Said("x")
    understand(said, ended("Oui", understood="model", model="m", error=None))
    assert (said.reply, said.understood, said.model) == ("Oui", "model", "m")
    assert said.answered

    said = Said("x")
    understand(said, ended("Non", understood="none", model=None, error="no_model"))
    assert not said.answered

    said = Said("x")
    understand(said, ended("Non", kind="error"))
    assert not said.answered


def test_described() -> None:
    """The terminal shows answer, way, time and changes."""
    change = Change("light.x", "off", "on", {"brightness": (None, 51)})
    local = Said("Allume", "Fait", "local", changed=[change], seconds=0.123)
    assert described(local) == (
        "» Allume\n"
        "  Fait\n"
        "  understood locally (0.12 s)\n"
        "  light.x: off → on [brightness 51]"
    )
    model = Said("Hi", "Hello", "model", "m:1b", seconds=2, first_word_seconds=0.5)
    assert "answered by m:1b (2.00 s, first word 0.50 s)" in described(model)
    moved = Change("cover.x", "open", "open", {"current_position": (100, 40)})
    failed = Said("Hi", error="no_model", changed=[moved])
    assert "not answered: no_model" in described(failed)
    assert "cover.x: open [current_position 100 → 40]" in described(failed)


def test_json_is_alone_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    """Programs read stdout, people stderr."""
    terminal = Terminal(as_json=True)
    terminal.progress("Starting…")
    terminal.said(Said("Allume", "Fait", "local"))
    terminal.end("http://127.0.0.1:1")
    out, err = capsys.readouterr()
    results = json.loads(out)
    assert results["url"] == "http://127.0.0.1:1"
    assert results["said"] == [
        {
            "text": "Allume",
            "reply": "Fait",
            "understood": "local",
            "model": None,
            "error": None,
            "changed": [],
            "seconds": 0.0,
            "first_word_seconds": None,
            "streamed": False,
        }
    ]
    assert "Starting…" in err
