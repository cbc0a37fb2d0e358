"""Nothing hears itself: what Jarvis just said in a room is no utterance."""

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.jarvis.turn.echo import Echoes
from tests.devices import DeviceHome, async_build_home
from tests.house import Jarvis
from tests.ollama_server import load_script

LONG = (
    "Demain il pleuvra toute la matinée, puis le soleil reviendra vers quinze heures, "
    "et il fera dix-huit degrés en fin de journée."
)
QUESTION = (
    "Voulez-vous la lumière de la cuisine du haut ou celle de la cuisine du bas ?"
)


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("J'ai éteint la lumière du salon.", "J'ai éteint la lumière du salon."),
        ("J'ai éteint la lumière du salon.", "j'ai éteint lumière du salon"),
        (LONG, "le soleil reviendra vers quinze heures"),
        (LONG, "Il fera dix huit degrés en fin de journée."),
        (QUESTION, QUESTION),
    ],
)
def test_echo(said: str, heard: str) -> None:
    """All of it, most of it, or a good part is an echo."""
    echoes = Echoes()
    echoes.spoken("salon", said)
    assert echoes.is_echo("salon", heard)
    assert not echoes.is_echo("cuisine", heard)


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("Je monte le chauffage ?", "Oui."),
        ("Je monte le chauffage ?", "Monte le chauffage."),
        (QUESTION, "Celle de la cuisine du bas."),
        (QUESTION, "La lumière de la cuisine du haut."),
        ("J'ai allumé Lumière de la cuisine.", "Allume la lumière de la cuisine."),
        ("J'ai allumé Lumière de la cuisine.", "Éteins la lumière de la cuisine."),
        (LONG, "Et demain ?"),
        (LONG, "Est-ce qu'il pleuvra encore dimanche après-midi ?"),
        ("", "Bonne nuit tout le monde."),
    ],
)
def test_no_echo(said: str, heard: str) -> None:
    """Short answers and other sentences are a person's."""
    echoes = Echoes()
    echoes.spoken("salon", said)
    assert not echoes.is_echo("salon", heard)


def test_who_says_it_again_is_heard() -> None:
    """Given a reply in nearly the words of a command, the command is no echo of it."""
    echoes = Echoes()
    echoes.spoken("salon", "Minuteur de 5 minutes lancé.", "Minuteur de 5 minutes")

    assert not echoes.is_echo("salon", "Minuteur de 5 minutes.")
    assert echoes.is_echo("salon", "Minuteur de 5 minutes lancé.")


def test_it_fades(freezer: FrozenDateTimeFactory) -> None:
    """Some seconds after its end, the same words are a person's."""
    echoes = Echoes()
    echoes.spoken("salon", LONG)
    freezer.tick(len(LONG) / 12 + 4)
    assert echoes.is_echo("salon", LONG)
    freezer.tick(2)
    assert not echoes.is_echo("salon", LONG)


HOUSE = {"areas": [{"name": "Véranda"}, {"name": "Grenier"}]}


@pytest.fixture
async def built(jarvis: Jarvis) -> DeviceHome:
    """Return rooms with satellites."""
    return await async_build_home(jarvis.hass, HOUSE)


async def test_an_echo_is_dropped(jarvis: Jarvis, built: DeviceHome) -> None:
    """Jarvis says nothing to its own words, and does not ask its model."""
    jarvis.ollama.script = load_script(
        [{"said": "", "say": "Le ciel est bleu ce soir."}]
    )
    here, there = built.satellite("Véranda"), built.satellite("Grenier")
    question = "Raconte-moi le ciel"
    first = await jarvis.say(question, "fr", device_id=here)
    assert first.speech == "Le ciel est bleu ce soir."
    asked = len(jarvis.ollama.chats)

    echo = await jarvis.say(
        first.speech,
        "fr",
        device_id=here,
        conversation_id=first.result.conversation_id,
    )
    assert echo.speech == ""
    assert echo.error is None
    assert not echo.result.continue_conversation
    assert len(jarvis.ollama.chats) == asked

    # In another room it is what a person says, and so it is where it is written.
    for device_id in (there, None):
        answered = await jarvis.say(first.speech, "fr", device_id=device_id)
        assert answered.speech
    assert len(jarvis.ollama.chats) == asked + 2


async def test_a_question_goes_on_waiting(jarvis: Jarvis, built: DeviceHome) -> None:
    """The echo of a question is not its answer."""
    question = "Voulez-vous que je ferme les volets du salon ?"
    jarvis.ollama.script = load_script([{"said": "", "say": question}])
    here = built.satellite("Véranda")
    first = await jarvis.say("Raconte-moi le ciel", "fr", device_id=here)
    assert first.result.continue_conversation
    echo = await jarvis.say(question, "fr", device_id=here)
    assert echo.speech == ""
    assert echo.result.continue_conversation
