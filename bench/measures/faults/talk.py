"""Turns of all kinds, one after the other, with the time that each takes."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import cycle, islice
import math
from random import Random
from statistics import median

from bench.stage.sides import Side
from custom_components.jarvis.local.memos import memo_phrases

from .ledger import Ledger

LANGUAGE = "fr"
_PLACE = "au grenier"
TOLD_BY_MODEL = "Il était une fois un carton."
_PAUSES = (0.02, 0.15)
"""Seconds between two turns, from and to: the copy is in step at some of them."""
_FEWEST = 4
"""Turns of each kind before any counts."""


class Kind(StrEnum):
    """What is said in a turn."""

    ASK = "Que sais-tu du carton {} ?"
    """Answered from the memory alone."""
    STORY = "Raconte-moi une histoire avec le carton {}"
    """Answered by a model, which is told what is remembered."""
    REMEMBER = f"Souviens-toi que le carton {{}} est {_PLACE}"
    """Confirmed after its commit."""
    LIGHT = "Allume la lumière de la chambre"
    """Needs no memory, and is kept."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A turn that was taken."""

    kind: Kind
    seconds: float
    speech: str
    is_answered: bool
    is_refused: bool = False
    """It was said that nothing can be remembered."""


@dataclass(slots=True)
class Talk:
    """Somebody who talks to Jarvis, and notes what is acknowledged."""

    side: Side
    dice: Random
    ledger: Ledger = field(default_factory=Ledger)
    sent: list[str] = field(default_factory=list)
    """Words that may be in the memory once."""
    may_refuse: bool = False
    """Whether the memory may be unavailable, and turns be answered all the same."""
    _told_of: list[int] = field(default_factory=list)
    _asked: int = 0
    _number: int = 0

    async def turns(self, count: int) -> list[Taken]:
        """Take so many turns."""
        return [await self._turn(kind) for kind in islice(cycle(Kind), count)]

    async def until(self, ended: asyncio.Event) -> list[Taken]:
        """Take turns until something has ended; the first asks the memory."""
        taken = list[Taken]()
        for kind in cycle(Kind):
            if ended.is_set():
                break
            taken.append(await self._turn(kind))
        return taken

    async def warm_up(self) -> None:
        """Take turns that do not count, with something to be asked about."""
        await self._turn(Kind.REMEMBER)
        await self.turns(_FEWEST * len(Kind))

    async def _turn(self, kind: Kind) -> Taken:
        self._number += 1
        await asyncio.sleep(self.dice.uniform(*_PAUSES))
        return await self._say(kind)

    async def _say(self, kind: Kind) -> Taken:
        phrases = memo_phrases(LANGUAGE)
        number = self._number
        if kind is Kind.ASK:
            number = self._told()
        said = kind.format(number)
        fact = f"Le carton {number} est {_PLACE}"
        if kind is Kind.REMEMBER:
            self.sent.append(fact)
        if kind in (Kind.REMEMBER, Kind.STORY):
            self.sent.append(said)
        heard = await self.side.say(said, language=LANGUAGE)
        refused = heard.speech == phrases["unavailable"]
        if kind is Kind.REMEMBER and heard.speech == phrases["kept"]:
            self.ledger.said.add(fact)
            self._told_of.append(number)
        expected: dict[Kind, Callable[[str], bool]] = {
            Kind.ASK: lambda speech: _PLACE in speech,
            Kind.STORY: lambda speech: speech == TOLD_BY_MODEL,
            Kind.REMEMBER: lambda speech: speech == phrases["kept"],
            Kind.LIGHT: bool,
        }
        is_answered = expected[kind](heard.speech) or (refused and self.may_refuse)
        if kind in (Kind.REMEMBER, Kind.STORY) and is_answered and not self.may_refuse:
            self.ledger.said.add(said)
        return Taken(kind, heard.seconds, heard.speech, is_answered, refused)

    def _told(self) -> int:
        """Return what was not asked about before, whose question nobody knows yet."""
        at, self._asked = self._asked, self._asked + 1
        return self._told_of[at] if at < len(self._told_of) else self._told_of[-1]


@dataclass(frozen=True, slots=True)
class Delays:
    """What turns took longer than the usual undisturbed turn of their kind."""

    p50_ms: float
    extra_p99_ms: float
    extra_most_ms: float

    @classmethod
    def of(cls, taken: Sequence[Taken], calm: Sequence[Taken]) -> Delays:
        """Compare turns with undisturbed ones of the same house."""
        usual = {
            kind: median(one.seconds for one in calm if one.kind is kind)
            for kind in Kind
        }
        extra = sorted(1000 * (one.seconds - usual[one.kind]) for one in taken)
        p99 = extra[math.ceil(0.99 * len(extra)) - 1]
        return cls(1000 * median(one.seconds for one in taken), p99, extra[-1])
