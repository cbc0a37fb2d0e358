"""Home Assistant's backups get the memory whole, while people go on talking."""

import logging

from homeassistant.core import HomeAssistant

from .runtime import loaded_entry
from .store.errors import StoreError

_LOGGER = logging.getLogger(__name__)


async def async_pre_backup(hass: HomeAssistant) -> None:
    """Leave the file of the memory as it is for a while."""
    # Whatever is raised here would cost the owner the whole backup.
    try:
        if entry := loaded_entry(hass):
            await entry.runtime_data.memory.async_hold()
    except StoreError, TimeoutError:
        _LOGGER.warning("The memory in this backup may be cut off", exc_info=True)


async def async_post_backup(hass: HomeAssistant) -> None:
    """Let the memory's file change again."""
    try:
        if entry := loaded_entry(hass):
            await entry.runtime_data.memory.async_release()
    except StoreError, TimeoutError:
        _LOGGER.debug("The memory is released when it is next opened", exc_info=True)
