"""The user's hand on the memory, by voice: kept, corrected, told, kept out."""

from collections.abc import Callable

from freezegun.api import FrozenDateTimeFactory
import pytest

from ...house import Jarvis
from ..talk import Talk, files_with, person

KEY = "la clé du portail est dans le tiroir bleu"


@pytest.mark.parametrize(
    ("language", "kept", "wrong", "answer", "question", "told"),
    [
        (
            "fr",
            "Souviens-toi que la réunion est lundi",
            "Non, c'est mardi",
            "C'est corrigé : La réunion est mardi.",
            "Qu'est-ce que tu sais sur la réunion ?",
            "Vous m'avez dit : La réunion est mardi.",
        ),
        (
            "fr",
            f"Souviens-toi que {KEY}",
            "En fait la clé est dans le tiroir rouge",
            "C'est corrigé : La clé du portail est dans le tiroir rouge.",
            "Où est la clé du portail ?",
            "Vous m'avez dit : La clé du portail est dans le tiroir rouge.",
        ),
        (
            "en",
            "Remember that the key is in the blue drawer",
            "Actually it's in the red drawer",
            "Corrected: The key is in the red drawer.",
            "Where is the key?",
            "You told me: The key is in the red drawer.",
        ),
        (
            "en",
            "Remember that the bin goes out on Monday",
            "That's wrong, it's Tuesday",
            "Corrected: The bin goes out on Tuesday.",
            "What do you know about the bin?",
            "You told me: The bin goes out on Tuesday.",
        ),
    ],
)
async def test_corrected_right_after(  # noqa: PLR0917 - one sentence each
    talk: Callable[..., Talk],
    language: str,
    kept: str,
    wrong: str,
    answer: str,
    question: str,
    told: str,
) -> None:
    """Given a fact that was just kept, then a correction takes its place."""
    talking = talk(language)
    await talking.say(kept)

    assert await talking.say(wrong) == answer
    assert await talk(language).say(question) == told


async def test_corrected_when_it_is_told(talk: Callable[..., Talk]) -> None:
    """Given a fact that was told, then it can be put right, and so can that."""
    await talk("fr").say(f"Souviens-toi que {KEY}")
    talking = talk("fr")
    await talking.say("Où est la clé du portail ?")

    assert "sur l'étagère" in await talking.say("C'est faux, elle est sur l'étagère")
    assert "tiroir vert" in await talking.say("Non, dans le tiroir vert")
    before = await talking.say("Et avant ?")

    assert before == (
        "Avant : La clé du portail est sur l'étagère ; "
        "La clé du portail est dans le tiroir bleu."
    )


async def test_commands_are_no_corrections(
    talk: Callable[..., Talk], jarvis_alone: Jarvis
) -> None:
    """Given a memory just before, then the house still obeys; later nothing changes."""
    talking = talk("fr")
    await talking.say("Souviens-toi que la lumière du salon est trop forte le lundi")

    await talking.say("Non, allume la lumière du salon")
    assert jarvis_alone.states()["light.salon"] == "on"
    later = await talking.reply("Non, mardi")

    assert later.error == "not_understood"
    known = await talking.say("Qu'est-ce que tu sais sur la lumière ?")
    assert "lundi" in known


@pytest.mark.parametrize(
    ("language", "first", "then", "answer", "question"),
    [
        (
            "fr",
            "Souviens-toi que mon anniversaire est le 3 mai",
            "Souviens-toi que mon anniversaire est le 4 mai",
            (
                "C'est noté : Mon anniversaire est le 4 mai. "
                "Avant : Mon anniversaire est le 3 mai."
            ),
            "Tu te souvenais de quoi avant ?",
        ),
        (
            "en",
            "Remember that the cat is called Tim",
            "Remember that the cat is called Tom",
            "Noted: The cat is called Tom. Before: The cat is called Tim.",
            "What did you remember before?",
        ),
    ],
)
async def test_what_denies_a_fact_takes_its_place(  # noqa: PLR0917
    talk: Callable[..., Talk],
    language: str,
    first: str,
    then: str,
    answer: str,
    question: str,
) -> None:
    """Given a fact, then another one about the same thing supersedes it and says so."""
    await talk(language).say(first)
    talking = talk(language)

    assert await talking.say(then) == answer
    before = await talk(language).say(question)

    assert (
        before
        == f"{'Avant :' if language == 'fr' else 'Before:'} "
        + (answer.partition(". ")[2].partition(": ")[2])
    )


async def test_both_may_be_true(talk: Callable[..., Talk]) -> None:
    """Given two facts about somebody, then none replaces the other."""
    await talk("fr").say("Souviens-toi que Léa est végétarienne")
    assert await talk("fr").say("Souviens-toi que Léa est ma sœur") == "C'est noté."

    told = await talk("fr").say("Que sais-tu de Léa ?")
    assert "végétarienne" in told
    assert "sœur" in told


