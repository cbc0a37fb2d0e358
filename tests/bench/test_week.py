"""The simulated week on a small scale, and what its account calls wrong."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
import random

import pytest

from bench.measures.week.account import Account, How, Note, account
from bench.measures.week.life import Down, Life, at, lived
from bench.measures.week.plans import Awaited, Change, Kind, Plan, Way, Wish, dues
from bench.measures.week.wanted import wanted

from .conftest import Bench

SUNDAY = date(2026, 10, 25)
"""Its night has an hour twice."""
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
WORDS = "Rappel : laver la nappe"


@pytest.mark.timeout(300)
async def test_two_days(bench: Bench) -> None:
    """Given two days with a restart, a crash and a change of clocks, all is told."""
    figures, log = await bench("week", "--days", "2", "--reminders", "40")

    wrong = ("lost", "doubled", "early", "late", "in_quiet", "refused")
    assert {name: figures[name] for name in wrong} == dict.fromkeys(wrong, 0)
    assert figures["reminders"] == 40
    assert figures["expected"] == figures["told"] >= 30
    assert figures["held"] > 0
    assert "vanished until" in log
    assert "held until" in log


def _dice() -> random.Random:
    return random.Random(1)  # noqa: S311 - the same each time


def _life(*changes: tuple[str, str, str]) -> Life:
    """Return a Sunday on which everybody is at home and awake, but for some changes."""
    life = lived(SUNDAY, 2, _dice())
    start = life.begin - DAY
    for what, states in life.changes.items():
        first = "off" if "." in what else "idle" if what[0].isupper() else "home"
        states[:] = [(start, first)]
    for what, clock, state in changes:
        life.changes[what].append((at(SUNDAY, clock), state))
    return life


def _plan(due: str = "10:00", **more: object) -> Plan:
    values = {"times": [at(SUNDAY, due)], "asked": at(SUNDAY, "07:30"), **more}
    return Plan("laver la nappe", by="ann", **values)  # type: ignore[arg-type]


def _note(clock: str, how: How = How.ALOUD, where: str = "Salon") -> Note:
    return Note(at(SUNDAY, clock), how, where, WORDS)


def _phone(clock: str = "10:00") -> Note:
    return _note(clock, How.PHONE, "ann")


def _wrong(plan: Plan, notes: Sequence[Note], life: Life | None = None) -> list[str]:
    counted: Account = account([plan], life or _life(), notes)
    return [
        *(name for entry in counted.entries for name in entry.wrong),
        *("unwanted" for _ in counted.unwanted),
        *("early" for _ in counted.early),
        *("in quiet" for _ in counted.in_quiet),
    ]


@pytest.mark.parametrize(
    ("notes", "wrong"),
    [
        ([_phone(), _note("10:00")], []),
        ([], ["lost"]),
        ([_phone()], ["not said"]),
        ([_phone("10:20"), _note("10:20")], ["late", "said late"]),
        ([_phone(), _note("10:20")], ["said late"]),
        ([_phone(), _note("10:00"), _note("10:01", where="Cuisine")], ["doubled"]),
        ([_phone("09:50"), _phone(), _note("10:00")], ["early"]),
    ],
    ids=["right", "lost", "shown alone", "late", "said late", "doubled", "early"],
)
def test_what_is_wrong(notes: list[Note], wrong: list[str]) -> None:
    """Whatever is not told once, at its time and aloud where it can be, is wrong."""
    assert _wrong(_plan(), notes) == wrong


@pytest.mark.parametrize(
    ("changes", "said", "wrong"),
    [
        ([("input_boolean.asleep", "09:00:17", "on")], "10:00", ["in quiet"]),
        ([("binary_sensor.meeting", "09:00:17", "on")], "10:00", ["in quiet"]),
        ([("ann", "09:00:17", "not_home")], "10:00", ["in quiet"]),
        ([("ben", "09:00:17", "not_home")], "10:00", []),
        (
            [("ann", "09:00:17", "not_home"), ("ann", "11:00:17", "home")],
            "11:00:17",
            [],
        ),
        (
            [("ann", "09:00:17", "not_home"), ("ann", "11:00:17", "home")],
            "11:30:00",
            ["said late"],
        ),
    ],
    ids=["asleep", "busy", "away", "another is away", "back", "back for long"],
)
def test_when_nobody_is_spoken_to(
    changes: list[tuple[str, str, str]], said: str, wrong: list[str]
) -> None:
    """What is said while it is not welcome is wrong, and what is held for too long."""
    assert _wrong(_plan(), [_phone(), _note(said)], _life(*changes)) == wrong


def test_at_night() -> None:
    """What comes at night is shown then and said at seven."""
    notes = [_phone("02:30"), _note("07:00")]
    assert _wrong(_plan("02:30", asked=at(SUNDAY, "00:10")), notes) == []
    early = [_phone("02:30"), _note("06:00")]
    assert "in quiet" in _wrong(_plan("02:30", asked=at(SUNDAY, "00:10")), early)


@pytest.mark.parametrize(
    ("clock", "how", "wrong"),
    [
        ("10:50", How.RUN, []),
        ("12:00", How.RUN, ["doubled"]),
        ("12:00", How.PHONE, []),
        ("10:50", How.PHONE, ["not run"]),
    ],
    ids=["run", "run too late", "told", "not run"],
)
def test_commands(clock: str, how: How, wrong: list[str]) -> None:
    """A command that was missed runs within an hour, and is told after it."""
    plan = _plan(kind=Kind.COMMAND)
    life = _life()
    begin = at(SUNDAY, "09:55")
    life.downs = [Down(begin, at(SUNDAY, clock), is_clean=False)]
    assert _wrong(plan, [_note(clock, how, "ann")], life) == wrong


def _times(plan: Plan, life: Life) -> list[datetime]:
    return [one.moment for one in dues(plan, life)]


def test_times_that_have_to_come() -> None:
    """What is changed comes at other times, or not at all."""
    life = _life(("ben", "12:00:17", "not_home"), ("ben", "15:00:17", "home"))
    ten, before, after = (at(SUNDAY, one) for one in ("10:00", "09:00", "10:03"))
    changes = {
        None: [ten],
        Change(before, Wish.CANCEL): [],
        Change(before, Wish.MOVE, at(SUNDAY, "11:00")): [at(SUNDAY, "11:00")],
        Change(after, Wish.DONE): [ten],
        Change(after, Wish.SNOOZE): [ten, after + 10 * MINUTE],
        Change(after, Wish.TOMORROW, ten + DAY): [ten, ten + DAY],
    }
    for change, expected in changes.items():
        plan = _plan(changes=[change] if change else [])
        assert _times(plan, life) == expected
    waits = _plan(times=(), awaited=Awaited("ben", "home"))
    assert _times(waits, life) == [at(SUNDAY, "15:00:17")]
    waits = _plan(times=(), awaited=Awaited("ben", "home", leaves=True))
    assert _times(waits, life) == [at(SUNDAY, "12:00:17")]


def test_a_week_has_everything() -> None:
    """Given a week, then all kinds are wanted in all ways, the same for a seed."""
    weeks = []
    for _time in range(2):
        dice = _dice()
        weeks.append(wanted(lived(SUNDAY - 3 * DAY, 7, dice), 170, dice))
    assert weeks[0] == weeks[1]
    plans = weeks[0]
    assert len(plans) == 170
    assert {plan.way for plan in plans} == set(Way)
    assert {plan.kind for plan in plans} == set(Kind)
    assert {one.wish for plan in plans for one in plan.changes} == set(Wish)
    assert any(plan.awaited for plan in plans)
    assert len({plan.what for plan in plans}) == 170
