"""Downloads of models that outlive a dialog, and a restart of either side."""

import asyncio
import logging

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store

from .const import DOMAIN
from .ollama.errors import OllamaError
from .ollama.pull import Pull, Pulls
from .runtime import JarvisConfigEntry

_LOGGER = logging.getLogger(__name__)

_VERSION = 1
_SAVE_DELAY = 1


class KeptPulls:
    """Remembers on disk which downloads are not finished."""

    def __init__(self, hass: HomeAssistant, entry: JarvisConfigEntry) -> None:
        """Take the entry that owns the downloads."""
        self._hass = hass
        self._entry = entry
        self._store: Store[list[list[str]]] = Store(hass, _VERSION, f"{DOMAIN}.pulls")
        self._wanted: list[list[str]] = []
        self._unsaved = False
        self.pulls = Pulls(self._start)

    async def async_save(self) -> None:
        """Write now what is still to be written: the entry is about to end."""
        if self._unsaved:
            await self._store.async_save(list(self._wanted))

    async def async_resume(self) -> None:
        """Go on with what was not finished when Home Assistant ended."""
        for url, model in await self._store.async_load() or []:
            for endpoint in self._entry.runtime_data.endpoints:
                if endpoint.config.url == url:
                    self.pulls.pull(endpoint, model)

    @callback
    def _start(self, pull: Pull) -> asyncio.Task[None]:
        """Start a download in the background of the entry."""
        self._wanted.append([pull.endpoint.config.url, pull.model])
        self._save()
        return self._entry.async_create_background_task(
            self._hass, self._async_run(pull), f"jarvis pull {pull.model}"
        )

    async def _async_run(self, pull: Pull) -> None:
        """Download; forget it when it ends, unless Home Assistant ends first."""
        try:
            await pull.async_run()
        except asyncio.CancelledError:
            raise
        except OllamaError as err:
            self._forget(pull)
            _LOGGER.warning("%s was not downloaded: %s", pull.model, err.reason)
            raise
        self._forget(pull)
        _LOGGER.info("%s is there at %s", pull.model, pull.endpoint.name)
        self._entry.runtime_data.background.async_prepare()

    def _forget(self, pull: Pull) -> None:
        """Remove a download from the disk."""
        self._wanted.remove([pull.endpoint.config.url, pull.model])
        self._save()

    def _save(self) -> None:
        """Write what is wanted, soon."""
        self._unsaved = True
        self._store.async_delay_save(lambda: list(self._wanted), _SAVE_DELAY)
