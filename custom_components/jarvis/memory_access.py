"""The memory as actions and websocket commands reach it, and what they are told."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from .const import DOMAIN
from .memory.records import Fact, Turn
from .memory.refusal import Refusal
from .memory.repository import Repository
from .runtime import JarvisRuntime, loaded_entry
from .store.errors import StoreError

_TIMEOUT = 10
"""Seconds until a disk that does not answer is given up."""


@asynccontextmanager
async def async_memory(
    hass: HomeAssistant, timeout_s: float | None = _TIMEOUT
) -> AsyncGenerator[tuple[JarvisRuntime, Repository]]:
    """Give the memory and its home; what is wrong with it is told."""
    entry = loaded_entry(hass)
    if entry is None:
        raise refused("not_set_up")
    memory = entry.runtime_data.memory
    if memory.repository is None:
        raise _unavailable()
    try:
        async with asyncio.timeout(timeout_s):
            yield entry.runtime_data, memory.repository
    except (StoreError, TimeoutError) as err:
        memory.async_fail(err)
        raise _unavailable() from err


def refused(key: str, **placeholders: str) -> ServiceValidationError:
    """Say why something is not done."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=placeholders,
    )


def not_kept(why: Refusal | None) -> ServiceValidationError:
    """Say why something is not kept."""
    if why and why.off_limits:
        return refused("memory_off_limits", about=why.off_limits)
    return refused("memory_secret")


def as_dict(memory: Turn | Fact) -> dict[str, Any]:
    """Return a memory as people are shown it."""
    common: Mapping[str, Any] = {"id": memory.id, "owner": memory.owner}
    if isinstance(memory, Turn):
        return {
            **common,
            "kind": "turn",
            "text": memory.said,
            "answered": memory.answered,
            "when": memory.at.isoformat(),
        }
    return {
        **common,
        "kind": "fact",
        "text": memory.text,
        "about": memory.kind.value,
        "origin": memory.origin.value,
        "when": memory.created_at.isoformat(),
        "until": memory.valid_to.isoformat() if memory.valid_to else None,
        "superseded_by": memory.superseded_by,
    }


def _unavailable() -> HomeAssistantError:
    """Say that the memory cannot be used."""
    return HomeAssistantError(
        translation_domain=DOMAIN, translation_key="memory_unavailable"
    )
