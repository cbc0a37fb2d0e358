"""One turn: called off, understood locally, answered by the model, or excused."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from custom_components.jarvis.const import (
    CONF_LLM_HASS_API,
    CONF_MODEL,
    CONF_PREFER_LOCAL,
    CONF_PROMPT,
)
from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers.intent import IntentResponseErrorCode
from tests.conftest import MODEL, async_settle
from tests.house import Jarvis
from tests.ollama_server import ScriptedOllama, load_script

from .requests import block, newest, system, turns

SORRY_EN = "Sorry, you are not allowed to do that."
SORRY_FR = "Désolé, vous n'avez pas le droit de faire cela."


@pytest.fixture
async def agent(
    home: HomeAssistant, ollama: ScriptedOllama, request: pytest.FixtureRequest
) -> AsyncGenerator[Jarvis]:
    """Return a Jarvis whose agent has the settings of the test's parameter."""
    settings = {CONF_MODEL: MODEL, CONF_PREFER_LOCAL: False, **request.param}
    entry = await async_settle(home, [ollama.url], settings)
    yield Jarvis(home, entry, ollama)
    await home.config_entries.async_unload(entry.entry_id)


# Called off


@pytest.mark.parametrize("pipeline", ["en", "fr"])
@pytest.mark.parametrize(
    ("question", "called_off", "said"),
    [
        ("Which light do you mean?", "Never mind", "All right."),
        ("Quelle lumière voulez-vous ?", "Laisse tomber", "D'accord."),
    ],
)
async def test_a_question_can_be_called_off(
    jarvis_model_only: Jarvis, question: str, called_off: str, said: str, pipeline: str
) -> None:
    """In the middle of a question, the person may want nothing any more."""
    jarvis = jarvis_model_only
    jarvis.ollama.script = load_script([{"say": question}])
    asked = await jarvis.say("Hmm", pipeline)
    before = jarvis.states()

    reply = await jarvis.say(
        called_off, pipeline, conversation_id=asked.result.conversation_id
    )

    assert asked.result.continue_conversation
    assert not reply.result.continue_conversation
    assert reply.speech == said
    assert reply.meta == {"understood": "local", "model": None, "error": None}
    assert jarvis.states() == before
    assert len(turns(jarvis)) == 1


@pytest.mark.parametrize(
    ("answer", "goes_on"),
    [
        ("Which light do you mean?", True),
        ("Laquelle ?", True),
        ("**Laquelle ?** 🤔", True),
        ("It is on.", False),
        ("Why? Because.", False),
    ],
)
async def test_a_question_keeps_listening(
    jarvis_model_only: Jarvis, answer: str, goes_on: bool
) -> None:
    """After a reply that ends in a question the satellite listens."""
    jarvis_model_only.ollama.script = load_script([{"say": answer}])

    reply = await jarvis_model_only.say("Turn it on")

    assert reply.result.continue_conversation is goes_on


# Understood without a model


@pytest.mark.parametrize("pipeline", ["en", "fr"])
@pytest.mark.parametrize(
    ("text", "changes", "language"),
    [
        ("Turn on the living room light", {"light.salon": "on"}, "en"),
        ("Allume la lumière du salon", {"light.salon": "on"}, "fr"),
        ("Turn off the kitchen light", {"light.cuisine": "off"}, "en"),
        ("Éteins la lumière de la cuisine", {"light.cuisine": "off"}, "fr"),
        ("Ferme le volet du salon", {"cover.volet_du_salon": "closed"}, "fr"),
        ("Close the living room blind", {"cover.volet_du_salon": "closed"}, "en"),
    ],
)
async def test_understood_whatever_the_pipelines_language(
    jarvis_alone: Jarvis,
    text: str,
    changes: dict[str, str],
    language: str,
    pipeline: str,
) -> None:
    """Both languages act in pipelines of both, and are answered in their own."""
    before = jarvis_alone.states()

    reply = await jarvis_alone.say(text, pipeline)

    assert jarvis_alone.states() == before | changes
    assert reply.meta["understood"] == "local"
    assert reply.result.response.language == language
    assert reply.speech


async def test_local_needs_no_model(jarvis: Jarvis) -> None:
    """What is understood word for word is not asked of the model."""
    reply = await jarvis.say("Turn on the living room light")

    assert jarvis.states()["light.salon"] == "on"
    assert reply.meta == {"understood": "local", "model": None, "error": None}
    assert not turns(jarvis)


@pytest.mark.parametrize(
    ("text", "pipeline", "said"),
    [
        (
            "Why is the sky so blue?",
            "fr",
            "Sorry, I did not understand that, and I have no language model to ask.",
        ),
        (
            "Pourquoi le ciel est-il bleu ?",
            "en",
            (
                "Désolé, je n'ai pas compris, et je n'ai pas de modèle de langage à "
                "interroger."
            ),
        ),
    ],
)
async def test_not_understood_without_a_model(
    jarvis_alone: Jarvis, text: str, pipeline: str, said: str
) -> None:
    """Without a model what is not understood is said so, in the words' language."""
    reply = await jarvis_alone.say(text, pipeline)

    assert reply.speech == "".join(reply.deltas) == said
    assert reply.error == "not_understood"
    code = reply.result.response.error_code
    assert code is IntentResponseErrorCode.NO_INTENT_MATCH


