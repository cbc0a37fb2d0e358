"""What is learned of what people tell without a model, and what never is."""

from datetime import UTC, date, datetime

import pytest

from custom_components.jarvis.memory.learning.dates import last_day
from custom_components.jarvis.memory.learning.rules import known, told
from custom_components.jarvis.memory.learning.sentences import data_of, takes_back
from custom_components.jarvis.memory.records import Kind

from .told_sentences import ENGLISH, FRENCH, TEACHES_NOTHING

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
"""A Sunday."""

LEARNED = [(said, kind, text, "fr") for said, kind, text in FRENCH if kind]
LEARNED += [(said, kind, text, "en") for said, kind, text in ENGLISH if kind]
NOTHING = [(said, "fr") for said, kind, _text in FRENCH if not kind]
NOTHING += [(said, "en") for said, kind, _text in ENGLISH if not kind]
NOTHING += [(said, one) for one, many in TEACHES_NOTHING.items() for said in many]


@pytest.mark.parametrize(("said", "kind", "text", "language"), LEARNED)
def test_told(said: str, kind: Kind, text: str | None, language: str) -> None:
    """The person's own sentence becomes the fact, without what stands around it."""
    found = told(said, language, NOW)

    assert found
    assert found[0].kind is kind
    assert found[0].text == (text or said[:1].upper() + said[1:])


@pytest.mark.parametrize(("said", "language"), NOTHING)
def test_nothing_told(said: str, language: str) -> None:
    """Questions, wishes, jokes, moments and other people teach nothing."""
    assert told(said, language, NOW) == []


def test_the_tables_are_fair() -> None:
    """There is enough of what must not be learned."""
    assert len(LEARNED) + len(NOTHING) >= 150
    assert len(NOTHING) >= 0.4 * (len(LEARNED) + len(NOTHING))


def test_the_languages_are_equal() -> None:
    """What one language can tell the other can tell as well."""
    french, english = data_of("fr"), data_of("en")

    assert french.keys() == english.keys()
    assert french["lists"].keys() == english["lists"].keys()
    for one, other in zip(french["facts"], english["facts"], strict=True):
        assert one["attribute"] == other["attribute"]
        assert one["kind"] == other["kind"]
        assert one["importance"] == other["importance"]


def test_two_things_at_once() -> None:
    """Clauses that speak of the speaker each are facts of their own."""
    found = told("Je m'appelle Paul et je suis végétarien", "fr", NOW)

    assert [one.text for one in found] == ["Je m'appelle Paul", "Je suis végétarien"]


REPLACED = [
    ("Mon anniversaire est le 2 mai", "mon anniversaire est le 3 mai", "fr"),
    ("Mon anniversaire est le 2 mai", "my birthday is May 3", "en"),
    ("J'aime le café serré", "j'aime le thé maintenant, plus le café", "fr"),
    ("J'aime le café serré", "je n'aime plus le café", "fr"),
    ("I like strong coffee", "I like tea now, not coffee", "en"),
    ("Ma voiture est une Zoé", "j'ai changé de voiture, c'est une R5", "fr"),
    ("My car is a Zoe", "my car is now a Renault 5", "en"),
    ("J'habite à Lyon", "j'habite maintenant à Nantes", "fr"),
    ("My wife's name is Ann", "my wife is called Anna", "en"),
    ("I prefer 19 degrees in the bedroom", "I prefer 20 degrees in the bedroom", "en"),
    ("La clé est dans le tiroir", "la clé est sous le paillasson", "fr"),
    ("Les poubelles passent le mardi", "les poubelles passent le jeudi", "fr"),
    ("J'ai deux enfants", "j'ai trois enfants", "fr"),
]
KEPT = [
    ("J'aime le café", "j'aime le jazz", "fr"),
    ("Je suis végétarien", "je suis gaucher", "fr"),
    ("Mon fils s'appelle Tom", "mon fils s'appelle Léo", "fr"),
    ("Je rentre vers 18h le lundi", "je rentre vers 17h le mardi", "fr"),
    ("I work from home on Fridays", "I work from home on Mondays", "en"),
    ("La clé du portail est dans le tiroir", "la clé du garage est à la cave", "fr"),
    ("My birthday is May 3", "my wife's birthday is July 4", "en"),
    ("I'm a nurse", "I work for Airbus", "en"),
    ("I prefer 19 degrees in the bedroom", "I prefer 21 degrees in the bathroom", "en"),
]


@pytest.mark.parametrize(("old", "said", "language"), REPLACED)
def test_what_was_said_anew_replaces(old: str, said: str, language: str) -> None:
    """The same thing told anew takes the place of what was told before."""
    before = known(old)
    assert before
    assert told(said, language, NOW)[0].replaces(before)


@pytest.mark.parametrize(("old", "said", "language"), KEPT)
def test_something_else_replaces_nothing(old: str, said: str, language: str) -> None:
    """What is told of another thing leaves the first as it is."""
    before = known(old)
    assert before
    assert not told(said, language, NOW)[0].replaces(before)


@pytest.mark.parametrize(
    ("said", "language", "subject"),
    [
        ("ma femme s'appelle Anna", "fr", "Anna"),
        ("my son is allergic to pollen", "en", "son"),
        ("je m'appelle Paul", "fr", ""),
    ],
)
def test_whom_it_is_about(said: str, language: str, subject: str) -> None:
    """A fact about somebody else names them; the speaker is the owner anyway."""
    assert told(said, language, NOW)[0].subject == subject


@pytest.mark.parametrize(
    ("words", "language", "day"),
    [
        ("12", "fr", date(2026, 12, 12)),
        ("3 mai", "fr", date(2027, 5, 3)),
        ("demain", "fr", date(2026, 11, 23)),
        ("apres demain", "fr", date(2026, 11, 24)),
        ("mardi a 10 h", "fr", date(2026, 11, 24)),
        ("dimanche", "fr", date(2026, 11, 29)),
        ("la semaine prochaine", "fr", date(2026, 11, 29)),
        ("31", "en", date(2026, 12, 31)),
        ("may", "en", date(2027, 5, 31)),
        ("may 3 2028", "en", None),
        ("next month", "en", date(2026, 12, 31)),
        ("the day after tomorrow", "en", date(2026, 11, 24)),
        ("soon", "en", None),
    ],
)
def test_days_to_come(words: str, language: str, day: date | None) -> None:
    """The day is the next one that the words can mean."""
    assert last_day(words.split(), NOW.date(), language) == day


def test_an_event_is_over_after_its_day() -> None:
    """It is past on the morning after."""
    (event,) = told("on part en vacances le 12", "fr", NOW)

    assert event.until == datetime(2026, 12, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "language", "is_so"),
    [
        ("Non, je plaisante !", "fr", True),
        ("Just kidding.", "en", True),
        ("Je suis végétarien", "fr", False),
    ],
)
def test_taken_back(said: str, language: str, is_so: bool) -> None:
    """Who was joking says so."""
    assert takes_back(said, language) is is_so
