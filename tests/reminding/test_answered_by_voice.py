"""What people answer aloud to a reminder, by a satellite that knows nobody's voice."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.jarvis.reminders.records import State
from homeassistant.util import dt as dt_util
from tests.house import Jarvis

from .course import HOUR, async_add, async_pass
from .house import Hearing


@pytest.mark.parametrize(
    ("language", "words", "state"),
    [
        ("en", "in ten minutes", State.WAITING),
        ("en", "done", State.DONE),
        ("fr", "dans dix minutes", State.WAITING),
        ("fr", "c'est fait", State.DONE),
    ],
)
async def test_words_are_about_what_was_told_there(  # noqa: PLR0917
    jarvis_alone: Jarvis,
    hearing: Hearing,
    freezer: FrozenDateTimeFactory,
    language: str,
    words: str,
    state: State,
) -> None:
    """All that the room just heard is meant, whosever it is; no other room's."""
    kitchen, lounge = hearing.device("Cuisine"), hearing.device("Salon")
    reminding = jarvis_alone.entry.runtime_data.reminding
    there = [
        await async_add(jarvis_alone, what=what, device=kitchen)
        for what in ("walk the dog", "ring the vet")
    ]
    other = await async_add(jarvis_alone, what="feed the cat", device=lounge)
    await async_pass(jarvis_alone, freezer, HOUR)
    assert len(hearing.satellites["Cuisine"].said) == 2

    freezer.tick(30)
    reply = await jarvis_alone.say(words, language, device_id=kitchen)
    assert reply.error is None
    for one in there:
        known = await reminding.async_get(one.id)
        assert known.state is state
        until = dt_util.utcnow() + timedelta(minutes=10)
        assert known.snoozed_until == (until if state is State.WAITING else None)
    assert (await reminding.async_get(other.id)).state is State.RINGING


async def test_long_after_it_means_nothing(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """A quarter of an hour later nobody knows what is meant."""
    kitchen = hearing.device("Cuisine")
    kept = await async_add(jarvis_alone, device=kitchen)
    await async_pass(jarvis_alone, freezer, HOUR)
    freezer.tick(timedelta(minutes=16))
    await jarvis_alone.say("in ten minutes", device_id=kitchen)
    reminding = jarvis_alone.entry.runtime_data.reminding
    assert (await reminding.async_get(kept.id)).state is State.RINGING
