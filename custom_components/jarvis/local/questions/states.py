"""Whether something is so, of what it is so, and of how many."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from homeassistant.const import ATTR_ENTITY_ID, STATE_HOME

from ..house.found import Found
from ..house.things import Thing
from ..request import Understood
from ..text.normal import normal
from ..text.nouns import stem
from .asker import Asker
from .grammar import Asked, questions
from .predicates import INSTEAD, PREDICATES, Predicate, described, opposite
from .wording import MOST_NAMES, agreed, state_word

_GO_ABOUT = frozenset({"person", "device_tracker"})
"""What is in a zone, whatever that is called."""


@dataclass(slots=True)
class Sorted:
    """Things by whether something is so of them."""

    yes: list[Thing] = field(default_factory=list)
    no: list[Thing] = field(default_factory=list)
    silent: list[Thing] = field(default_factory=list)


_WHOLE = frozenset(
    "off closed locked away armed clear normal dry empty still stopped safe".split()
)
"""What is so only where it is so of everything: it sets people's minds at rest."""


async def async_state(asker: Asker, asked: Asked) -> Understood | None:
    """Answer whether, which or how many things are in a state."""
    state = asked.slots["state"]
    if "not" in asked.slots:
        if (other := opposite(state)) is None:
            return None
        state = other
    predicate = PREDICATES[state]
    many = asked.slots.get("many", "")
    phrase = asked.phrase("target", "more")
    found = _find(asker, phrase, predicate, own_room=not many)
    if found is None:
        return None if many else _instead(asker, phrase, state)
    asker.allow(found.things)
    things = _without_groups(asker, found.things)
    there = _sorted(asker, predicate, things)
    if things and len(there.silent) == len(things):
        return asker.told(asker.no_answer(things), things, found=found)
    answer = _Answer(asker, state, found, there)
    if not many:
        many = _meant(asker, state, phrase, found, things)
    sentence, about = {
        "any": answer.any,
        "all": answer.all,
        "most": answer.most,
        "which": answer.which,
        "count": answer.count,
        "one": answer.one,
    }[many]()
    if there.silent:
        sentence = f"{sentence} {asker.no_answer(there.silent)}"
    return asker.told(sentence, about or list(things), found=found)


async def async_status(asker: Asker, asked: Asked) -> Understood | None:
    """Tell the state of something that is named."""
    phrase = asked.phrase("target", "more")
    kinds = frozenset(kind for one in PREDICATES.values() for kind in one.kinds) | {
        "cover",
        "lock",
        "alarm_control_panel",
        "person",
        "timer",
        "update",
        "sun",
    }
    found = asker.find(phrase, kinds)
    if found is None or len(found.things) > MOST_NAMES:
        return None
    asker.allow(found.things)
    told = [status(asker, thing) for thing in found.things]
    return asker.told(" ".join(told), found.things, found=found)


async def async_number(asker: Asker, asked: Asked) -> Understood | None:
    """Tell how many things of a kind there are."""
    kinds = frozenset(kind for one in PREDICATES.values() for kind in one.kinds)
    found = asker.find(asked.phrase("target", "more"), kinds, own_room=False)
    if found is None or not found.noun:
        return None
    asker.allow(found.things)
    things = _without_groups(asker, found.things)
    text: str = asker.said["number"]
    sentence = text.format(count=len(things), things=asker.listed(things))
    return asker.told(sentence, things, found=found)


def status(asker: Asker, thing: Thing) -> str:
    """Tell the state of one thing."""
    state = asker.known_state(thing)
    if state is None:
        return asker.no_answer([thing])
    names = asker.names([thing])
    is_zone = (
        thing.domain in _GO_ABOUT
        and described(thing.kind, state.state) not in asker.said["states"]
    )
    if is_zone:
        zone: str = asker.said["at_zone"]
        return zone.format(things=names[0], zone=state.state)
    word = state_word(described(thing.kind, state.state), names, asker.language)
    text: str = asker.said["status"]
    are = agreed(asker.said["are"], names, asker.language)
    return text.format(things=names[0], state=word, are=are)


def _find(
    asker: Asker, phrase: Sequence[str], predicate: Predicate, *, own_room: bool
) -> Found | None:
    """Return what a phrase means among the things that can be so."""
    for kinds in dict.fromkeys(
        (predicate.kinds - predicate.secondary, predicate.kinds)
    ):
        if found := asker.find(
            phrase,
            kinds,
            of_place=predicate.of_place,
            everything=predicate.everything,
            own_room=own_room,
        ):
            return found
    return None


def _instead(asker: Asker, phrase: Sequence[str], state: str) -> Understood | None:
    """Tell what is known in the place of what was asked."""
    if state not in INSTEAD:
        return None
    found = asker.find(phrase, PREDICATES[INSTEAD[state]].kinds)
    if found is None or len(found.things) > MOST_NAMES:
        return None
    asker.allow(found.things)
    told = [status(asker, thing) for thing in found.things]
    return asker.told(" ".join(told), found.things, found=found)


def _meant(
    asker: Asker,
    state: str,
    phrase: Sequence[str],
    found: Found,
    things: Sequence[Thing],
) -> str:
    """Tell what is asked where neither "any" nor "all" was said."""
    nouns = asker.index.nouns
    if any(word in nouns.every for word in phrase):
        return "all"
    if len(things) == 1:
        return "one"
    if any(word in nouns.conjunctions for word in phrase):
        return "all"
    plural = any(stem(word) != word and stem(word) in found.noun for word in phrase)
    # The house is locked when all of it is; one open window, and it is not closed.
    if state in _WHOLE:
        return "all"
    # «La lumière est allumée ?» is about any light of the room.
    return "most" if plural else "any"


