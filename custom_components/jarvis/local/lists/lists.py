"""Lists: what is put on them, checked off and taken off, in everyday words."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from probatio import Invalid

from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import intent

from ..commands.reading import read
from ..commands.replies import listed, phrases
from ..house.things import Thing
from ..request import Request, Understood, spoken
from ..text.courtesy import barer
from ..text.grammar import grammar
from ..text.normal import normal, spelled
from ..text.nouns import nouns
from .list_names import (
    Marked,
    all_lists,
    is_shopping,
    items_of,
    known_lists,
    named,
    with_lists,
)

_TIMEOUT = 10
"""Seconds until a list that does not answer is given up."""
_LONGEST_ITEM = 6
"""Words that something more for a list has at most."""
_DOMAIN = "todo"
_INTENTS: Mapping[str, str] = {
    "add": "HassListAddItem",
    "complete": "HassListCompleteItem",
    "remove": "HassListRemoveItem",
}
_PROPOSED: Mapping[str, str] = {"need": "add", "bought": "complete"}
"""What is only proposed, and what is done then."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be done with which items of which list."""

    do: str
    items: Sequence[str]
    """As they were written, or as they stand on the list."""
    lists: Sequence[Thing]
    """More than one where it is not clear which."""
    uids: Sequence[str] = ()


async def async_listed(request: Request) -> Understood | None:
    """Change a list; None where nothing is wanted of one."""
    for kind, item, lists in _sentences(request):
        if understood := await _async_meant(request, kind, item, lists):
            return understood
    return None


async def async_several_listed(request: Request) -> Understood | None:
    """Put several things on a list, which Home Assistant takes for one."""
    for kind, item, lists in _sentences(request):
        if kind != "add":
            continue
        if len((change := _added(request, item, lists)).items) > 1:
            return await _async_add(request, change)
    return None


def expect_more(request: Request, response: intent.IntentResponse) -> None:
    """Let the next turn add to what Home Assistant put on a list."""
    if not any(kind == "add" for kind, _item, _lists in _sentences(request)):
        return
    ids = {target.id for target in response.success_results}
    if lists := [one for one in all_lists(request.house) if one.entity_id in ids]:
        _expect_more(request, lists)


def _sentences(request: Request) -> Iterator[tuple[str, str, Sequence[Thing]]]:
    """Yield what may be wanted, of which item and which lists."""
    if not all_lists(request.house):
        return
    language = request.language
    for bare in barer(request.text, language):
        for marked in (
            *with_lists(bare, request.house, language),
            Marked(bare.split()),
        ):
            for kind, template in known_lists(language).sentences:
                slots = template.match(marked.text)
                if slots is None or marked.lists.keys() & slots["item"].split():
                    continue
                yield kind, slots["item"], marked.lists.get(slots.get("list", ""), ())


async def _async_meant(
    request: Request, kind: str, item: str, lists: Sequence[Thing]
) -> Understood | None:
    """Do or propose what a sentence means, if it makes sense."""
    if kind == "need":
        there = [one for one in all_lists(request.house) if is_shopping(one)]
        if len(there) != 1:
            return None
        return _propose(request, kind, _added(request, item, there))
    if kind == "add":
        return await _async_add(request, _added(request, item, lists))
    do = _PROPOSED.get(kind, kind)
    found = await _async_found(request, do, item, lists or all_lists(request.house))
    if found is None:
        if not lists:
            return None
        return _spoken(request, "not_found", _added(request, item, lists))
    return (
        _propose(request, kind, found)
        if kind in _PROPOSED
        else await _async_do(request, found)
    )


async def _async_add(request: Request, change: Change) -> Understood:
    """Put things on a list, if it is clear on which."""
    if len(change.lists) > 1:
        return _ask_list(request, change)
    return await _async_do(request, change)


def _added(request: Request, item: str, lists: Sequence[Thing]) -> Change:
    """Return what is to be put on a list, as it was written."""
    several = any(is_shopping(one) for one in lists)
    spelling = spelled(request.user_input.text, request.language)
    items = items_of(item, request.language, several=several)
    return Change("add", [spelling.of(one) for one in items], lists)


async def _async_found(
    request: Request, do: str, item: str, lists: Sequence[Thing]
) -> Change | None:
    """Return what is open on a list under some words; None where nothing or more is."""
    content = nouns(request.language).content
    on_lists = await _async_items(request, lists)
    for wanted_items in ([item], items_of(item, request.language, several=True)):
        found: list[tuple[Thing, Mapping[str, Any]]] = []
        for phrase in wanted_items:
            wanted = content(phrase.split())
            there = [
                (thing, one, content(normal(one["summary"], request.language).split()))
                for thing, items in on_lists
                for one in items
            ]
            exact = [(thing, one) for thing, one, words in there if words == wanted]
            partly = [
                (thing, one)
                for thing, one, words in there
                if wanted and set(wanted) <= set(words)
            ]
            fitting = exact or partly
            if len(fitting) == 1:
                found += fitting
        lists_of_all = {thing for thing, _one in found}
        if len(found) == len(wanted_items) and len(lists_of_all) == 1:
            return Change(
                do,
                [one["summary"] for _thing, one in found],
                list(lists_of_all),
                [one["uid"] for _thing, one in found],
            )
    return None


