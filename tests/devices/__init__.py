"""Real entities of a home that is only described, for tests and benches to act on.

    home = await async_build_home(hass, {"areas": […], "entities": […]})

Every entity is one of Home Assistant's own classes on a real platform: services change
it, registries know it, `conversation` may see it. What a description may hold is told
in `description.py`; what has no class here is a state that nothing changes.
"""

from .description import Given
from .home import Call, DeviceHome, Snapshot, async_build_home

__all__ = ["Call", "DeviceHome", "Given", "Snapshot", "async_build_home"]
