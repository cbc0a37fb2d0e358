"""What people want to be forgotten: asked back first, then gone from everywhere."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.jarvis.memory.records import Fact, Turn, now

from ...house import Jarvis
from ..talk import Talk, files_with, person

YES = {"en": "Yes", "fr": "Oui"}


@pytest.mark.parametrize(
    ("language", "ask"),
    [
        ("fr", "Oublie la dernière heure"),
        ("fr", "Oublie tout ce que je t'ai dit aujourd'hui"),
        ("en", "Forget the last hour"),
        ("en", "Forget everything since 8 o'clock"),
    ],
)
async def test_forget_a_time(
    talk: Callable[..., Talk],
    jarvis_alone: Jarvis,
    freezer: FrozenDateTimeFactory,
    language: str,
    ask: str,
) -> None:
    """Given words of an hour, then they are listed, asked about, and gone."""
    await jarvis_alone.hass.config.async_set_time_zone("Europe/Paris")
    repository = jarvis_alone.entry.runtime_data.memory.repository
    freezer.move_to("2026-11-21 12:00:00+00:00")
    await talk(language).say("The Quokka is ours")
    freezer.move_to("2026-11-22 12:00:00+00:00")
    await talk(language).say("The Zebrafish is new")
    await talk("en").say("Remember that the Xylophone is loud")
    freezer.move_to("2026-11-22 12:10:00+00:00")
    talking = talk(language)

    asked = await talking.say(ask)
    assert "Xylophone" in asked
    assert "Zebrafish" in asked
    assert "Quokka" not in asked
    assert asked.endswith("?")
    await talking.say(YES[language])

    assert [one.said for one in await repository.turns((None,))] == [
        "The Quokka is ours"
    ]
    await jarvis_alone.hass.config_entries.async_unload(jarvis_alone.entry.entry_id)
    assert not files_with(jarvis_alone.hass, b"Xylophone")
    assert not files_with(jarvis_alone.hass, b"Zebrafish")


@pytest.mark.parametrize(
    ("language", "keep", "ask", "forget"),
    [
        (
            "fr",
            "Souviens-toi que le trésor s'appelle Zanzibar",
            "Qu'est-ce que tu sais sur le trésor ?",
            "Oublie ça",
        ),
        (
            "en",
            "Remember that the treasure is called Zanzibar",
            "What do you know about the treasure?",
            "Forget that",
        ),
        (
            "fr",
            "Souviens-toi que le trésor s'appelle Zanzibar",
            "Où est le trésor ?",
            "Oublie tout sur le trésor",
        ),
        (
            "en",
            "Remember that the treasure is called Zanzibar",
            "Where is the treasure?",
            "Forget everything about the treasure",
        ),
    ],
)
async def test_forgotten_in_all_files(  # noqa: PLR0917
    talk: Callable[..., Talk],
    jarvis_alone: Jarvis,
    language: str,
    keep: str,
    ask: str,
    forget: str,
) -> None:
    """Given a fact that was told and repeated, then no byte of it is left."""
    hass = jarvis_alone.hass
    aside = Path(hass.config.path("jarvis/memory.db.corrupt-20260101T000000000000Z"))
    await hass.async_add_executor_job(aside.write_bytes, b"the old Zanzibar")
    talking = talk(language)
    await talking.say(keep)
    assert "Zanzibar" in await talking.say(ask)

    assert "Zanzibar" in await talking.say(forget)
    await talking.say(YES[language])

    assert "Zanzibar" not in await talking.say(ask)
    assert "Zanzibar" not in str(jarvis_alone.entry.runtime_data.conversations)
    assert "Zanzibar" not in str(hass.data["conversation_chat_logs"])
    await hass.config_entries.async_unload(jarvis_alone.entry.entry_id)
    assert not files_with(hass, b"Zanzibar")


async def test_forgotten_by_the_model_too(jarvis: Jarvis) -> None:
    """Given a conversation in which a fact came up, then no request has it any more."""
    talking = Talk(jarvis, "fr")
    await talking.say("Souviens-toi que le trésor s'appelle Zanzibar")
    await talking.say("Raconte-moi une histoire sur le trésor de Zanzibar")
    assert "Zanzibar" in str(jarvis.ollama.chats[-1])
    await talking.say("Oublie tout sur le trésor")
    assert await talking.say("Oui") == "C'est oublié."

    await talking.say("Raconte-moi une histoire sur le trésor")

    assert "Zanzibar" not in str(jarvis.ollama.chats[-1])
    await jarvis.hass.config_entries.async_unload(jarvis.entry.entry_id)
    assert not files_with(jarvis.hass, b"Zanzibar")


async def test_a_yes_to_something_else(talk: Callable[..., Talk]) -> None:
    """Given a question that was passed over, then a later yes forgets nothing."""
    await talk("en").say("Remember that the cat is called Tom")
    talking = talk("en")
    await talking.say("Forget everything about the cat")
    await talking.say("Turn on the kitchen light")
    await talking.say("Yes")

    assert "Tom" in await talk("en").say("What do you know about the cat?")


async def test_what_is_ones_own(jarvis_alone: Jarvis) -> None:
    """Given a person, then a time takes their own words, a name the household's too."""
    hass = jarvis_alone.hass
    repository = jarvis_alone.entry.runtime_data.memory.repository
    mine = await person(hass, "Ann")
    await repository.add_turn(Turn(conversation="c", said="Ben's word", owner="ben"))
    await repository.add_fact(Fact(text="Ben's cat is Tom", owner="ben"))
    await repository.add_fact(Fact(text="The cat of the house is Tim"))
    talking = Talk(jarvis_alone, "en", context=mine)

    assert "nothing" in await talking.say("Forget today")
    asked = await talking.say("Forget everything about the cat")

    assert "Tim" in asked
    assert "Tom" not in asked


