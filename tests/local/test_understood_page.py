"""docs/understood.md shows what is understood: the examples of the tables, as tested.

`scripts/test tests/local/test_understood_page.py --write-docs` writes the page anew.
"""

from collections.abc import Iterator
from itertools import zip_longest

import pytest

from ..source import ROOT
from .sentences import NEGATIVES, Sentence, sentences, topics

PAGE = ROOT / "docs" / "understood.md"
TITLES = {
    "lights": "Lights, sockets and switches",
    "covers": "Covers, awnings and gates",
    "climate": "Heating, cooling, fans",
    "media": "Music and television",
    "cleaning": "Robots, watering and other devices",
    "locks": "Locks",
    "questions": "Questions about the house",
    "weather_time": "Weather, time, calendar",
    "timers": "Timers",
    "delays": "Commands for later",
    "lists": "Lists",
    "several": "Several things in one sentence",
    "relative": "A little more, a little less",
    "follow_ups": "What refers to the turn before",
    "asks": "Where Jarvis asks back",
    "polite": "Politeness and detours",
    "misheard": "What was misheard",
}
_NEGATIVES_SHOWN = 24
_INTRO = """\
# What is understood without a model

Every sentence on this page is said to Jarvis in the tests, in a house with French and
English names, and has to do exactly what the tables in `tests/local/sentences/` say.
Other words for the same are understood as well: these are examples. What is not
understood goes to the model, if there is one. `→` is the next turn of a conversation.
"""


def test_page_shows_what_is_tested(request: pytest.FixtureRequest) -> None:
    """The page is the tables, no more and no less."""
    page = "\n".join(_page())

    if request.config.getoption("--write-docs"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page, "write it with --write-docs"


def test_every_topic_is_on_the_page() -> None:
    """A new table is shown as well."""
    for language in ("fr", "en"):
        assert set(topics(language)) == {*TITLES, NEGATIVES}


def _page() -> Iterator[str]:
    """Write the page."""
    yield _INTRO
    for topic, title in TITLES.items():
        yield f"## {title}\n"
        yield "| En français | In English |\n|---|---|"
        sides = [map(_example, sentences(language, topic)) for language in ("fr", "en")]
        for french, english in zip_longest(*sides, fillvalue=""):
            yield f"| {french} | {english} |"
        yield ""
    yield "## What is never acted on\n"
    yield "Talk that is no command, however much it sounds like one:\n"
    yield "| En français | In English |\n|---|---|"
    for pair in zip(
        sentences("fr", NEGATIVES)[:_NEGATIVES_SHOWN],
        sentences("en", NEGATIVES)[:_NEGATIVES_SHOWN],
        strict=True,
    ):
        yield f"| {' | '.join(map(_example, pair))} |"
    yield ""


def _example(sentence: Sentence) -> str:
    """Return the first way to say something, and the turns after it."""
    return " → ".join(turn.say[0] for turn in sentence.turns).replace("|", "\\|")
