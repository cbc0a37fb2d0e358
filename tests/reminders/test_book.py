"""What is written down, when it is due, and that each time is delivered once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from custom_components.jarvis.reminders.book import KEPT, UNCONFIRMED, Book
from custom_components.jarvis.reminders.records import (
    EVERYONE,
    Edge,
    Kind,
    Reminder,
    State,
    Trigger,
)
from custom_components.jarvis.store.database import Database
from custom_components.jarvis.store.schema import reminder as table

NOW = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
PARIS = ZoneInfo("Europe/Paris")


def _dog(**more: object) -> Reminder:
    values: dict[str, object] = {"what": "sortir le chien", "due": NOW + HOUR, **more}
    return Reminder(**values)  # type: ignore[arg-type]


def _daily(**more: object) -> Reminder:
    due = datetime(2026, 11, 22, 8, tzinfo=PARIS)
    return _dog(due=due, rule="FREQ=DAILY", zone="Europe/Paris", **more)


async def _told(book: Book, now: datetime) -> list[str]:
    """Deliver all that is due; return what it says."""
    claimed = await book.claim(now)
    for one in claimed:
        assert await book.begin(one, now)
        assert await book.told(one, now)
    return [one.what for one in claimed]


async def test_what_is_written_down_is_read_again(book: Book) -> None:
    """Given a reminder with everything, then it comes back as it was."""
    kept = _dog(
        kind=Kind.COMMAND,
        owner="ann",
        whom=("ben", EVERYONE),
        rule="FREQ=WEEKLY;BYDAY=MO",
        first=NOW,
        zone="Europe/Paris",
        trigger=Trigger("person.ann", "home", Edge.LEAVE),
        language="fr",
        device="device",
        user_id="user",
    )
    await book.add(kept)
    assert await book.get(kept.id) == kept
    assert await book.get("another") is None


async def test_every_trigger_is_read_again(book: Book) -> None:
    """Given several entities, states and a number, then they come back as they were."""
    trigger = Trigger(
        "sensor.washer",
        "done",
        is_armed=True,
        also=("idle",),
        others=("sensor.dryer",),
        is_any=True,
        attribute="phase",
        above=1.5,
        below=5,
        lasting=180,
        said="quand tout a fini",
    )
    kept = await book.add(_dog(due=None, trigger=trigger))
    assert await book.get(kept.id) == kept


async def test_a_trigger_from_before_is_read(book: Book) -> None:
    """Given what was written when there was but one entity, then it is read."""
    kept = await book.add(_dog(due=None, trigger=Trigger("person.ann", "home")))
    old = {
        "entity_id": "person.ann",
        "state": "home",
        "edge": "leave",
        "is_armed": True,
    }
    async with book._database.write() as connection:
        await connection.execute(
            table.update().where(table.c.id == kept.id).values(awaited=old)
        )
    read = await book.get(kept.id)
    assert read
    assert read.trigger == Trigger("person.ann", "home", Edge.LEAVE, is_armed=True)


@pytest.mark.parametrize(
    ("trigger", "values", "is_met"),
    [
        (Trigger("a", "on"), [["on"]], True),
        (Trigger("a", "on"), [["off"]], False),
        (Trigger("a", "on"), [[]], None),
        (Trigger("a", "on", Edge.LEAVE), [["off"]], True),
        (Trigger("a", "on", Edge.LEAVE), [[]], None),
        (Trigger("a", "x", also=("y",)), [["y", "z"]], True),
        (Trigger("a", "on", others=("b",)), [["on"], ["off"]], False),
        (Trigger("a", "on", others=("b",)), [["on"], []], None),
        (Trigger("a", "on", others=("b",)), [["off"], []], False),
        (Trigger("a", "on", others=("b",), is_any=True), [["on"], ["off"]], True),
        (Trigger("a", "on", others=("b",), is_any=True), [["off"], []], False),
        (Trigger("a", "on", others=("b",), is_any=True), [[], []], None),
        (Trigger("a", below=5), [["4.9"]], True),
        (Trigger("a", below=5), [["5"]], False),
        (Trigger("a", above=5), [["5.1"]], True),
        (Trigger("a", above=5, below=6), [["7"]], False),
        (Trigger("a", above=5), [["warm"]], None),
    ],
)
def test_when_a_trigger_is_met(
    trigger: Trigger, values: list[list[str]], is_met: bool | None
) -> None:
    """Given values of entities, then they are what is waited for, or nobody knows."""
    assert trigger.is_met(values) is is_met


async def test_each_time_is_delivered_once(book: Book) -> None:
    """Given a reminder, then it is claimed when it is due and never again."""
    await book.add(_dog())
    assert await book.next_due() == NOW + HOUR
    assert await _told(book, NOW) == []
    assert await _told(book, NOW + HOUR) == ["sortir le chien"]
    assert await _told(book, NOW + DAY) == []
    assert await book.next_due() is None


async def test_nobody_else_claims_what_is_being_delivered(book: Book) -> None:
    """Given a claim, then a second one finds nothing, and nothing is next."""
    await book.add(_dog(due=NOW))
    assert len(await book.claim(NOW)) == 1
    assert await book.claim(NOW) == []
    assert await book.next_due() is None


async def test_the_next_time_of_a_rule(book: Book) -> None:
    """Given a daily one across the change of clocks, then it rings at 8 each day."""
    begin = datetime(2026, 10, 24, 8, tzinfo=PARIS)
    kept = await book.add(
        _dog(due=begin, rule="FREQ=DAILY;COUNT=3", zone="Europe/Paris")
    )
    rung = []
    while at := await book.next_due():
        (claimed,) = await book.claim(at)
        rung.append(at.astimezone(PARIS).isoformat())
        await book.told(claimed, at)
    assert rung == [
        "2026-10-24T08:00:00+02:00",
        "2026-10-25T08:00:00+01:00",
        "2026-10-26T08:00:00+01:00",
    ]
    done = await book.complete(kept.id, NOW)
    assert done is not None
    assert done.state is State.DONE


async def test_what_was_missed_is_delivered_once(book: Book) -> None:
    """Given three days of downtime, then a daily one is told once, and late."""
    await book.add(_daily())
    (claimed,) = await book.claim(NOW + 3 * DAY)
    assert claimed.rung == datetime(2026, 11, 22, 7, tzinfo=UTC)
    assert claimed.due == datetime(2026, 11, 26, 7, tzinfo=UTC)
    await book.told(claimed, NOW + 3 * DAY)
    assert await book.claim(NOW + 3 * DAY) == []


async def test_a_clock_that_is_set_back(book: Book) -> None:
    """Given a daily one that was told, when the clock goes back, it is not again."""
    await book.add(_daily())
    assert len(await _told(book, NOW)) == 1
    assert await _told(book, NOW - 7 * HOUR) == []


async def test_unconfirmed_is_told_again(book: Book) -> None:
    """Given a reminder that is to be repeated, then it is, until it is confirmed."""
    kept = await book.add(_dog(due=NOW))
    (claimed,) = await book.claim(NOW)
    await book.told(claimed, NOW, again_at=NOW + 5 * MINUTE)
    assert await book.next_due() == NOW + 5 * MINUTE
    await book.complete(kept.id, NOW + MINUTE)
    assert await book.next_due() is None


async def test_snoozed_before_and_after_its_time(book: Book) -> None:
    """Given a snooze, then it is due again then, and not late."""
    kept = await book.add(_dog(due=NOW))
    await _told(book, NOW)
    snoozed = await book.snooze(kept.id, NOW + HOUR)
    assert snoozed is not None
    assert (snoozed.state, snoozed.snoozed_until) == (State.WAITING, NOW + HOUR)
    (claimed,) = await book.claim(NOW + HOUR)
    assert claimed.rung == NOW + HOUR

    early = await book.add(_dog(due=NOW + DAY))
    moved = await book.snooze(early.id, NOW + 2 * DAY)
    assert moved is not None
    assert moved.due == NOW + 2 * DAY


async def test_a_snoozed_rule_goes_on(book: Book) -> None:
    """Given a daily one that was put off, then the next day's is not."""
    kept = await book.add(_daily())
    await _told(book, NOW)
    await book.snooze(kept.id, NOW + HOUR)
    assert await book.next_due() == NOW + HOUR
    assert len(await _told(book, NOW + HOUR)) == 1
    assert await book.next_due() == datetime(2026, 11, 23, 7, tzinfo=UTC)


