"""A house with real ears and a real mouth, for the tests of speech."""

from collections.abc import AsyncGenerator, Generator
from dataclasses import dataclass

from imageio_ffmpeg import get_ffmpeg_exe
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from custom_components.jarvis.const import (
    CONF_ENDPOINTS,
    CONF_LLM_HASS_API,
    CONF_MODEL,
    CONF_PIPELINE,
    CONF_PREFERRED,
    CONF_URL,
    CONF_VERIFY_SSL,
    DOMAIN,
    PIPELINE_CREATE,
    SUBENTRY_CONVERSATION,
)
from homeassistant.components.intent.const import TIMER_DATA
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.const import CONF_HOST, CONF_PORT
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from tests.conftest import MODEL, async_prepared
from tests.devices import DeviceHome, async_build_home
from tests.ollama_server import ScriptedOllama

from .sentences import house
from .servers import HOST, VOICE, VOICES, WHISPER, serving
from .talking import Satellite

type Clients = tuple[WebSocketGenerator, ClientSessionGenerator]


@dataclass(slots=True)
class SpokenHouse:
    """A house that hears and speaks in one language."""

    hass: HomeAssistant
    home: DeviceHome
    satellite: Satellite
    ollama: ScriptedOllama
    language: str

    @property
    def timers(self) -> list[int]:
        """The seconds for which timers were set."""
        timers = self.hass.data[TIMER_DATA].timers.values()
        return [timer.created_seconds for timer in timers]


@pytest.fixture(scope="session")
def whisper(tmp_path_factory: pytest.TempPathFactory) -> Generator[int]:
    """Return the port of a jarvis-whisper that knows 48 sentences."""
    log = tmp_path_factory.mktemp("whisper") / "log"
    with serving("jarvis_wyoming.whisper", log, "--model", str(WHISPER)) as port:
        yield port


@pytest.fixture(scope="session")
def piper(tmp_path_factory: pytest.TempPathFactory) -> Generator[int]:
    """Return the port of a jarvis-piper with a small voice a language."""
    log = tmp_path_factory.mktemp("piper") / "log"
    flags = ["--voice-dir", str(VOICES)]
    for name in VOICE.values():
        flags += ["--voice", name]
    with serving("jarvis_wyoming.piper", log, *flags) as port:
        yield port


@pytest.fixture(autouse=True)
async def _ffmpeg(hass: HomeAssistant) -> None:
    """Bring the program that makes MP3 of what is spoken."""
    config = {"ffmpeg": {"ffmpeg_bin": get_ffmpeg_exe()}}
    assert await async_setup_component(hass, "ffmpeg", config)


@pytest.fixture
def clients(
    hass_ws_client: WebSocketGenerator, hass_client: ClientSessionGenerator
) -> Clients:
    """Return what makes the two clients that a satellite has."""
    return hass_ws_client, hass_client


@pytest.fixture
def ports(whisper: int, piper: int) -> tuple[int, ...]:
    """Return where it is heard and spoken."""
    return whisper, piper


@pytest.fixture
async def spoken(
    request: pytest.FixtureRequest,
    bare: HomeAssistant,
    ollama: ScriptedOllama,
    ports: tuple[int, ...],
    clients: Clients,
) -> AsyncGenerator[SpokenHouse]:
    """Return a house whose pipeline has Jarvis and both servers in it."""
    language: str = request.param
    bare.config.language = language
    home = await async_build_home(bare, house())
    jarvis = _jarvis(ollama.url)
    entries = [*map(_wyoming, ports), jarvis]
    for entry in entries:
        entry.add_to_hass(bare)
        assert await bare.config_entries.async_setup(entry.entry_id)
        await bare.async_block_till_done()
    await async_prepared(jarvis, ollama)
    get_websocket, get_http = clients
    satellite = Satellite(await get_websocket(bare), get_http)
    yield SpokenHouse(bare, home, satellite, ollama, language)
    for entry in reversed(entries):
        await bare.config_entries.async_unload(entry.entry_id)
    await home.async_remove()


def _wyoming(port: int) -> MockConfigEntry:
    """Return the entry of a server in Home Assistant's own integration."""
    data = {CONF_HOST: HOST, CONF_PORT: port}
    return MockConfigEntry(domain="wyoming", title=str(port), data=data)


def _jarvis(url: str) -> MockConfigEntry:
    """Return the entry of a Jarvis that makes the pipeline."""
    return MockConfigEntry(
        domain=DOMAIN,
        title="Jarvis",
        data={
            CONF_ENDPOINTS: [{CONF_URL: url, CONF_VERIFY_SSL: True}],
            CONF_PIPELINE: PIPELINE_CREATE,
            CONF_PREFERRED: True,
        },
        subentries_data=[
            ConfigSubentryData(
                data={CONF_LLM_HASS_API: ["assist"], CONF_MODEL: MODEL},
                subentry_type=SUBENTRY_CONVERSATION,
                title="Jarvis",
                unique_id=None,
            )
        ],
    )
