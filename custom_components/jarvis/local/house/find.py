"""Which things a phrase means: "the entry lock", «les volets sauf la cuisine».

A thing is meant when every word of the phrase is explained by it: by its name, its
place, or its kind. Nothing is left over and nothing is guessed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..text.nouns import Kind, Nouns, stem
from .found import Fit, Found, Scope
from .things import Index, Words, is_of


def find(
    phrase: Sequence[str], index: Index, scope: Scope, *, loosely: bool = True
) -> Found | None:
    """Return what the words of a phrase mean; None where something does not fit.

    Loosely a noun stands for what resembles it, where there is nothing else.
    """
    found = _find(phrase, index, scope)
    if found or not loosely:
        return found
    # An exception that was met must not be lost with another meaning of the noun.
    if _split_exception(phrase, index.nouns)[1] is not None:
        return None
    return _find(phrase, index, replace(scope, loose=True))


def _find(phrase: Sequence[str], index: Index, scope: Scope) -> Found | None:
    """Return what a phrase means, exceptions taken out."""
    before, after = _split_exception(phrase, index.nouns)
    if after is None:
        return _find_all(before, index, scope)
    # Where something is spared that is elsewhere, not only the own room is meant.
    for area in (scope.area, None):
        meant = _find_all(before, index, replace(scope, area=area))
        if meant is None or meant.unclear:
            return None
        if found := _without_spared(meant, after, index, scope):
            return found
    return None


def _without_spared(
    meant: Found, after: Sequence[str], index: Index, scope: Scope
) -> Found | None:
    """Return what is left of some things; None where the exception does not fit."""
    noun = meant.noun or scope.kind
    spared = _lent(after, index, replace(scope, area=None, kind=noun))
    if spared is None or spared.unclear:
        return None
    left = tuple(thing for thing in meant.things if thing not in spared.things)
    if not left or len(left) == len(meant.things):
        return None
    return replace(meant, things=left)


def _split_exception(
    phrase: Sequence[str], nouns: Nouns
) -> tuple[Sequence[str], Sequence[str] | None]:
    """Part a phrase at the words that make an exception."""
    for words in nouns.except_for:
        for at in range(1, len(phrase) - len(words)):
            if tuple(phrase[at : at + len(words)]) == words:
                return phrase[:at], phrase[at + len(words) :]
    return phrase, None


def _find_all(phrase: Sequence[str], index: Index, scope: Scope) -> Found | None:
    """Return what one phrase, or several joined by "and", mean."""
    if found := _Phrase(phrase, index, scope).found():
        return found
    parts = list(_parts(phrase, index.nouns))
    if len(parts) < 2:
        return None
    # «les lampes du salon et de la cuisine», "the kitchen and hall lights": the noun
    # that one part lacks is said in another.
    nouns = [_Phrase(part, index, scope).noun for part in parts]
    said = [noun for noun in nouns if noun]
    founds = []
    for part, noun in zip(parts, nouns, strict=True):
        lent = noun or (said[0] if said else scope.kind)
        found = _lent(part, index, replace(scope, kind=lent))
        if found is None or found.unclear:
            return None
        founds.append(found)
    things = dict.fromkeys(thing for found in founds for thing in found.things)
    return Found(tuple(things), noun=said[0] if said else (), named=True)


def _lent(phrase: Sequence[str], index: Index, scope: Scope) -> Found | None:
    """Return what a phrase means, with the noun of another where it has none."""
    one = _Phrase(phrase, index, scope)
    if not one.noun and (found := one.found(lend=True)):
        return found
    return _find_all(phrase, index, scope)


def _parts(phrase: Sequence[str], nouns: Nouns) -> Iterator[Sequence[str]]:
    """Part a phrase at its conjunctions."""
    part: list[str] = []
    for word in phrase:
        if word in nouns.conjunctions:
            if part:
                yield part
            part = []
        else:
            part.append(word)
    if part:
        yield part


class _Phrase:
    """One phrase without conjunctions."""

    def __init__(self, phrase: Sequence[str], index: Index, scope: Scope) -> None:
        """Tell what the words are apart from names."""
        nouns = index.nouns
        self._index = index
        self._scope = scope
        self._everywhere, left = _without(tuple(phrase), nouns.everywhere)
        self._here, left = _without(left, nouns.here)
        self._spelled = tuple(word for word in phrase if word not in nouns.fillers)
        rest = nouns.content(left)
        self._every = any(word in nouns.every for word in rest)
        rest = tuple(word for word in rest if word not in nouns.every)
        self._same_kind = any(word in nouns.same_kind for word in rest)
        self._words = tuple(word for word in rest if word not in nouns.same_kind)
        self._phrase = tuple(phrase)
        self._kind_at = self._kinds_said()
        self.noun: Words = max(
            (self._words[at : at + size] for at, size, _kind in self._kind_at),
            key=len,
            default=(),
        )

    def found(self, *, lend: bool = False) -> Found | None:
        """Return the things that explain every word."""
        if lend or self._same_kind:
            if not (noun := self._scope.kind):
                return None
            if not self.noun:
                self._words = (*self._words, *noun)
                self._kind_at = self._kinds_said()
                self.noun = noun
        if named := self._called():
            return self._named(named)
        if self._phrase and self._phrase[-1] in self._index.nouns.unfinished:
            return None
        return self._explained() if self._words else self._everything()

    def _explained(self) -> Found | None:
        """Return the things that the words explain, the best fit first."""
        fits = {at: fit for at in self._candidates() if (fit := self._fit(at))}
        exact = [at for at, fit in fits.items() if fit is Fit.EXACT]
        groups = [at for at, fit in fits.items() if fit is Fit.KIND]
        whole = [at for at in fits if self._is_of_group(at)]
        if exact and not (self._means_many and len(whole) > len(exact)):
            return self._named(exact)
        if whole:
            return self._group(whole)
        if groups:
            return self._group(groups)
        for fit in (Fit.WHOLE, Fit.PART):
            if named := [at for at, one in fits.items() if one is fit]:
                return self._named(named)
        return self._counted()

    def _counted(self) -> Found | None:
        """Return as many things as a number in the phrase says: "the two lamps"."""
        for at, word in enumerate(self._phrase):
            if word.isdigit() and len(word) == 1:
                rest = (*self._phrase[:at], *self._phrase[at + 1 :])
                found = _Phrase(rest, self._index, self._scope).found()
                if found and len(found.things) == int(word):
                    return replace(found, unclear=False)
        return None

    def _called(self) -> list[int]:
        """Return the things that are called so word for word, plural for plural."""
        things = self._index.house.things
        return [
            at
            for at in sorted(self._index.spelled.get(self._spelled, ()))
            if self._scope.holds(things[at])
        ]

    @property
    def _means_many(self) -> bool:
        """Tell whether more than one thing is meant."""
        return self._every or self._is_plural

    @property
    def _is_plural(self) -> bool:
        """Tell whether the noun was said in the plural."""
        articles = self._index.nouns.plural_articles
        return any(
            stem(word) in self.noun
            and (word != stem(word) or (at and self._phrase[at - 1] in articles))
            for at, word in enumerate(self._phrase)
        )

    @property
    def _is_mass(self) -> bool:
        """Tell whether the noun means all there is of it."""
        return any(
            kind.mass
            for at, size, kind in self._kind_at
            if self._words[at : at + size] == self.noun
        )

    @property
    def _is_mere_noun(self) -> bool:
        """Tell whether nothing but a kind was said: "the door" is no garage door."""
        return self.noun == self._words

    def _kinds_said(self) -> list[tuple[int, int, Kind]]:
        """Return where nouns of kinds stand, and what they mean."""
        return [
            (at, size, kind)
            for size in (3, 2, 1)
            for at in range(len(self._words) - size + 1)
            if (kind := self._index.nouns.kinds.get(self._words[at : at + size]))
        ]

    def _everything(self) -> Found | None:
        """Return what "everything" or "here" means."""
        if not (self._every or self._everywhere or self._here):
            return None
        kinds = (
            self._scope.of_everything
            if self._every or self._everywhere
            else self._scope.of_place
        )
        there = self._index.of_kinds(kinds)
        if self._here or (self._scope.area and not self._everywhere):
            if self._scope.area is None:
                return None
            there &= self._index.by_area.get(self._scope.area, set())
        return self._result(sorted(there)) if there else None

    def _candidates(self) -> list[int]:
        """Return the things that explain at least one word."""
        index = self._index
        there: set[int] = set()
        for word in self._words:
            there |= index.by_word.get(word, set())
        there |= index.of_kinds(
            kind for _at, _size, one in self._kind_at for kind in self._kinds(one)
        )
        for identity in self._places():
            there |= index.by_area.get(identity, set())
            there |= index.by_floor.get(identity, set())
        if self._here:
            there &= index.by_area.get(self._scope.area or "", set())
        things = index.house.things
        return sorted(at for at in there if self._scope.holds(things[at]))

    def _places(self) -> set[str]:
        """Return the areas and floors that were said."""
        said: set[str] = set()
        for at in range(len(self._words)):
            for end in range(at + 1, len(self._words) + 1):
                words = self._words[at:end]
                said |= self._index.places.get(words, set())
                said |= self._index.floors.get(words, set())
        return said

    def _fit(self, at: int) -> Fit | None:
        """Tell how a thing explains the phrase, if it explains all of it."""
        grouped = self._explained_by_group(at)
        everything = (1 << len(self._words)) - 1
        if grouped == everything:
            best = Fit.KIND if self._has_kind(at) else None
        else:
            best = None
        for name in self._index.names[at]:
            named = sum(1 << i for i, word in enumerate(self._words) if word in name)
            if not named or named | grouped != everything:
                continue
            said = set(self._words)
            if said == set(name):
                return Fit.EXACT
            fit = Fit.WHOLE if said >= set(name) else Fit.PART
            # "The lamp" says nothing of the name of "bedside lamp".
            if fit is Fit.PART and (best is Fit.KIND or self._is_mere_noun):
                continue
            best = max(best or fit, fit)
        return best

    def _has_kind(self, at: int) -> bool:
        """Tell whether a thing is of the kind said, or of what a place alone means."""
        thing = self._index.house.things[at]
        kinds = self._said_kinds() if self._kind_at else self._implied()
        # A garage is a door and a room.
        if self._words in self._index.places:
            kinds = kinds | self._implied()
        return any(is_of(thing.kind, kind) for kind in kinds)

    def _implied(self) -> frozenset[str]:
        """Return the kinds that are meant where no noun was said."""
        return self._scope.of_everything if self._every else self._scope.of_place

    def _said_kinds(self) -> set[str]:
        """Return all kinds that were said."""
        return {kind for _at, _size, one in self._kind_at for kind in self._kinds(one)}

    def _kinds(self, noun: Kind) -> frozenset[str]:
        """Return what a noun stands for."""
        return noun.loosely if self._scope.loose else noun.kinds

    def _is_of_group(self, at: int) -> bool:
        """Tell whether kind and place alone explain the phrase for a thing."""
        everything = (1 << len(self._words)) - 1
        return self._explained_by_group(at) == everything and self._has_kind(at)

    def _explained_by_group(self, at: int) -> int:
        """Return which words a thing's kind and place explain, as bits."""
        thing = self._index.house.things[at]
        mask = 0
        for start, size, kind in self._kind_at:
            if any(is_of(thing.kind, one) for one in self._kinds(kind)):
                mask |= ((1 << size) - 1) << start
        own = {thing.area, thing.floor}
        for start in range(len(self._words)):
            for end in range(start + 1, len(self._words) + 1):
                words = self._words[start:end]
                there = self._index.places.get(words, set())
                if own & (there | self._index.floors.get(words, set())):
                    mask |= ((1 << (end - start)) - 1) << start
        return mask

    def _group(self, there: Sequence[int]) -> Found:
        """Return what a kind means: all, those of the own room, or one of several."""
        placed = self._here or self._everywhere or bool(self._places())
        # «La musique» is what plays, also in another room.
        heard = self._is_mass and all(
            self._index.house.things[at].domain == "media_player" for at in there
        )
        if not placed and not heard and (own := self._own(there)):
            there, placed = own, True
        if len(there) == 1 or self._means_many or self._everywhere:
            return self._result(there, house_wide=not placed and not self._everywhere)
        if placed and (self._is_mass or not self.noun):
            return self._result(there)
        return self._result(there, unclear=True)

    def _named(self, there: Sequence[int]) -> Found:
        """Return the thing of a name, or the things that share it."""
        if len(there) > 1 and (own := self._own(there)):
            there = own
        unclear = len(there) > 1 and not self._means_many
        return self._result(there, named=True, unclear=unclear)

    def _own(self, there: Sequence[int]) -> list[int]:
        """Return which of these are in the speaker's room."""
        if self._scope.area is None:
            return []
        own = self._index.by_area.get(self._scope.area, set())
        return [at for at in there if at in own]

    def _result(
        self,
        there: Sequence[int],
        *,
        named: bool = False,
        unclear: bool = False,
        house_wide: bool = False,
    ) -> Found:
        """Return things in the order of the house."""
        things = tuple(self._index.house.things[at] for at in there)
        rooms = {thing.area for thing in things}
        return Found(things, unclear, self.noun, named, house_wide and len(rooms) > 1)


def _without(words: Words, phrases: frozenset[Words]) -> tuple[bool, Words]:
    """Take a phrase out of words, if one is there."""
    for phrase in sorted(phrases, key=len, reverse=True):
        for at in range(len(words) - len(phrase) + 1):
            if phrase and words[at : at + len(phrase)] == phrase:
                return True, (*words[:at], *words[at + len(phrase) :])
    return False, words