async def test_completed_before_its_time(book: Book) -> None:
    """Given a daily one that is done already, then it waits for the day after."""
    kept = await book.add(_daily())
    early = datetime(2026, 11, 22, 6, tzinfo=UTC)
    done = await book.complete(kept.id, early)
    assert done is not None
    assert (done.state, done.due) == (
        State.WAITING,
        datetime(2026, 11, 23, 7, tzinfo=UTC),
    )


async def test_cancelled_while_it_is_delivered(book: Book) -> None:
    """Given a claim, when it is cancelled, then nobody hears of it any more."""
    kept = await book.add(_dog(due=NOW))
    (claimed,) = await book.claim(NOW)
    assert [one.id for one in await book.cancel([kept.id, "x"], NOW)] == [kept.id]
    assert not await book.begin(claimed, NOW)
    assert await book.told(claimed, NOW) is None
    assert await book.cancel([kept.id], NOW) == []


async def test_changed_while_it_rings(book: Book) -> None:
    """Given another time, then it waits for that; other words change nothing else."""
    kept = await book.add(_dog(due=NOW))
    await _told(book, NOW)
    ringing = await book.get(kept.id)
    assert ringing is not None
    worded = await book.change(replace(ringing, what="sortir le chat"))
    assert worded is not None
    assert (worded.what, worded.state) == ("sortir le chat", State.RINGING)
    moved = await book.change(replace(worded, due=NOW + DAY))
    assert moved is not None
    assert (moved.state, moved.next_at) == (State.WAITING, NOW + DAY)


