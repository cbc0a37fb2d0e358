"""An owner sets Jarvis up: with a model or without, with a pipeline or without."""

from http import HTTPStatus
from typing import Any

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.jarvis.const import DOMAIN, SUBENTRY_CONVERSATION
from custom_components.jarvis.flow_schemas import normalized_url
from custom_components.jarvis.ollama.models import RECOMMENDED
from homeassistant.components.assist_pipeline.pipeline import (
    KEY_ASSIST_PIPELINE,
    Pipeline,
    async_get_pipeline,
    async_get_pipelines,
)
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from .conftest import MODEL
from .ollama_server import Model, ScriptedOllama
from .walk import Walk

AGENT_ID = "conversation.jarvis"


async def test_without_a_model(bare: HomeAssistant) -> None:
    """Who has no model yet gets a Jarvis that understands by itself."""
    walk = await (await Walk.set_up(bare)).choose("no_model")
    walk = await walk.fill(pipeline="none")
    await bare.async_block_till_done()

    assert walk.entry.state is ConfigEntryState.LOADED
    assert dict(walk.entry.data) == {"endpoints": []}
    assert agents_of(walk.entry) == [{"llm_hass_api": ["assist"]}]
    assert bare.states.get(AGENT_ID)


@pytest.mark.parametrize("preferred", [True, False])
async def test_create_a_pipeline(
    bare: HomeAssistant, ollama: ScriptedOllama, preferred: bool
) -> None:
    """A new pipeline leads to Jarvis, and only to it, preferred if so wanted."""
    walk = await Walk.connect(bare, ollama.url)
    assert walk.step == "agent"
    walk = await walk.fill(model=MODEL)
    assert walk.defaults == {"pipeline": "create", "preferred": True}
    before = {pipeline.id for pipeline in async_get_pipelines(bare)}
    walk = await walk.fill(preferred=preferred)
    await bare.async_block_till_done()

    assert walk.entry.state is ConfigEntryState.LOADED
    assert dict(walk.entry.data) == {
        "endpoints": [{"url": ollama.url, "verify_ssl": True}]
    }
    assert agents_of(walk.entry) == [{"llm_hass_api": ["assist"], "model": MODEL}]
    (made,) = [one for one in async_get_pipelines(bare) if one.id not in before]
    assert made.name == "Jarvis"
    assert made.conversation_engine == AGENT_ID
    assert not made.prefer_local_intents
    assert (async_get_pipeline(bare).id == made.id) is preferred


@pytest.mark.parametrize("preferred", [True, False])
async def test_switch_a_pipeline(
    bare: HomeAssistant, ollama: ScriptedOllama, preferred: bool
) -> None:
    """A pipeline that is there gets Jarvis as its agent and keeps all the rest."""
    old = await async_add_pipeline(bare, language="fr", conversation_language="fr")
    count = len(async_get_pipelines(bare))

    walk = await (await Walk.connect(bare, ollama.url)).fill(model=MODEL)
    assert old.id in walk.options("pipeline")
    await walk.fill(pipeline=old.id, preferred=preferred)
    await bare.async_block_till_done()

    new = async_get_pipeline(bare, old.id)
    assert new.to_json() == old.to_json() | {
        "conversation_engine": AGENT_ID,
        "prefer_local_intents": False,
    }
    assert len(async_get_pipelines(bare)) == count
    assert (async_get_pipeline(bare).id == old.id) is preferred


async def test_no_pipeline(bare: HomeAssistant, ollama: ScriptedOllama) -> None:
    """Pipelines can stay as they are, whatever stands beside that choice."""
    await async_add_pipeline(bare)
    before = [pipeline.to_json() for pipeline in async_get_pipelines(bare)]
    preferred = async_get_pipeline(bare).id

    walk = await (await Walk.connect(bare, ollama.url)).fill(model=MODEL)
    await walk.fill(pipeline="none", preferred=True)
    await bare.async_block_till_done()

    assert [one.to_json() for one in async_get_pipelines(bare)] == before
    assert async_get_pipeline(bare).id == preferred


async def test_pipeline_is_offered_once(
    bare: HomeAssistant, ollama: ScriptedOllama
) -> None:
    """What the owner changes about the pipeline later is not undone by a reload."""
    walk = await (await Walk.connect(bare, ollama.url)).fill(model=MODEL)
    entry = (await walk.fill()).entry
    await bare.async_block_till_done()
    store = bare.data[KEY_ASSIST_PIPELINE].pipeline_store
    (made,) = [one for one in async_get_pipelines(bare) if one.name == "Jarvis"]
    first = next(one.id for one in async_get_pipelines(bare) if one.id != made.id)
    store.async_set_preferred_item(first)
    await store.async_delete_item(made.id)

    await bare.config_entries.async_reload(entry.entry_id)

    assert [one.id for one in async_get_pipelines(bare)] == [first]


async def test_pipeline_that_is_gone(
    bare: HomeAssistant, ollama: ScriptedOllama
) -> None:
    """A pipeline that is deleted while it is being chosen stops nothing."""
    doomed = await async_add_pipeline(bare)
    walk = await (await Walk.connect(bare, ollama.url)).fill(model=MODEL)
    store = bare.data[KEY_ASSIST_PIPELINE].pipeline_store
    await store.async_delete_item(doomed.id)

    entry = (await walk.fill(pipeline=doomed.id)).entry
    await bare.async_block_till_done()

    assert entry.state is ConfigEntryState.LOADED


