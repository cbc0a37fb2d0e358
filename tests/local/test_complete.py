"""What is complete, and what somebody may go on with: by the words and the house."""

from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import cast

from annotatedyaml import parse_yaml
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jarvis.local.commands.command import Speaker
from custom_components.jarvis.local.commands.reading import read
from custom_components.jarvis.local.complete import is_complete
from custom_components.jarvis.local.data import read as read_data
from custom_components.jarvis.local.house.things import House, Place, Thing
from custom_components.jarvis.local.load import load
from custom_components.jarvis.local.questions.grammar import asked
from custom_components.jarvis.local.text.normal import normal
from homeassistant.core import HomeAssistant
from tests.conftest import async_settle
from tests.devices import async_build_home
from tests.voice.sentences import house as voice_house, sentences as voice_sentences

from .sentences import LANGUAGES, home, sentences, topics

SAID = Path(__file__).with_name("complete_said.yaml")
ENDS = ("", ".", " ?")
"""How recognition may write the end of what it takes for a sentence."""
MOST_WRONG = 0.02
"""The share of beginnings that may be taken for all."""


@pytest.fixture
async def entry(
    request: pytest.FixtureRequest, bare: HomeAssistant
) -> AsyncGenerator[MockConfigEntry]:
    """Return a Jarvis in a described house."""
    built = await async_build_home(bare, request.param)
    entry = await async_settle(bare, [], {})
    yield entry
    await bare.config_entries.async_unload(entry.entry_id)
    await built.async_remove()


def of_voices() -> pytest.MarkDecorator:
    """Take the house that the voice tests speak to."""
    return pytest.mark.parametrize("entry", [voice_house()], indirect=True, ids=[""])


def beginnings(said: str) -> Iterator[str]:
    """Yield all that a sentence begins with, word by word, but not all of it."""
    words = [word for word in said.split() if word.strip("?!.,")]
    for count in range(1, len(words)):
        yield " ".join(words[:count]).rstrip(".,")


def means(text: str, language: str, house: House) -> object:
    """Return what a sentence would do, or of what it is a question."""
    said = normal(text, language)
    commands = read(said, house, Speaker(language)).commands
    if commands:
        return [(one.do, one.found.things, dict(one.values)) for one in commands]
    return [(one.ask, dict(one.slots)) for one in asked(said, language)]


@of_voices()
@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_is_said(entry: MockConfigEntry, language: str) -> None:
    """Sentences of which nothing is to come are told from all others."""
    house = entry.runtime_data.house.async_get()
    table = cast("dict[str, dict[str, list[str]]]", parse_yaml(SAID.read_text("utf-8")))
    said = table[language]

    wrong = {
        kind: [
            one
            for one in said[kind]
            if is_complete(one, language, house) is not (kind == "complete")
        ]
        for kind in ("complete", "open")
    }

    assert sum(map(len, said.values())) >= 100
    assert wrong == {"complete": [], "open": []}


@of_voices()
@pytest.mark.parametrize("language", LANGUAGES)
async def test_beginnings_of_what_the_small_whisper_knows(
    entry: MockConfigEntry, language: str
) -> None:
    """However the beginning of a sentence is written, it is not taken for all of it."""
    house = entry.runtime_data.house.async_get()
    begun = {
        f"{beginning}{end}"
        for one in voice_sentences(language)
        for beginning in beginnings(one.say)
        for end in ENDS
    }

    assert len(begun) > 200
    assert [one for one in sorted(begun) if is_complete(one, language, house)] == []


@pytest.mark.parametrize(
    ("entry", "language"),
    [(home(language), language) for language in LANGUAGES],
    indirect=["entry"],
    ids=LANGUAGES,
)
async def test_beginnings_of_what_people_say(
    entry: MockConfigEntry, language: str
) -> None:
    """Of all that is said in the described house hardly a beginning seems all of it.

    What does is the first of two commands, or one with a time or a part behind it.
    """
    house = entry.runtime_data.house.async_get()
    said = {
        text
        for topic in topics(language)
        for one in sentences(language, topic)
        for text in one.say
    }
    complete = {one for one in said if is_complete(one, language, house)}
    count = 0
    wrong = []
    for one in sorted(said):
        for beginning in beginnings(one):
            count += 1
            if is_complete(beginning, language, house) and means(
                beginning, language, house
            ) != means(one, language, house):
                wrong.append((beginning, one))

    assert len(wrong) / count <= MOST_WRONG, wrong
    assert len(complete) / len(said) > 0.25


def blind(name: str, area: str) -> Thing:
    """Return a blind in a room."""
    return Thing(f"cover.{name}", (f"{area} {name}",), "cover.blind", area)


AREAS = [Place(name, (name,)) for name in ("kitchen", "office", "living room")]
ONE = blind("blind", "kitchen")


@pytest.mark.parametrize(
    ("things", "complete"),
    [
        ([ONE], True),
        ([ONE, Thing("cover.sun", ("sun",), "cover.blind", "kitchen")], True),
        ([ONE, blind("shade", "office")], False),
        ([ONE, Thing("light.lamp", ("lamp",), "light", "office")], True),
        ([ONE, Thing("cover.other", ("blind of the office",), "cover")], False),
    ],
)
def test_one_room_has_them(things: list[Thing], complete: bool) -> None:
    """Blinds without a room are meant only where no room could still follow."""
    load()
    house = House(things, AREAS)

    assert is_complete("Close the blinds.", "en", house) is complete
    assert is_complete("Close the blinds in the kitchen.", "en", house)


@pytest.mark.parametrize(
    ("name", "complete"), [("lamp", True), ("lamp post", False), ("post lamp", True)]
)
def test_a_longer_name(name: str, complete: bool) -> None:
    """A name that another one begins with is not at its end."""
    load()
    things = [
        Thing("light.one", ("desk lamp",), "light", "office"),
        Thing("light.two", (f"desk {name}",), "light", "office"),
    ]
    house = House(things if "post" in name else things[:1], AREAS)

    assert is_complete("Turn on the desk lamp.", "en", house) is complete


def test_what_shares_a_name() -> None:
    """Where two things are called alike the room is still to come."""
    load()
    lamps = [
        Thing(f"light.{area.identity}", ("Lampe",), "light", area.identity)
        for area in AREAS
    ]

    assert not is_complete("Allume la lampe.", "fr", House(lamps, AREAS))
    assert is_complete("Allume la lampe.", "fr", House(lamps[:1], AREAS))
    assert is_complete("Allume la lampe du kitchen.", "fr", House(lamps, AREAS))


def test_an_empty_house() -> None:
    """Nothing is complete that nothing is known of."""
    load()
    assert not is_complete("Turn on the light.", "en", House([]))
    assert not is_complete("", "en", House([]))
    assert not is_complete("?", "fr", House([]))
    assert is_complete("Quelle heure est-il ?", "fr", House([]))


def test_both_languages_know_the_same() -> None:
    """The data of a language leaves nothing out."""
    english, french = (read_data(language, "complete") for language in ("en", "fr"))
    assert english.keys() == french.keys()
    assert all(english.values())
    assert all(french.values())