async def _async_items(
    request: Request, lists: Sequence[Thing]
) -> list[tuple[Thing, Sequence[Mapping[str, Any]]]]:
    """Return what is open on some lists."""
    ids = [thing.entity_id for thing in lists]
    if not request.allows({ATTR_ENTITY_ID: ids}, False):
        return []
    try:
        async with asyncio.timeout(_TIMEOUT):
            answer: Any = await request.hass.services.async_call(
                _DOMAIN,
                "get_items",
                {ATTR_ENTITY_ID: ids, "status": ["needs_action"]},
                blocking=True,
                context=request.user_input.context,
                return_response=True,
            )
    except HomeAssistantError, Invalid, TimeoutError:
        return []
    return [(thing, answer[thing.entity_id]["items"]) for thing in lists]


async def _async_do(request: Request, change: Change) -> Understood:
    """Change a list, if the guard allows it."""
    entity_id = change.lists[0].entity_id
    if not request.allows({ATTR_ENTITY_ID: [entity_id]}, True):
        return Understood("", allowed=False)
    try:
        async with asyncio.timeout(_TIMEOUT):
            for service, data in _calls(change):
                await request.hass.services.async_call(
                    _DOMAIN,
                    service,
                    {ATTR_ENTITY_ID: entity_id, **data},
                    blocking=True,
                    context=request.user_input.context,
                )
    except (HomeAssistantError, Invalid, TimeoutError) as err:
        failed = known_lists(request.language).replies["failed"]
        why = str(err).rstrip(".") or type(err).__name__
        return spoken(request, failed.format(why=why))
    if change.do == "add":
        _expect_more(request, change.lists)
    key = {"add": "added", "complete": "completed", "remove": "removed"}[change.do]
    return _spoken(request, key, change, acted=True)


def _calls(change: Change) -> list[tuple[str, dict[str, Any]]]:
    """Return the services of a change and their data."""
    match change.do:
        case "add":
            return [
                ("add_item", {"item": item[:1].upper() + item[1:]})
                for item in change.items
            ]
        case "complete":
            return [
                ("update_item", {"item": uid, "status": "completed"})
                for uid in change.uids
            ]
        case _:
            return [("remove_item", {"item": list(change.uids)})]


def _expect_more(request: Request, lists: Sequence[Thing]) -> None:
    """Let the next turn put more on the same list: «et de la crème»."""

    async def answer(later: Request, said: Sequence[str]) -> Understood | None:
        """Add what is named, if something is."""
        for text in said:
            for template in known_lists(later.language).more:
                slots = template.match(text)
                if slots and _is_item(later, slots["item"]):
                    return await _async_do(later, _added(later, slots["item"], lists))
        return None

    request.recent.answer = answer


def _is_item(request: Request, text: str) -> bool:
    """Tell whether some words name a thing, rather than order or ask something."""
    if request.text.endswith("?") or len(text.split()) > _LONGEST_ITEM:
        return False
    reading = read(text, request.house, request.speaker)
    return not (reading.commands or reading.never or reading.unknown)


def _propose(request: Request, kind: str, change: Change) -> Understood | None:
    """Ask whether something is to be done."""
    entity_ids = [thing.entity_id for thing in change.lists]
    if not change.items or not request.allows({ATTR_ENTITY_ID: entity_ids}, True):
        return None

    async def answer(later: Request, said: Sequence[str]) -> Understood | None:
        """Do it upon a yes."""
        answers = grammar(later.language).answers
        if answers.consents.isdisjoint(said):
            return _declined(later, said)
        return await _async_do(later, change)

    request.recent.answer = answer
    return _spoken(request, kind, change)


def _ask_list(request: Request, change: Change) -> Understood:
    """Ask which list is meant."""

    async def answer(later: Request, said: Sequence[str]) -> Understood | None:
        """Do it with the list that is named."""
        ordinals = grammar(later.language).answers.ordinals
        for text in said:
            there = named(text.split(), change.lists, later.language)
            if text in ordinals and ordinals[text] < len(change.lists):
                there = [change.lists[ordinals[text]]]
            if len(there) == 1:
                return await _async_do(later, replace(change, lists=there))
        return _declined(later, said)

    request.recent.answer = answer
    return _spoken(request, "which", change)


def _declined(request: Request, said: Sequence[str]) -> Understood | None:
    """Say that nothing is done, if that is the answer."""
    if grammar(request.language).answers.refusals.isdisjoint(said):
        return None
    return spoken(request, phrases(request.language)["nothing_done"])


def _spoken(
    request: Request, key: str, change: Change, *, acted: bool = False
) -> Understood:
    """Tell something of a change."""
    names = [thing.names[0] for thing in change.lists]
    speech = (
        known_lists(request.language)
        .replies[key]
        .format(
            items=listed(change.items, request.language),
            list=names[0],
            lists=listed(names, request.language, "or"),
        )
    )
    intent_type = _INTENTS[change.do] if acted else None
    things = change.lists if acted else ()
    return spoken(request, speech, intent_type=intent_type, things=things)
