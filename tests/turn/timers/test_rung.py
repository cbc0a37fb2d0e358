"""What is said to a timer that rings, in both languages."""

from dataclasses import dataclass

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.jarvis.local.text.words import words
from tests.house import Jarvis
from tests.reminding.house import Hearing
from tests.reminding.timing import (
    MINUTE,
    NOW,
    SECOND,
    async_pass,
    async_set,
    left,
    say,
    timers_of,
)
from tests.turn.talk import person

STOPS = {
    "fr": (
        "stop|Stop !|arrête|arrête ça|ok|OK merci|merci|d'accord|c'est bon|tais-toi|"
        "silence|j'arrive|arrête la sonnerie|annule|arrête le minuteur|compris"
    ),
    "en": (
        "stop|Stop!|stop it|ok|okay|thanks|thank you|got it|be quiet|enough|"
        "I'm coming|turn off the alarm|cancel|stop the timer|all right"
    ),
}
MORE = {
    "fr": (
        "encore 5 minutes|encore cinq minutes s'il te plaît|5 minutes de plus|"
        "ajoute 5 minutes|remets cinq minutes|cinq minutes|remets encore 5 minutes"
    ),
    "en": (
        "5 more minutes|another five minutes|five minutes more|add 5 minutes|"
        "give me 5 more minutes please|five minutes|restart it for 5 minutes"
    ),
}


def _said(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(code, one) for code, said in table.items() for one in said.split("|")]


@dataclass(slots=True)
class Ringing:
    """A timer rings in the kitchen, and one runs in the living room."""

    jarvis: Jarvis
    hearing: Hearing
    freezer: FrozenDateTimeFactory

    @property
    def heard(self) -> int:
        """How often it rang."""
        return len(self.hearing.satellites["Cuisine"].said)

    async def say(self, text: str, language: str, room: str = "Cuisine") -> str:
        """Say something in a room, then wait until it would ring again."""
        reply = await say(self.jarvis, text, language, self.hearing.device(room))
        await async_pass(self.jarvis, self.freezer, 15 * SECOND)
        return reply

    async def left(self) -> dict[str, float]:
        """Return what is left of the timers."""
        return left(await timers_of(self.jarvis).async_list())


@pytest.fixture
async def hearing(jarvis_alone: Jarvis) -> Hearing:
    """Return a house with a satellite in two rooms."""
    hearing = Hearing(jarvis_alone.hass)
    for room in ("Salon", "Cuisine"):
        await hearing.add_satellite(room)
    return hearing


@pytest.fixture
async def ringing(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> Ringing:
    """Let a timer ring."""
    freezer.move_to(NOW)
    ringing = Ringing(jarvis_alone, hearing, freezer)
    await async_set(jarvis_alone, hearing.device("Cuisine"))
    await async_set(jarvis_alone, hearing.device("Salon"), name="tea", seconds=900)
    await async_pass(jarvis_alone, freezer, 10 * MINUTE)
    assert ringing.heard == 1
    return ringing


@pytest.mark.parametrize(("language", "said"), _said(STOPS))
async def test_stopped(ringing: Ringing, language: str, said: str) -> None:
    """It rings no more, and nothing else is stopped."""
    reply = await ringing.say(said, language)

    assert reply in ("D'accord.", "All right.", "Minuteur annulé.", "Timer cancelled.")
    assert ringing.heard == 1
    assert await ringing.left() == {"tea": 285}


@pytest.mark.parametrize(("language", "said"), _said(MORE))
async def test_more_time(ringing: Ringing, language: str, said: str) -> None:
    """It rings no more, and again when that time is over."""
    reply = await ringing.say(said, language)

    assert "5 minutes" in reply
    assert await ringing.left() == {"pasta": 285, "tea": 285}
    assert ringing.heard == 1


@pytest.mark.parametrize(
    ("language", "said"), [("fr", "encore 5 minutes"), ("en", "5 more minutes")]
)
async def test_more_time_after_it_was_stopped(
    ringing: Ringing, language: str, said: str
) -> None:
    """«Stop», then «encore 5 minutes»: what rang is meant, not what runs elsewhere."""
    await ringing.say("stop", language)
    await ringing.say(said, language)

    assert await ringing.left() == {"pasta": 285, "tea": 270}


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_what_means_something_else(ringing: Ringing, language: str) -> None:
    """A command is done while it rings, and «stop» elsewhere is not about it."""
    light = {"fr": "éteins la lumière", "en": "turn off the light"}
    await ringing.say(light[language], language)
    assert ringing.jarvis.states()["light.cuisine"] == "off"
    assert ringing.heard == 2
    await ringing.say("stop", language, "Salon")

    assert ringing.heard == 3


@pytest.mark.parametrize(("language", "said"), [("fr", "merci"), ("en", "thanks")])
async def test_nothing_rings_any_more(
    ringing: Ringing, language: str, said: str
) -> None:
    """Then thanks are thanks again."""
    await ringing.say(said, language)

    assert await ringing.say(said, language) == words(language).welcome


async def test_on_a_phone(jarvis_alone: Jarvis, freezer: FrozenDateTimeFactory) -> None:
    """Who was notified has more time with a few words; others have not."""
    freezer.move_to(NOW)
    hass = jarvis_alone.hass
    ann = await person(hass, "Ann")
    other = await hass.auth.async_create_user("Ben", group_ids=["system-users"])
    await jarvis_alone.say("minuteur pâtes 10 minutes", "fr", context=ann)
    await async_pass(jarvis_alone, freezer, 10 * MINUTE)

    theirs = type(ann)(user_id=other.id)
    await jarvis_alone.say("encore 5 minutes", "fr", context=theirs)
    assert await timers_of(jarvis_alone).async_list() == []
    await jarvis_alone.say("encore 5 minutes", "fr", context=ann)
    assert left(await timers_of(jarvis_alone).async_list()) == {"pâtes": 300}
