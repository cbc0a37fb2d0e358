"""Having models downloaded: one download for all who wait, and it does not give up."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
import logging

from .endpoint import Endpoint
from .errors import OllamaError, Reason

_LOGGER = logging.getLogger(__name__)

TRY_AGAIN_AFTER = (2, 5, 15, 30)
"""Seconds before the next tries of a download whose connection broke."""
_FINAL = frozenset(
    {Reason.MODEL_UNKNOWN, Reason.DISK_FULL, Reason.UNAUTHORIZED, Reason.NOT_OLLAMA}
)
"""Failures that another try would only meet again."""
_MOST_TRIES = 20


@dataclass(slots=True)
class Progress:
    """How far a download is."""

    completed: int = 0
    total: int = 0
    """Bytes; 0 until the endpoint tells."""
    layers: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """The part that is there, from 0 to 1."""
        return self.completed / self.total if self.total else 0.0

    def add(self, digest: str, completed: int, total: int) -> None:
        """Count a layer of the model."""
        self.layers[digest] = (completed, total)
        self.completed = sum(done for done, _ in self.layers.values())
        self.total = sum(size for _, size in self.layers.values())


type Listener = Callable[[Progress], None]


class Pull:
    """The download of one model at one endpoint."""

    def __init__(self, endpoint: Endpoint, model: str) -> None:
        """Prepare a download; `async_run` does it."""
        self.endpoint = endpoint
        self.model = model
        self.progress = Progress()
        self._listeners: list[Listener] = []
        self._pause = TRY_AGAIN_AFTER

    def listen(self, listener: Listener) -> None:
        """Call a listener whenever there is more of the model."""
        self._listeners.append(listener)
        listener(self.progress)

    async def async_run(self) -> None:
        """Download until the model is there; Ollama goes on where it had stopped."""
        for attempt in range(_MOST_TRIES):
            try:
                await self._once()
            except OllamaError as err:
                if err.reason in _FINAL or attempt == _MOST_TRIES - 1:
                    raise
                pause = self._pause[min(attempt, len(self._pause) - 1)]
                _LOGGER.info(
                    "Downloading %s at %s broke off (%s); next try in %s s",
                    self.model,
                    self.endpoint.name,
                    err.reason,
                    pause,
                )
                await asyncio.sleep(pause)
            else:
                return

    async def _once(self) -> None:
        """Follow the endpoint's download to its end."""
        status = ""
        async for part in self.endpoint.pull(self.model):
            status = part.status or status
            if part.digest and part.total:
                self.progress.add(part.digest, part.completed or 0, part.total)
                for listener in tuple(self._listeners):
                    listener(self.progress)
        if status != "success":
            raise OllamaError(
                Reason.INTERRUPTED,
                endpoint=self.endpoint.name,
                model=self.model,
                detail="the download ended early",
            )


class Pulls:
    """The downloads that are going on, each once."""

    def __init__(self, start: Callable[[Pull], asyncio.Task[None]]) -> None:
        """Take what starts a download in the background and owns its task."""
        self._start = start
        self._running: dict[tuple[str, str], tuple[Pull, asyncio.Task[None]]] = {}

    async def async_ended(self, endpoint: Endpoint) -> None:
        """Wait until an endpoint downloads nothing more."""
        tasks = [
            task for pull, task in self._running.values() if pull.endpoint is endpoint
        ]
        if tasks:
            await asyncio.wait(tasks)

    def pull(self, endpoint: Endpoint, model: str) -> tuple[Pull, asyncio.Task[None]]:
        """Start a download, or join the one that is going on."""
        key = (endpoint.config.url, model)
        if key not in self._running:
            pull = Pull(endpoint, model)
            task = self._start(pull)
            self._running[key] = (pull, task)
            task.add_done_callback(lambda ended: self._ended(key, ended))
        return self._running[key]

    def _ended(self, key: tuple[str, str], task: asyncio.Task[None]) -> None:
        """Forget a download; perhaps nobody waited to hear how it ended."""
        self._running.pop(key, None)
        if not task.cancelled():
            task.exception()
