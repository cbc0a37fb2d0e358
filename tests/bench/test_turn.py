"""The benchmark of turns runs, and writes every figure."""

import json
from pathlib import Path

from bench.measures.first_word import CASES as FIRST_WORD, COMPUTERS
from bench.measures.reuse import CASES, LAYOUTS
from bench.turn import TARGETS, target_of

from .conftest import Bench

HOME = {
    "areas": [{"name": "Mill", "id": "mill", "floor": "Ground"}],
    "devices": [{"name": "Speaker", "id": "speaker", "area": "mill"}],
    "entities": [
        {"name": "Mill lamp", "id": "light.mill_lamp", "area": "mill", "state": False},
        {
            "name": "Mill wheel speed",
            "id": "sensor.mill_wheel_speed",
            "area": "mill",
            "attributes": {"native_value": 7, "native_unit_of_measurement": "rpm"},
        },
    ],
}


def case(identity: str, utterance: str, **more: object) -> str:
    """Write a case as the files have it."""
    plain = dict.fromkeys(
        ("setup", "expect_changes", "expect_response", "context_device", "context_now")
    )
    told = {
        "id": identity,
        "category": "mill",
        "home": "mill",
        "utterance": utterance,
        "broken": False,
    }
    return json.dumps({**plain, **told, **more})


async def test_all_figures(bench: Bench, tmp_path: Path) -> None:
    """Given a home and its cases, every figure and its target is there."""
    cases, homes = tmp_path / "cases.jsonl", tmp_path / "homes.json"
    homes.write_text(json.dumps({"mill": HOME}), encoding="utf-8")
    changes = {"light.mill_lamp": {"state": "on"}}
    speed = {"sensor.mill_wheel_speed": {"state": "7"}}
    lines = [
        case("assist/1", "Turn on the mill lamp", expect_changes=changes),
        case("assist/2", "Let there be fire", expect_changes=changes),
        case("questions/1", "What is the speed of the wheel?", setup=speed).replace(
            '"expect_response": null', '"expect_response": ["7"]'
        ),
    ]
    cases.write_text("\n".join(lines), encoding="utf-8")

    figures, table = await bench(
        "turn", "--quick", "--cases", str(cases), "--homes", str(homes)
    )

    wanted = {"overhead_30", "overhead_1000", "prompt_1000", "core.prompt_1000"}
    for layout in LAYOUTS:
        for name in CASES:
            wanted |= {f"reuse.{layout}.{name}", f"core.reuse.{layout}.{name}"}
            wanted |= {f"spoken.{layout}.{name}", f"core.spoken.{layout}.{name}"}
    wanted |= {f"first_word.{one}.{name}" for one in COMPUTERS for name in FIRST_WORD}
    assert wanted <= figures.keys()
    assert figures["block_hit"] == 0.5
    assert figures["block_fact"] == 1.0
    assert all(isinstance(value, int | float) for value in figures.values())
    assert all(0 <= figures[name] <= 1 for name in wanted if "reuse" in name)
    assert "overhead_30" in table


def test_targets() -> None:
    """The more exact name decides, and what has no target has none."""
    assert target_of("first_word.12b.evicted") is TARGETS["first_word.12b.evicted"]
    assert target_of("first_word.70b.evicted") is TARGETS["first_word."]
    assert target_of("first_word_s.70b.evicted") is None
    assert target_of("core.prompt_1000") is None
