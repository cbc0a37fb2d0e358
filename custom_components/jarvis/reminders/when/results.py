"""What words about time can mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum


class Grain(IntEnum):
    """How exactly a time was said."""

    SECOND = 0
    MINUTE = 1
    HOUR = 2
    DAY = 3


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time; of a day it is the midnight with which it begins."""

    at: datetime
    grain: Grain


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Again and again, by a rule of RFC 5545 in the wall time of the first one."""

    rule: str
    first: datetime
    grain: Grain


class Problem(StrEnum):
    """Why words about time mean no time to come."""

    NO_SUCH_DAY = "no_such_day"
    """31 February."""
    SKIPPED = "skipped"
    """An hour that the change to summer time leaves out."""
    PAST = "past"
    NO_RULE = "no_rule"
    """It comes again, but by no rule that can be written down: «chaque Pâques»."""


@dataclass(frozen=True, slots=True)
class Impossible:
    """Words that mean no time to come, and why."""

    problem: Problem
    moment: Moment | None = None
    """What was meant if it is past; for an hour left out the one to which it moves."""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Words that mean one of several times: somebody has to be asked."""

    ways: Sequence[Moment | Recurrence]


type Reading = Moment | Recurrence | Impossible | Ambiguous
