"""What Jarvis does while nobody speaks: watch endpoints, examine and warm models."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
import logging
from time import monotonic
from typing import Any

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_change

from .agent import AgentConfig, Role
from .const import KEEP_ALIVE_FOREVER, SUBENTRY_CONVERSATION
from .later import Later
from .local.text.language import language_of
from .ollama.endpoint import ChatRequest, Endpoint
from .ollama.endpoints import holds
from .ollama.errors import OllamaError, Reason
from .ollama.health import Watch
from .ollama.models import same_model
from .ollama.preflight import Preflight, examine, try_tool
from .repair_issues import async_show_findings
from .runtime import JarvisConfigEntry, agents, endpoint_configs, make_endpoint
from .tools.permission import Permission
from .turn.warm import async_warm, request_of

_LOGGER = logging.getLogger(__name__)

SETTLE = 5
"""Seconds without a further change in the house before models read the new prompt."""


class Background:
    """The work of one entry that nobody waits for; it ends with the entry."""

    def __init__(self, hass: HomeAssistant, entry: JarvisConfigEntry) -> None:
        """Take the entry, which has its runtime data."""
        self._hass = hass
        self._entry = entry
        self._watching: dict[Watch, asyncio.Task[None]] = {}
        self._applied: list[Callable[[], None]] = []
        self._settle = Later(hass, self._on_settled)
        self._take_back = Later(hass, self.async_prepare_soon)
        """Waits until a model is taken back from another client."""
        self._read_again = Later(hass, self._on_read_again)
        self._forgetful: set[str] = set()
        """Models that have read what is no prompt of a turn."""
        self._stale = False
        self._preparing: asyncio.Task[None] | None = None
        self._examining = False
        self.failure: OllamaError | None = None
        """Why a model could not be warmed the last time; None where all were."""
        self._called: dict[tuple[str, str, str | None], bool] = {}

    @callback
    def async_start(self) -> None:
        """Begin to watch and prepare."""
        entry, runtime = self._entry, self._entry.runtime_data
        entry.async_on_unload(runtime.prefixes.async_watch())
        entry.async_on_unload(runtime.endpoints.listen(self._on_endpoint))
        entry.async_on_unload(runtime.endpoints.listen_for_others(self._on_others))
        # Templates of some models carry the date.
        entry.async_on_unload(
            async_track_time_change(
                self._hass, self._on_midnight, hour=0, minute=0, second=5
            )
        )
        for later in (self._settle, self._take_back, self._read_again):
            entry.async_on_unload(later.async_cancel)
        runtime.prefixes.async_on_change(self._on_house)
        runtime.prefixes.async_on_change(runtime.house.async_forget)
        self._watch_all()
        self.async_prepare()

    async def async_apply(self) -> None:
        """Apply the entry's settings in place: endpoints come, stay, go."""
        runtime = self._entry.runtime_data
        known = {endpoint.config: endpoint for endpoint in runtime.endpoints}
        wanted = endpoint_configs(self._entry.data)
        endpoints = [
            known.pop(one) if one in known else make_endpoint(one) for one in wanted
        ]
        runtime.endpoints.replace(endpoints)
        for gone in known.values():
            self._create(self._async_leave(gone), f"jarvis leave {gone.name}")
        self._watch_all()
        for listener in tuple(self._applied):
            listener()
        self.async_prepare()

    @callback
    def async_on_apply(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call a listener after settings were applied; return how to stop."""
        self._applied.append(listener)
        return lambda: self._applied.remove(listener)

    @callback
    def async_stop(self) -> None:
        """End what still asks endpoints, before their connections are closed."""
        for task in (*self._watching.values(), self._preparing):
            if task is not None:
                task.cancel()

    @callback
    def async_do(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Do some work that nobody waits for."""
        self._create(work, name)

    @callback
    def async_truncated(self, agent: AgentConfig, model: str, tokens: int) -> None:
        """Tell that an endpoint dropped a part of a prompt, which it does silently.

        It shows because a prompt that only grows cannot have fewer tokens than the one
        before, nor fewer than its length allows.
        """
        truncated = self._entry.runtime_data.truncated
        if truncated.get(agent.subentry_id) == model:
            return
        _LOGGER.warning(
            "%s read %s tokens of a longer prompt: its context is too small",
            model,
            tokens,
        )
        truncated[agent.subentry_id] = model
        self._show_findings()

    @callback
    def async_warm(
        self,
        agent: AgentConfig,
        language: str | None = None,
        conversation_id: str | None = None,
    ) -> None:
        """Have an agent's model read the beginning of the prompt, now."""
        work = self._async_warm(agent, language, conversation_id)
        self._create(work, "jarvis warm")

    @callback
    def async_prepare(self) -> None:
        """Examine the models that the agents use and have them read their prompt."""
        if self._preparing is not None:
            self._preparing.cancel()
        self._stale = False
        self._preparing = self._create(self._async_prepare(), "jarvis prepare")

    async def async_prepared(self) -> None:
        """Wait until the models are examined and warm."""
        while self._preparing is not None and not self._preparing.done():
            with suppress(asyncio.CancelledError):
                await asyncio.shield(self._preparing)

    @callback
    def async_prepare_soon(self) -> None:
        """Prepare anew once the house has settled."""
        self._settle.async_after(SETTLE)

    async def _async_prepare(self) -> None:
        """Go through agents and roles; the models of everyday turns are warmed."""
        configured = agents(self._entry, SUBENTRY_CONVERSATION)
        # Models may still be in memory as they were before the settings changed.
        self._examining = True
        await self._async_look()
        for agent in configured:
            for role in (Role.HOME, *(role for role in Role if agent.has_own(role))):
                if agent.model:
                    await self._async_examine(agent, role)
        self.failure = None
        # What is still so, the models show at once.
        self._entry.runtime_data.truncated.clear()
        for agent in configured:
            await self._async_warm(agent)
        # Which models are in memory now, and how much of each in graphics memory.
        await self._async_look()
        self._examining = False
        self._note_contexts(have_read=self.failure is None)
        self._show_findings()

    @callback
    def _note_contexts(self, *, have_read: bool = False) -> None:
        """See with which context models are in memory where they are asked first."""
        if self._examining:
            return
        endpoints, now = self._entry.runtime_data.endpoints, monotonic()
        configured = agents(self._entry, SUBENTRY_CONVERSATION)
        wanted = {agent.model: agent.num_ctx for agent in configured if agent.model}
        pauses, is_news = [], False
        for model, num_ctx in wanted.items():
            for endpoint in endpoints.in_order(model)[:1]:
                key = endpoint.name, model
                context = endpoints.health(endpoint).context_of(model)
                if have_read:
                    endpoints.contexts.found_after_reading(key, num_ctx, context, now)
                elif endpoints.contexts.found(key, num_ctx, context, now):
                    is_news = True
                pauses.append(endpoints.contexts.patience(key, now))
        self._take_back.async_cancel()
        if pause := min(filter(None, pauses), default=None):
            self._take_back.async_after(pause)
        if is_news:
            self._show_findings()

    @callback
    def _show_findings(self) -> None:
        """Show as repairs what is wrong by now."""
        configured = agents(self._entry, SUBENTRY_CONVERSATION)
        async_show_findings(self._hass, self._entry, configured)

    async def _async_look(self) -> None:
        """See how the endpoints are that may be well."""
        watches = self._entry.runtime_data.endpoints.watches
        looks = [
            watch.async_look()
            for watch in watches
            if watch.health.failure in (None, Reason.TOO_OLD)
        ]
        await asyncio.gather(*looks)

    async def _async_examine(self, agent: AgentConfig, role: Role) -> None:
        """Find out what a role's model can do at each endpoint that is well."""
        runtime = self._entry.runtime_data
        model = agent.model_of(role)
        for endpoint in runtime.endpoints.in_order(model):
            if not runtime.endpoints.health(endpoint).well:
                continue
            known = runtime.preflights.get((endpoint.name, model))
            if (
                role is not Role.HOME
                and known is not None
                and not known.missing
                and known.digest == endpoint.digest(model)
            ):
                # Rendering loads a model: a large one would push the other out.
                continue
            # Where the tools belong shows only while they are sent as tools.
            prefix = await runtime.prefixes.async_get(
                agent, Permission(None), tools_in_text=False
            )
            request = request_of(runtime, agent, prefix, role)
            found = await examine(endpoint, request)
            if role is Role.HOME and found.can_use_tools and not found.missing:
                found = await self._async_tried(endpoint, request, found)
            runtime.endpoints.leaves_turn_open(
                endpoint, model, is_so=found.leaves_turn_open
            )
            # What did not answer is asked again when it is well.
            if found.missing or found.capabilities is not None:
                runtime.preflights[endpoint.name, model] = found

    async def _async_tried(
        self, endpoint: Endpoint, request: ChatRequest, found: Preflight
    ) -> Preflight:
        """See once in the life of the entry whether this very model calls a tool."""
        key = endpoint.name, request.model, found.digest
        if (known := self._called.get(key)) is None:

            async def work() -> None:
                """Try, unless a person needs the endpoint."""
                self._called[key] = await try_tool(endpoint, request)

            try:
                await endpoint.lane.background(work)
            except OllamaError as err:
                _LOGGER.debug("Trying a tool with %s: %s", request.model, err)
            known = self._called.get(key)
        return replace(found, calls_tools=known)

    async def _async_warm(
        self,
        agent: AgentConfig,
        language: str | None = None,
        conversation_id: str | None = None,
    ) -> None:
        """Warm one agent's model; a turn that fails alike tells the person."""
        try:
            spoken = language_of("", language or self._hass.config.language)
            await async_warm(
                self._hass, self._entry.runtime_data, agent, spoken, conversation_id
            )
        except OllamaError as err:
            self.failure = err
            _LOGGER.debug("Warming %s: %s", agent.model, err)

    async def _async_leave(self, endpoint: Endpoint) -> None:
        """Close an endpoint that has left, after whoever it still answers."""
        await endpoint.lane.idle()
        await self._entry.runtime_data.pulls.async_ended(endpoint)
        await endpoint.close()

    @callback
    def _watch_all(self) -> None:
        """Watch the endpoints that there are now, and no others."""
        watches = self._entry.runtime_data.endpoints.watches
        for watch in [one for one in self._watching if one not in watches]:
            self._watching.pop(watch).cancel()
        for watch in watches:
            if watch not in self._watching:
                self._watching[watch] = self._create(
                    watch.async_run(), f"jarvis watch {watch.endpoint.name}"
                )

    @callback
    def _on_endpoint(self, endpoint: Endpoint) -> None:
        """React to news of an endpoint."""
        runtime = self._entry.runtime_data
        health = runtime.endpoints.health(endpoint)
        if health.failure is Reason.UNAUTHORIZED:
            self._entry.async_start_reauth(self._hass)
        if health.well:
            self._note_contexts()
            if self._needs_preparing(endpoint):
                self.async_prepare_soon()

    def _needs_preparing(self, endpoint: Endpoint) -> bool:
        """Tell whether an agent's model there is not known or not in memory.

        Only the endpoint that is asked first keeps it in memory. With the context of
        another client it is as good as not there.
        """
        runtime = self._entry.runtime_data
        health = runtime.endpoints.health(endpoint)
        contexts, now = runtime.endpoints.contexts, monotonic()
        return any(
            (found := runtime.preflights.get((endpoint.name, agent.model))) is None
            or (found.missing and holds(health, agent.model))
            or (not found.missing and found.digest != endpoint.digest(agent.model))
            or (
                agent.keep_alive == KEEP_ALIVE_FOREVER
                and not found.missing
                and endpoint is runtime.endpoints.in_order(agent.model)[0]
                and (
                    not any(same_model(one.name, agent.model) for one in health.loaded)
                    or contexts.patience((endpoint.name, agent.model), now) == 0
                )
            )
            for agent in agents(self._entry, SUBENTRY_CONVERSATION)
            if agent.model
        )

    @callback
    def _on_others(self, model: str) -> None:
        """React to a prompt that shares nothing with those of turns."""
        self._forgetful.add(model)
        self._read_again.async_after(SETTLE)

    @callback
    def _on_read_again(self) -> None:
        """Have models read the prompts of turns after what was none."""
        for agent in agents(self._entry, SUBENTRY_CONVERSATION):
            if agent.model in self._forgetful:
                self.async_warm(agent)
        self._forgetful.clear()

    @callback
    def _on_house(self) -> None:
        """React to a change of what the models are told."""
        self._stale = True
        self.async_prepare_soon()

    @callback
    def _on_midnight(self, _now: datetime) -> None:
        """Have the models read the prompt with the new date."""
        for agent in agents(self._entry, SUBENTRY_CONVERSATION):
            self.async_warm(agent)

    @callback
    def _on_settled(self) -> None:
        """Prepare if that is still to be done: nothing has changed for a while."""
        endpoints = self._entry.runtime_data.endpoints
        if self._stale or any(
            endpoints.health(one).well and self._needs_preparing(one)
            for one in endpoints
        ):
            self.async_prepare()

    def _create(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Start work that the entry owns."""
        return self._entry.async_create_background_task(self._hass, work, name)
