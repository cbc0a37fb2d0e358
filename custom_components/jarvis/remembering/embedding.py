"""Memories found by their meaning: an embedding model at the entry's endpoints."""

import asyncio
from collections.abc import Callable, Collection, Sequence
import logging
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from ..const import CONF_EMBEDDING_MODEL
from ..memory.embed_texts import EmbedError, Matrix, Model
from ..memory.embedding import Embedding as Spaces, Wanted
from ..memory.recall import Vectors
from ..ollama.embed import LANE, EmbedRequest, Place, prefixes_of
from ..ollama.endpoint import Endpoint
from ..ollama.endpoints import Endpoints, holds
from ..ollama.errors import OllamaError, Reason
from ..ollama.models import same_model
from ..ollama.names import without_latest
from ..ollama.room import has_room
from .memory import Memory

_LOGGER = logging.getLogger(__name__)

_MAY_BE_TEXTS = frozenset(
    {Reason.SERVER_ERROR, Reason.GARBLED, Reason.CONTEXT_TOO_LONG, Reason.NOT_OLLAMA}
)
"""Failures of a model that may be those of one text among others."""


class Embedding:
    """Keeps the memory's vectors in step while the entry is set up."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        memory: Memory,
        endpoints: Endpoints,
        chat_models: Callable[[], Collection[str]],
    ) -> None:
        """Take what is embedded, where, and the models that need their place there."""
        self._hass = hass
        self._entry = entry
        self._memory = memory
        self._endpoints = endpoints
        self._chat_models = chat_models
        self._spaces: Spaces | None = None
        self._working: asyncio.Task[None] | None = None
        self._listeners: list[Callable[[], None]] = []
        self._stop_listening: list[CALLBACK_TYPE] = []
        self._looking = set[str]()
        self._fitting = set[tuple[str, str]]()

    @property
    def progress(self) -> float | None:
        """The share of memories that the chosen model has embedded; None for none."""
        return self._spaces.progress if self._spaces else None

    @property
    def space_model(self) -> str | None:
        """The model whose vectors are searched; another may be chosen already."""
        return self._spaces.model if self._spaces else None

    @property
    def chosen(self) -> str | None:
        """The model that the owner has chosen; None is full text alone."""
        model = self._entry.options.get(CONF_EMBEDDING_MODEL)
        # One and the same model has one space, however it is written.
        return without_latest(model) if model else None

    @property
    def is_missing(self) -> bool:
        """Tell whether the chosen model is at none of the endpoints that told."""
        known = [watch.health for watch in self._endpoints.watches]
        known = [health for health in known if health.installed is not None]
        model = self.chosen
        return (
            model is not None
            and bool(known)
            and not any(holds(health, model) for health in known)
        )

    @callback
    def listen(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call a listener when the progress or the model that serves is another."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def async_start(self) -> None:
        """Begin to embed, if a model is chosen or will be."""
        if self._memory.repository is None:
            return
        spaces = Spaces(
            self._memory.repository, self._embed, self._serve, self._on_progress
        )
        self._spaces = spaces
        self._stop_listening = [
            self._memory.listen(spaces.look),
            self._endpoints.listen(self._on_endpoint),
        ]
        self.async_apply()
        self._working = self._create(spaces.run(), "jarvis embed")

    async def async_stop(self) -> None:
        """End what is being done, before connections and files are closed."""
        for stop in self._stop_listening:
            stop()
        self._stop_listening = []
        if self._working is not None:
            self._working.cancel()
            await asyncio.gather(self._working, return_exceptions=True)
        if self._spaces is not None:
            await self._spaces.close()
        self._memory.vectors = None

    @callback
    def async_apply(self) -> None:
        """Take the model that is chosen now, and what the endpoints have of it."""
        if self._spaces is None:
            return
        model = self.chosen
        if model is None:
            self._spaces.want(None)
            return
        prefixes = prefixes_of(model)
        watches = self._endpoints.watches
        self._spaces.want(
            Wanted(
                model,
                prefixes.query,
                prefixes.document,
                [
                    digest
                    for endpoint in self._endpoints.in_order(model)
                    if (digest := endpoint.digest(model)) is not None
                ],
                all(watch.health.installed is not None for watch in watches),
            )
        )
        self._find_room(model)

    async def _embed(
        self, model: Model, texts: Sequence[str], *, is_awaited: bool
    ) -> Matrix:
        """Ask the endpoints; what nobody waits for gives way as often as it must."""
        request = EmbedRequest(model.name, texts, model.digest)
        try:
            if is_awaited:
                return await self._endpoints.embed(request)
            while True:
                found = await self._endpoints.embed_in_background(request)
                if found is not None:
                    return found
        except OllamaError as err:
            may_be_texts = err.reason in _MAY_BE_TEXTS
            raise EmbedError(str(err), may_be_texts=may_be_texts) from err

    @callback
    def _serve(self, vectors: Vectors | None) -> None:
        """Have memories found by these vectors, or by their words alone."""
        self._memory.vectors = vectors

    @callback
    def _on_progress(self) -> None:
        """Tell who shows it."""
        for listener in tuple(self._listeners):
            listener()

    @callback
    def _on_endpoint(self, _endpoint: Endpoint) -> None:
        """React to news of an endpoint."""
        self.async_apply()

    @callback
    def _find_room(self, model: str) -> None:
        """Look where a model may cost a chat model its place, or has lost its own."""
        for endpoint in self._endpoints:
            if endpoint.name not in self._looking and self._is_unsure(endpoint, model):
                self._looking.add(endpoint.name)
                self._create(self._async_look(endpoint, model), "jarvis find room")

    def _is_unsure(self, endpoint: Endpoint, model: str) -> bool:
        """Tell whether it is unknown that there is room for both, or so no more."""
        if (
            endpoint.digest(model) is None
            or self._endpoints.place(endpoint, model) is Place.NOWHERE
        ):
            return False
        loaded = [one.name for one in self._endpoints.health(endpoint).loaded]
        chats = self._chat_models()
        return (endpoint.name, model) not in self._fitting or (
            not any(same_model(one, model) for one in loaded)
            and any(same_model(one, chat) for one in loaded for chat in chats)
        )

    async def _async_look(self, endpoint: Endpoint, model: str) -> None:
        """See whether there is room for both; else go where the model is no trouble."""
        place = self._endpoints.place(endpoint, model)
        found: bool | None = None

        async def work() -> None:
            nonlocal found
            found = await has_room(endpoint, model, self._chat_models(), place)

        try:
            while not await endpoint.lane.background(work, LANE):
                pass
        except OllamaError as err:
            _LOGGER.debug("Looking for room for %s: %s", model, err)
            return
        finally:
            self._looking.discard(endpoint.name)
        if found:
            self._fitting.add((endpoint.name, model))
        elif found is False:
            self._fitting.discard((endpoint.name, model))
            self._endpoints.put(endpoint, model, Place(place + 1))
            _LOGGER.info(
                "%s finds no room at %s beside the models that are talked to",
                model,
                endpoint.name,
            )
        # Who was pushed out is loaded again, and then this is looked at anew.
        for watch in self._endpoints.watches:
            if watch.endpoint is endpoint:
                await watch.async_look()

    def _create(self, work: Any, name: str) -> asyncio.Task[None]:
        """Start work that the entry owns."""
        return self._entry.async_create_background_task(self._hass, work, name)
