"""From words to commands, without a house that could do them."""

import pytest

from custom_components.jarvis.local.commands.command import Command, Reading, Speaker
from custom_components.jarvis.local.commands.reading import read
from custom_components.jarvis.local.house.found import Found
from custom_components.jarvis.local.text.normal import normal

from ..house.test_find import HOUSE


def _read(text: str, language: str, **speaker: object) -> Reading:
    """Read a sentence."""
    return read(
        normal(text, language),
        HOUSE,
        Speaker(language, **speaker),  # type: ignore[arg-type]
    )


def _done(reading: Reading) -> list[tuple[str, set[str], dict[str, object]]]:
    """Return what is to be done with what."""
    return [
        (
            command.do,
            {thing.entity_id for thing in command.found.things},
            dict(command.values),
        )
        for command in reading.commands
    ]


@pytest.mark.parametrize(
    ("text", "language", "do", "values"),
    [
        ("Turn on the kitchen light", "en", "turn_on", {}),
        ("Could you please turn the kitchen light off?", "en", "turn_off", {}),
        ("Kitchen light to 40%", "en", "set", {"percent": 40.0}),
        ("Kitchen light to 40", "en", "set", {"number": 40.0}),
        ("Make the kitchen light blue", "en", "set", {"colour": "blue"}),
        ("Set the kitchen light to warm white", "en", "set", {"kelvin": 2700}),
        ("Dim the kitchen light by 10 percent", "en", "lower", {"step": 10.0}),
        ("Peux-tu allumer la lumière de la cuisine ?", "fr", "turn_on", {}),
        ("Je voudrais que tu allumes la cuisine", "fr", "turn_on", {}),
        ("Allumez-moi la lumière de la cuisine", "fr", "turn_on", {}),
        ("Mets la cuisine à moitié", "fr", "set", {"percent": 50.0}),
        ("Éclairage de la cuisine en rouge", "fr", "set", {"colour": "red"}),
        ("Il faut que la cuisine soit éteinte", "fr", "turn_off", {}),
    ],
)
def test_one_command(
    text: str, language: str, do: str, values: dict[str, object]
) -> None:
    """The verb, the thing and the value, whatever stands around them."""
    assert _done(_read(text, language)) == [(do, {"light.kitchen"}, values)]


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        (
            "Ferme le volet du salon et éteins la cuisine",
            "fr",
            [("close", "cover.salon"), ("turn_off", "light.kitchen")],
        ),
        (
            "Turn on the kitchen light, then open the curtain and start Roborock",
            "en",
            [
                ("turn_on", "light.kitchen"),
                ("open", "cover.curtain"),
                ("start", "vacuum.robo"),
            ],
        ),
        (
            "Éteins la cuisine, euh non, le lampadaire",
            "fr",
            [("turn_off", "light.salon_2")],
        ),
        ("The smart lock, lock it", "en", [("lock", "lock.entry")]),
        ("Dans la cuisine, allume la lumière", "fr", [("turn_on", "light.kitchen")]),
    ],
)
def test_several_in_one_sentence(
    text: str, language: str, wanted: list[tuple[str, str]]
) -> None:
    """All of them, in the order in which they were said."""
    done = [(do, *things) for do, things, _values in _done(_read(text, language))]

    assert done == wanted


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Turn on the kitchen light and polish the fridge", "en"),
        ("Is the kitchen light on?", "en"),
        ("The kitchen light on?", "en"),
        ("He turned on the kitchen light", "en"),
        ("J'ai allumé la lumière de la cuisine", "fr"),
        ("La lumière de la cuisine est allumée", "fr"),
        ("Tu as vu la lumière de la cuisine ?", "fr"),
    ],
)
def test_no_command(text: str, language: str) -> None:
    """All is understood, or nothing is done."""
    assert not _read(text, language).commands


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Don't turn on the kitchen light", "en"),
        ("If it rains, close the curtain", "en"),
        ("Turn on the kitchen light when I come home", "en"),
        ("N'allume pas la cuisine", "fr"),
        ("Quand je pars, éteins la cuisine", "fr"),
        ("S'il pleut, ferme le volet du salon", "fr"),
        ("Tous les soirs, ferme le volet du salon", "fr"),
        ("Éteins la cuisine tous les soirs", "fr"),
    ],
)
def test_never(text: str, language: str) -> None:
    """A negation or a condition is kept from everybody who would act on it."""
    assert _read(text, language).never


def test_courtesy_is_no_condition() -> None:
    """«S'il te plaît» begins like one."""
    assert not _read("S'il te plaît, allume la cuisine", "fr").never


@pytest.mark.parametrize(
    ("text", "language", "do", "thing"),
    [
        ("Et celle du salon", "fr", "turn_on", None),
        ("Éteins-la", "fr", "turn_off", "light.kitchen"),
        ("Tu peux l'éteindre ?", "fr", "turn_off", "light.kitchen"),
        ("Un peu plus", "fr", "raise", "light.kitchen"),
        ("Turn it off again", "en", "turn_off", "light.kitchen"),
        ("And the left bedside lamp", "en", "turn_on", "light.bed_left"),
        ("Same for the left bedside lamp", "en", "turn_on", "light.bed_left"),
        ("Brighter", "en", "raise", "light.kitchen"),
        ("Make that 40 percent", "en", "set", "light.kitchen"),
    ],
)
def test_what_the_turn_before_was_about(
    text: str, language: str, do: str, thing: str | None
) -> None:
    """Pronouns, and sentences that leave out what was said."""
    kitchen = HOUSE.thing("light.kitchen")
    assert kitchen
    last = Command("turn_on", Found((kitchen,)))

    (command,) = _read(text, language, last=last, referent=last.found).commands

    assert command.do == do
    if thing:
        assert [one.entity_id for one in command.found.things] == [thing]


def test_a_pronoun_needs_something_to_stand_for() -> None:
    """It means nothing at the beginning."""
    assert not _read("Turn it off", "en").commands


def test_what_is_not_known_is_kept() -> None:
    """So that it can be said."""
    unknown = _read("Allume la bougie", "fr").unknown

    assert unknown is not None
    assert unknown.phrase == "la bougie"
