"""The voices that are loaded: what was not used for longest goes first."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
import logging
import time

from .engine import Engine
from .voices import Voice

_LOGGER = logging.getLogger(__name__)


class Shelf:
    """Loads voices beside the event loop and keeps as many as memory is given."""

    def __init__(self, load: Callable[[Voice], Engine], room: int) -> None:
        self._load = load
        self._room = room
        self._engines = OrderedDict[str, Engine]()
        self._loading = dict[str, asyncio.Task[Engine]]()

    @property
    def names(self) -> list[str]:
        """What is loaded, the latest used last."""
        return list(self._engines)

    async def engine(self, voice: Voice) -> Engine:
        """The voice, loaded; who asks meanwhile waits for the same loading."""
        if engine := self._engines.get(voice.name):
            self._engines.move_to_end(voice.name)
            return engine
        task = self._loading.get(voice.name)
        if task is None:
            task = asyncio.create_task(self._bring(voice))
            self._loading[voice.name] = task
            task.add_done_callback(lambda _: self._loading.pop(voice.name, None))
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Wait for what is loading and let go of everything."""
        await asyncio.gather(*self._loading.values(), return_exceptions=True)
        self._engines.clear()

    async def _bring(self, voice: Voice) -> Engine:
        """Load a voice and make room for it."""
        begun = time.perf_counter()
        engine = await asyncio.to_thread(self._load, voice)
        seconds = f"{time.perf_counter() - begun:.2f}"
        _LOGGER.info("voice loaded", extra={"voice": voice.name, "loading": seconds})
        self._engines[voice.name] = engine
        while len(self._engines) > 1 and self._weight() > self._room:
            name, _ = self._engines.popitem(last=False)
            _LOGGER.info("voice put away", extra={"voice": name})
        return engine

    def _weight(self) -> int:
        """Bytes of the voices that are loaded, by their files."""
        return sum(engine.voice.size for engine in self._engines.values())
