"""Reminders as actions and entities reach them, and what those are told."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .people.rights import Rights
from .reminders.records import EVERYONE, Reminder
from .reminders.timing import Timed, timed, when_of
from .reminders.when.read import read
from .reminders.when.results import Ambiguous, Impossible, Problem
from .reminders.when.told import told
from .reminding.reminding import Reminding
from .runtime import loaded_entry
from .store.errors import StoreError

_TIMEOUT = 10
"""Seconds until a disk that does not answer is given up."""
_IMPOSSIBLE = {
    Problem.NO_SUCH_DAY: "when_no_such_day",
    Problem.SKIPPED: "when_skipped",
    Problem.PAST: "when_past",
    Problem.NO_RULE: "when_no_rule",
}


@asynccontextmanager
async def async_reminding(hass: HomeAssistant) -> AsyncGenerator[Reminding]:
    """Give the reminders; what is wrong with them is told."""
    entry = loaded_entry(hass)
    if entry is None:
        raise refused("not_set_up")
    try:
        async with asyncio.timeout(_TIMEOUT):
            yield entry.runtime_data.reminding
    except (StoreError, TimeoutError) as err:
        entry.runtime_data.memory.async_fail(err)
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="reminders_unavailable"
        ) from err


def refused(key: str, **placeholders: str) -> ServiceValidationError:
    """Say why something is not done."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=placeholders,
    )


async def async_timed(hass: HomeAssistant, words: str) -> Timed:
    """Return what some words about time mean; raises what is told where nothing."""
    now = dt_util.now()
    # Reads files at first.
    reading = await hass.async_add_executor_job(
        read, words, now, hass.config.language, hass.config.country
    )
    if reading is None:
        raise refused("when_not_understood", when=words)
    if isinstance(reading, Ambiguous):
        ways = told(reading, now, hass.config.language)
        raise refused("when_ambiguous", when=words, ways=ways)
    if isinstance(reading, Impossible):
        raise refused(_IMPOSSIBLE[reading.problem], when=words)
    found = timed(reading, now)
    if found is None:
        raise refused("when_past", when=words)
    return found


def is_theirs(rights: Rights, reminder: Reminder) -> bool:
    """Tell whether somebody may see and change a reminder: said by them or for them."""
    return rights.may_read(reminder.owner) or (
        not rights.is_nobody
        and rights.owner is not None
        and (rights.owner in reminder.whom or EVERYONE in reminder.whom)
    )


def as_dict(reminder: Reminder, now: datetime, language: str) -> dict[str, Any]:
    """Return a reminder as people are shown it."""
    when = when_of(reminder)
    trigger = reminder.trigger
    due = reminder.next_at or reminder.due
    return {
        "id": reminder.id,
        "text": reminder.what,
        "kind": reminder.kind.value,
        "owner": reminder.owner,
        "whom": list(reminder.whom),
        "state": reminder.state.value,
        "due": dt_util.as_local(due).isoformat() if due else None,
        "when": told(when, now, language) if when else _awaited(reminder),
        "rule": reminder.rule,
        "entity_id": trigger.entity_id if trigger else None,
    }


def _awaited(reminder: Reminder) -> str | None:
    """Return what a reminder waits for in place of a time, as it was said."""
    return (reminder.trigger.said or None) if reminder.trigger else None
