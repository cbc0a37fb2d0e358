"""Watches the servers for speech while nobody speaks."""

import asyncio

from homeassistant.core import HomeAssistant, callback

from .const import SUBENTRY_CONVERSATION
from .repair_issues import async_show_findings
from .runtime import JarvisConfigEntry, agents, speech_addresses
from .speech.health import Watch
from .speech.server import Server


class SpeechBackground:
    """The watching of one entry; it ends with the entry."""

    def __init__(self, hass: HomeAssistant, entry: JarvisConfigEntry) -> None:
        """Take the entry, which has its runtime data."""
        self._hass = hass
        self._entry = entry
        self._watching: dict[Watch, asyncio.Task[None]] = {}
        self._lost: set[str] = set()

    @callback
    def async_start(self) -> None:
        """Begin to watch."""
        servers = self._entry.runtime_data.speech
        self._entry.async_on_unload(servers.listen(self._on_server))
        self.async_apply()

    @callback
    def async_apply(self) -> None:
        """Apply the entry's settings in place: servers come, stay, go.

        Whoever is answered by one that goes is answered to the end.
        """
        servers = self._entry.runtime_data.speech
        known = {server.address: server for server in servers}
        servers.replace(
            [
                known.get(address) or Server(address)
                for address in speech_addresses(self._entry.data)
            ]
        )
        watches = servers.watches
        for watch in [one for one in self._watching if one not in watches]:
            self._watching.pop(watch).cancel()
        for watch in watches:
            if watch not in self._watching:
                self._watching[watch] = self._entry.async_create_background_task(
                    self._hass,
                    watch.async_run(),
                    f"jarvis watch {watch.server.name}",
                )
        self._show_lost()

    @callback
    def async_stop(self) -> None:
        """End the watching, and what is still heard or spoken."""
        for task in self._watching.values():
            task.cancel()
        self._entry.runtime_data.speech.close()

    @callback
    def _on_server(self, _: Server) -> None:
        """React to news of a server."""
        self._show_lost()

    @callback
    def _show_lost(self) -> None:
        """Show a repair for each server that does not come back."""
        servers = self._entry.runtime_data.speech
        lost = {server.name for server in servers if servers.health(server).lost}
        if lost != self._lost:
            self._lost = lost
            configured = agents(self._entry, SUBENTRY_CONVERSATION)
            async_show_findings(self._hass, self._entry, configured)
