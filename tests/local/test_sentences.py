"""What people say in a house is understood without a model, and nothing else is."""

from collections import Counter
from collections.abc import AsyncGenerator, Mapping
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.core import HomeAssistant
from tests.conftest import async_settle
from tests.devices import async_build_home
from tests.house import Jarvis
from tests.ollama_server import ScriptedOllama

from .sentences import (
    LANGUAGES,
    NEGATIVES,
    NOW,
    ZONE,
    Sentence,
    home,
    sentences,
    topics,
)
from .sentences.listener import Listener, says
from .sentences.wanted import ITEMS, Wanted

TABLES = [(language, topic) for language in LANGUAGES for topic in topics(language)]
_POSITIVES, _NEGATIVES = 225, 120
"""How many there are at least in each language."""

type States = dict[str, tuple[str, Mapping[str, Any]]]


@pytest.fixture
async def listener(
    request: pytest.FixtureRequest,
    bare: HomeAssistant,
    ollama: ScriptedOllama,
    freezer: FrozenDateTimeFactory,
) -> AsyncGenerator[Listener]:
    """Return the described house with a Jarvis that has no model."""
    language: str = request.param
    freezer.move_to(NOW)
    await bare.config.async_set_time_zone(ZONE)
    bare.config.language = language
    built = await async_build_home(bare, home(language))
    entry = await async_settle(bare, [], {})
    listener = Listener(Jarvis(bare, entry, ollama), built, freezer)
    yield listener
    listener.forget_timers()
    await bare.config_entries.async_unload(entry.entry_id)
    # A calendar waits for its next event.
    await built.async_remove()


@pytest.mark.parametrize(("listener", "topic"), TABLES, ids=str, indirect=["listener"])
async def test_what_is_said(
    request: pytest.FixtureRequest, listener: Listener, topic: str
) -> None:
    """Every sentence of a table does what it says, and nothing besides."""
    await _hear(listener, topic)


@pytest.mark.parametrize("listener", LANGUAGES, indirect=True)
async def test_timers_where_no_device_counts(listener: Listener) -> None:
    """Timers are the same on whatever has none of its own."""
    listener.counts = False
    await _hear(listener, "timers")


async def _hear(listener: Listener, topic: str) -> None:
    """Say all sentences of a table, and tell which go wrong."""
    language = listener.hass.config.language
    conversations = [
        conversation
        for sentence in sentences(language, topic)
        for conversation in sentence.conversations
    ]

    for conversation in conversations:
        await listener.hear(conversation)

    if listener.failures:
        told = "\n".join(listener.failures)
        count = f"{len(listener.failures)} of {len(conversations)}"
        pytest.fail(f"{language}/{topic}: {count} go wrong\n{told}", pytrace=False)


@pytest.mark.parametrize("listener", LANGUAGES, indirect=True)
async def test_the_house_is_as_described(listener: Listener) -> None:
    """Every entity is there with its state and, as a rule, its attributes."""
    described = home(listener.hass.config.language)["entities"]
    states = listener.home.states()

    assert {one["id"] for one in described} == set(states)
    differing = {
        one["id"]: (one["state"], states[one["id"]][0])
        for one in described
        if one["state"] != states[one["id"]][0]
    }
    assert not differing


@pytest.mark.parametrize(("language", "topic"), TABLES)
def test_tables_agree_with_the_house(language: str, topic: str) -> None:
    """Rooms and entities exist, and every wanted change is one."""
    described = home(language)
    rooms = {area["id"] for area in described["areas"]}
    wrong: list[str] = []

    for sentence in sentences(language, topic):
        if sentence.room and sentence.room not in rooms:
            wrong.append(f"{sentence.say[0]}: no room {sentence.room}")
        wrong += _disagreements(sentence, _states(described))

    assert not wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_said_twice(language: str) -> None:
    """The same words in the same place are in the tables once."""
    said = Counter(
        (say.casefold(), one.room, str(dict(one.before)))
        for topic in topics(language)
        for one in sentences(language, topic)
        for say in one.say
        if not one.then
    )
    assert [words for words, count in said.items() if count > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough(language: str) -> None:
    """Both languages are covered alike."""
    counts = {
        topic: sum(len(list(one.conversations)) for one in sentences(language, topic))
        for topic in topics(language)
    }
    assert topics(language) == topics(LANGUAGES[0])
    assert counts.pop(NEGATIVES) >= _NEGATIVES
    assert sum(counts.values()) >= _POSITIVES


@pytest.mark.parametrize(
    ("wanted", "speech", "is_said"),
    [
        ("2|deux", "Il y en a 2.", True),
        ("2|deux", "Il fait 22,5 °C.", False),
        ("22", "Il fait 22,5 °C.", False),
        ("22,5", "Il fait 22,5 °C.", True),
        ("1 250", "1\u202f250 W", True),
        ("no", "Nothing is on.", False),
        ("no|off", "No, it is not.", True),
        ("clos*", "It is closed.", True),
        ("l'entrée", "La lumière de l’entrée", True),
    ],
)
def test_words_of_a_reply(wanted: str, speech: str, is_said: bool) -> None:
    """A number within another is not that number, nor is a word within a word."""
    assert says(wanted, speech) is is_said


def _states(described: dict[str, Any]) -> States:
    """Return the states of the house as it is described."""
    states: States = {}
    for one in described["entities"]:
        attributes = dict(one["attributes"])
        if items := attributes.pop("todo_items", None):
            attributes[ITEMS] = [item["summary"] for item in items]
        states[one["id"]] = one["state"], attributes
    return states


def _disagreements(sentence: Sentence, states: States) -> list[str]:
    """Tell what an entry sets up or wants that is not, or is already."""
    wrong: list[str] = []
    for entity_id, setup in sentence.before.items():
        if entity_id not in states:
            wrong.append(f"{sentence.say[0]}: no {entity_id}")
            continue
        state, attributes = states[entity_id]
        new = setup.get("state", state), {**attributes, **setup.get("attributes", {})}
        if new == (state, attributes):
            wrong.append(f"{sentence.say[0]}: {entity_id} is so anyway")
        states[entity_id] = new
    for turn in sentence.turns:
        wrong += _no_change(turn, turn.changes, states)
        if turn.later is not None:
            wrong += _no_change(turn, turn.later, dict(states))
        if turn.asks and turn.changes:
            wrong.append(f"{turn.say[0]}: asks, but acts")
        if turn.timer and not turn.room:
            wrong.append(f"{turn.say[0]}: nothing there keeps a timer")
    return wrong


def _no_change(
    turn: Sentence, changes: Mapping[str, Wanted], states: States
) -> list[str]:
    """Tell what is wanted that is so already, and let the rest be so."""
    wrong: list[str] = []
    for entity_id, wanted in changes.items():
        if entity_id not in states:
            wrong.append(f"{turn.say[0]}: no {entity_id}")
            continue
        state, attributes = states[entity_id]
        if wanted.state != "*" and wanted.fits(state, attributes):
            wrong.append(f"{turn.say[0]}: {entity_id} is so already")
        states[entity_id] = (
            wanted.state.partition("|")[0],
            {**attributes, **_settled(wanted.attributes)},
        )
    return wrong


def _settled(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return attributes as they may be, a little beyond a bound."""
    return {
        name: float(value[1:]) + (0.005 if value[0] == ">" else -0.005)
        if isinstance(value, str) and value[:1] in ("<", ">")
        else value
        for name, value in attributes.items()
    }
