"""What every prompt of an agent begins with, kept until something in it changes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
import time
from typing import Any

import ollama

from homeassistant.components.conversation import DOMAIN as CONVERSATION_DOMAIN
from homeassistant.components.homeassistant.exposed_entities import (
    async_listen_entity_updates,
    async_should_expose,
)
from homeassistant.const import (
    EVENT_CORE_CONFIG_UPDATE,
    EVENT_SERVICE_REGISTERED,
    EVENT_SERVICE_REMOVED,
    EVENT_STATE_CHANGED,
)
from homeassistant.core import (
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
)
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
    llm,
)
from homeassistant.helpers.json import json_dumps

from ..agent import AgentConfig, Role
from ..const import DOMAIN
from ..local.mentions import mentioned
from ..tools.day import day_tools
from ..tools.find_entities import FindEntities
from ..tools.fitted import domains_of, fitted
from ..tools.memory import memory_tools
from ..tools.permission import Permission
from ..tools.reminders import reminder_tools
from ..tools.targets import exposed_entity_ids
from ..tools.think_harder import ThinkHarder
from ..tools.timers import timer_tools
from ..tools.toolbox import Toolbox, async_toolbox, spec
from .context import told
from .day.hand import DayHand
from .inventory import Item, inventory, inventory_text, names_fit
from .memory.hand import MemoryHand
from .prompt import render_persona, system_text
from .reminders.hand import ReminderHand
from .text_tools import tools_text
from .timers.tool import TimerToolHand

_REFRESH_AFTER = 300
"""Seconds until tools are gathered anew: an MCP server announces no change."""
_REGISTRY_EVENTS = (
    er.EVENT_ENTITY_REGISTRY_UPDATED,
    dr.EVENT_DEVICE_REGISTRY_UPDATED,
    ar.EVENT_AREA_REGISTRY_UPDATED,
    fr.EVENT_FLOOR_REGISTRY_UPDATED,
    EVENT_CORE_CONFIG_UPDATE,
    EVENT_SERVICE_REGISTERED,
    EVENT_SERVICE_REMOVED,
)


@dataclass(frozen=True, slots=True)
class Prefix:
    """System text and tools of an agent, and what they were made from."""

    system: str
    tools: Sequence[llm.Tool]
    specs: Sequence[Mapping[str, Any]]
    """The tools as the endpoint is told; empty where they stand in the system text."""
    toolbox: Toolbox
    items: Mapping[str, Item]
    identity: str
    """The same for the same text and tools."""
    length: int
    """Bytes of text and tools together."""

    def messages(self) -> list[ollama.Message]:
        """Return the messages that come before the first turn."""
        return [ollama.Message(role="system", content=self.system)]

    def length_with(self, messages: Sequence[ollama.Message]) -> int:
        """Return the bytes of a prompt that goes on with messages."""
        return self.length + sum(
            len((message.content or "").encode())
            for message in messages
            if message.role != "system"
        )


async def async_build_prefix(
    hass: HomeAssistant,
    agent: AgentConfig,
    permission: Permission,
    *,
    tools_in_text: bool,
) -> Prefix:
    """Gather devices and tools and write the beginning of the prompt."""
    # Its own tools an agent has without choosing them.
    toolbox = await async_toolbox(hass, [one for one in agent.apis if one != DOMAIN])
    items = inventory(hass, _readable(hass, permission))
    tools = list(toolbox.tools)
    if not names_fit(items):
        tools.append(_finder(hass, items))
    roles = [role for role in (Role.REASONING, Role.CODE) if agent.has_own(role)]
    if roles:
        tools.append(ThinkHarder(roles))
    # A model may be unable to call any: then none are chosen for it.
    if agent.remember and agent.apis:
        tools += memory_tools(MemoryHand(hass))
    if agent.apis:
        tools += reminder_tools(ReminderHand(hass))
        tools += timer_tools(TimerToolHand(hass))
        tools += day_tools(DayHand(hass))
    kinds = [(item.domain, item.device_class) for item in items]
    specs = [
        fitted(spec(tool, toolbox.serializer), domains_of(hass, tool), kinds)
        for tool in tools
    ]
    parts = [toolbox.prompt, tools_text(specs) if tools_in_text else ""]
    system = system_text(
        render_persona(hass, agent.persona),
        inventory_text(items),
        "\n\n".join(part for part in parts if part),
    )
    sent = [] if tools_in_text else specs
    whole = system + json_dumps(sent)
    return Prefix(
        system,
        tools,
        sent,
        toolbox,
        {item.entity_id: item for item in items},
        sha256(whole.encode()).hexdigest()[:16],
        len(whole.encode()),
    )


class Prefixes:
    """The prefixes of an entry's agents; a change in the house makes them stale."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Begin with none."""
        self._hass = hass
        self._kept: dict[tuple[Any, ...], tuple[float, Prefix]] = {}
        self._changes = 0
        self._changed: list[Callable[[], None]] = []

    @callback
    def async_watch(self) -> Callable[[], None]:
        """Notice what changes the inventory or the tools; return how to stop."""
        stops = [
            *(
                self._hass.bus.async_listen(event, self._on_change)
                for event in _REGISTRY_EVENTS
            ),
            self._hass.bus.async_listen(
                EVENT_STATE_CHANGED, self._on_state, event_filter=_comes_or_goes
            ),
            async_listen_entity_updates(
                self._hass, CONVERSATION_DOMAIN, self._on_change
            ),
        ]

        @callback
        def stop() -> None:
            """Listen no more."""
            for one in stops:
                one()

        return stop

    @callback
    def async_on_change(self, listener: Callable[[], None]) -> None:
        """Call a listener after each change."""
        self._changed.append(listener)

    async def async_get(
        self, agent: AgentConfig, permission: Permission, *, tools_in_text: bool
    ) -> Prefix:
        """Return an agent's prefix as this speaker may see it."""
        user = None if permission.allows(None, control=False) else permission.identity
        key = (
            repr(agent),
            user,
            tools_in_text,
            tuple(api.id for api in llm.async_get_apis(self._hass)),
        )
        made, prefix = self._kept.get(key, (0.0, None))
        # Who may not see everything is rare, and Home Assistant announces no change of
        # a person's rights.
        if prefix is None or user or time.monotonic() - made > _REFRESH_AFTER:
            changes = self._changes
            prefix = await async_build_prefix(
                self._hass, agent, permission, tools_in_text=tools_in_text
            )
            if changes == self._changes:
                self._kept[key] = (time.monotonic(), prefix)
        return prefix

    def newest(self, agent: AgentConfig) -> Prefix | None:
        """Return an agent's prefix if it is known by now."""
        for (name, user, *_), (_made, prefix) in self._kept.items():
            if name == repr(agent) and user is None:
                return prefix
        return None

    @callback
    def _on_state(self, event: Event[EventStateChangedData]) -> None:
        """Forget what is stale where the entity that comes or goes is exposed."""
        entity_id = event.data["entity_id"]
        if async_should_expose(self._hass, CONVERSATION_DOMAIN, entity_id):
            self._on_change()

    @callback
    def _on_change(self, _event: Event[Any] | None = None) -> None:
        """Forget what is stale by now."""
        self._changes += 1
        self._kept.clear()
        for listener in self._changed:
            listener()


def _finder(hass: HomeAssistant, items: Sequence[Item]) -> FindEntities:
    """Return the tool that looks through the items."""
    by_id = {item.entity_id: item for item in items}
    candidates = [item.candidate() for item in items]

    def tell(entity_id: str) -> str | None:
        """Tell the state of an item, if it still has one."""
        state = hass.states.get(entity_id)
        return told(by_id[entity_id], state) if state else None

    return FindEntities(lambda words, most: mentioned(words, candidates, most), tell)


@callback
def _comes_or_goes(data: EventStateChangedData) -> bool:
    """Tell whether an entity comes into being or goes."""
    return data["old_state"] is None or data["new_state"] is None


def _readable(hass: HomeAssistant, permission: Permission) -> Iterable[str]:
    """Return the exposed entities that a speaker may know of."""
    return [
        entity_id
        for entity_id in exposed_entity_ids(hass)
        if permission.allows([entity_id], control=False)
    ]
