"""Who waits for something, in which house, and what comes of looking it up there."""

from collections.abc import Callable, Collection, Mapping, Sequence
import copy
from dataclasses import dataclass, replace

from homeassistant.core import HomeAssistant

from ...errors import TurnError
from ...local.house.find import find
from ...local.house.found import Found, Scope
from ...local.house.things import House, Index, Thing
from ...local.questions.finding import narrowed
from ...local.questions.grammar import questions
from ...local.reminders.awaiting import Conditions, conditions
from ...local.reminders.sentences import known_reminders
from ...local.text.words import folded
from ...reminders.records import Trigger
from ...tools.permission import Permission


@dataclass(frozen=True, slots=True)
class Which:
    """Several things may be meant."""

    things: Sequence[Thing]
    trigger: Callable[[Sequence[Thing]], Trigger]


@dataclass(frozen=True, slots=True)
class Whose:
    """It is for the one who speaks, and nobody knows who that is."""

    outcome: Callable[[str], Outcome]
    """Takes who it is, in words."""


@dataclass(frozen=True, slots=True)
class Cannot:
    """It cannot be waited for, for a reason that is told."""

    sentence: str


type Outcome = Trigger | Which | Whose | Cannot


@dataclass(frozen=True, slots=True)
class Waiter:
    """Somebody who waits for something."""

    hass: HomeAssistant
    house: House
    language: str
    permission: Permission
    owner: str | None
    """The person who speaks, if it is known."""
    area: str | None = None
    """The room in which they speak."""
    whom: str | None = None
    """The person who is reminded: "when she gets home"."""

    @property
    def known(self) -> Conditions:
        """The words of the language."""
        return conditions(self.language)

    @property
    def say(self) -> Mapping[str, str]:
        """What Jarvis says."""
        return known_reminders(self.language).say

    @property
    def index(self) -> Index:
        """The house by the words of questions."""
        return self.house.index(self.language, questions(self.language).nouns)

    def cannot(self, key: str, **words: str) -> Cannot:
        """Say why something cannot be waited for."""
        return Cannot(self.say[key].format(**words))

    def allow(self, entity_ids: Collection[str]) -> None:
        """Ask the guard whether the speaker may know of some entities."""
        if not self.permission.allows(sorted(entity_ids), control=False):
            raise TurnError("not_allowed")

    def find(
        self,
        phrase: str,
        kinds: frozenset[str],
        of_place: frozenset[str] = frozenset(),
    ) -> Found | None:
        """Return what a phrase means among the things of some kinds."""
        words = phrase.split()
        if not words or not kinds:
            return None
        index = copy.copy(self.index)
        scope = Scope(kinds=kinds, of_place=of_place, of_everything=kinds)
        # "Sensor" means any, unless something is called so.
        for whatever in (frozenset[str](), kinds):
            index.nouns = narrowed(self.language, kinds, whatever)
            found = find(words, index, scope)
            if found and found.unclear and self.area:
                found = find(words, index, replace(scope, area=self.area))
            if found:
                return found
        return None

    def alike(self, phrase: str) -> Sequence[str]:
        """Return a phrase, and other names for the same."""
        content = self.content(phrase)
        others = [
            name
            for said, names in self.known.alike
            if content in map(self.content, said)
            for name in names
            if name != phrase
        ]
        return [phrase, *others]

    def content(self, phrase: str) -> str:
        """Return the words of a phrase that say something."""
        return " ".join(self.index.nouns.content(phrase.split()))

    def is_one_of(self, phrase: str) -> bool:
        """Tell whether any of several things is meant: «une fenêtre»."""
        return any(phrase.startswith(f"{one} ") for one in self.known.one_of)

    def chosen(self, things: Sequence[Thing], said: str) -> Sequence[Thing]:
        """Return which of some things an answer means."""
        kinds = frozenset(thing.kind for thing in things)
        few = replace(self, house=House(things, self.house.areas, self.house.floors))
        same = self.index.nouns.same_kind
        # «Celle de la cuisine»: what it is of is known.
        words = " ".join(word for word in said.split() if word not in same)
        found = few.find(words, kinds, kinds)
        if found and not found.unclear:
            return found.things
        wanted = folded(said)
        return [one for one in things if wanted in map(folded, one.names)]
