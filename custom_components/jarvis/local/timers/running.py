"""The timers that there are, and which of them some words mean."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from ..text.words import folded


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody speaks, or a timer rings."""

    device: str | None = None
    area: str | None = None
    floor: str | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """A timer that runs, waits or rings."""

    id: str
    name: str
    """As it was spelled; most have none."""
    seconds: int
    """How long it was set for."""
    left: float
    """The seconds until it rings."""
    place: Place
    is_paused: bool = False
    is_ringing: bool = False


@dataclass(frozen=True, slots=True)
class Meant:
    """What was said of the timer that is meant; nothing where there is only one."""

    name: str = ""
    area: str | None = None
    seconds: int | None = None


class Timers(Protocol):
    """Reaches the timers, for the place where somebody speaks."""

    @property
    def here(self) -> Place:
        """Where that is."""

    async def async_running(self) -> Sequence[Running]:
        """Return what runs, waits or rings anywhere in the house."""

    async def async_rings_here(self) -> Sequence[Running]:
        """Return what rings where somebody speaks, or rang there just now."""

    async def async_start(
        self, name: str, seconds: int, language: str, area: str | None = None
    ) -> str | None:
        """Start a timer and return its id; None where nothing rings in that area."""

    async def async_cancel(self, timers: Collection[str]) -> None:
        """Cancel timers, and silence what rings."""

    async def async_pause(self, timer: str) -> None:
        """Let a timer wait."""

    async def async_resume(self, timer: str) -> None:
        """Let a timer run on."""

    async def async_lengthen(self, timer: str, by: int) -> None:
        """Give a timer more time or less; what has rung is set anew."""


def candidates(timers: Sequence[Running], do: str, meant: Meant) -> Sequence[Running]:
    """Return the timers with which something can be done; what rings is stopped first.

    What can be done is named as in the data files.
    """
    match do:
        case "pause":
            return [one for one in timers if not (one.is_paused or one.is_ringing)]
        case "resume":
            return [one for one in timers if one.is_paused]
        case "cancel" if meant == Meant():
            return [one for one in timers if one.is_ringing] or timers
    return timers


def found(timers: Sequence[Running], meant: Meant, here: Place) -> Sequence[Running]:
    """Return the timers that may be meant; one where that is clear, as from here."""
    there = among(timers, meant)
    if len(there) <= 1:
        return there
    for part in ("device", "area", "floor"):
        mine = getattr(here, part)
        near = [one for one in there if mine and getattr(one.place, part) == mine]
        if len(near) == 1:
            return near
    return there


def among(timers: Sequence[Running], meant: Meant) -> Sequence[Running]:
    """Return all of which is true what was said."""
    there = list(_named(timers, meant.name)) if meant.name else timers
    if meant.area is not None:
        there = [one for one in there if one.place.area == meant.area]
    if meant.seconds is not None:
        there = [one for one in there if one.seconds == meant.seconds]
    return there


def is_name(timers: Sequence[Running], name: str) -> bool:
    """Tell whether a timer is called so."""
    return any(True for _one in _named(timers, name))


def _named(timers: Sequence[Running], name: str) -> Iterator[Running]:
    """Yield what is called so, else what has all these words in its name."""
    wanted = folded(name)
    whole = [one for one in timers if folded(one.name) == wanted]
    words = set(wanted.split())
    yield from whole or (
        one for one in timers if words and words <= set(folded(one.name).split())
    )
