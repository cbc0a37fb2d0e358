"""The benchmark of times counts what is right at the grain that a row names."""

import json
from pathlib import Path

from .conftest import Bench

ROWS = [
    ("fr", "demain", "day", "2026-03-04"),
    ("fr", "à 15h", "hour", "2026-03-03T15:00:00"),
    ("fr", "dans dix minutes", "second", "2026-03-03T14:10:01"),
    ("fr", "bientôt", "day", "2026-03-03"),
    ("en", "half past six", "minute", "2026-03-03T18:30:00"),
    ("en", "next friday", "day", "2026-03-06"),
]


async def test_figures(bench: Bench, tmp_path: Path) -> None:
    """Given phrases, the wrong, the unknown and the ambiguous are not right."""
    file = tmp_path / "cases.jsonl"
    keys = ("lang", "text", "grain", "expect", "now", "tz")
    said = [(*row, "2026-03-03T14:00:00", "Europe/Paris") for row in ROWS]
    lines = [json.dumps(dict(zip(keys, row, strict=True))) for row in said]
    file.write_text("\n".join(lines), "utf-8")

    figures, table = await bench("when", "--cases", str(file), "--misses")

    assert figures["fr"] == figures["en"] == 0.5
    assert figures["fr.phrases"] == 4
    assert "en.phrases" in table
