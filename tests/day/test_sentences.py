"""What people say who want to hear of their day is read, and nothing else is."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import yaml

from custom_components.jarvis.day.data import read
from custom_components.jarvis.day.sentences import Part, wanted
from custom_components.jarvis.local.text.words import LANGUAGES

_WANTED = {"everything": tuple(Part), "home": (Part.HOME,), "none": ()}
_TABLES: Mapping[str, Mapping[str, Sequence[str]]] = yaml.safe_load(
    (Path(__file__).parent / "said.yaml").read_text("utf-8")
)
SAID = [
    (language, said, _WANTED[meant])
    for language, table in _TABLES.items()
    for meant, sentences in table.items()
    for said in sentences
]


@pytest.mark.parametrize(("language", "said", "parts"), SAID)
def test_what_is_wanted(language: str, said: str, parts: Sequence[Part]) -> None:
    """Given a sentence, then the parts of a briefing that it wants; mostly none."""
    assert wanted(said, language) == parts


def test_languages_say_the_same() -> None:
    """Given both languages, then what is said has the same keys and slots."""
    one, other = (
        {
            f"{section} {key}": sorted(
                part.partition("}")[0] for part in text.split("{")[1:]
            )
            for section in ("say", "plan")
            for key, text in read(language)[section].items()
        }
        for language in LANGUAGES
    )
    assert one == other
