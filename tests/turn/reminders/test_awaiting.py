"""From an event that is waited for to what is told or done when it comes about."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.jarvis.reminders.records import Kind, State
from homeassistant.util import dt as dt_util

from ...reminding.house import async_settle
from .conftest import Waiting


async def _told(waiting: Waiting) -> list[str]:
    """Return what was told by now and not confirmed."""
    await async_settle(waiting.jarvis)
    ringing = await waiting.reminding.async_list(states=(State.RINGING,))
    return [one.what for one in ringing if one.told_at]


async def _restart(waiting: Waiting, *, then: Any = None) -> None:
    """Stop Jarvis, let something come about meanwhile, and start it."""
    entries = waiting.jarvis.hass.config_entries
    assert await entries.async_unload(waiting.jarvis.entry.entry_id)
    if then is not None:
        then()
        await waiting.jarvis.hass.async_block_till_done()
    assert await entries.async_setup(waiting.jarvis.entry.entry_id)
    await async_settle(waiting.jarvis)


async def _set(waiting: Waiting, entity_id: str, state: str) -> None:
    """Let a thing take a state, with what it is besides."""
    hass = waiting.jarvis.hass
    known = hass.states.get(entity_id)
    assert known
    hass.states.async_set(entity_id, state, known.attributes)
    await async_settle(waiting.jarvis)


async def _move(waiting: Waiting, who: str, where: str) -> None:
    """Let somebody go somewhere."""
    waiting.people.move(who, where)
    await async_settle(waiting.jarvis)


@pytest.mark.parametrize(
    ("language", "said", "what"),
    [
        ("fr", "rappelle-moi de nourrir le chat quand je rentre", "nourrir le chat"),
        ("en", "remind me to feed the cat when I get home", "feed the cat"),
    ],
)
async def test_who_is_at_home_leaves_first(
    waiting: Waiting, language: str, said: str, what: str
) -> None:
    """Given somebody at home, then they go out, come back through a restart, once."""
    await waiting.talk(language).say(said)
    await _restart(waiting)
    assert await _told(waiting) == []

    await _move(waiting, "ann", "not_home")
    assert await _told(waiting) == []
    await _restart(waiting, then=lambda: waiting.people.move("ann", "home"))
    assert await _told(waiting) == [what]

    (one,) = await waiting.all()
    await waiting.reminding.async_complete(one.id)
    await _move(waiting, "ann", "not_home")
    await _move(waiting, "ann", "home")
    assert await _told(waiting) == []


async def test_leaving_work(waiting: Waiting) -> None:
    """Given a zone, then leaving home means nothing, and leaving it does."""
    await waiting.talk("fr").say("rappelle-moi le pain quand je pars du travail")
    for where, told in (
        ("not_home", []),
        ("Travail", []),
        ("unavailable", []),
        ("Travail", []),
        ("not_home", ["le pain"]),
    ):
        await _move(waiting, "ann", where)
        assert await _told(waiting) == told, where


async def test_leaving_where_one_is(waiting: Waiting) -> None:
    """Given somebody at work, then "when I leave" means work."""
    await _move(waiting, "ann", "Travail")
    await waiting.talk("en").say("remind me to buy bread when I leave")
    await _move(waiting, "ann", "not_home")
    assert await _told(waiting) == ["buy bread"]


async def test_all_of_the_children(waiting: Waiting) -> None:
    """Given a label on several people, then all of them have to be there."""
    for child in ("lea", "tom"):
        await _move(waiting, child, "École")
    await waiting.talk("fr").say("rappelle-moi le goûter quand les enfants rentrent")

    await _move(waiting, "lea", "home")
    assert await _told(waiting) == []
    await _move(waiting, "tom", "home")
    assert await _told(waiting) == ["le goûter"]


async def test_somebody_of_those_who_are_out(waiting: Waiting) -> None:
    """Given people at home, then it is one of the others who comes home."""
    for one in ("paul", "marie"):
        await _move(waiting, one, "not_home")
    await waiting.talk("en").say("let me know when someone gets home")
    await _move(waiting, "marie", "home")
    assert await _told(waiting) == ["someone gets home"]


async def test_a_machine_that_pauses_has_not_finished(waiting: Waiting) -> None:
    """Given an appliance that tells its states, then its end counts and no pause."""
    await waiting.talk("fr").say("préviens-moi quand la machine à laver a fini")
    for state, told in (
        ("pause", []),
        ("run", []),
        ("unavailable", []),
        ("finished", ["la machine à laver a fini"]),
    ):
        await _set(waiting, "sensor.laver_etat", state)
        assert await _told(waiting) == told, state


async def test_a_machine_known_by_its_power(
    waiting: Waiting, freezer: FrozenDateTimeFactory
) -> None:
    """Given only what it draws, then a pause of a minute is no end, one of three is."""
    await waiting.talk("en").say("tell me when the dishwasher is done")

    async def wait(seconds: int) -> None:
        freezer.tick(timedelta(seconds=seconds))
        async_fire_time_changed(waiting.jarvis.hass, dt_util.utcnow())
        await async_settle(waiting.jarvis)

    await _set(waiting, "sensor.vaisselle", "2")
    await wait(60)
    await _set(waiting, "sensor.vaisselle", "900")
    await wait(200)
    assert await _told(waiting) == []
    await _set(waiting, "sensor.vaisselle", "1.5")
    await wait(170)
    assert await _told(waiting) == []
    await wait(15)
    assert await _told(waiting) == ["the dishwasher is done"]


async def test_a_number_that_is_passed(waiting: Waiting) -> None:
    """Given a limit, then what is no number and what stays above mean nothing."""
    await waiting.talk("fr").say(
        "rappelle-moi les plantes quand il fait moins de 5 degrés dehors"
    )
    for state, told in (
        ("unknown", []),
        ("5", []),
        ("4.9", ["les plantes"]),
    ):
        await _set(waiting, "sensor.temperature_jardin", state)
        assert await _told(waiting) == told, state


async def test_what_is_so_already_ends_first(waiting: Waiting) -> None:
    """Given a thing that is on, then it counts when it is switched on again."""
    talking = waiting.talk("en")
    assert "already" in await talking.say("tell me when the coffee machine turns on")
    assert await _told(waiting) == []
    await _set(waiting, "switch.cafe", "off")
    assert await _told(waiting) == []
    await _set(waiting, "switch.cafe", "on")
    assert await _told(waiting) == ["the coffee machine turns on"]


async def test_any_sensor_of_a_room(waiting: Waiting) -> None:
    """Given two sensors of which one is away, then the other is enough."""
    await waiting.talk("fr").say("préviens-moi quand quelqu'un entre dans la cuisine")
    await _set(waiting, "binary_sensor.presence_cuisine", "unavailable")
    assert await _told(waiting) == []
    await _set(waiting, "binary_sensor.mouvement_cuisine", "on")
    assert await _told(waiting) == ["quelqu'un entre dans la cuisine"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "quand je rentre, éteins la lumière du salon"),
        ("en", "when I get home turn off the living room light"),
    ],
)
async def test_a_command_when_somebody_comes_home(
    waiting: Waiting, language: str, said: str
) -> None:
    """Given a command for an event, then it is done once, with the person's rights."""
    await waiting.talk(language).say(said)
    (kept,) = await waiting.all()
    assert (kept.kind, kept.user_id) == (
        Kind.COMMAND,
        waiting.people.contexts["ann"].user_id,
    )
    hass = waiting.jarvis.hass
    assert hass.states.is_state("light.salon", "on")

    await _move(waiting, "ann", "not_home")
    await _move(waiting, "ann", "home")

    assert hass.states.is_state("light.salon", "off")
    assert await waiting.all() == []


