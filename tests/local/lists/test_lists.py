"""What is put on lists and taken off them."""

import pytest

from custom_components.jarvis.local.lists.list_names import items_of
from custom_components.jarvis.local.text.normal import normal, spelled
from homeassistant.components.todo.const import DATA_COMPONENT

from ..conftest import Spoken


def _open(spoken: Spoken, name: str = "courses") -> list[str]:
    """Return what is open on a list."""
    entity = spoken.jarvis.hass.data[DATA_COMPONENT].get_entity(f"todo.{name}")
    assert entity
    items = entity.todo_items or ()
    return [str(one.summary) for one in items if one.status == "needs_action"]


@pytest.mark.parametrize(
    ("language", "said", "several", "items"),
    [
        ("fr", "du lait", True, ["lait"]),
        ("fr", "des œufs et de la farine", True, ["oeufs", "farine"]),
        ("fr", "du lait, du beurre et des œufs", False, ["lait", "beurre", "oeufs"]),
        ("fr", "appeler Paul et Marie", False, ["appeler paul et marie"]),
        ("fr", "une douzaine d'œufs", True, ["une douzaine d oeufs"]),
        ("en", "eggs and flour", True, ["eggs", "flour"]),
        ("en", "some bread", True, ["bread"]),
        ("en", "call Paul and Mary", False, ["call paul and mary"]),
    ],
)
def test_items(language: str, said: str, several: bool, items: list[str]) -> None:
    """Several things for shopping are several items, two people to call are one."""
    phrase = normal(said, language)
    assert items_of(phrase, language, several=several) == items


@pytest.mark.parametrize(
    ("text", "phrase", "written"),
    [
        (
            "Ajoute des Œufs à la coque aux courses",
            "oeufs a la coque",
            "Œufs à la coque",
        ),
        ("Add Ben & Jerry's to the list", "ben jerry s", "Ben & Jerry's"),
        ("Ajoute vingt-deux bières", "22 bieres", "vingt-deux bières"),
        ("Ajoute du lait", "beurre", "beurre"),
    ],
)
def test_spelling_is_kept(text: str, phrase: str, written: str) -> None:
    """Words are given back as they were written."""
    assert spelled(text, "en" if "Add" in text else "fr").of(phrase) == written


@pytest.mark.parametrize(
    "text",
    [
        "À 20h30, l'œuf coûte 1,50 €",
        "vingt-et-un degrés",
        "Straße & Cœur",
        "e\u0301te\u0301",
    ],
)
def test_spelled_words_are_the_normal_ones(text: str) -> None:
    """Both ways to read a text agree."""
    for language in ("fr", "en"):
        words = list(spelled(text, language).words)
        assert words == normal(text, language).split()


async def test_several_things_keep_their_spelling(spoken: Spoken) -> None:
    """Each becomes an item, as it was written."""
    await spoken.say("Mets du Nutella et des crêpes Suzette sur la liste de courses")
    assert _open(spoken)[-2:] == ["Nutella", "Crêpes Suzette"]


async def test_which_list(spoken: Spoken) -> None:
    """Where several lists may be meant one is asked for."""
    reply = await spoken.say("Mets du lait de soja sur la liste")
    assert reply == "Sur quelle liste : Liste de courses ou Tâches ?"

    await spoken.say("la liste de courses")
    assert _open(spoken)[-1] == "Lait de soja"


async def test_what_is_needed_is_proposed(spoken: Spoken) -> None:
    """Nothing is added before a yes."""
    before = _open(spoken)
    assert "?" in await spoken.say("On n'a plus de lessive")
    assert _open(spoken) == before

    await spoken.say("oui")
    assert _open(spoken) == [*before, "Lessive"]


async def test_no_is_no(spoken: Spoken) -> None:
    """A proposal that is declined does nothing."""
    before = _open(spoken)
    await spoken.say("Il faut acheter du pain")
    await spoken.say("non merci")
    assert _open(spoken) == before


async def test_what_was_bought_is_proposed(spoken: Spoken) -> None:
    """Only what stands on a list is asked about."""
    await spoken.ask("J'ai acheté une voiture")
    assert "?" in await spoken.say("J'ai acheté le lait")
    await spoken.say("oui, vas-y")
    assert "lait" not in _open(spoken)


async def test_more_of_the_same(spoken: Spoken) -> None:
    """The next words may add more, but an order is no item."""
    await spoken.say("Ajoute du beurre aux courses")
    await spoken.say("et de la crème")
    assert _open(spoken)[-2:] == ["Beurre", "Crème"]

    await spoken.say("et éteins la hotte")
    assert _open(spoken)[-1] == "Crème"


async def test_what_is_not_there(spoken: Spoken) -> None:
    """What is on no list is told where a list was named, and nothing else is done."""
    reply = await spoken.say("Raye les asperges de la liste de courses")
    assert reply == "Je ne trouve pas « asperges » sur Liste de courses."
    assert (await spoken.ask("Ajoute une pincée de sel")).error


async def test_tasks_are_checked_off_without_a_list(spoken: Spoken) -> None:
    """An item that stands on one list only needs no list."""
    await spoken.say("Marque sortir les poubelles comme fait")
    assert _open(spoken, "taches") == ["appeler le dentiste"]
