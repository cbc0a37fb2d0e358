"""The ordered list of endpoints: the first that is well answers."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

import ollama

from .contexts import Contexts
from .embed import LANE, EmbedRequest, Matrix, Place
from .endpoint import ChatRequest, Endpoint
from .errors import OllamaError, Reason
from .health import Health, Watch
from .models import same_model
from .reply import Reply

_ASK_ANOTHER = frozenset(
    {
        Reason.UNREACHABLE,
        Reason.TLS,
        Reason.NOT_OLLAMA,
        Reason.UNAUTHORIZED,
        Reason.TOO_OLD,
        Reason.MODEL_MISSING,
        Reason.BUSY,
        Reason.INTERRUPTED,
        Reason.STALLED,
        Reason.GARBLED,
        Reason.SERVER_ERROR,
    }
)
"""Failures of the endpoint: the others are the request's own and would come again."""
_STILL_WELL = frozenset({Reason.MODEL_MISSING, Reason.BUSY})
"""Failures after which an endpoint is as well as before."""
_OF_ALL_MODELS = frozenset({Reason.UNREACHABLE, Reason.TLS, Reason.UNAUTHORIZED})
"""Failures to embed that also say something of the models that people talk to."""

type Listener = Callable[[Endpoint], None]


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole reply that nobody waited for."""

    endpoint: str
    text: str
    prompt_tokens: int
    """What the endpoint says that the prompt had; 0 where it does not say."""


class Endpoints:
    """Endpoints in the order in which their owner wants them to be asked."""

    def __init__(self, endpoints: Sequence[Endpoint] = ()) -> None:
        """Take the endpoints; all count as well until one fails."""
        self._watches: list[Watch] = []
        self._listeners: list[Listener] = []
        self._of_others: list[Callable[[str], None]] = []
        self._opens: set[tuple[str, str]] = set()
        self._places: dict[tuple[str, str], Place] = {}
        self._bad_at_embedding: set[str] = set()
        self.contexts = Contexts()
        self.latest: str | None = None
        """The name of the endpoint that answered last."""
        self.replace(endpoints)

    def __bool__(self) -> bool:
        """Tell whether there is any endpoint."""
        return bool(self._watches)

    def __iter__(self) -> Iterator[Endpoint]:
        """Go through the endpoints in their owner's order."""
        return iter([watch.endpoint for watch in self._watches])

    @property
    def watches(self) -> Sequence[Watch]:
        """The watches over the endpoints, in their owner's order."""
        return self._watches

    def health(self, endpoint: Endpoint) -> Health:
        """Return how an endpoint is."""
        return self._watch(endpoint).health

    def replace(self, endpoints: Sequence[Endpoint]) -> None:
        """Take another list; endpoints that stay keep what is known of them."""
        known = {watch.endpoint: watch for watch in self._watches}
        self._watches = [
            known.get(endpoint) or Watch(endpoint, self._notify)
            for endpoint in endpoints
        ]

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call a listener whenever an endpoint's health differs; return how to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def listen_for_others(self, listener: Callable[[str], None]) -> Callable[[], None]:
        """Call a listener with the model that read a prompt which shares no beginning.

        Whatever it had read before may be forgotten. Return how to stop.
        """
        self._of_others.append(listener)
        return lambda: self._of_others.remove(listener)

    def goes_on(self, endpoint: Endpoint, model: str) -> bool:
        """Tell whether a model goes on there with a reply that was begun for it."""
        return (endpoint.name, model) in self._opens

    def leaves_turn_open(self, endpoint: Endpoint, model: str, *, is_so: bool) -> None:
        """Note whether a model's template there goes on after a prefill."""
        change = self._opens.add if is_so else self._opens.discard
        change((endpoint.name, model))

    async def chat(self, request: ChatRequest) -> AsyncGenerator[ollama.ChatResponse]:
        """Stream a reply from the first endpoint that is well.

        Where it breaks off the next one goes on: from the start when nothing was said
        yet, else with what is missing. A reply that broke off after tool calls ends
        there, so that their results go into the next one instead of being made twice.
        """
        reply = Reply(request)
        failure: OllamaError | None = None
        for endpoint in self.in_order(request.model):
            prefill = self.goes_on(endpoint, request.model)
            try:
                async with (
                    endpoint.lane.person(request.prefix),
                    aclosing(endpoint.chat(reply.request(prefill=prefill))) as parts,
                ):
                    async for part in parts:
                        self._watch(endpoint).is_well()
                        self.latest = endpoint.name
                        for piece in reply.passed(part):
                            yield piece
            except OllamaError as err:
                if err.reason not in _ASK_ANOTHER:
                    raise
                self._note(endpoint, err)
                if reply.called:
                    yield reply.ended()
                    return
                # The first failure is the one to tell: it is about the endpoint
                # that the owner prefers.
                failure = failure or err
            else:
                self._watch(endpoint).has_replied()
                return
            finally:
                if request.prefix is None:
                    for listener in tuple(self._of_others):
                        listener(request.model)
        raise failure or OllamaError(Reason.NO_ENDPOINT, model=request.model)

    async def in_background(self, request: ChatRequest) -> Answer | None:
        """Return a reply that nobody waits for; None if it was cut short.

        It waits while people are answered, and gives way to a person whose prompt
        begins otherwise. Raises `OllamaError` where no endpoint could do it.
        """
        failure: OllamaError | None = None
        for endpoint in self.in_order(request.model):
            if self.health(endpoint).failure is Reason.TOO_OLD:
                # A person is better answered by it than not at all.
                failure = failure or OllamaError(
                    Reason.TOO_OLD, endpoint=endpoint.name, model=request.model
                )
                continue
            pieces: list[ollama.ChatResponse] = []

            async def work(
                endpoint: Endpoint = endpoint,
                pieces: list[ollama.ChatResponse] = pieces,
            ) -> None:
                """Read the reply to its end."""
                async with aclosing(endpoint.chat(request)) as parts:
                    pieces.extend([part async for part in parts])

            try:
                done = await endpoint.lane.background(work, request.prefix)
            except OllamaError as err:
                self._note(endpoint, err)
                failure = failure or err
            else:
                return _whole(endpoint, pieces) if done else None
        raise failure or OllamaError(Reason.NO_ENDPOINT, model=request.model)

    async def embed(self, request: EmbedRequest) -> Matrix:
        """Return vectors that somebody waits for, before any that nobody waits for."""

        async def ask(endpoint: Endpoint, place: Place) -> Matrix:
            async with endpoint.lane.beside(LANE):
                return await endpoint.embed(request, place, is_awaited=True)

        return await self._embed(request, ask)

    async def embed_in_background(self, request: EmbedRequest) -> Matrix | None:
        """Return vectors that nobody waits for; None if a person cut it short."""

        async def ask(endpoint: Endpoint, place: Place) -> Matrix | None:
            found: list[Matrix] = []

            async def work() -> None:
                found.append(await endpoint.embed(request, place))

            done = await endpoint.lane.background(work, LANE)
            return found[0] if done else None

        return await self._embed(request, ask)

    async def _embed[T](
        self, request: EmbedRequest, ask: Callable[[Endpoint, Place], Awaitable[T]]
    ) -> T:
        """Ask one endpoint after the other that holds the very model."""
        failure: OllamaError | None = None
        for endpoint in self._embedders(request):
            try:
                answer = await ask(endpoint, self.place(endpoint, request.model))
            except OllamaError as err:
                self._bad_at_embedding.add(endpoint.name)
                if err.reason in _OF_ALL_MODELS:
                    self._watch(endpoint).has_failed(err)
                failure = failure or err
            else:
                self._bad_at_embedding.discard(endpoint.name)
                return answer
        missing = Reason.MODEL_MISSING if self else Reason.NO_ENDPOINT
        raise failure or OllamaError(missing, model=request.model)

    def place(self, endpoint: Endpoint, model: str) -> Place:
        """Return where an endpoint may embed with a model."""
        return self._places.get((endpoint.name, model), Place.GRAPHICS)

    def put(self, endpoint: Endpoint, model: str, place: Place) -> None:
        """Note where an endpoint may embed with a model from now on."""
        self._places[endpoint.name, model] = place

    def _embedders(self, request: EmbedRequest) -> list[Endpoint]:
        """Return who may embed; whoever failed at it the last time comes last."""
        return sorted(
            (
                endpoint
                for endpoint in self.in_order(request.model)
                if self.place(endpoint, request.model) is not Place.NOWHERE
                and (
                    holds(self.health(endpoint), request.model)
                    if request.digest is None
                    else endpoint.digest(request.model) == request.digest
                )
            ),
            key=lambda endpoint: endpoint.name in self._bad_at_embedding,
        )

    def in_order(self, model: str) -> list[Endpoint]:
        """Return the endpoints in the order to ask for a model.

        First those that are well and hold it, then those that are well, then the rest.
        """
        return sorted(
            self,
            key=lambda endpoint: (
                not self.health(endpoint).well,
                not holds(self.health(endpoint), model),
            ),
        )

    async def close(self) -> None:
        """Close the connections of all endpoints."""
        for endpoint in self:
            await endpoint.close()

    def _note(self, endpoint: Endpoint, err: OllamaError) -> None:
        """Note a failure that is the endpoint's own."""
        if err.reason in _ASK_ANOTHER - _STILL_WELL:
            self._watch(endpoint).has_broken_off(err)

    def _watch(self, endpoint: Endpoint) -> Watch:
        """Return the watch over an endpoint, also of one that has just left."""
        for watch in self._watches:
            if watch.endpoint is endpoint:
                return watch
        return Watch(endpoint, lambda _: None)

    def _notify(self, endpoint: Endpoint) -> None:
        """Tell the listeners."""
        for listener in tuple(self._listeners):
            listener(endpoint)


def _whole(endpoint: Endpoint, parts: Sequence[ollama.ChatResponse]) -> Answer:
    """Put a reply together."""
    return Answer(
        endpoint.name,
        "".join(part.message.content or "" for part in parts),
        parts[-1].prompt_eval_count or 0,
    )


def holds(health: Health, model: str) -> bool:
    """Tell whether an endpoint may hold a model: one not asked yet may."""
    return health.installed is None or any(
        same_model(model, there) for there in health.installed
    )
