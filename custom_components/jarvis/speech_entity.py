"""What the ears and the mouth of Jarvis share, and when there are any."""

from abc import abstractmethod
from collections.abc import Callable, Iterable
from typing import override

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import RestoredExtraData, RestoreEntity

from .const import DEFAULT_AGENT_NAME, DOMAIN
from .local.text.words import LANGUAGES
from .runtime import JarvisConfigEntry
from .speech.offer import standard
from .speech.server import Server
from .speech.servers import Sense

_LANGUAGES = "languages"
_PLATFORM = {Sense.HEARING: Platform.STT, Sense.SPEAKING: Platform.TTS}


class SpeechEntity(RestoreEntity):
    """An engine for speech that asks the servers of the entry."""

    _attr_has_entity_name = True
    _attr_name = DEFAULT_AGENT_NAME
    _attr_should_poll = False

    def __init__(self, entry: JarvisConfigEntry, sense: Sense) -> None:
        """Take what the servers are asked for."""
        self._servers = entry.runtime_data.speech
        self._entry = entry
        self._sense = sense
        self._remembered: list[str] = []
        """What the servers could do before Home Assistant started anew."""
        self._attr_unique_id = _identity(entry, sense)
        self._show()

    @property
    @override
    def extra_restore_state_data(self) -> RestoredExtraData:
        """Return what to know while a server is away when Home Assistant starts."""
        return RestoredExtraData({_LANGUAGES: self._languages})

    @override
    async def async_added_to_hass(self) -> None:
        """Follow what the servers offer."""
        await super().async_added_to_hass()
        if (data := await self.async_get_last_extra_data()) is not None:
            self._remembered = list(data.as_dict().get(_LANGUAGES, ()))
        self._show()
        background = self._entry.runtime_data.background
        self.async_on_remove(self._servers.listen(self._on_server))
        self.async_on_remove(background.async_on_apply(self._on_apply))

    @property
    def _languages(self) -> list[str]:
        """The languages of all servers, as far as they are known."""
        known = {standard(one) for one in self._offered()}
        if any(watch.health.offer is None for watch in self._servers.watches):
            known.update(self._remembered)
        return sorted(known) or list(LANGUAGES)

    @abstractmethod
    def _offered(self) -> Iterable[str]:
        """Return the languages of the servers that are known."""

    @callback
    def _show(self) -> None:
        """Take what the servers offer by now."""

    @callback
    def _on_server(self, _: Server) -> None:
        """React to news of a server."""
        self._on_apply()

    @callback
    def _on_apply(self) -> None:
        """Show what is so by now."""
        self._show()
        self.async_write_ha_state()


@callback
def async_add_while_offered(
    hass: HomeAssistant,
    entry: JarvisConfigEntry,
    sense: Sense,
    add: AddConfigEntryEntitiesCallback,
    make: Callable[[], SpeechEntity],
) -> None:
    """Have an engine while a server offers it, or did when it was last asked."""
    servers = entry.runtime_data.speech
    identity = _identity(entry, sense)
    is_there = False

    @callback
    def sync() -> None:
        """Add the engine or remove it, as the servers are by now."""
        nonlocal is_there
        registry = er.async_get(hass)
        entity_id = registry.async_get_entity_id(_PLATFORM[sense], DOMAIN, identity)
        offered = servers.offers(sense)
        if offered is None:
            offered = entity_id is not None
        if offered and not is_there:
            add([make()])
        elif not offered and entity_id is not None:
            registry.async_remove(entity_id)
        is_there = offered

    @callback
    def changed(_: Server) -> None:
        """React to news of a server."""
        sync()

    sync()
    entry.async_on_unload(servers.listen(changed))
    entry.async_on_unload(entry.runtime_data.background.async_on_apply(sync))


def _identity(entry: JarvisConfigEntry, sense: Sense) -> str:
    """Return what an engine is known by."""
    return f"{entry.entry_id}_{sense.name.lower()}"