async def test_only_one_jarvis(bare: HomeAssistant) -> None:
    """There is one entry: endpoints and agents are added to it."""
    walk = await (await Walk.set_up(bare)).choose("no_model")
    await walk.fill(pipeline="none")
    await bare.async_block_till_done()

    assert (await Walk.set_up(bare)).ended == "single_instance_allowed"


TOOLS = Model(name="custom-tools:7b")
OTHER_TOOLS = Model(name="custom-other:7b")
EMBEDDING = Model(name="nomic-embed-text", capabilities=("embedding",))
NO_TOOLS = Model(name="custom-talks:7b", capabilities=("completion",))


@pytest.mark.parametrize(
    ("installed", "best"),
    [
        pytest.param(
            [TOOLS, "qwen3.5:4b", "gpt-oss:20b"], "gpt-oss:20b", id="best-recommended"
        ),
        pytest.param(
            [EMBEDDING, NO_TOOLS, TOOLS, OTHER_TOOLS], TOOLS.name, id="newest-of-tools"
        ),
        pytest.param([EMBEDDING], RECOMMENDED[0].name, id="embedding-only"),
        pytest.param([], RECOMMENDED[0].name, id="none"),
    ],
)
async def test_model_to_start_with(
    bare: HomeAssistant,
    ollama: ScriptedOllama,
    installed: list[str | Model],
    best: str,
) -> None:
    """The best that is there is proposed, else what should be got; all are offered."""
    ollama.models.remove(MODEL)
    names = [ollama.models.install(model).name for model in installed]

    walk = await Walk.connect(bare, ollama.url)

    assert walk.defaults["model"] == best
    assert walk.options("model")[: len(names)] == names
    assert set(walk.options("model")) >= {model.name for model in RECOMMENDED}
    entry = (await (await walk.fill(pull=False)).fill(pipeline="none")).entry
    assert agents_of(entry)[0]["model"] == best


@pytest.mark.parametrize("shape", ["{host}", " {host}/ ", "http://{host}/"])
async def test_ways_to_write_an_address(
    bare: HomeAssistant, ollama: ScriptedOllama, shape: str
) -> None:
    """An address is kept in one form, however it was written."""
    host = ollama.url.removeprefix("http://")
    walk = await Walk.connect(bare, shape.format(host=host))
    walk = await (await walk.fill()).fill(pipeline="none")
    assert walk.entry.data["endpoints"][0]["url"] == ollama.url


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("ollama.lan", "http://ollama.lan:11434"),
        ("ollama.lan:80", "http://ollama.lan:80"),
        ("[fd00::7]", "http://[fd00::7]:11434"),
        ("NAS.lan", "http://nas.lan:11434"),
        ("HTTP://NAS:80/Path/", "http://nas:80/Path"),
        ("https://ollama.lan", "https://ollama.lan"),
        ("https://lan/ollama/", "https://lan/ollama"),
        ("lan/ollama", "http://lan/ollama"),
    ],
)
def test_port_that_is_left_out(text: str, url: str) -> None:
    """Ollama's own port is meant where nothing else is said, and only there."""
    assert normalized_url(text) == url


async def test_as_the_frontend_sees_it(
    bare: HomeAssistant, ollama: ScriptedOllama, hass_client: ClientSessionGenerator
) -> None:
    """Every form and menu of the set-up can be sent to a browser and back."""
    assert await async_setup_component(bare, "config", {})
    client = await hass_client()
    path = "/api/config/config_entries/flow"

    async def post(place: str, **given: Any) -> dict[str, Any]:
        response = await client.post(f"{path}{place}", json=given)
        assert response.status == HTTPStatus.OK
        shown: dict[str, Any] = await response.json()
        return shown

    menu = await post("", handler=DOMAIN)
    flow = f"/{menu['flow_id']}"
    endpoint = await post(flow, next_step_id="endpoint")
    again = await post(flow, url="http://127.0.0.1:1", token="kept", verify_ssl=True)
    agent = await post(flow, url=ollama.url, verify_ssl=True)
    pipeline = await post(flow, model=MODEL)
    made = await post(flow, pipeline="none", preferred=False)
    await bare.async_block_till_done()

    assert menu["menu_options"] == ["endpoint", "no_model"]
    assert [field["name"] for field in endpoint["data_schema"]] == [
        "url",
        "token",
        "username",
        "password",
        "verify_ssl",
    ]
    assert again["errors"] == {"base": "unreachable"}
    assert again["data_schema"][1]["description"] == {"suggested_value": "kept"}
    assert agent["step_id"] == "agent"
    assert pipeline["step_id"] == "pipeline"
    assert made["type"] == "create_entry"


def agents_of(entry: ConfigEntry) -> list[dict[str, Any]]:
    """Return the settings of all agents of an entry."""
    return [
        dict(subentry.data)
        for subentry in entry.subentries.values()
        if subentry.subentry_type == SUBENTRY_CONVERSATION
    ]


async def async_add_pipeline(hass: HomeAssistant, **settings: Any) -> Pipeline:
    """Make a pipeline as it was before Jarvis came."""
    store = hass.data[KEY_ASSIST_PIPELINE].pipeline_store
    return await store.async_create_item(
        {
            "name": "Kitchen",
            "language": "en",
            "conversation_engine": "conversation.home_assistant",
            "conversation_language": "en",
            "stt_engine": None,
            "stt_language": None,
            "tts_engine": None,
            "tts_language": None,
            "tts_voice": None,
            "wake_word_entity": None,
            "wake_word_id": None,
            "prefer_local_intents": True,
            **settings,
        }
    )
