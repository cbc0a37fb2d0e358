"""The benchmark of faults on a small scale: five kills, and a server that stops."""

import pytest

from bench.measures.faults.ledger import Found, Ledger

from .conftest import Bench

ROWS = [
    ("1", "Le vélo est au garage", ""),
    ("2", "Où est le vélo ?", "Au garage."),
]


@pytest.mark.timeout(300)
async def test_kills_and_a_scene(bench: Bench) -> None:
    """Given kills and a fault, nothing acknowledged is lost or there twice."""
    figures, table = await bench(
        *("faults", "--kills", "5", "--turns", "8", "--hold", "1"),
        *("--scenes", "stopped"),
    )

    assert figures["kills"] == 5
    assert figures["kills.through_hass"] == 1
    assert figures["kills.acknowledged"] > 5
    assert figures["stopped.acknowledged"] > 5
    assert figures["stopped.turns"] > 0
    assert (figures["lost"], figures["doubled"], figures["unanswered"]) == (0, 0, 0)
    for home in ("found", "found_in_second_home"):
        assert figures[f"kills.{home}"] == figures["kills.acknowledged"]
        assert figures[f"stopped.{home}"] == figures["stopped.acknowledged"]
    assert "stopped" in table


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (ROWS, Found(4, 4, 0)),
        (ROWS[1:], Found(4, 2, 0)),
        ([ROWS[0], ("2", "Où est le vélo ?", "")], Found(4, 3, 0)),
        ([*ROWS, ("3", "le vélo est au garage.", "")], Found(4, 4, 1)),
        ([*ROWS, ROWS[1]], Found(4, 4, 2)),
    ],
    ids=["all", "a fact is lost", "a reply is lost", "said twice", "an id twice"],
)
def test_what_is_counted(rows: list[tuple[str, str, str]], found: Found) -> None:
    """What is missing is lost, by its id and by its words; what is there twice, too."""
    ledger = Ledger(
        written={"1": "Le vélo est au garage", "2": "Où est le vélo ?"},
        answered={"2": "Au garage."},
        said={"Le vélo est au garage"},
    )
    sent = ["Le vélo est au garage", "Où est le vélo ?"]

    assert ledger.found(rows, sent) == found
