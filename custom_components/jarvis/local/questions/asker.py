"""What a question is about, looked up in the house, and the answer made of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import State
from homeassistant.helpers.intent import IntentResponseType

from ..commands.replies import name
from ..house.found import Found, Scope
from ..house.things import Index, Thing, is_of
from ..request import Request, Understood, spoken
from .finding import find_asked
from .grammar import questions
from .wording import answers, limited

ASKED = "ask"
"""In the place of what was done: something was only asked."""


class NotAllowedError(Exception):
    """The speaker may not know this."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody who asks, in a language."""

    request: Request

    @property
    def language(self) -> str:
        """The language of the question."""
        return self.request.language

    @property
    def said(self) -> Mapping[str, Any]:
        """The texts of answers."""
        return answers(self.language)

    @property
    def index(self) -> Index:
        """The house by the words of questions."""
        return self.request.house.index(self.language, questions(self.language).nouns)

    def find(
        self,
        phrase: Sequence[str],
        kinds: frozenset[str],
        *,
        of_place: frozenset[str] = frozenset(),
        everything: frozenset[str] = frozenset(),
        own_room: bool = True,
    ) -> Found | None:
        """Return what a phrase means among the things of some kinds.

        The speaker's room matters only where one thing is meant of several.
        """
        scope = Scope(
            kinds=kinds,
            of_place=of_place,
            of_everything=everything or kinds,
            area=self.request.area,
        )
        house = self.request.house
        return find_asked(phrase, house, self.language, scope, own_room=own_room)

    def called(self, phrase: Sequence[str], kinds: frozenset[str]) -> Found | None:
        """Return what has exactly this name."""
        fillers = self.index.nouns.fillers
        spelled = tuple(word for word in phrase if word not in fillers)
        things = tuple(
            thing
            for at in self.index.spelled.get(spelled, ())
            if (thing := self.request.house.things[at]).domain in kinds
        )
        return Found(things, named=True) if spelled and things else None

    def of_kinds(self, *kinds: str) -> list[Thing]:
        """Return all things of some kinds."""
        return [
            thing
            for thing in self.request.house.things
            if any(is_of(thing.kind, kind) for kind in kinds)
        ]

    def in_area(self, things: Iterable[Thing], area: str | None) -> list[Thing]:
        """Return the things of an area."""
        return [thing for thing in things if area and thing.area == area]

    def state(self, thing: Thing) -> State | None:
        """Return the state of a thing, if it has one that means something."""
        state = self.request.hass.states.get(thing.entity_id)
        if state is None or state.state == STATE_UNAVAILABLE:
            return None
        return state

    def known_state(self, thing: Thing) -> State | None:
        """Return the state of a thing, if it is known."""
        state = self.state(thing)
        return None if state is None or state.state == STATE_UNKNOWN else state

    def allow(self, things: Collection[Thing]) -> None:
        """Ask the guard whether the speaker may know of some things."""
        ids = sorted({thing.entity_id for thing in things})
        if ids and not self.request.allows({"entity_id": ids}, False):
            raise NotAllowedError

    def names(self, things: Sequence[Thing]) -> list[str]:
        """Name things."""
        return [name(thing, self.request.house, things) for thing in things]

    def listed(self, things: Sequence[Thing], *, briefly: bool = False) -> str:
        """Name things in a row."""
        return limited(self.names(things), self.language, briefly=briefly)

    def told(
        self,
        sentence: str,
        things: Sequence[Thing] = (),
        intent_type: str = "HassGetState",
        *,
        found: Found | None = None,
        about: bool = True,
    ) -> Understood:
        """Return an answer; what it was about is remembered for what comes next."""
        sentence = sentence[:1].upper() + sentence[1:]
        done = spoken(self.request, sentence, intent_type=intent_type, things=things)
        if done.response is not None:
            if things:
                done.response.response_type = IntentResponseType.QUERY_ANSWER
            states = [self.request.hass.states.get(one.entity_id) for one in things]
            done.response.async_set_states(
                matched_states=[state for state in states if state]
            )
        if about and things:
            meant = replace(found, things=tuple(things)) if found else None
            # «Éteins-la» and «et dans la chambre ?» may follow.
            self.request.recent.last = None
            self.request.recent.referent = meant or Found(tuple(things))
        return done

    def no_answer(self, things: Sequence[Thing]) -> str:
        """Tell that things are not known."""
        text: str = self.said["no_answer"]
        return text.format(things=self.listed(things))
