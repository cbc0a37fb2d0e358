"""The benchmark of recall counts what is found, and what is withheld."""

import json
from pathlib import Path

import numpy as np

from .conftest import Bench

DATE = "1:56 pm on 8 May, 2023"
TURNS = [
    ("Ada", "I adopted a parrot named Quill."),
    ("Bob", "How lovely, congratulations!"),
    ("Ada", "My workshop is in the old mill."),
    ("Bob", "I repair clocks on Sundays."),
]
FACTS = [
    ("Ada adopted a parrot named Quill.", ["D1:1"]),
    ("Bob repairs clocks on Sundays.", ["D1:4"]),
]
QUESTIONS = [
    ("Who adopted a parrot?", 4, ["D1:1"]),
    ("What does Bob repair on Sundays?", 1, ["D1:4", "D1:2"]),
    ("Does Ada repair clocks on Sundays?", 5, ["D1:4"]),
]


async def test_figures(bench: Bench, tmp_path: Path) -> None:
    """Given a small conversation, shares and the floor are those of what is there."""
    turns = [
        {
            "c": 3,
            "s": 1,
            "date": DATE,
            "dia": f"D1:{at + 1}",
            "pos": at,
            "speaker": speaker,
            "text": text,
            "cap": "",
        }
        for at, (speaker, text) in enumerate(TURNS)
    ]
    data = {
        "turns": turns,
        "facts": [
            {"c": 3, "s": 1, "date": DATE, "fact": text, "ev": ev} for text, ev in FACTS
        ],
        "questions": [
            {"c": 3, "q": text, "cat": category, "ev": ev}
            for text, category, ev in QUESTIONS
        ],
    }
    files = tmp_path / "data.json", tmp_path / "vectors.npz"
    files[0].write_text(json.dumps(data), "utf-8")
    rows = np.eye(16, dtype=np.float16)
    np.savez(
        files[1],
        turns_with_previous=rows[:4],
        facts=rows[4:6],
        questions=rows[[4, 5, 5]],
    )
    figures, table = await bench(
        "recall", "--data", str(files[0]), "--vectors", str(files[1])
    )

    assert figures["facts.r5"] == figures["turns.r5"] == 1.0
    assert figures["facts.single_hop.r5"] == figures["pooled.facts.r10"] == 1.0
    assert figures["floor.nothing"] == figures["floor.pooled.nothing"] == 1.0
    assert figures["floor.loss"] == 0.0
    assert "floor.nothing" in table
