"""A sentence, what came of it, and how that is judged."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
import re
from typing import Any, NamedTuple, Protocol

from homeassistant.helpers.intent import IntentResponse, IntentResponseType
from tests.devices import Call, Snapshot

type Data = Mapping[str, Any]


class Verdict(StrEnum):
    """What is said of a turn."""

    RIGHT = "right"
    DECLINED = "declined"
    """Nothing was done, and Jarvis said that it did not understand, or asked back."""
    WRONG = "wrong"
    UNSCORED = "unscored"
    """There is nothing to compare with."""


class Timer(NamedTuple):
    """A timer, as far as it can be compared."""

    name: str
    seconds: int
    is_active: bool
    area: str
    command: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of one sentence."""

    response: IntentResponse
    calls: Sequence[Call]
    before: Snapshot
    after: Snapshot
    timers_before: Sequence[Timer] = ()
    timers: Sequence[Timer] = ()

    @property
    def speech(self) -> str:
        """What was replied."""
        return str(self.response.speech.get("plain", {}).get("speech", ""))

    @property
    def is_error(self) -> bool:
        """Tell whether it was not understood, or not done."""
        return self.response.response_type is IntentResponseType.ERROR

    @property
    def changed(self) -> tuple[str, ...]:
        """The entities that are no longer as they were."""
        return tuple(
            one for one, state in self.after.items() if state != self.before.get(one)
        )

    @property
    def acted_on(self) -> set[str]:
        """The entities that changed or that a service was called for."""
        called = {one for call in self.calls for one in call.entity_ids}
        return called.union(self.changed)

    @property
    def has_acted(self) -> bool:
        """Tell whether anything is no longer as it was."""
        return bool(self.changed) or not same_timers(self.timers_before, self.timers)

    @property
    def is_declined(self) -> bool:
        """Tell whether nothing was done, and that was said or a question asked."""
        asks_back = self.speech.rstrip().endswith("?")
        return not self.has_acted and (self.is_error or asks_back)

    def done(self) -> str:
        """Tell what was done, in one line."""
        calls = [
            f"{one.domain}.{one.service} {','.join(one.entity_ids)} {one.data or ''}"
            for one in self.calls
        ]
        changes = [
            f"{one}: {difference(self.before.get(one), self.after[one])}"
            for one in self.changed
        ]
        timers = [] if same_timers(self.timers_before, self.timers) else [self.timers]
        return "; ".join(map(str, (*calls, *changes, *timers))) or "nothing"


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence in a home."""

    identity: str
    sets: tuple[str, ...]
    """The figures that it counts for."""
    utterance: str
    language: str
    judge: Judge = field(repr=False)
    home: str
    """A key for the home: the same key is the same home."""
    description: Data = field(repr=False)
    setup: Data = field(default_factory=dict)
    device: str | None = None
    """The device that hears it, as the home calls it."""
    area: str | None = None
    """Or the area of the satellite that hears it."""
    timers: Sequence[Data] = ()
    now: datetime | None = None
    expected: Any = None
    """What the judge of its kind looks at."""


type Judge = Callable[[Case, Speaker], Awaitable[Judged]]


@dataclass(frozen=True, slots=True)
class Judged:
    """A case and what is said of it."""

    case: Case
    verdict: Verdict
    turn: Turn
    expected: str
    is_wrong_action: bool = False
    """A state was changed that should not have been, or not so."""


class Speaker(Protocol):
    """Who says a case's sentence; a judge may want to hear Home Assistant as well."""

    async def say(self, case: Case) -> Turn:
        """Say it to Jarvis."""

    async def strict(self, case: Case) -> Turn | None:
        """Say it to Home Assistant's strict sentences; None where none matches."""

    async def called(
        self, case: Case, service: str, target: str, data: dict[str, Any]
    ) -> Turn:
        """Call a service in the case's home, to see what that does."""


def judged(case: Case, turn: Turn, expected: object, *, is_right: bool) -> Judged:
    """Tell right, declined and wrong apart, once it is known what is right."""
    if is_right:
        return Judged(case, Verdict.RIGHT, turn, str(expected))
    verdict = Verdict.DECLINED if turn.is_declined else Verdict.WRONG
    return Judged(case, verdict, turn, str(expected), turn.has_acted)


def same_timers(one: Sequence[Timer], other: Sequence[Timer]) -> bool:
    """Tell whether timers are the same, give or take some seconds."""
    if len(one) != len(other):
        return False
    return all(
        mine._replace(seconds=0) == yours._replace(seconds=0)
        and abs(mine.seconds - yours.seconds) <= 3
        for mine, yours in zip(sorted(one), sorted(other), strict=True)
    )


def difference(
    before: tuple[str, Data] | None, after: tuple[str, Data]
) -> dict[str, Any]:
    """Return the state and the attributes that are not as they were."""
    was = {"state": before[0], **before[1]} if before else {}
    now = {"state": after[0], **after[1]}
    names = (*now, *(was.keys() - now.keys()))
    return {
        str(name): now.get(name) for name in names if was.get(name) != now.get(name)
    }


def says(speech: str, word: object) -> bool:
    """Tell whether a reply contains something as a word of its own."""
    pattern = rf"(?<!\w){re.escape(plain(str(word)))}(?!\w)"
    return re.search(pattern, plain(speech)) is not None


def plain(text: str) -> str:
    """Write a text so that it can be compared."""
    return re.sub(r"\s+%", "%", text.casefold()).replace("’", "'").strip()
