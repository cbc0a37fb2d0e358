"""From words to commands: what is to be done with which things."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .actions import ACTIONS, OF_EVERYTHING, OF_PLACE
from .find import Found, Scope, find
from .grammar import Frame, Grammar, Match, grammar, matches
from .nouns import nouns
from .templates import Template
from .things import House, Index, Thing, Words, is_of

_MOST_COMMANDS = 6
"""Commands in one utterance; more is no utterance."""
_MOST_COURTESIES = 6
_OF_THINGS = ("target", "place")
"""Slots that say which things are meant, in the order in which they are read."""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to do."""

    do: str
    found: Found
    values: Mapping[str, Any] = field(default_factory=dict)
    about: frozenset[str] = frozenset()
    implied: bool = False
    """Whether nothing was said of the things: the music that plays is meant."""
    literal: int = 0
    """How many of the words are the sentence's own, and not a name."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """What the words of a speaker refer to."""

    language: str
    area: str | None = None
    last: Sequence[Command] = ()
    """What was done in the turn before."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A command whose things are not found."""

    frame: Frame
    phrase: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What an utterance means."""

    commands: Sequence[Command] = ()
    never: bool = False
    """Whether it must not be acted on: a negation, a condition."""
    unknown: Unknown | None = None
    """What it may have been about, where it was not understood."""


def read(text: str, house: House, speaker: Speaker) -> Reading:
    """Read a normal text; commands are there only where every word is understood."""
    known = grammar(speaker.language)
    asks = "?" in text
    text, wish = _bare(text, known)
    if any(template.match(text) for template in known.never):
        return Reading(never=True)
    frames = [*known.commands]
    if not asks:
        frames += known.short
    reader = _Reader(known, frames, house.index(speaker.language), speaker)
    if commands := reader.commands(text.split(), wish=wish):
        return Reading(commands)
    return Reading(unknown=reader.unknown)


def _bare(text: str, known: Grammar) -> tuple[str, bool]:
    """Take off what is said out of courtesy; tell whether a wish was in front."""
    text = text.strip(" ,?")
    wish = False
    for _round in range(_MOST_COURTESIES):
        if (rest := _rest(text, known.polite)) is not None:
            text = rest
        elif (rest := _rest(text, known.wish)) is not None:
            text, wish = rest, True
        else:
            break
    return text, wish


def _rest(text: str, templates: Sequence[Template]) -> str | None:
    """Return what a template leaves of a text."""
    for template in templates:
        if (slots := template.match(text)) is not None:
            return slots["rest"].strip(" ,?")
    return None


class _Reader:
    """Reads the commands of one utterance."""

    def __init__(
        self,
        known: Grammar,
        frames: Sequence[Frame],
        index: Index,
        speaker: Speaker,
    ) -> None:
        """Take what the words may refer to."""
        self._known = known
        self._frames = frames
        self._index = index
        self._speaker = speaker
        self.unknown: Unknown | None = None

    def commands(
        self,
        words: Sequence[str],
        *,
        wish: bool = False,
        before: Sequence[Command] = (),
    ) -> list[Command]:
        """Return the commands that the words are, all of them or none."""
        if command := self._command(" ".join(words), wish=wish, before=before):
            return [command]
        if len(before) + 1 >= _MOST_COMMANDS:
            return []
        for at in range(1, len(words)):
            for joint in self._known.then:
                end = at + len(joint)
                if tuple(words[at:end]) != joint or end >= len(words):
                    continue
                rest, courteous = _bare(" ".join(words[end:]), self._known)
                first = self._command(" ".join(words[:at]), wish=wish, before=before)
                if first is None:
                    break
                if others := self.commands(
                    rest.split(), wish=wish or courteous, before=[*before, first]
                ):
                    return [first, *others]
                break
        return []

    def _command(
        self, text: str, *, wish: bool, before: Sequence[Command]
    ) -> Command | None:
        """Return the one command that a text is, the best of its readings."""
        frames = [*self._frames, *(self._known.wishes if wish else ())]
        best: Command | None = None
        for match in matches(frames, text):
            if (command := self._resolved(match, before)) and _is_better(command, best):
                best = command
        return best or self._again(text, before or self._speaker.last)

    def _resolved(self, match: Match, before: Sequence[Command]) -> Command | None:
        """Look a match's things up in the house."""
        frame = match.frame
        values = dict(frame.values) | self._values(match.slots)
        scope = self._scope(frame, before)
        said = [match.slots[slot] for slot in _OF_THINGS if slot in match.slots]
        target = " ".join(said) if said else None
        if target is None:
            found = self._implied(scope)
        else:
            found = self._find(target.split(), scope, before)
            if found is None and self.unknown is None:
                self.unknown = Unknown(frame, target)
        if found is None:
            return None
        return Command(
            frame.do, found, values, frame.about, target is None, match.literal
        )

    def _find(
        self, phrase: Sequence[str], scope: Scope, before: Sequence[Command]
    ) -> Found | None:
        """Return what a phrase means, or a pronoun."""
        if tuple(phrase) in self._index.nouns.pronouns:
            last = before or self._speaker.last
            if not last:
                return None
            things = tuple(
                thing for thing in last[-1].found.things if _in_scope(thing, scope)
            )
            return (
                replace(last[-1].found, things=things, unclear=False)
                if things
                else None
            )
        return find(phrase, self._index, scope)

    def _implied(self, scope: Scope) -> Found | None:
        """Return all things that nothing was said of, those of the own room first."""
        there = [thing for thing in self._index.house.things if _in_scope(thing, scope)]
        own = [thing for thing in there if scope.area and thing.area == scope.area]
        things = tuple(own or there)
        return Found(things, unclear=len(things) > 1) if things else None

    def _scope(self, frame: Frame, before: Sequence[Command]) -> Scope:
        """Return which things a frame can mean."""
        domains = frozenset(ACTIONS[frame.do])
        about = frame.about or domains
        last = before or self._speaker.last
        return Scope(
            kinds=about,
            of_place=frame.about or OF_PLACE.get(frame.do, frozenset()),
            of_everything=frame.about or OF_EVERYTHING.get(frame.do, frozenset()),
            area=self._speaker.area,
            kind=self._noun_of(last[-1].found) if last else (),
        )

    def _noun_of(self, found: Found) -> Words:
        """Return a noun for things, the one that was said where there was one."""
        if found.noun:
            return found.noun
        kind = found.things[0].kind
        return next(
            (
                noun
                for noun, meant in nouns(self._speaker.language).kinds.items()
                if any(is_of(kind, one) for one in meant.kinds)
            ),
            (),
        )

    def _again(self, text: str, last: Sequence[Command]) -> Command | None:
        """Read «et celle de la cuisine» as the command before, for other things."""
        if not last:
            return None
        command = last[-1]
        phrase = text.split()
        joints = self._index.nouns.conjunctions
        elliptic = bool(phrase) and phrase[0] in joints
        while phrase and phrase[0] in joints:
            phrase = phrase[1:]
        same = any(word in self._index.nouns.same_kind for word in phrase)
        if not phrase or not (elliptic or same or last is not self._speaker.last):
            return None
        domains = frozenset(thing.domain for thing in command.found.things)
        scope = Scope(
            kinds=command.about or domains,
            of_place=command.about or domains,
            area=self._speaker.area,
            kind=self._noun_of(command.found),
        )
        found = find(phrase, self._index, scope)
        return replace(command, found=found, implied=False) if found else None

    def _values(self, slots: Mapping[str, str]) -> dict[str, Any]:
        """Return the values of a sentence as numbers and names."""
        values: dict[str, Any] = {}
        for name, said in slots.items():
            if name in _OF_THINGS:
                continue
            if name == "colour":
                if said in self._known.whites:
                    values["kelvin"] = self._known.whites[said]
                else:
                    values["colour"] = self._known.colours[said]
            else:
                values[name] = float(said)
        return values


def _is_better(command: Command, best: Command | None) -> bool:
    """Tell whether a reading stands above the best so far."""
    if best is None:
        return True
    return (not command.found.unclear, command.literal) > (
        not best.found.unclear,
        best.literal,
    )


def _in_scope(thing: Thing, scope: Scope) -> bool:
    """Tell whether a thing can be meant."""
    return any(is_of(thing.kind, kind) for kind in scope.kinds)
