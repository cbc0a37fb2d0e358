"""The Assist pipeline that the last step of the set-up offers."""

from typing import Any

from homeassistant.components import stt, tts
from homeassistant.components.assist_pipeline.pipeline import (
    KEY_ASSIST_PIPELINE,
    async_get_pipeline,
    async_update_pipeline,
)
from homeassistant.components.conversation import DOMAIN as CONVERSATION_DOMAIN
from homeassistant.components.tts.helper import get_engine_instance
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import language as language_util

from .const import (
    CONF_PIPELINE,
    CONF_PREFERRED,
    DEFAULT_AGENT_NAME,
    DOMAIN,
    PIPELINE_CREATE,
    PIPELINE_NONE,
)
from .local.text.words import LANGUAGES
from .runtime import JarvisConfigEntry


async def async_offer_pipeline(hass: HomeAssistant, entry: JarvisConfigEntry) -> None:
    """Do once what the owner chose in the last step of the set-up.

    It is done here and not in the flow, because only now the agent is there.
    """
    if (choice := entry.data.get(CONF_PIPELINE)) is None:
        return
    preferred = entry.data.get(CONF_PREFERRED, False)
    data = {
        key: value
        for key, value in entry.data.items()
        if key not in (CONF_PIPELINE, CONF_PREFERRED)
    }
    hass.config_entries.async_update_entry(entry, data=data)
    agent_ids = agent_entity_ids(hass, entry)
    if choice == PIPELINE_NONE or not agent_ids:
        return
    agent_id = agent_ids[0]
    store = hass.data[KEY_ASSIST_PIPELINE].pipeline_store
    if choice == PIPELINE_CREATE:
        pipeline = await store.async_create_item(_settings(hass, agent_id))
        choice = pipeline.id
    elif choice in store.data:
        await async_update_pipeline(
            hass,
            store.data[choice],
            conversation_engine=agent_id,
            conversation_language=_language(store.data[choice].language),
            prefer_local_intents=False,
        )
    if preferred and choice in store.data:
        store.async_set_preferred_item(choice)


def agent_entity_ids(hass: HomeAssistant, entry: JarvisConfigEntry) -> list[str]:
    """Return the conversation entities of an entry, the first made first."""
    registry = er.async_get(hass)
    found = (
        registry.async_get_entity_id(CONVERSATION_DOMAIN, DOMAIN, subentry_id)
        for subentry_id in entry.subentries
    )
    return [entity_id for entity_id in found if entity_id]


def _settings(hass: HomeAssistant, agent_id: str) -> dict[str, Any]:
    """Return a pipeline with Jarvis and the speech engines that are there.

    Jarvis runs Home Assistant's own sentences itself, behind its guard: the pipeline
    must not run them a first time.
    """
    language = hass.config.language
    model = async_get_pipeline(hass)
    stt_engine = model.stt_engine or stt.async_default_engine(hass)
    tts_engine = model.tts_engine or tts.async_default_engine(hass)
    speech_to_text = (
        stt.async_get_speech_to_text_engine(hass, stt_engine) if stt_engine else None
    )
    text_to_speech = get_engine_instance(hass, tts_engine) if tts_engine else None
    stt_language = _match(hass, speech_to_text, language)
    tts_language = _match(hass, text_to_speech, language)
    voices = (
        text_to_speech.async_get_supported_voices(tts_language)
        if text_to_speech and tts_language
        else None
    )
    return {
        "name": DEFAULT_AGENT_NAME,
        "language": language,
        "conversation_engine": agent_id,
        "conversation_language": _language(language),
        "stt_engine": stt_engine if stt_language else None,
        "stt_language": stt_language,
        "tts_engine": tts_engine if tts_language else None,
        "tts_language": tts_language,
        "tts_voice": voices[0].voice_id if voices else None,
        "wake_word_entity": model.wake_word_entity,
        "wake_word_id": model.wake_word_id,
        "prefer_local_intents": False,
    }


def _match(hass: HomeAssistant, engine: Any, language: str) -> str | None:
    """Return the language of an engine that fits, if there is one."""
    if engine is None:
        return None
    matches = language_util.matches(
        language, engine.supported_languages, country=hass.config.country
    )
    return matches[0] if matches else None


def _language(language: str) -> str:
    """Return the language that Jarvis is to expect in a pipeline of a language."""
    usual = language.partition("-")[0]
    return usual if usual in LANGUAGES else "en"
