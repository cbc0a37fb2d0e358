"""What is on the lists of the house."""

from collections.abc import Sequence

from homeassistant.components.todo import TodoItemStatus

from ..house.things import Thing
from ..request import Understood
from ..text.normal import normal
from .asker import Asker
from .grammar import Asked
from .named import names
from .services import async_get
from .wording import limited

_LISTS = frozenset({"todo"})


async def async_items(asker: Asker, asked: Asked) -> Understood | None:
    """Tell what is on a list, how much it is, or whether something is on it."""
    there = _lists(asker, asked)
    if not there:
        return None
    asker.allow(there)
    items: dict[Thing, list[str]] = {
        thing: await _async_items(asker, thing) for thing in there
    }
    phrase = asked.phrase("item")
    if asked.slots.get("many") == "has":
        return _has(asker, items, phrase, told_absent="list" in asked.slots)
    if phrase:
        nouns = asker.index.nouns
        items = {
            thing: [item for item in each if names(phrase, item, nouns, asker.language)]
            for thing, each in items.items()
        }
        if not any(items.values()):
            return None
    return _tell(asker, asked, items)


def _lists(asker: Asker, asked: Asked) -> list[Thing]:
    """Return the lists that are meant: the one that is named, or all."""
    there = asker.of_kinds("todo")
    if kind := asked.slots.get("kind"):
        for called in asker.said["lists"][kind]:
            phrase = normal(called, asker.language).split()
            if (found := asker.find(phrase, _LISTS)) and found.named:
                return list(found.things)
        return there if len(there) == 1 else []
    if not (phrase := asked.phrase("list")):
        return there
    found = asker.find(phrase, _LISTS)
    return list(found.things) if found else []


async def _async_items(asker: Asker, thing: Thing) -> list[str]:
    """Return what is to be done or bought on one list."""
    told = await async_get(
        asker, thing, "todo.get_items", {"status": [TodoItemStatus.NEEDS_ACTION]}
    )
    return [str(item["summary"]) for item in told.get("items", [])]


def _has(
    asker: Asker,
    items: dict[Thing, list[str]],
    phrase: Sequence[str],
    *,
    told_absent: bool,
) -> Understood | None:
    """Tell whether something is on a list."""
    nouns = asker.index.nouns
    for thing, each in items.items():
        for item in each:
            if names(phrase, item, nouns, asker.language):
                text: str = asker.said["item_yes"]
                sentence = text.format(item=item, list=asker.names([thing])[0])
                return asker.told(sentence, [thing])
    # What is on no list may be needed all the same.
    if not told_absent:
        return None
    text = asker.said["item_no"]
    there = list(items)
    sentence = text.format(item=" ".join(phrase), list=asker.listed(there))
    return asker.told(sentence, there)


def _tell(asker: Asker, asked: Asked, items: dict[Thing, list[str]]) -> Understood:
    """Tell what is on some lists."""
    said, there = asker.said, list(items)
    count = sum(len(each) for each in items.values())
    if asked.slots.get("many") == "count":
        text: str = said["items_count" if count else "items_none"]
        return asker.told(text.format(count=count, list=asker.listed(there)), there)
    told = [
        said["items" if each else "items_none"].format(
            list=asker.names([thing])[0],
            items=limited(each, asker.language),
        )
        for thing, each in items.items()
        if each or len(items) == 1
    ]
    if not told:
        told = [said["items_none"].format(list=asker.listed(there))]
    return asker.told(" ".join(told), there)
