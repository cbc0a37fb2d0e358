"""The ordered list of endpoints: the first that is well answers."""

from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing
import logging
import time

import ollama

from .endpoint import ChatRequest, Endpoint
from .errors import OllamaError, Reason

_LOGGER = logging.getLogger(__name__)

RETRY_AFTER = 30
"""Seconds during which an endpoint that failed is asked last."""

_ASK_ANOTHER = frozenset(
    {
        Reason.UNREACHABLE,
        Reason.TLS,
        Reason.NOT_OLLAMA,
        Reason.UNAUTHORIZED,
        Reason.MODEL_MISSING,
        Reason.BUSY,
        Reason.INTERRUPTED,
        Reason.STALLED,
        Reason.GARBLED,
        Reason.SERVER_ERROR,
    }
)
"""Failures of the endpoint: the others are the request's own and would come again."""


class Endpoints:
    """Endpoints in the order in which their owner wants them to be asked."""

    def __init__(
        self,
        endpoints: Sequence[Endpoint],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the endpoints; all count as well until one fails."""
        self._endpoints = tuple(endpoints)
        self._clock = clock
        self._failed_at: dict[Endpoint, float] = {}

    def __bool__(self) -> bool:
        """Tell whether there is any endpoint."""
        return bool(self._endpoints)

    def __iter__(self) -> Iterator[Endpoint]:
        """Go through the endpoints in their owner's order."""
        return iter(self._endpoints)

    async def chat(self, request: ChatRequest) -> AsyncGenerator[ollama.ChatResponse]:
        """Stream a reply from the first endpoint that starts one.

        Before its first piece an endpoint's failure makes the next one be asked;
        after it the failure is the caller's.
        """
        failure = OllamaError(Reason.NO_ENDPOINT, model=request.model)
        for endpoint in self._in_order():
            started = False
            try:
                async with aclosing(endpoint.chat(request)) as parts:
                    async for part in parts:
                        if not started:
                            started = True
                            self._is_well(endpoint)
                        yield part
            except OllamaError as err:
                self._has_failed(endpoint, err)
                if started or err.reason not in _ASK_ANOTHER:
                    raise
                # The first failure is the one to tell: it is about the endpoint
                # that the owner prefers.
                if failure.reason is Reason.NO_ENDPOINT:
                    failure = err
            else:
                return
        raise failure

    def _in_order(self) -> list[Endpoint]:
        """Return the endpoints, those that failed a moment ago last."""
        now = self._clock()
        return sorted(
            self._endpoints,
            key=lambda endpoint: (
                now - self._failed_at.get(endpoint, -RETRY_AFTER) < RETRY_AFTER
            ),
        )

    def _is_well(self, endpoint: Endpoint) -> None:
        """Note that an endpoint answers, and say so if it had been lost."""
        if self._failed_at.pop(endpoint, None) is not None:
            _LOGGER.info("Ollama at %s is back", endpoint.name)

    def _has_failed(self, endpoint: Endpoint, err: OllamaError) -> None:
        """Note a failure of an endpoint; log it once until it is well again."""
        if err.reason not in _ASK_ANOTHER:
            return
        if endpoint not in self._failed_at:
            _LOGGER.warning(
                "Ollama at %s failed: %s %s", endpoint.name, err.reason, err.detail
            )
        self._failed_at[endpoint] = self._clock()

    async def close(self) -> None:
        """Close the connections of all endpoints."""
        for endpoint in self._endpoints:
            await endpoint.close()
