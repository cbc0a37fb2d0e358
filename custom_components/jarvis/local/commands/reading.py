"""From words to commands: what is to be done with which things."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..house.find import find
from ..house.found import Found, Scope
from ..house.things import House, Index, Words, is_of
from ..text.courtesy import Bare, peeled
from ..text.grammar import Grammar, Match, grammar, matches
from ..text.nouns import stem
from .actions import ACTIONS, OF_EVERYTHING, OF_PLACE
from .command import Command, Reading, Speaker, Unknown

_MOST_READINGS = 500
_MOST_COMMANDS = 6
"""Commands in one utterance; more is no utterance."""
_OF_THINGS = ("target", "place")
"""Slots that say which things are meant, in the order in which they are read."""
_REPEATABLE = frozenset({"raise", "lower", "next", "previous", "toggle"})
"""What changes something each time that it is done."""
_OF_WHAT_PLAYS = frozenset({"pause", "play", "next", "previous", "mute", "unmute"})
_CLIMATE = frozenset({"climate"})
REPEAT = "repeat"
"""Does again what was done last: «pareil pour la cuisine»."""


def read(text: str, house: House, speaker: Speaker) -> Reading:
    """Read a normal text; commands are there only where every word is understood.

    People say the same things every day: what was read once is kept as long as the
    house is the same.
    """
    if speaker.last is not None or speaker.referent is not None:
        return _read(text, house, speaker)
    key = (text, speaker.language, speaker.area)
    if key not in house.readings:
        if len(house.readings) >= _MOST_READINGS:
            house.readings.clear()
        house.readings[key] = _read(text, house, speaker)
    kept: Reading = house.readings[key]
    return kept


def _read(text: str, house: House, speaker: Speaker) -> Reading:
    """Read a text."""
    known = grammar(speaker.language)
    unknown: Unknown | None = None
    left = list(peeled(text, speaker.language))
    if any(template.match(left[-1].text) for template in known.never):
        return Reading(never=True)
    for bare in left:
        asked = "?" in text and bare is left[0]
        reader = _Reader(known, house.index(speaker.language), speaker, text, asked)
        if commands := reader.utterance(bare):
            return Reading(commands)
        unknown = reader.unknown or unknown
    return Reading(unknown=unknown)


class _Reader:
    """Reads the commands of one utterance."""

    def __init__(
        self,
        known: Grammar,
        index: Index,
        speaker: Speaker,
        text: str,
        asked: bool,
    ) -> None:
        """Take what the words may refer to."""
        self._known = known
        self._frames = [*known.commands, *(() if asked else known.short)]
        self._index = index
        self._speaker = speaker
        degrees = known.degrees & set(text.split())
        self._unit = "degrees" if degrees else "number"
        """What a number is of whose unit is said with another."""
        self.unknown: Unknown | None = None

    def utterance(self, bare: Bare) -> list[Command]:
        """Return the commands of a text, or of one that begins with its topic."""
        words = bare.text.split()
        if commands := self._commands(words, bare.wish):
            return commands
        if "," not in words:
            return []
        comma = words.index(",")
        topic, rest = words[:comma], words[comma + 1 :]
        if not topic or not rest:
            return []
        if any(tuple(topic[: len(one)]) == one for one in self._index.nouns.except_for):
            return self._commands([*rest, *topic], bare.wish)
        return self._of_topic(topic, rest, bare.wish)

    def _of_topic(
        self, topic: Sequence[str], rest: Sequence[str], wish: bool
    ) -> list[Command]:
        """Read «dans le salon, éteins tout» and "the back door, lock it"."""
        said = self._index.nouns.content(topic)
        areas = self._index.places.get(said, set())
        before = self._speaker
        if len(areas) == 1:
            self._speaker = replace(before, area=next(iter(areas)))
            commands = self._commands(rest, wish)
        else:
            kinds = frozenset(thing.kind for thing in self._index.house.things)
            found = find(topic, self._index, Scope(kinds, area=before.area))
            if found is None or found.unclear:
                return []
            self._speaker = replace(before, referent=found, last=None)
            commands = self._commands(rest, wish)
            commands = [one for one in commands if one.found.things == found.things]
        self._speaker = before
        return commands

    def _commands(
        self, words: Sequence[str], wish: bool, before: Sequence[Command] = ()
    ) -> list[Command]:
        """Return the commands that the words are, all of them or none."""
        # "The TV on and the lights off" is two, though one sentence could hold it all.
        if parts := self._parted(words, wish, before, elliptic=False):
            return parts
        text = " ".join(words)
        speaker = self._after(before)
        if command := self._command(text, speaker, wish=wish):
            if before and command.found.unclear:
                # «Ouvre le volet de la chambre et allume la lumière»: the one there.
                there = self._in_room_of(before[-1], speaker)
                command = self._command(text, there, wish=wish) or command
            return [command]
        return self._parted(words, wish, before, elliptic=True)

    def _parted(
        self,
        words: Sequence[str],
        wish: bool,
        before: Sequence[Command],
        *,
        elliptic: bool,
    ) -> list[Command]:
        """Return the commands of words that are joined, each of them understood.

        With ellipses one may leave out what the one before it said.
        """
        if len(before) + 1 >= _MOST_COMMANDS:
            return []
        speaker = self._after(before)
        for at in range(1, len(words)):
            for joint in (*self._known.rather, *self._known.then):
                end = at + len(joint)
                if tuple(words[at:end]) != joint:
                    continue
                taken_back = joint in self._known.rather
                left = " ".join(words[:at])
                first = self._command(left, speaker, wish=wish, elliptic=elliptic)
                if first is None or end == len(words):
                    break
                for bare in peeled(" ".join(words[end:]), self._speaker.language):
                    done = [*before, first]
                    rest, wished = bare.text.split(), wish or bare.wish
                    if elliptic or taken_back:
                        others = self._commands(rest, wished, done)
                    else:
                        others = self._own_commands(rest, wished, done)
                    if others:
                        return others if taken_back else [first, *others]
                break
        return []

    def _own_commands(
        self, words: Sequence[str], wish: bool, before: Sequence[Command]
    ) -> list[Command]:
        """Return commands each of which has a verb of its own."""
        if parts := self._parted(words, wish, before, elliptic=False):
            return parts
        command = self._command(
            " ".join(words), self._after(before), wish=wish, elliptic=False
        )
        return [command] if command and not command.found.unclear else []

    def _after(self, before: Sequence[Command]) -> Speaker:
        """Return what words refer to behind other commands of the same utterance."""
        if not before:
            return self._speaker
        last = before[-1]
        return replace(self._speaker, last=last, referent=last.found)

    def _in_room_of(self, command: Command, speaker: Speaker) -> Speaker:
        """Return what words refer to if they are about the room of a command."""
        areas = {thing.area for thing in command.found.things}
        return replace(speaker, area=areas.pop()) if len(areas) == 1 else speaker

    def _command(
        self, text: str, speaker: Speaker, *, wish: bool, elliptic: bool = True
    ) -> Command | None:
        """Return the one command that a text is, the best of its readings."""
        frames = [*self._frames, *(self._known.wishes if wish else ())]
        for said in self._spoken_otherwise(text):
            found = (self._resolved(match, speaker) for match in matches(frames, said))
            if best := _best(command for command in found if command):
                # "Brighter" means what was spoken of, before all the lamps there are.
                unclear = best.found.unclear and elliptic
                again = self._again(text, speaker) if unclear else None
                return again or best
        return self._again(text, speaker) if elliptic else None

    def _spoken_otherwise(self, text: str) -> Iterable[str]:
        """Return a text, and as it is without «moi» or with its pronoun behind."""
        yield text
        words = text.split()
        if len(words) > 2 and words[1] in self._known.dative:
            yield " ".join([words[0], *words[2:]])
        if len(words) > 1 and words[0] in self._known.proclitics:
            yield " ".join([*words[1:], words[0]])

    def _resolved(
        self, match: Match, speaker: Speaker, kinds: frozenset[str] | None = None
    ) -> Command | None:
        """Look a match's things up in the house."""
        frame = match.frame
        values = dict(frame.values) | self._values(match.slots)
        about = kinds or frame.about
        scope = self._scope(frame.do, about, values, speaker)
        said = [match.slots[slot] for slot in _OF_THINGS if slot in match.slots]
        phrase = " ".join(said)
        if said:
            found = self._find(phrase.split(), frame.do, scope, speaker)
            if found is None:
                self._remember(Unknown(frame.do, scope.kinds, phrase, match.literal))
        else:
            found = self._implied(scope)
        if found is None:
            return None
        return Command(frame.do, found, values, about, match.literal, phrase, scope)

    def _remember(self, unknown: Unknown) -> None:
        """Keep what a command may have been about; the most words known win."""
        if self.unknown is None or unknown.literal > self.unknown.literal:
            self.unknown = unknown

    def _find(
        self, phrase: Sequence[str], do: str, scope: Scope, speaker: Speaker
    ) -> Found | None:
        """Return what a phrase means, or a pronoun."""
        nouns = self._index.nouns
        # «Éteins-les toutes» means them, and not all there is.
        said = tuple(word for word in phrase if stem(word) not in nouns.every)
        if said not in nouns.pronouns:
            return find(phrase, self._index, scope)
        if speaker.referent is None:
            # "Pause it" can mean only what plays.
            return self._implied(scope) if do in _OF_WHAT_PLAYS else None
        things = tuple(thing for thing in speaker.referent.things if scope.holds(thing))
        if not things:
            return None
        return replace(speaker.referent, things=things, unclear=False)

    def _implied(self, scope: Scope) -> Found | None:
        """Return all things that nothing was said of, those of the own room first."""
        there = [thing for thing in self._index.house.things if scope.holds(thing)]
        own = [thing for thing in there if scope.area and thing.area == scope.area]
        # What plays is meant, also in another room.
        heard = all(thing.domain == "media_player" for thing in there)
        things = tuple(there if heard else own or there)
        if not things:
            return None
        lights = own and all(thing.domain == "light" for thing in things)
        return Found(things, unclear=len(things) > 1 and not lights)

    def _scope(
        self,
        do: str,
        about: frozenset[str],
        values: Mapping[str, Any],
        speaker: Speaker,
    ) -> Scope:
        """Return which things can be meant: those that can do it with these values."""
        able = frozenset(
            domain
            for domain, step in ACTIONS[do].items()
            if set(values) <= {*step.values, "step"}
        )
        kinds = (
            frozenset(kind for kind in about if kind.partition(".")[0] in able)
            if about
            else able
        )
        # "Set the kitchen to 21": degrees or brightness, nobody can tell.
        of_place = frozenset() if "number" in values else OF_PLACE.get(do, frozenset())
        last = speaker.referent
        return Scope(
            kinds=kinds,
            of_place=about or (_CLIMATE if "degrees" in values else of_place),
            of_everything=about or OF_EVERYTHING.get(do, frozenset()),
            area=speaker.area,
            kind=self._noun_of(last) if last else (),
        )

    def _noun_of(self, found: Found) -> Words:
        """Return a noun for things, the one that was said where there was one."""
        if found.noun:
            return found.noun
        kind = found.things[0].kind
        return next(
            (
                noun
                for noun, meant in self._index.nouns.kinds.items()
                if any(is_of(kind, one) for one in meant.kinds)
            ),
            (),
        )

    def _again(self, text: str, speaker: Speaker) -> Command | None:
        """Read what leaves out what the command before said: «et celle du bureau»."""
        last = speaker.last
        if last is None:
            return None
        domains = frozenset(thing.domain for thing in last.found.things)
        phrase = text.split()
        elliptic = speaker is not self._speaker
        while phrase and phrase[0] in self._index.nouns.conjunctions:
            phrase, elliptic = phrase[1:], True
        frames = [*self._known.again, *self._known.short]
        for match in matches(frames, " ".join(phrase)):
            if command := self._as_before(match, last, speaker, domains):
                return command
        same = any(stem(word) in self._index.nouns.same_kind for word in phrase)
        return self._for_others(phrase, last, speaker) if elliptic or same else None

    def _as_before(
        self, match: Match, last: Command, speaker: Speaker, domains: frozenset[str]
    ) -> Command | None:
        """Return what was done before with another value, or for other things."""
        if match.frame.do == REPEAT:
            said = match.slots.get("target")
            if said is None:
                repeats = last.do in ("raise", "lower", "next", "previous")
                return last if repeats else None
            return self._for_others(said.split(), last, speaker)
        if not any(slot in match.slots for slot in _OF_THINGS):
            # Things that were asked about can be told to do something as well.
            scope = self._scope(match.frame.do, domains, {}, speaker)
            things = tuple(one for one in last.found.things if scope.holds(one))
            if not things:
                return None
            values = dict(match.frame.values) | self._values(match.slots)
            found = replace(last.found, things=things, unclear=False)
            return Command(match.frame.do, found, values, domains, match.literal)
        if match.frame.do != last.do:
            return None
        return self._resolved(match, speaker, domains)

    def _for_others(
        self, phrase: Sequence[str], last: Command, speaker: Speaker
    ) -> Command | None:
        """Return the command before for the things of a phrase."""
        domains = frozenset(thing.domain for thing in last.found.things)
        scope = Scope(
            kinds=last.about or domains,
            of_place=last.about or domains,
            area=speaker.area,
            kind=self._noun_of(last.found),
        )
        if not phrase or not (found := find(phrase, self._index, scope)):
            return None
        return replace(last, found=found, phrase=" ".join(phrase), scope=scope)

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
                values[self._unit if name == "number" else name] = float(said)
        return values


def _best(commands: Iterable[Command]) -> Command | None:
    """Return the reading that stands above the others, the first among equals."""
    best: Command | None = None
    for command in commands:
        if best is None or _worth(command) > _worth(best):
            best = command
    return best


def _worth(command: Command) -> tuple[bool, int, bool]:
    """Return what ranks a reading."""
    # "The kitchen light blue" is the kitchen light in blue, if it is called so.
    return not command.found.unclear, command.literal, command.found.named