@pytest.mark.parametrize("past", [True, False])
async def test_reopened(book: Book, *, past: bool) -> None:
    """Given one that is done, when it is not after all, it rings only if it is due."""
    due = NOW - HOUR if past else NOW + HOUR
    kept = await book.add(_dog(due=due))
    await book.complete(kept.id, NOW)
    reopened = await book.reopen(kept.id, NOW)
    assert reopened is not None
    assert reopened.state is (State.RINGING if past else State.WAITING)
    assert await book.next_due() == (None if past else due)


async def test_after_a_crash(book: Book) -> None:
    """Given deliveries that were cut off, then none is lost, and none said twice."""
    for name in ("claimed", "begun", "told"):
        await book.add(_dog(what=name, due=NOW))
    for one in await book.claim(NOW):
        if one.what != "claimed":
            assert await book.begin(one, NOW)
        if one.what == "told":
            await book.told(one, NOW)

    later = NOW + HOUR
    cut = await book.recover(later)

    assert [one.what for one in cut] == ["begun"]
    assert [one.what for one in await book.claim(later)] == ["claimed"]
    assert await book.next_due() is None


async def test_after_a_second_crash(book: Book) -> None:
    """Given one that was cut off, then it is taken up until it was shown."""
    await book.add(_dog(due=NOW))
    (claimed,) = await book.claim(NOW)
    await book.begin(claimed, NOW)
    first, second = await book.recover(NOW), await book.recover(NOW)
    assert first == second
    told = await book.told(second[0], NOW)
    assert told is not None
    assert told.tellings == 1
    assert await book.recover(NOW) == []


async def test_a_command_is_never_run_twice(book: Book) -> None:
    """Given a command that had begun, when it is cut off, then it counts as run."""
    await book.add(_dog(kind=Kind.COMMAND, due=NOW))
    (claimed,) = await book.claim(NOW)
    await book.begin(claimed, NOW)
    (cut,) = await book.recover(NOW)
    assert await book.claim(NOW) == []
    done = await book.told(cut, NOW, is_done=True)
    assert done is not None
    assert done.state is State.DONE
    assert await book.next_due() is None


