"""What a server has to be for the shell to run it."""

from typing import Protocol

from wyoming.event import Event
from wyoming.info import Info

from .client import Client


class Session(Protocol):
    """One connection's side of the work; made when it opens."""

    @property
    def busy(self) -> bool:
        """Whether something was begun that a shutdown should let end."""
        ...

    async def on_event(self, event: Event) -> None:
        """Take the next event. The one after it is read when this returns.

        What takes long goes into `client.start`. A `ServerError` is sent as it is.
        """
        ...

    def close(self) -> None:
        """Let go of everything: the client is gone."""
        ...


class Service(Protocol):
    """What is offered. `describe` and `ping` are answered by the shell."""

    def info(self) -> Info:
        """What `describe` is answered, at once, also while models load."""
        ...

    async def load(self) -> None:
        """Bring the models and warm them, off the event loop; the port is open."""
        ...

    def session(self, client: Client) -> Session:
        """Begin with a client."""
        ...

    async def close(self) -> None:
        """End: no client is left."""
        ...
