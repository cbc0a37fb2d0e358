"""What became of each reminder, by what people were promised, saw and heard."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from .ears.log import How


@dataclass(slots=True)
class Time:
    """One time that something was asked for: at first, or when it was put off."""

    is_promised: bool = False
    heard: int = 0
    shown: int = 0
    ran: int = 0

    @property
    def is_delivered(self) -> bool:
        """Whether it reached anybody, or was done."""
        return bool(self.heard or self.shown or self.ran)

    @property
    def is_doubled(self) -> bool:
        """Whether it was heard or done twice; what is shown takes its own place."""
        return self.heard > 1 or self.ran > 1


@dataclass(frozen=True, slots=True)
class Counted:
    """What came of everything so far."""

    promised: int
    heard: int
    ran: int
    only_shown: int
    missing: tuple[str, ...]
    """What was promised and reached nobody, yet or ever."""
    doubled: tuple[str, ...]

    def told(self) -> str:
        """Say it in a line."""
        return (
            f"{self.promised} promised, {self.heard} heard, {self.ran} run,"
            f" {self.only_shown} shown alone, {len(self.missing)} to come,"
            f" {len(self.doubled)} doubled"
        )


@dataclass(slots=True)
class Ledger:
    """The times of each reminder, by its words, in their order."""

    times: dict[str, list[Time]] = field(default_factory=dict)
    stray: list[str] = field(default_factory=list)
    """What was said or done that nobody had asked for."""

    @classmethod
    def of(cls, lines: Iterable[tuple[How, str]]) -> Ledger:
        """Read what was noted."""
        ledger = cls()
        for how, what in lines:
            ledger._take(how, what)
        return ledger

    def is_delivered(self, what: str) -> bool:
        """Tell whether the last time of something has reached anybody."""
        return self.times[what][-1].is_delivered

    def is_about_delivered(self, said: str) -> bool:
        """Tell the same of a sentence with its words."""
        known = self._known(said)
        return known is None or self.is_delivered(known)

    def is_free(self, what: str) -> bool:
        """Tell whether nothing can come of something any more."""
        return what not in self.times or self.is_delivered(what)

    def counted(self) -> Counted:
        """Count."""
        every = [(what, one) for what, times in self.times.items() for one in times]
        return Counted(
            promised=sum(one.is_promised for _, one in every),
            heard=sum(one.heard for _, one in every),
            ran=sum(one.ran for _, one in every),
            only_shown=sum(
                one.shown > 0 and not one.heard and not one.ran for _, one in every
            ),
            missing=tuple(
                what for what, one in every if one.is_promised and not one.is_delivered
            ),
            doubled=(*(what for what, one in every if one.is_doubled), *self.stray),
        )

    def _take(self, how: How, what: str) -> None:
        if how is How.ASKED:
            self.times.setdefault(what, []).append(Time())
            return
        if (known := self._known(what)) is None:
            # Home Assistant shows much of its own.
            if how is not How.SHOWN:
                self.stray.append(what)
            return
        time = self.times[known][-1]
        if how is How.PROMISED:
            time.is_promised = True
        elif how is How.HEARD:
            time.heard += 1
        elif how is How.SHOWN:
            time.shown += 1
        else:
            time.ran += 1

    def _known(self, said: str) -> str | None:
        """Return the words that a sentence is about."""
        if said in self.times:
            return said
        plain = said.casefold()
        return next((what for what in self.times if what in plain), None)