async def test_an_old_turn_that_taught_something(
    talk: Callable[..., Talk], jarvis_alone: Jarvis
) -> None:
    """Given a fact that was learned from words, then it goes with them."""
    repository = jarvis_alone.entry.runtime_data.memory.repository
    turn = Turn(
        conversation="c", said="Nous avons adopté Okapi", at=now() - timedelta(hours=2)
    )
    await repository.add_turn(turn)
    await repository.add_fact(Fact(text="Ils ont un chat", source_turn=turn.id))
    talking = talk("fr")

    asked = await talking.say("Oublie tout sur Okapi")
    assert "Ils ont un chat" in asked
    await talking.say("Oui")

    counts = await repository.counts()
    assert (counts.turns, counts.facts) == (0, 0)


@pytest.mark.parametrize(
    ("language", "ask"),
    [
        ("fr", "Oublie ce que je viens de dire"),
        ("en", "Forget what I just said"),
    ],
)
async def test_what_was_said_last(
    talk: Callable[..., Talk],
    jarvis_alone: Jarvis,
    language: str,
    ask: str,
) -> None:
    """Given a conversation, then its last words go; elsewhere what was kept last."""
    repository = jarvis_alone.entry.runtime_data.memory.repository
    await repository.add_fact(Fact(text="Quokka is ours"))
    talking = talk(language)
    await talking.say("Zebrafish")

    for gone, there in (("Zebrafish", "Quokka"), ("Quokka", "Zebrafish")):
        asked = await talking.say(ask)
        assert gone in asked
        assert there not in asked
        await talking.say(YES[language])
        talking = talk(language)

    assert not (await repository.counts()).facts
    await jarvis_alone.hass.config_entries.async_unload(jarvis_alone.entry.entry_id)
    for word in (b"Zebrafish", b"Quokka"):
        assert not files_with(jarvis_alone.hass, word)


@pytest.mark.parametrize(
    ("language", "ask"),
    [
        ("fr", "Oublie la dernière note"),
        ("en", "Forget the last thing you remembered"),
    ],
)
async def test_what_was_kept_last(
    talk: Callable[..., Talk],
    jarvis_alone: Jarvis,
    language: str,
    ask: str,
) -> None:
    """Whatever was said since, it is the newest note that goes."""
    repository = jarvis_alone.entry.runtime_data.memory.repository
    for text in ("Xylophone is loud", "Quokka is ours"):
        await repository.add_fact(Fact(text=text))
    talking = talk(language)
    await talking.say("Zebrafish")

    assert "Quokka" in await talking.say(ask)
    await talking.say(YES[language])

    assert [one.text for one in await repository.facts((None,))] == [
        "Xylophone is loud"
    ]


@pytest.mark.parametrize(
    ("language", "ask"),
    [
        ("fr", "Oublie tout ce que tu sais sur moi"),
        ("en", "Forget everything you know about me"),
    ],
)
async def test_all_of_ones_own(jarvis_alone: Jarvis, language: str, ask: str) -> None:
    """Given a person, then all of theirs goes, and nothing of anybody else's."""
    repository = jarvis_alone.entry.runtime_data.memory.repository
    mine = await person(jarvis_alone.hass, "Ann")
    for owner in ("ann", "ben", None):
        await repository.add_turn(
            Turn(conversation="c", said=f"word of {owner}", owner=owner)
        )
        await repository.add_fact(Fact(text=f"note of {owner}", owner=owner))
    talking = Talk(jarvis_alone, language, context=mine)

    asked = await talking.say(ask)
    assert "of ann" in asked
    assert "of ben" not in asked
    await talking.say(YES[language])

    owners = ("ann", "ben", None)
    assert {one.owner for one in await repository.facts(owners)} == {"ben", None}
    assert {one.owner for one in await repository.turns(owners)} == {"ben", None}


async def test_what_is_called_otherwise(
    talk: Callable[..., Talk], jarvis_alone: Jarvis
) -> None:
    """Given words that nothing has all of, then what may be meant is asked about."""
    repository = jarvis_alone.entry.runtime_data.memory.repository
    await repository.add_fact(Fact(text="The boiler was serviced in March"))
    talking = talk("en")

    assert "boiler" in await talking.say("Forget everything about the boiler engineer")
    await talking.say("Yes")

    assert not (await repository.counts()).facts