async def test_held_back_and_released(book: Book) -> None:
    """Given speech that was held back, then it is due when it is welcome."""
    await book.add(_dog(due=NOW))
    (claimed,) = await book.claim(NOW)
    await book.told(claimed, NOW, is_spoken=False, is_held=True)
    assert await book.next_due() is None
    await book.release(NOW + HOUR)
    (again,) = await book.claim(NOW + HOUR)
    assert (again.is_held, again.tellings, again.rung) == (True, 0, NOW)


async def test_waiting_for_somebody(book: Book) -> None:
    """Given a trigger, then it is claimed once, when it is met."""
    trigger = Trigger("person.ann", "home")
    kept = await book.add(_dog(due=None, trigger=trigger))
    assert await book.next_due() is None
    await book.arm(kept.id)
    (waiting,) = await book.awaiting()
    assert waiting.trigger == replace(trigger, is_armed=True)
    claimed = await book.claim_awaited(kept.id, NOW)
    assert claimed is not None
    assert await book.claim_awaited(kept.id, NOW) is None
    await book.told(claimed, NOW)
    assert await book.awaiting() == []


async def test_listed(book: Book) -> None:
    """Given several owners, then each sees their own and what is for them, in order."""
    await book.add(_dog(what="maman", owner="ann", whom=("ben",), due=NOW + 2 * HOUR))
    await book.add(_dog(what="tous", owner="ann", whom=(EVERYONE,), due=NOW + 3 * HOUR))
    await book.add(_dog(what="foyer", due=None))
    await book.add(_dog(what="Réunion à l'école", owner="cal", due=NOW + HOUR))

    async def seen(*owners: str | None, **more: object) -> list[str]:
        found = await book.listed(owners, **more)  # type: ignore[arg-type]
        return [one.what for one in found]

    assert await seen("ann") == ["maman", "tous"]
    assert await seen("ben") == ["maman", "tous"]
    assert await seen("cal", None) == ["Réunion à l'école", "tous", "foyer"]
    assert await seen(None) == ["tous", "foyer"]
    assert await seen("ann", until=NOW + 3 * HOUR) == ["maman"]
    assert await seen("ann", since=NOW + 3 * HOUR) == ["tous"]
    assert await seen("cal", text="reunion ECOLE") == ["Réunion à l'école"]
    assert len(await book.listed()) == 4


async def test_tidied(book: Book) -> None:
    """Given what nobody confirmed and what ended long ago, then both come to an end."""
    told = await book.add(_dog(due=NOW))
    await _told(book, NOW)
    repeated = await book.add(_dog(due=NOW))
    (claimed,) = await book.claim(NOW)
    await book.told(claimed, NOW, again_at=NOW + 3 * DAY)

    await book.tidy(NOW + UNCONFIRMED + MINUTE)
    ended = await book.get(told.id)
    assert ended is not None
    assert ended.state is State.DONE
    await book.tidy(NOW + KEPT + 2 * DAY)
    assert await book.get(told.id) is None
    assert await book.get(repeated.id) is not None


async def test_the_next_one_is_found_by_an_index(
    book: Book, database: Database
) -> None:
    """Given 10,000 reminders, then nothing reads them all to find the next one."""
    async with database.write() as connection:
        await connection.exec_driver_sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
            " WHERE i < 10000) INSERT INTO reminder (id, what, kind, whom, grain,"
            " zone, language, created_at, state, is_held, tellings, due, next_at)"
            " SELECT i, 'x', 'reminder', '[]', 1, 'UTC', 'en', 0, 'waiting', 0, 0,"
            " i * 1000000, i * 1000000 FROM n"
        )
    async with database.read() as connection:
        plan = await connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT min(next_at) FROM reminder"
            " WHERE next_at IS NOT NULL AND claimed_at IS NULL"
        )
        (step,) = [row.detail for row in plan]
    assert "reminder_by_next" in step
    assert await book.next_due() == datetime.fromtimestamp(1, UTC)
