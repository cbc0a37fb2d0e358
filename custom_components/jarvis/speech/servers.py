"""The ordered list of servers: who hears, who speaks, who is asked first."""

from collections.abc import Callable, Iterator, Sequence
from enum import Enum, auto

from .errors import SpeechError
from .health import Health, Watch
from .offer import Ears, Mouth
from .server import Server

_UNKNOWN_MOUTH = Mouth("", (), streams=False)
"""How to ask a server that did not say yet how it speaks: as any can be asked."""

type Listener = Callable[[Server], None]


class Sense(Enum):
    """What a server is asked for."""

    HEARING = auto()
    SPEAKING = auto()


class Servers:
    """Servers in the order in which their owner wants them to be asked."""

    def __init__(self, servers: Sequence[Server] = ()) -> None:
        """Take the servers; all count as well until one fails."""
        self._watches: list[Watch] = []
        self._listeners: list[Listener] = []
        self._latest: dict[Sense, Server] = {}
        self.replace(servers)

    def __iter__(self) -> Iterator[Server]:
        """Go through the servers in their owner's order."""
        return iter([watch.server for watch in self._watches])

    @property
    def watches(self) -> Sequence[Watch]:
        """The watches over the servers, in their owner's order."""
        return self._watches

    @property
    def ears(self) -> list[Ears]:
        """How the servers hear that do, in the order to ask them."""
        return [ears for one in self._in_order(Sense.HEARING) if (ears := _ears(one))]

    @property
    def mouths(self) -> list[Mouth]:
        """How the servers speak that do, in the order to ask them."""
        return [
            mouth for one in self._in_order(Sense.SPEAKING) if (mouth := _mouth(one))
        ]

    def offers(self, sense: Sense) -> bool | None:
        """Tell whether any server does this; None while that is not known."""
        if self.ears if sense is Sense.HEARING else self.mouths:
            return True
        unknown = any(watch.health.offer is None for watch in self._watches)
        return None if unknown else False

    def health(self, server: Server) -> Health:
        """Return how a server is."""
        return self._watch(server).health

    def replace(self, servers: Sequence[Server]) -> None:
        """Take another list; servers that stay keep what is known of them."""
        known = {watch.server: watch for watch in self._watches}
        self._watches = [
            known.get(server) or Watch(server, self._notify) for server in servers
        ]

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call a listener whenever a server's health differs; return how to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def that_hear(self, language: str) -> list[tuple[Server, str]]:
        """Return who hears a language, and what they call it, in the order to ask.

        Others would only write down nonsense, which might then be done.
        """
        found = []
        for watch in self._in_order(Sense.HEARING):
            if watch.health.offer is None:
                found.append((watch.server, language))
            elif (ears := _ears(watch)) and (own := ears.spelling(language)):
                found.append((watch.server, own))
        return found

    def that_speak(
        self, language: str, voice: str | None
    ) -> list[tuple[Server, Mouth]]:
        """Return who speaks, in the order to ask.

        Among those that are well a foreign accent is better than silence, but only
        than that.
        """
        found = [
            (watch, mouth)
            for watch in self._in_order(Sense.SPEAKING)
            if (mouth := _mouth(watch, _UNKNOWN_MOUTH)) is not None
        ]
        found.sort(
            key=lambda one: (
                not one[0].health.well,
                not one[1].speaks(language, voice),
            )
        )
        return [(watch.server, mouth) for watch, mouth in found]

    def has_answered(self, server: Server, sense: Sense) -> None:
        """Note that a server did what it was asked to."""
        self._latest[sense] = server
        self._watch(server).has_answered()

    def has_failed(self, server: Server, err: SpeechError) -> None:
        """Note that a server failed at a request; not if it was told to end."""
        if not server.closed:
            self._watch(server).has_broken_off(err)

    def close(self) -> None:
        """Close the connections of all servers."""
        for server in self:
            server.close()

    def _in_order(self, sense: Sense) -> list[Watch]:
        """Return the watches in the order in which to ask the servers.

        One that failed stands behind until it has been well for a while, so that
        whoever answered in its place goes on.
        """
        latest = self._latest.get(sense)
        return sorted(
            self._watches,
            key=lambda watch: (
                not watch.health.well,
                not watch.health.trusted,
                not watch.health.trusted and watch.server is not latest,
            ),
        )

    def _watch(self, server: Server) -> Watch:
        """Return the watch over a server, also of one that has just left."""
        for watch in self._watches:
            if watch.server is server:
                return watch
        return Watch(server, lambda _: None)

    def _notify(self, server: Server) -> None:
        """Tell the listeners."""
        for listener in tuple(self._listeners):
            listener(server)


def _ears(watch: Watch) -> Ears | None:
    """Return how a server hears, as far as is known."""
    offer = watch.health.offer
    return offer.ears if offer else None


def _mouth(watch: Watch, unknown: Mouth | None = None) -> Mouth | None:
    """Return how a server speaks, as far as is known."""
    offer = watch.health.offer
    return offer.mouth if offer else unknown
