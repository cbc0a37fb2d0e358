"""What can be spoken of: the exposed entities and their places, indexed by words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..text.normal import normal
from ..text.nouns import Nouns, nouns

type Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """An exposed entity."""

    entity_id: str
    names: tuple[str, ...]
    kind: str
    """Domain, and device class after a dot where there is one."""
    area: str | None = None
    floor: str | None = None

    @property
    def domain(self) -> str:
        """The domain of the entity."""
        return self.entity_id.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Place:
    """An area or a floor."""

    identity: str
    names: tuple[str, ...]
    level: int | None = None
    """Of a floor: 0 is the ground."""


@dataclass(slots=True)
class House:
    """All that can be spoken of."""

    things: Sequence[Thing]
    areas: Sequence[Place] = ()
    floors: Sequence[Place] = ()
    readings: dict[tuple[str, str, str | None], Any] = field(default_factory=dict)
    """What sentences were found to mean in this house."""
    _indexes: dict[str, Index] = field(default_factory=dict)

    def index(self, language: str, known: Nouns | None = None) -> Index:
        """Return the words of a language for all this; with other nouns, once more."""
        key = f"{language} asking" if known else language
        if key not in self._indexes:
            self._indexes[key] = Index(self, language, known or nouns(language))
        return self._indexes[key]

    def thing(self, entity_id: str) -> Thing | None:
        """Return a thing by its id."""
        return next((one for one in self.things if one.entity_id == entity_id), None)

    def place_name(self, identity: str | None) -> str | None:
        """Return how a place is called first."""
        for place in (*self.areas, *self.floors):
            if place.identity == identity:
                return place.names[0]
        return None


class Index:
    """Words to things and places, in one language."""

    def __init__(self, house: House, language: str, known: Nouns) -> None:
        """Read all names once."""
        self.nouns = known
        self.house = house
        self.names: list[list[Words]] = [
            [words for name in thing.names if (words := self._content(name, language))]
            for thing in house.things
        ]
        """The words of each name of each thing, in the order of the house."""
        self.spelled: Mapping[Words, set[int]] = defaultdict(set)
        """Names as they are written, to the things of this name."""
        self.by_word: Mapping[str, set[int]] = defaultdict(set)
        self.by_area: Mapping[str, set[int]] = defaultdict(set)
        self.by_floor: Mapping[str, set[int]] = defaultdict(set)
        self.by_kind: Mapping[str, set[int]] = defaultdict(set)
        for at, thing in enumerate(house.things):
            for word in {word for name in self.names[at] for word in name}:
                self.by_word[word].add(at)
            for name in thing.names:
                self.spelled[self._written(name, language)].add(at)
            if thing.area:
                self.by_area[thing.area].add(at)
            if thing.floor:
                self.by_floor[thing.floor].add(at)
            self.by_kind[thing.kind].add(at)
        self.places = self._place_names(house.areas, language)
        """The words of an area to the areas that are called so."""
        self.floors = self._place_names(house.floors, language)
        self.vocabulary = frozenset(self._vocabulary())
        """Every word that a name, a place or a kind is made of."""
        self.joined = {
            "".join(phrase): " ".join(phrase)
            for phrase in self._phrases()
            if len(phrase) > 1
        }
        """Phrases written in one word, as speech recognition likes to."""

    def of_kinds(self, kinds: Iterable[str]) -> set[int]:
        """Return the things of some kinds; a bare domain stands for all its classes."""
        return {
            at
            for kind in kinds
            for known, there in self.by_kind.items()
            if is_of(known, kind)
            for at in there
        }

    def _content(self, name: str, language: str) -> Words:
        """Return the words of a name that say something."""
        return self.nouns.content(normal(name, language).split())

    def _written(self, name: str, language: str) -> Words:
        """Return the words of a name with their endings."""
        words = normal(name, language).split()
        return tuple(word for word in words if word not in self.nouns.fillers)

    def _place_names(
        self, places: Sequence[Place], language: str
    ) -> Mapping[Words, set[str]]:
        """Return places by the words of their names."""
        known: dict[Words, set[str]] = defaultdict(set)
        for place in places:
            for name in (*place.names, *self.nouns.names_of_level(place.level)):
                if words := self._content(name, language):
                    known[words].add(place.identity)
        return known

    def _phrases(self) -> Iterable[Words]:
        """Return all names of things, places and kinds."""
        for names in self.names:
            yield from names
        yield from (*self.places, *self.floors, *self.nouns.kinds)

    def _vocabulary(self) -> Iterable[str]:
        """Return all words, as stems."""
        for phrase in self._phrases():
            yield from phrase


def is_of(kind: str, wanted: str) -> bool:
    """Tell whether a kind is the wanted one.

    `cover` stands for covers of all classes, `cover.` for those without a class.
    """
    if wanted.endswith("."):
        return kind == wanted[:-1]
    return kind == wanted or kind.startswith(f"{wanted}.")