@pytest.mark.parametrize(
    ("language", "text", "answer"),
    [
        (
            "fr",
            "Souviens-toi que le code du portail est 4825",
            "Je ne garde pas de codes ni de mots de passe.",
        ),
        (
            "en",
            "Remember that the code of the gate is 4825",
            "I keep no codes and no passwords.",
        ),
    ],
)
async def test_secrets_are_not_kept(
    talk: Callable[..., Talk],
    jarvis_alone: Jarvis,
    language: str,
    text: str,
    answer: str,
) -> None:
    """Given a code, then it is refused with the reason, and no byte of it is kept."""
    assert await talk(language).say(text) == answer

    await jarvis_alone.hass.config_entries.async_unload(jarvis_alone.entry.entry_id)
    assert not files_with(jarvis_alone.hass, b"4825")


@pytest.mark.parametrize(
    ("language", "never", "text", "listing", "again", "why"),
    [
        (
            "fr",
            "Ne retiens jamais rien sur ma santé",
            "Souviens-toi que ma santé est fragile",
            "Qu'est-ce que tu n'as pas le droit de retenir ?",
            "Tu peux à nouveau retenir des choses sur ma santé",
            "ma santé",
        ),
        (
            "en",
            "Never remember anything about my health",
            "Remember that my health is fragile",
            "What must you not remember?",
            "You can remember things about my health again",
            "my health",
        ),
    ],
)
async def test_off_limits(  # noqa: PLR0917 - one sentence each
    talk: Callable[..., Talk],
    jarvis_alone: Jarvis,
    language: str,
    never: str,
    text: str,
    listing: str,
    again: str,
    why: str,
) -> None:
    """Given what is off-limits, then it is refused, listed, and allowed again."""
    repository = jarvis_alone.entry.runtime_data.memory.repository
    await talk(language).say(never)

    assert why in await talk(language).say(text)
    assert why in await talk(language).say(listing)
    assert await repository.facts((None,)) == []
    await talk(language).say(text.partition(" ")[2])
    assert await repository.turns((None,)) == []

    await talk(language).say(again)
    assert await talk(language).say(text) in ("C'est noté.", "Noted.")


async def test_questions_about_the_past(
    talk: Callable[..., Talk], jarvis_alone: Jarvis, freezer: FrozenDateTimeFactory
) -> None:
    """Given what was said in passing, then it is told with its day, if it is asked."""
    freezer.move_to("2026-11-12 10:00:00+00:00")
    await talk("fr").say("La chaudière fait un bruit bizarre")
    freezer.move_to("2026-11-22 10:00:00+00:00")
    await talk("fr").say("La chaudière est en panne")

    assert await talk("fr").say("Où est la chaudière ?") != "La chaudière est en panne"
    told = await talk("fr").say("Qu'est-ce que je t'ai dit sur la chaudière ?")
    assert (
        "Le 12 novembre, vous m'avez dit : La chaudière fait un bruit bizarre." in told
    )
    assert "Aujourd'hui, vous m'avez dit : La chaudière est en panne." in told
    told = await talk("en").say("What did I say on November 12?")
    assert told == ("On November 12 you told me: La chaudière fait un bruit bizarre.")
    assert await talk("fr").say("De quoi avons-nous parlé hier ?") == (
        "Je n'ai rien retenu là-dessus."
    )


async def test_paused_and_resumed(
    talk: Callable[..., Talk], jarvis_alone: Jarvis
) -> None:
    """Given a pause, then nothing of it stays; what is said after it does."""
    talking = talk("fr")
    await talking.say("Le mot est Xylophone")
    await talking.say("Ne retiens pas cette conversation")
    await talking.say("L'autre mot est Quetzal")
    await talking.say("Tu peux retenir à nouveau")
    await talking.say("Le dernier mot est Okapi")

    await jarvis_alone.hass.config_entries.async_unload(jarvis_alone.entry.entry_id)
    assert not files_with(jarvis_alone.hass, b"Xylophone")
    assert not files_with(jarvis_alone.hass, b"Quetzal")
    assert files_with(jarvis_alone.hass, b"Okapi")


async def test_guests_are_not_remembered(jarvis_alone: Jarvis) -> None:
    """Given guests, then what nobody in particular says is not kept."""
    hass, entry = jarvis_alone.hass, jarvis_alone.entry
    repository = entry.runtime_data.memory.repository
    hass.config_entries.async_update_entry(
        entry, options={**entry.options, "guest_entity": "input_boolean.guests"}
    )
    await hass.async_block_till_done()
    hass.states.async_set("input_boolean.guests", "on")
    mine = await person(hass, "Ann")

    await Talk(jarvis_alone, "en").say("The word is Quetzal")
    await Talk(jarvis_alone, "en", context=mine).say("The word is Okapi")
    hass.states.async_set("input_boolean.guests", "off")
    await Talk(jarvis_alone, "en").say("The word is Tapir")

    turns = await repository.turns((None, "ann"))
    assert {one.said for one in turns} == {"The word is Okapi", "The word is Tapir"}