@pytest.mark.parametrize(
    ("text", "pipeline", "told"),
    [
        ("What do you think of the house?", "fr", "language: English"),
        ("Que penses-tu de la maison ?", "en", "language: French"),
    ],
)
async def test_the_model_is_told_the_language_of_the_words(
    jarvis_model_only: Jarvis, text: str, pipeline: str, told: str
) -> None:
    """The pipeline's language does not decide the reply's."""
    reply = await jarvis_model_only.say(text, pipeline)

    assert told in newest(jarvis_model_only)
    assert reply.meta["understood"] == "model"


# Who may do what


@pytest.mark.parametrize(
    ("text", "sorry"),
    [
        ("Turn on the living room light", SORRY_EN),
        ("Allume la lumière du salon", SORRY_FR),
        ("Turn on the lights in the bedroom", SORRY_EN),
        ("Déverrouille la porte d'entrée", SORRY_FR),
    ],
)
async def test_a_reader_cannot_act_locally(
    jarvis: Jarvis, hass_read_only_user: User, text: str, sorry: str
) -> None:
    """Who may only look changes nothing, hears why, and the model is not tried."""
    before = jarvis.states()

    reply = await jarvis.say(text, context=Context(user_id=hass_read_only_user.id))

    assert jarvis.states() == before
    assert reply.speech == sorry
    assert reply.error == "not_allowed"
    assert not turns(jarvis)


@pytest.mark.parametrize(
    "arguments",
    [
        {"name": "Lumière du salon"},
        {"area": "Salon"},
        {"domain": ["light"]},
        {"floor": "Étage"},
        {},
    ],
    ids=str,
)
async def test_a_reader_cannot_act_by_the_model(
    jarvis_model_only: Jarvis, hass_read_only_user: User, arguments: dict[str, Any]
) -> None:
    """The tool is refused as well, and the model is told to say so."""
    jarvis = jarvis_model_only
    jarvis.ollama.script = load_script(
        [
            {
                "round": 0,
                "call": [{"name": "HassTurnOn", "arguments": arguments}],
            },
            {"failed": True, "say": "You are not allowed to do that."},
        ]
    )
    before = jarvis.states()

    reply = await jarvis.say(
        "It is dark", context=Context(user_id=hass_read_only_user.id)
    )

    assert jarvis.states() == before
    assert reply.speech == "You are not allowed to do that."


async def test_a_reader_can_ask(jarvis: Jarvis, hass_read_only_user: User) -> None:
    """Looking is allowed: states are told, reading tools run."""
    jarvis.ollama.script = load_script(
        [
            {
                "round": 0,
                "call": [{"name": "GetLiveContext", "arguments": {"domain": "lock"}}],
            },
            {"failed": False, "result": "locked", "say": "It is locked."},
        ]
    )

    reply = await jarvis.say(
        "Do you think that the front door is well locked?",
        context=Context(user_id=hass_read_only_user.id),
    )

    assert reply.speech == "It is locked."
    assert any("Porte d'entrée" in line for line in block(jarvis))


@pytest.mark.parametrize("exists", [True, False])
async def test_nobody_acts_for_a_user_who_is_gone(
    jarvis: Jarvis, hass_admin_user: User, exists: bool
) -> None:
    """An inactive or unknown user may neither do nor see anything."""
    hass_admin_user.is_active = False
    user_id = hass_admin_user.id if exists else "nobody"
    before = jarvis.states()

    acted = await jarvis.say(
        "Turn on the living room light", context=Context(user_id=user_id)
    )
    await jarvis.say("Are the doors all fine?", context=Context(user_id=user_id))

    assert jarvis.states() == before
    assert acted.speech == SORRY_EN
    assert "Porte" not in str(turns(jarvis)[-1]["messages"])


async def test_a_satellite_has_no_user_and_acts(jarvis: Jarvis) -> None:
    """A voice in the room may do what Home Assistant lets it do."""
    await jarvis.say("Turn on the living room light", context=Context(user_id=None))

    assert jarvis.states()["light.salon"] == "on"


# Agents of other kinds


@pytest.mark.parametrize("agent", [{CONF_PROMPT: "{{ 1 / 0 }}"}], indirect=True)
async def test_a_broken_persona_is_told(agent: Jarvis) -> None:
    """The owner hears that the template is wrong."""
    reply = await agent.say("Sing me something")

    assert reply.error == "template"
    assert reply.speech.startswith("My persona's template has an error.")
    assert not turns(agent)


@pytest.mark.parametrize(
    "agent", [{CONF_LLM_HASS_API: []}, {CONF_LLM_HASS_API: ["gone"]}], indirect=True
)
async def test_an_agent_without_tools_talks(agent: Jarvis) -> None:
    """No API, or none that is there: the model answers without tools of the house."""
    agent.ollama.script = load_script([{"say": "Hello you."}])

    reply = await agent.say("Hello")

    assert reply.speech == "Hello you."
    assert "HassTurnOn" not in str(turns(agent)[-1].get("tools"))


@pytest.mark.parametrize("agent", [{CONF_PROMPT: "Tu es Alfred."}], indirect=True)
async def test_an_agent_has_its_persona(agent: Jarvis) -> None:
    """The owner's words come first."""
    await agent.say("Hello")

    assert system(turns(agent)[-1]).startswith("Tu es Alfred.\n\n")