async def test_a_command_that_is_none_is_not_kept(waiting: Waiting) -> None:
    """Given a thing that is not there, then it is said at once and not in the end."""
    await waiting.talk("fr").say("quand je rentre, allume la lumière de la cave")
    assert await waiting.all() == []


@pytest.mark.parametrize(
    ("language", "said", "asked", "answer", "noted"),
    [
        (
            "fr",
            "rappelle-moi de sortir le chien quand je rentre",
            "Je ne sais pas qui parle. Qui dois-je attendre ?",
            "Paul",
            "C'est noté : sortir le chien, quand tu rentres.",
        ),
        (
            "en",
            "remind me to walk the dog when I get home",
            "I don't know who is speaking. Whom shall I wait for?",
            "Paul",
            "Noted: walk the dog, when you get home.",
        ),
    ],
)
async def test_nobody_knows_who_speaks(  # noqa: PLR0917 - one conversation each
    waiting: Waiting, language: str, said: str, asked: str, answer: str, noted: str
) -> None:
    """Given a satellite, then it is asked who is meant, and that person counts."""
    talking = waiting.talk(language, who=None)
    assert await talking.say(said) == asked
    assert await waiting.all() == []
    assert await talking.say(answer) == noted

    await _move(waiting, "paul", "not_home")
    await _move(waiting, "ann", "not_home")
    await _move(waiting, "ann", "home")
    assert await _told(waiting) == []
    await _move(waiting, "paul", "home")
    assert len(await _told(waiting)) == 1


async def test_a_hidden_person_stays_hidden(waiting: Waiting) -> None:
    """Given somebody who is not exposed, then a satellite never learns where."""
    talking = waiting.talk("en", who=None)
    await talking.say("remind me to walk the dog when I get home")
    assert "expose" in await talking.say("Zoé")
    assert await waiting.all() == []
    # Of themselves everybody may know.
    own = waiting.talk("en", who="zoe")
    await own.say("remind me to walk the dog when I get home")
    (kept,) = await waiting.all()
    assert kept.trigger
    assert kept.trigger.entity_id == "person.zoe"


async def test_one_without_rights(waiting: Waiting) -> None:
    """Given somebody who may not see a thing, then they cannot wait for it."""
    hass = waiting.jarvis.hass
    user = await hass.auth.async_get_user(waiting.people.contexts["tom"].user_id or "")
    assert user
    user.groups.clear()
    user.invalidate_cache()
    talking = waiting.talk("en", who="tom")
    refused = await talking.reply("tell me when the front door opens")
    assert refused.error == "not_allowed"
    refused = await talking.reply("tell me when Paul gets home")
    assert refused.error == "not_allowed"
    assert await waiting.all() == []


async def test_moved_to_a_time_it_waits_no_more(waiting: Waiting) -> None:
    """Given another time instead, then the event means nothing any more."""
    talking = waiting.talk("fr")
    await talking.say("rappelle-moi de sortir le chien quand je pars")
    await talking.say("décale le chien à 16h")
    await _move(waiting, "ann", "not_home")
    assert await _told(waiting) == []
