"""The kills amid reminders on a small scale, and how they are counted."""

import pytest

from bench.measures.faults.reminders.ears.log import How
from bench.measures.faults.reminders.ledger import Ledger

from .conftest import Bench

ASKED = (How.ASKED, "sortir le chien")
PROMISED = (How.PROMISED, "sortir le chien")
HEARD = (How.HEARD, "Rappel : sortir le chien")
SHOWN = (How.SHOWN, "Rappel : sortir le chien")
RAN = (How.RAN, "sortir le chien")


@pytest.mark.timeout(300)
async def test_kills_amid_reminders(bench: Bench) -> None:
    """Given kills, one of a Home Assistant, no reminder is lost or heard twice."""
    figures, table = await bench("faults", "reminders", "--kills", "5")

    assert figures["kills"] == 5
    assert figures["kills.through_hass"] == 1
    assert figures["promised"] > 5
    assert figures["heard"] + figures["run"] + figures["shown_alone"] > 5
    assert (figures["lost"], figures["doubled"]) == (0, 0)
    assert "kill   5 hass" in table


@pytest.mark.parametrize(
    ("lines", "missing", "doubled"),
    [
        ([ASKED, PROMISED, HEARD], 0, 0),
        ([ASKED, PROMISED, SHOWN], 0, 0),
        ([ASKED, PROMISED, HEARD, SHOWN], 0, 0),
        ([ASKED, PROMISED, RAN], 0, 0),
        ([ASKED], 0, 0),
        ([ASKED, HEARD], 0, 0),
        ([ASKED, PROMISED], 1, 0),
        ([ASKED, PROMISED, HEARD, ASKED, PROMISED], 1, 0),
        ([ASKED, PROMISED, HEARD, ASKED], 0, 0),
        ([ASKED, PROMISED, HEARD, ASKED, PROMISED, HEARD], 0, 0),
        ([ASKED, PROMISED, HEARD, HEARD], 0, 1),
        ([ASKED, PROMISED, RAN, RAN], 0, 1),
        ([HEARD], 0, 1),
        ([SHOWN], 0, 0),
    ],
    ids=[
        "heard",
        "shown",
        "heard and shown again",
        "run",
        "nobody answered",
        "nobody answered and it comes",
        "lost",
        "put off and lost",
        "nobody answered when it was put off",
        "put off",
        "heard twice",
        "run twice",
        "nobody asked",
        "a notification of somebody else",
    ],
)
def test_what_is_counted(
    lines: list[tuple[How, str]], missing: int, doubled: int
) -> None:
    """What was promised and reached nobody is lost; what was heard twice is doubled."""
    counted = Ledger.of(lines).counted()

    assert (len(counted.missing), len(counted.doubled)) == (missing, doubled)
