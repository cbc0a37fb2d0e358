"""Both languages know the same."""

from custom_components.jarvis.reminders.when.data import read
from custom_components.jarvis.reminders.when.patterns import language


def test_parts_of_days() -> None:
    """Given the parts of a day, then they are the same hours in both languages."""
    assert language("en").parts == language("fr").parts


def test_spoken() -> None:
    """Given what is told, then both languages have it."""
    english, french = read("en")["spoken"], read("fr")["spoken"]

    assert english.keys() == french.keys()
    for name in ("units", "every", "nths"):
        assert english[name].keys() == french[name].keys()
