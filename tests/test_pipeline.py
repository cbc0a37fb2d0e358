"""From words in a pipeline to Jarvis and back, as browsers and satellites do it."""

from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

import pytest
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from homeassistant.components.assist_pipeline.pipeline import (
    Pipeline,
    async_get_pipeline,
)
from homeassistant.core import HomeAssistant

from .conftest import MODEL
from .idle import async_idle
from .ollama_server import Kind, ScriptedOllama, load_script
from .speech_engines import Ears, Mouth, async_give_speech
from .walk import Walk

AGENT_ID = "conversation.jarvis"
STORY = (
    "Il était **une fois** un chat. 🐈 Il ne voulait pas sortir de la maison, "
    "car il pleuvait depuis [trois jours](https://meteo.example/pluie)."
)
SPOKEN = (
    "Il était une fois un chat. Il ne voulait pas sortir de la maison, "
    "car il pleuvait depuis trois jours."
)


async def async_make_pipeline(hass: HomeAssistant, ollama: ScriptedOllama) -> Pipeline:
    """Set Jarvis up as an owner does, with a new pipeline that is preferred."""
    walk = await (await Walk.connect(hass, ollama.url)).fill(model=MODEL)
    await async_idle((await walk.fill()).entry, hass)
    ollama.requests.clear()
    return async_get_pipeline(hass)


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Keep spoken files out of the installed packages."""
    return hass_tmp_config_dir


@pytest.fixture
def mouth() -> Mouth:
    """Return a mouth of many languages."""
    return Mouth(["en-US", "fr-CA", "fr-FR"], ["marie", "luc"])


@pytest.fixture
async def talking(
    home: HomeAssistant, ollama: ScriptedOllama, mouth: Mouth
) -> Pipeline:
    """Return a French pipeline with ears and a mouth."""
    home.config.language = "fr"
    home.config.country = "FR"
    await async_give_speech(home, Ears(["en", "fr"]), mouth)
    return await async_make_pipeline(home, ollama)


@dataclass
class Run:
    """What a run of a pipeline tells its client."""

    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def data(self, kind: str) -> dict[str, Any]:
        """Return the data of the one event of a kind."""
        (data,) = [data for name, data in self.events if name == kind]
        return data

    @property
    def speech(self) -> dict[str, Any]:
        """What is to be said in the end."""
        plain: dict[str, Any] = self.data("intent-end")["intent_output"]["response"][
            "speech"
        ]["plain"]
        return plain

    @property
    def streamed(self) -> str:
        """The text as it came piece by piece."""
        deltas = [data.get("chat_log_delta", {}) for _, data in self.events]
        return "".join(delta.get("content") or "" for delta in deltas)

    @property
    def before_speech(self) -> str:
        """What had come when the mouth began to speak."""
        return Run(
            list(
                takewhile(
                    lambda event: "tts_start_streaming" not in event[1], self.events
                )
            )
        ).streamed


async def async_run(
    client: Any, text: str, end_stage: str = "intent", **more: Any
) -> Run:
    """Give a text to the preferred pipeline, as the dialog in the browser does."""
    await client.send_json_auto_id(
        {
            "type": "assist_pipeline/run",
            "start_stage": "intent",
            "end_stage": end_stage,
            "input": {"text": text},
            **more,
        }
    )
    assert (await client.receive_json())["success"]
    run = Run()
    while not run.events or run.events[-1][0] != "run-end":
        event = (await client.receive_json())["event"]
        run.events.append((event["type"], event["data"] or {}))
    return run


@dataclass(frozen=True)
class House:
    """A language of the house, the engines in it, and what fits of them."""

    language: str
    country: str
    ears: list[str]
    mouth: list[str]
    voices: list[str]
    expected: tuple[str | None, ...]
    """Of the pipeline: language of the words, of the ears, of the mouth; voice."""


HOUSES = {
    "french": House(
        "fr",
        "CA",
        ["en", "fr"],
        ["en-US", "fr-FR", "fr-CA"],
        ["marie"],
        ("fr", "fr", "fr-CA", "marie"),
    ),
    "english-without-voices": House(
        "en",
        "GB",
        ["fr", "en-US", "en-GB"],
        ["en-GB"],
        [],
        ("en", "en-GB", "en-GB", None),
    ),
    "engines-of-other-languages": House(
        "fr", "FR", ["en"], ["de-DE"], ["hans"], ("fr", None, None, None)
    ),
    "language-that-jarvis-has-not": House(
        "de", "DE", ["de"], ["de-DE"], ["hans"], ("en", "de", "de-DE", "hans")
    ),
}


@pytest.mark.parametrize("house", HOUSES.values(), ids=HOUSES)
async def test_pipeline_has_the_engines_that_are_there(
    bare: HomeAssistant, ollama: ScriptedOllama, house: House
) -> None:
    """Ears, mouth and voice are taken where they fit the language of the house."""
    bare.config.language = house.language
    bare.config.country = house.country
    mouth = Mouth(house.mouth, house.voices)
    await async_give_speech(bare, Ears(house.ears), mouth)

    pipeline = await async_make_pipeline(bare, ollama)

    conversation, heard, spoken, voice = house.expected
    assert pipeline.conversation_engine == AGENT_ID
    assert pipeline.language == house.language
    assert pipeline.conversation_language == conversation
    assert pipeline.stt_engine == ("stt.ears" if heard else None)
    assert pipeline.stt_language == heard
    assert pipeline.tts_engine == ("tts.mouth" if spoken else None)
    assert pipeline.tts_language == spoken
    assert pipeline.tts_voice == voice
    assert not pipeline.prefer_local_intents


async def test_without_speech(bare: HomeAssistant, ollama: ScriptedOllama) -> None:
    """A house without speech engines gets a pipeline for typed words."""
    pipeline = await async_make_pipeline(bare, ollama)
    assert (pipeline.stt_engine, pipeline.tts_engine) == (None, None)


TOLD = {
    "fr": ("Raconte-moi une histoire", "Il était une fois un chat."),
    "en": ("Tell me a story", "Once upon a time there was a cat."),
}


@pytest.mark.parametrize("language", TOLD)
async def test_words_of_the_model(
    home: HomeAssistant,
    ollama: ScriptedOllama,
    hass_ws_client: WebSocketGenerator,
    language: str,
) -> None:
    """The reply streams word by word and says in the end how it came about."""
    text, story = TOLD[language]
    home.config.language = language
    await async_make_pipeline(home, ollama)
    ollama.script = load_script([{"say": story}])

    run = await async_run(await hass_ws_client(home), text)

    kinds = [name for name, _ in run.events]
    assert kinds[:2] == ["run-start", "intent-start"]
    assert set(kinds[2:-2]) == {"intent-progress"}
    assert kinds[-2:] == ["intent-end", "run-end"]
    assert run.data("intent-start")["engine"] == AGENT_ID
    assert run.data("intent-start")["language"] == language
    assert run.data("intent-start")["prefer_local_intents"] is False
    assert run.data("intent-end")["processed_locally"] is False
    assert run.streamed == run.speech["speech"] == story
    assert len(kinds) > 8
    assert run.speech["extra_data"] == {
        "jarvis": {"understood": "model", "model": MODEL, "error": None}
    }


async def test_words_that_need_no_model(
    home: HomeAssistant, ollama: ScriptedOllama, hass_ws_client: WebSocketGenerator
) -> None:
    """Jarvis acts by itself, once; the pipeline has not done so before it."""
    home.config.language = "fr"
    await async_make_pipeline(home, ollama)

    run = await async_run(await hass_ws_client(home), "Allume la lumière de la chambre")

    state = home.states.get("light.chambre")
    assert state
    assert state.state == "on"
    assert run.speech["extra_data"]["jarvis"]["understood"] == "local"
    assert run.data("intent-end")["processed_locally"] is False
    assert not ollama.chats


async def test_a_conversation_goes_on(
    home: HomeAssistant, ollama: ScriptedOllama, hass_ws_client: WebSocketGenerator
) -> None:
    """A question keeps the conversation open, and the answer belongs to it."""
    await async_make_pipeline(home, ollama)
    ollama.script = load_script([{"say": "Which pirate do you mean?"}])
    client = await hass_ws_client(home)

    first = await async_run(client, "Tell me about the pirate")
    output = first.data("intent-end")["intent_output"]
    assert output["continue_conversation"]
    await async_run(client, "The red one", conversation_id=output["conversation_id"])

    said = [message["content"] for message in ollama.chats[-1]["messages"][1:]]
    assert said[0].endswith("Tell me about the pirate")
    assert said[1] == "Which pirate do you mean?"
    assert said[2].endswith("The red one")


async def test_failure(
    home: HomeAssistant, ollama: ScriptedOllama, hass_ws_client: WebSocketGenerator
) -> None:
    """A failure is no error of the pipeline: it ends with a sentence to be spoken."""
    await async_make_pipeline(home, ollama)
    ollama.faults.set(Kind.DOWN)

    run = await async_run(await hass_ws_client(home), "Tell me a story")

    assert [name for name, _ in run.events][-2:] == ["intent-end", "run-end"]
    assert "does not answer" in run.speech["speech"]
    assert run.streamed == run.speech["speech"]
    assert run.speech["extra_data"]["jarvis"]["error"] == "unreachable"
    output = run.data("intent-end")["intent_output"]["response"]
    assert output["response_type"] == "error"


@pytest.mark.usefixtures("talking")
async def test_speech_begins_before_the_end(
    home: HomeAssistant,
    ollama: ScriptedOllama,
    mouth: Mouth,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
) -> None:
    """The mouth is given clean speech, and begins while the model still writes."""
    ollama.script = load_script([{"say": STORY}])

    run = await async_run(await hass_ws_client(home), "Raconte-moi une histoire", "tts")
    sound = await (await hass_client()).get(run.data("tts-end")["tts_output"]["url"])

    assert run.data("run-start")["tts_output"]["stream_response"]
    assert 60 < len(run.before_speech) < len(SPOKEN)
    assert "".join(mouth.heard) == run.speech["speech"] == SPOKEN
    assert len(mouth.heard) > 2
    assert await sound.read() == b"." * len(SPOKEN)


@pytest.mark.usefixtures("talking")
async def test_speech_around_a_tool(
    home: HomeAssistant,
    ollama: ScriptedOllama,
    mouth: Mouth,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """What is said before an action is spoken at once, and not glued to the rest."""
    light = {"name": "HassTurnOn", "arguments": {"name": "Lumière du salon"}}
    ollama.script = load_script(
        [
            {"round": 0, "say": "*Un instant.*", "call": [light]},
            {"round": "1+", "say": "C'est **allumé**."},
        ]
    )

    run = await async_run(
        await hass_ws_client(home), "Fais que j'y voie mieux au salon", "tts"
    )
    await home.async_block_till_done()

    assert run.before_speech == "Un instant."
    assert "".join(mouth.heard) == "Un instant. C'est allumé."
    state = home.states.get("light.salon")
    assert state
    assert state.state == "on"


@pytest.mark.usefixtures("talking")
async def test_failure_while_speaking(
    home: HomeAssistant,
    ollama: ScriptedOllama,
    mouth: Mouth,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """Who hears Jarvis break off also hears why."""
    ollama.script = load_script([{"say": STORY}])
    ollama.faults.set(Kind.CUT, after=25)

    run = await async_run(await hass_ws_client(home), "Raconte-moi une histoire", "tts")
    await home.async_block_till_done()

    heard = "".join(mouth.heard)
    said = heard.removesuffix(f" {run.speech['speech']}")
    assert "s'est coupée" in run.speech["speech"]
    assert len(said) > 60
    # The model broke off inside a link, of which only the words are for ears.
    assert SPOKEN.startswith(said.replace("[", ""))
