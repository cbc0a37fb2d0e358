"""Jarvis: a voice assistant that lives in Home Assistant, at home."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv, llm
from homeassistant.helpers.typing import ConfigType

from .background import Background
from .const import CONF_SECOND_HOME, DOMAIN, SUBENTRY_CONVERSATION
from .day.sentences import load as load_days
from .day_services import async_setup_day_services
from .local.load import load
from .memory_api import MemoryApi
from .memory_services import async_setup_memory_services
from .memory_websocket import async_setup_memory_websocket
from .ollama.endpoints import Endpoints
from .pipeline import async_offer_pipeline
from .pulls import KeptPulls
from .quiet_model import EverydayModel
from .remembering.embedding import Embedding
from .remembering.figures import Counting
from .remembering.memory import Memory
from .remembering.second_home import SecondHome
from .remembering.upkeep import Upkeep
from .reminder_services import async_setup_reminder_services
from .reminders.when.load import load as load_times
from .reminding.reminding import Reminding
from .reminding.timers import Timers
from .repair_issues import async_forget_findings
from .runtime import (
    JarvisConfigEntry,
    JarvisRuntime,
    agents,
    endpoint_configs,
    make_endpoint,
)
from .services import async_setup_services
from .speech_background import SpeechBackground
from .turn.ahead import Ahead
from .turn.prefix import Prefixes
from .turn.spoken_house import SpokenHouse

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)
PLATFORMS = (
    Platform.AI_TASK,
    Platform.BINARY_SENSOR,
    Platform.CALENDAR,
    Platform.CONVERSATION,
    Platform.EVENT,
    Platform.SENSOR,
    Platform.STT,
    Platform.TODO,
    Platform.TTS,
)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions, which are there with or without an entry."""
    async_setup_services(hass)
    async_setup_memory_services(hass)
    async_setup_reminder_services(hass)
    async_setup_day_services(hass)
    async_setup_memory_websocket(hass)
    llm.async_register_api(hass, MemoryApi(hass))
    return True


async def async_setup_entry(hass: HomeAssistant, entry: JarvisConfigEntry) -> bool:
    """Set up Jarvis; no endpoint need be well for it, what is local works alone."""
    await hass.async_add_executor_job(load)
    await hass.async_add_executor_job(load_times)
    await hass.async_add_executor_job(load_days)
    pulls = KeptPulls(hass, entry)
    entry.runtime_data = runtime = JarvisRuntime(
        Endpoints([make_endpoint(one) for one in endpoint_configs(entry.data)]),
        Prefixes(hass),
        pulls.pulls,
        SpokenHouse(hass),
        memory := Memory(
            hass, has_second_home=bool(entry.options.get(CONF_SECOND_HOME))
        ),
        counting := Counting(hass, memory),
    )
    runtime.background = Background(hass, entry)
    runtime.ahead = Ahead(hass, entry)
    runtime.embedding = embedding = Embedding(
        hass, entry, memory, runtime.endpoints, lambda: _chat_models(entry)
    )
    runtime.second_home = SecondHome(hass, entry, memory)
    runtime.upkeep = Upkeep(hass, entry, memory, EverydayModel(entry))
    runtime.reminding = reminding = Reminding(hass, entry, memory)
    runtime.timers = timers = Timers(hass, entry, memory)
    await memory.async_open()
    await reminding.async_open()
    await timers.async_open()
    entry.async_on_unload(counting.async_start())
    speech = SpeechBackground(hass, entry)
    # Before the platforms listen: they look at what was applied.
    entry.async_on_unload(runtime.background.async_on_apply(speech.async_apply))
    speech.async_start()
    entry.async_on_unload(speech.async_stop)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    # Before anything listens to updates: it makes one itself.
    await async_offer_pipeline(hass, entry)
    entry.async_on_unload(entry.add_update_listener(_async_apply))
    runtime.background.async_start()
    entry.async_on_unload(runtime.background.async_on_apply(embedding.async_apply))
    embedding.async_start()
    await runtime.second_home.async_start()
    runtime.upkeep.async_start()
    reminding.async_start()
    timers.async_start()
    entry.async_on_unload(runtime.background.async_on_apply(reminding.async_welcome))
    entry.async_on_unload(pulls.async_save)
    await pulls.async_resume()
    return True


async def async_unload_entry(hass: HomeAssistant, entry: JarvisConfigEntry) -> bool:
    """Unload Jarvis and close its connections."""
    if not await hass.config_entries.async_unload_platforms(entry, PLATFORMS):
        return False
    entry.runtime_data.background.async_stop()
    await entry.runtime_data.reminding.async_stop()
    await entry.runtime_data.timers.async_stop()
    await entry.runtime_data.upkeep.async_stop()
    await entry.runtime_data.embedding.async_stop()
    await entry.runtime_data.second_home.async_stop()
    await entry.runtime_data.memory.async_close()
    await entry.runtime_data.endpoints.close()
    # A mere reload keeps them, and with them what the owner ignores.
    if entry.disabled_by:
        async_forget_findings(hass)
    return True


async def async_remove_entry(hass: HomeAssistant, entry: JarvisConfigEntry) -> None:
    """Take back what would outlive the entry."""
    async_forget_findings(hass)


def _chat_models(entry: JarvisConfigEntry) -> set[str]:
    """Return the models that people talk to."""
    configured = agents(entry, SUBENTRY_CONVERSATION)
    return {agent.model for agent in configured if agent.model}


async def _async_apply(hass: HomeAssistant, entry: JarvisConfigEntry) -> None:
    """Apply changed settings of the entry or its agents in place."""
    await entry.runtime_data.background.async_apply()
    await entry.runtime_data.second_home.async_apply()
