"""What the words of a question mean in the house: things, and what is measured."""

from collections.abc import Sequence
import copy
from dataclasses import replace
from functools import cache

from ..house.find import find
from ..house.found import Found, Scope
from ..house.things import House, is_of
from ..text.nouns import Kind, Nouns
from .grammar import ANY, questions


def find_asked(
    phrase: Sequence[str],
    house: House,
    language: str,
    scope: Scope,
    *,
    own_room: bool = True,
) -> Found | None:
    """Return what a phrase means among the things of a scope.

    The speaker's room matters only where one thing is meant of several.
    """
    if not phrase or not scope.kinds:
        return None
    index = copy.copy(house.index(language, questions(language).nouns))
    here = _says_here(phrase, index.nouns)
    anywhere = scope if here else replace(scope, area=None)
    # "Sensor" means any, unless something is called so.
    for whatever in (frozenset[str](), scope.of_everything):
        index.nouns = narrowed(language, scope.kinds, whatever)
        found = find(phrase, index, anywhere)
        if found and found.unclear and own_room and scope.area:
            found = find(phrase, index, scope)
        if found:
            return found
    return None


@cache
def narrowed(language: str, kinds: frozenset[str], everything: frozenset[str]) -> Nouns:
    """Return the nouns that can mean what a question is about, and no others.

    In "is the garage on" a garage is a room: its door is never on.
    """
    known = questions(language).nouns
    there: dict[tuple[str, ...], Kind] = {}
    for noun, kind in known.kinds.items():
        if ANY in kind.kinds:
            if everything:
                there[noun] = Kind(everything, everything, mass=False)
        elif any(_overlap(one, other) for one in kind.loosely for other in kinds):
            there[noun] = kind
    return replace(known, kinds=there)


def measures_in(phrase: Sequence[str], language: str) -> list[str]:
    """Return the measures that are said in a phrase, the longest words first."""
    known = questions(language)
    content = known.nouns.content(phrase)
    found: dict[str, int] = {}
    for word, measure in known.lists["measure"].items():
        words = known.nouns.content(word.split())
        size = len(words)
        if words and any(
            content[at : at + size] == words for at in range(len(content))
        ):
            found[measure] = max(size, found.get(measure, 0))
    return sorted(found, key=lambda measure: -found[measure])


def _says_here(phrase: Sequence[str], nouns: Nouns) -> bool:
    """Tell whether the words mean the speaker's room."""
    said = nouns.content(phrase)
    return any(
        said[at : at + len(here)] == here
        for here in nouns.here
        for at in range(len(said))
        if here
    )


def _overlap(kind: str, other: str) -> bool:
    """Tell whether something can be of both kinds."""
    return is_of(kind.rstrip("."), other) or is_of(other.rstrip("."), kind)