def _sorted(asker: Asker, predicate: Predicate, things: Sequence[Thing]) -> Sorted:
    """Sort things by whether something is so."""
    there = Sorted()
    for thing in things:
        state = asker.state(thing)
        value = state.state if state else "unavailable"
        if state and predicate.attribute:
            value = state.attributes.get(predicate.attribute) or state.state
        if state and thing.domain in _GO_ABOUT:
            value = _whereabouts(asker, state.state)
        holds = predicate.holds(thing.kind, value)
        if holds is None:
            there.silent.append(thing)
        else:
            (there.yes if holds else there.no).append(thing)
    return there


def _whereabouts(asker: Asker, zone: str) -> str:
    """Return where somebody is; a zone may be called as the home is."""
    states = questions(asker.language).lists["state"]
    home = states.get(normal(zone, asker.language)) == STATE_HOME
    return STATE_HOME if home else zone


def _without_groups(asker: Asker, things: Sequence[Thing]) -> list[Thing]:
    """Leave out groups whose members are there: each is counted once."""
    ids = {thing.entity_id for thing in things}
    left = []
    for thing in things:
        state = asker.state(thing)
        members = state.attributes.get(ATTR_ENTITY_ID) if state else None
        if not (isinstance(members, list | tuple) and ids.intersection(members)):
            left.append(thing)
    return left


@dataclass(frozen=True, slots=True)
class _Answer:
    """The sentences for one question; each with what it is about."""

    asker: Asker
    state: str
    found: Found
    there: Sorted

    def one(self) -> tuple[str, Sequence[Thing]]:
        """Tell whether it is so of the one thing."""
        if self.there.yes:
            return self._say("yes", self.there.yes), self.there.yes
        return self._say_not(self.there.no), self.there.no

    def any(self) -> tuple[str, Sequence[Thing]]:
        """Tell whether it is so of any."""
        if self.there.yes:
            return self._say("yes", self.there.yes), self.there.yes
        return self._none("no_none"), ()

    def all(self) -> tuple[str, Sequence[Thing]]:
        """Tell whether it is so of all, and of which it is not."""
        if not self.there.no:
            few = len(self.there.yes) == 1
            return self._say("yes" if few else "yes_all", self.there.yes), ()
        if not self.there.yes and len(self.there.no) > MOST_NAMES:
            return self._none("no_none"), ()
        return self._say_not(self.there.no), self.there.no

    def most(self) -> tuple[str, Sequence[Thing]]:
        """Tell whether it is so of things in the plural: few are easily named."""
        if 0 < len(self.there.yes) <= MOST_NAMES < len(self.there.no):
            return self._say("only", self.there.yes), self.there.yes
        return self.all()

    def which(self) -> tuple[str, Sequence[Thing]]:
        """Tell of which it is so."""
        if not self.there.yes:
            return self._none("none"), ()
        few = len(self.there.yes) <= MOST_NAMES
        return self._say("which" if few else "count", self.there.yes), self.there.yes

    def count(self) -> tuple[str, Sequence[Thing]]:
        """Tell of how many it is so, and of which."""
        if not self.there.yes:
            return self._none("count_none"), ()
        return self._say("count", self.there.yes), self.there.yes

    def _say(self, text: str, things: Sequence[Thing]) -> str:
        """Fill a text about some things that are as asked."""
        return self._filled(text, things, self._sensed(things))

    def _say_not(self, things: Sequence[Thing]) -> str:
        """Tell of things that are not as asked how they are."""
        other = opposite(self.state)
        if len(things) == 1:
            state = self.asker.known_state(things[0])
            if state and not PREDICATES[self.state].attribute:
                other = described(things[0].kind, state.state)
        if other and other in self.asker.said["states"]:
            return self._filled("no", things, other)
        return self._filled("no_not", things, self.state)

    def _none(self, text: str) -> str:
        """Tell that it is so of none."""
        return self._filled(text, self.there.no, self._sensed(self.there.no))

    def _sensed(self, things: Sequence[Thing]) -> str:
        """Return what was asked in the words of the sensors that tell it."""
        words = {described(thing.kind, "on") for thing in things}
        sensors = all(thing.domain == "binary_sensor" for thing in things)
        # In a room that is occupied it is movement that was detected.
        if sensors and len(words) == 1 and self.state in ("occupied", "triggered"):
            return words.pop()
        return self.state

    def _filled(self, text: str, things: Sequence[Thing], state: str) -> str:
        """Fill a text."""
        said, language = self.asker.said, self.asker.language
        names = self.asker.names(things)
        single = text in ("no_none", "none", "count_none")
        forms = said["states"].get(state, state)
        word = agreed(forms, names, language, plural=False if single else None)
        template: str = said[text]
        briefly = text in ("yes", "no", "no_not")
        return template.format(
            things=self.asker.listed(things, briefly=briefly),
            count=len(things) if text != "count_none" else 0,
            state=word,
            none=agreed(said["none_of"], names, language, plural=False),
            all=agreed(said["all_of"], names, language, plural=True),
            are=agreed(said["are"], names, language),
        )
