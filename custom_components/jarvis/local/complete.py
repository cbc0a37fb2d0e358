"""Whether what was heard so far is all: nothing that usually follows could change it.

Words that are read to the last one, for things that no room and no longer name behind
them would change: "close the blinds" is complete where there are blinds in one room
only. Nothing is done, and nobody is asked.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from .commands.command import Command, Speaker
from .commands.reading import read
from .data import read as read_data
from .house.find import find
from .house.found import Found, Scope
from .house.things import House, Index, Words
from .questions.finding import find_asked, measures_in
from .questions.grammar import Asked, asked
from .questions.measures import MEASURES
from .questions.predicates import INSTEAD, PREDICATES
from .text.courtesy import barer
from .text.grammar import grammar
from .text.normal import normal
from .text.nouns import Nouns, nouns as nouns_of
from .text.templates import Compiler, Template

_GOES_ON = (",", ";", ":", "-", "…", "...")
"""How a text is written whose end was not heard as one."""
_RELATIVE = frozenset({"raise", "lower"})
_MAY_WANT = frozenset({"turn_on", "play"})
"""What is said in the same words as what has a value: «mets la radio plus fort»."""

type _Finder = Callable[[Sequence[str]], Found | None]


@dataclass(frozen=True, slots=True)
class Ends:
    """What the words of a language tell of the end of an utterance."""

    open: frozenset[Words]
    """Behind these words comes more."""
    units: frozenset[Words]
    """Numbers that are none."""
    whole: frozenset[str]
    """Sentences that are complete."""
    wanting: Sequence[Template]
    """Commands that want a value, if they have none."""
    adds: Sequence[str]
    """What may follow a command, and change it."""


@cache
def known_ends(language: str) -> Ends:
    """Return what is known of ends (reads a file: first in an executor)."""
    data = read_data(language, "complete")
    compiler = Compiler(language, {}, {}, frozenset())

    def phrases(texts: Sequence[str]) -> frozenset[Words]:
        return frozenset(tuple(normal(text, language).split()) for text in texts)

    return Ends(
        phrases(data["open"]),
        phrases(data["units"]),
        frozenset(normal(text, language) for text in data["whole"]),
        [compiler.template(text) for text in data["wanting"]],
        [normal(text, language) for text in data["adds"]],
    )


def is_complete(text: str, language: str, house: House) -> bool:
    """Tell whether an utterance is certainly over with these words.

    The room of the speaker does not count: whoever means another one says so last.
    """
    if text.rstrip().endswith(_GOES_ON):
        return False
    said = normal(text, language)
    ends = known_ends(language)
    words = tuple(word for word in said.split() if word != "?")
    if not ends.whole.isdisjoint(barer(said, language)):
        return True
    if len(words) < 2 or _ends_in(words, ends.open):
        return False
    if words[-1][0].isdigit() and not _ends_in(words, ends.units):
        return False
    if commands := read(said, house, Speaker(language)).commands:
        return _is_whole_command(words, commands, language, house)
    return _is_whole_question(words, language, house)


def _is_whole_command(
    words: Words, commands: Sequence[Command], language: str, house: House
) -> bool:
    """Tell whether commands are complete: what follows would belong to the last."""
    last, scope = commands[-1], commands[-1].scope
    if scope is None or any(command.found.unclear for command in commands):
        return False
    if len(commands) > 1 and _is_listing(words, house.index(language).nouns):
        return False
    if _wants_value(words, last, language) or _is_changed(words, last, language, house):
        return False
    index = house.index(language)

    def meant(phrase: Sequence[str]) -> Found | None:
        return find(phrase, index, scope, loosely=False)

    return _is_pinned(last.found, last.phrase.split(), words, meant, index)


def _wants_value(words: Words, command: Command, language: str) -> bool:
    """Tell whether a value, or more of one, may follow."""
    known = grammar(language)
    if command.do in _RELATIVE:
        return "step" not in command.values
    nouns = nouns_of(language)
    if command.values:
        if not nouns.conjunctions.isdisjoint(command.phrase.split()):
            return True  # «celle de la chambre» may have another
        colours = [tuple(said.split()) for said in (*known.colours, *known.whites)]
        return any(True for _rest in _rests(words, colours))
    own = " ".join(_behind(words, nouns.conjunctions))
    return command.do in _MAY_WANT and any(
        template.match(bare)
        for bare in barer(own, language)
        for template in known_ends(language).wanting
    )


def _is_changed(words: Words, command: Command, language: str, house: House) -> bool:
    """Tell whether it is another command with what people usually add.

    That is for the same things: «allume le salon à 20 degrés» nobody says of a lamp.
    """
    if command.values:
        return False
    speaker = Speaker(language)
    longer = (
        read(f"{' '.join(words)} {more}", house, speaker).commands
        for more in known_ends(language).adds
    )
    return any(
        one[-1].do != command.do and one[-1].found.things == command.found.things
        for one in longer
        if one
    )


def _is_whole_question(words: Words, language: str, house: House) -> bool:
    """Tell whether this asks for the state or the measure of something certain.

    The question mark does not count: it is put behind any words.
    """
    for one in asked(" ".join(words), language):
        phrase = one.phrase("target", "more")
        scopes = list(_scopes(one, phrase, language))

        def meant(
            phrase: Sequence[str], scopes: Sequence[Scope] = scopes
        ) -> Found | None:
            found = (find_asked(phrase, house, language, scope) for scope in scopes)
            return next((one for one in found if one), None)

        if found := meant(phrase):
            index = house.index(language)
            return not found.unclear and _is_pinned(
                found, phrase, words, meant, index, is_asked=True
            )
    return False


def _scopes(one: Asked, phrase: Sequence[str], language: str) -> Iterator[Scope]:
    """Return what a question may be about, in the order in which it is looked for."""
    if one.ask == "state" and "many" not in one.slots:
        state = one.slots["state"]
        about = PREDICATES[state]
        for kinds in dict.fromkeys((about.kinds - about.secondary, about.kinds)):
            yield Scope(kinds, about.of_place, about.everything or kinds)
        if state in INSTEAD:
            kinds = PREDICATES[INSTEAD[state]].kinds
            yield Scope(kinds, of_everything=kinds)
    elif one.ask == "value":
        said = one.slots.get("measure")
        for measure in [said] if said else measures_in(phrase, language):
            known = MEASURES.get(measure)
            for source in known.sources if known else ():
                yield Scope(source.kinds, source.kinds, source.kinds)


def _is_pinned(
    found: Found,
    phrase: Sequence[str],
    words: Words,
    meant: _Finder,
    index: Index,
    *,
    is_asked: bool = False,
) -> bool:
    """Tell whether a phrase means the same things whatever place or name follows.

    What is done waits for the whole name all the same; what is asked does not.
    """
    nouns, said = index.nouns, index.nouns.content(words)
    last = nouns.content(_behind(words, nouns.conjunctions))
    if _is_listing(phrase, nouns):
        return False
    of_things = {name for names in index.names for name in names}
    whole = is_asked or _are_named(found, said, index)
    for rest in _rests(last, [*index.places, *index.floors, *of_things]):
        if set(rest) <= set(last):
            continue  # nobody says "the blinds in the kitchen blind"
        longer = meant([*phrase, *rest])
        if longer and not (whole and longer.things == found.things):
            return False
    more = [*_rests(last, nouns.kinds)]
    if not _ends_in(tuple(phrase), nouns.everywhere):
        more += {min(ids): name for name, ids in _places(index)}.values()
    others = (meant([*phrase, *rest]) for rest in more)
    return all(other is None or other.things == found.things for other in others)


def _are_named(found: Found, said: Words, index: Index) -> bool:
    """Tell whether each thing was called by a whole name."""
    several = len(found.things) > 1
    return all(
        any(
            any(said[at : at + len(name)] == name for at in range(len(said)))
            if several  # "the kitchen light and the bedroom" has all words of both
            else set(name) <= set(said)
            for name in names
        )
        for thing, names in zip(index.house.things, index.names, strict=True)
        if thing in found.things
    )


def _is_listing(words: Sequence[str], nouns: Nouns) -> bool:
    """Tell whether the last one of a list is still to come: there was no "and"."""
    last = max((at for at, word in enumerate(words) if word == ","), default=None)
    return last is not None and nouns.conjunctions.isdisjoint(words[last + 1 :])


def _places(index: Index) -> Iterator[tuple[Words, set[str]]]:
    """Yield what places are called, and which are called so."""
    yield from index.places.items()
    yield from index.floors.items()


def _behind(words: Words, joints: Collection[str]) -> Words:
    """Return the words behind the last one that joins."""
    starts = (at + 1 for at, word in enumerate(words) if word in joints)
    return words[max(starts, default=0) :]


def _rests(words: Words, phrases: Iterable[Words]) -> Iterator[Words]:
    """Yield what is left of phrases that begin with the last of the words."""
    for phrase in phrases:
        for size in range(1, min(len(phrase), len(words) + 1)):
            if words[-size:] == phrase[:size]:
                yield phrase[size:]


def _ends_in(words: Words, phrases: Iterable[Words]) -> bool:
    """Tell whether words end in one of some phrases."""
    return any(words[-len(one) :] == one for one in phrases if one)
